//! The corpus as OTLP, to send through a gateway, and the judge of what came out.
//!
//! Each sample is an item of its own, in a resource of its own, among strings that must not change.

mod compare;
mod files;
mod judge;
mod pack;
mod tree;
mod verdict;

pub use files::{Error, read_directory, read_outputs, write_directory};
pub use judge::judge;
pub use pack::{Labelled, Packed, Range, pack};
pub use verdict::Verdict;
