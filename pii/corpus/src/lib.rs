//! Labelled telemetry to measure the detectors of personal data by.
//!
//! Written without a look at the detectors: samples come from seeded generators that know the formats, with check digits
//! of their own, in the surroundings and at the places where telemetry has them. What may be asked of any detector is
//! judged; what is a matter of taste is left out.

mod checksum;
mod dice;
mod evaluate;
mod family;
mod frames;
mod generate;
mod keys;
mod look_alikes;
pub mod otlp;
mod place;
mod sample;
mod scenes;
mod speed;
mod text;
mod value;
mod values;
mod words;

pub use evaluate::{Alarm, Miss, Report, Tally, evaluate, misses, summary};
pub use family::Family;
pub use generate::{everywhere, look_alikes, positives, positives_of};
pub use place::{Place, Signal};
pub use sample::{Difficulty, Label, Sample, Truth};
pub use speed::{log_lines, short_strings};
