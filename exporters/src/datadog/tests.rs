//! What is read of a configuration, and what is said over HTTP.

pub(super) mod intakes;
mod sending;
mod settings;
