//! Brings nothing: a pipeline needs a receiver, and this one listens nowhere.
//!
//! Source: the Collector's `receiver/nopreceiver`.

mod factory;
mod receiver;

pub use factory::FACTORY;
