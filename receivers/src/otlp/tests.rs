//! The receiver as its clients see it.

mod auth;
mod grpc;
mod http;
mod rig;
mod settings;
mod stopping;
