//! Personal data and secrets in text: finds them, knows nothing of telemetry.
//!
//! A [`Scanner`] is made once from [`Settings`] and shared by all threads. It is asked with a text and with what the text's
//! [`Key`] says of it, and answers with [`Finding`]s on the original text: sorted, none overlapping another.
//!
//! ```
//! use sluice_pii::{Detector, Rule, Scanner, Settings};
//!
//! let scanner = Scanner::new(&Settings::default());
//! let mut findings = Vec::new();
//! scanner.scan(scanner.key(b"message"), b"mail from anna@example.org", &mut findings);
//! assert_eq!(findings.len(), 1);
//! assert_eq!((findings[0].rule, findings[0].range()), (Rule::Detector(Detector::Email), 10..26));
//! ```

#![forbid(unsafe_code)]

mod action;
mod detector;
mod email;
mod finding;
mod scanner;

pub use action::{Action, Keyed, MIN_KEY_BYTES};
pub use detector::{Detector, DetectorSet};
pub use finding::{Finding, Rule};
pub use scanner::{Key, Scanner, Settings};
