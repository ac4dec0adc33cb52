//! `print-config`: the configuration as it holds.

use super::arguments::{Format, Mode, PrintConfig};
use crate::config::print::{self, Secrets};
use crate::config::{Configuration, Problems};

/// Why nothing is printed.
#[derive(Debug, thiserror::Error)]
pub(super) enum PrintError {
    #[error(
        "--validate=false: not supported by Sluice yet: a setting that is wrong has no value that could be printed"
    )]
    Unvalidated,
    #[error(transparent)]
    Configuration(#[from] Problems),
}

/// The effective configuration as the arguments ask for it.
pub(super) fn print(
    how: &PrintConfig,
    load: impl FnOnce() -> Result<Configuration, Problems>,
) -> Result<String, PrintError> {
    if !how.validate {
        return Err(PrintError::Unvalidated);
    }
    let configuration = load()?;
    let secrets = match how.mode {
        Mode::Redacted => Secrets::Redacted,
        Mode::Unredacted => Secrets::Revealed,
    };
    Ok(match how.format {
        Format::Yaml => print::yaml(&configuration.effective, secrets),
        Format::Json => print::json(&configuration.effective, secrets),
    })
}
