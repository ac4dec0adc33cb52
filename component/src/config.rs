//! Configuration as components read it: a tree with positions, and sections that read it by the Collector's rules.
//!
//! Components do not deserialize. A component's `Config::read` asks its [`Section`] for each key by name, type and
//! default; the section applies the Collector's decoding rules, notes every mistake with its place, remembers which
//! keys were asked for (whatever else stands there is refused, with the nearest valid name), and keeps the effective
//! values for `print-config`.

mod duration;
mod effective;
mod found;
mod nearest;
mod node;
mod problem;
mod secret;
mod section;

pub use duration::{format_duration, parse_duration};
pub use effective::Effective;
pub use nearest::nearest;
pub use node::{Key, Location, Node, Value};
pub use problem::{Problem, Severity};
pub use secret::Secret;
pub use section::{Presence, Reference, Report, Section};
