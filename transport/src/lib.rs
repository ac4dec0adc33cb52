//! What both ends of a connection share: TLS, gRPC, HTTP, compression.
