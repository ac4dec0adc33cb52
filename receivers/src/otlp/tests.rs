//! The receiver as its clients see it.

mod grpc;
mod http;
mod rig;
mod settings;
mod stopping;
