//! Personal data and secrets in text: finds them, knows nothing of telemetry.
//!
//! A [`Scanner`] is made once from [`Settings`] and shared by all threads. It is asked with a text and with what the text's
//! [`Key`] says of it, and answers with [`Finding`]s on the original text: sorted, none overlapping another.
//!
//! ```
//! use sluice_pii::{Detector, Rule, Scanner, Settings};
//!
//! let scanner = Scanner::new(&Settings::default()).expect("these are right");
//! let mut findings = Vec::new();
//! scanner.scan(scanner.key(b"message"), b"mail from anna@example.org", &mut findings);
//! assert_eq!(findings.len(), 1);
//! assert_eq!((findings[0].rule, findings[0].range()), (Rule::Detector(Detector::Email), 10..26));
//! ```

#![forbid(unsafe_code)]

mod action;
mod allow;
mod blocks;
mod checksum;
mod context;
mod cue;
mod decode;
mod deny;
mod detector;
mod detectors;
mod explain;
mod finding;
mod glob;
mod key;
mod patterns;
mod presets;
mod resolve;
mod scanner;
mod settings;
mod sweep;
#[cfg(test)]
mod tests;
mod text;
mod value;
mod words;

pub use action::{Action, Keyed, MIN_KEY_BYTES};
pub use checksum::Checksum;
pub use detector::{Detector, DetectorSet};
pub use explain::Explained;
pub use finding::{Finding, Reason, Rule};
pub use glob::Globs;
pub use ipnet::IpNet;
pub use key::Key;
pub use scanner::Scanner;
pub use settings::{Allow, Mistake, Pattern, Place, Problem, SensitiveKey, Settings};
