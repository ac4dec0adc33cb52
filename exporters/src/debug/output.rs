//! Where text goes that does not go to the gateway's log.

use std::fs::{File, OpenOptions};
use std::io::{self, Write};
use std::sync::{Mutex, PoisonError};

use sluice_component::BuildError;

/// One of the output paths.
pub(super) enum Output {
    Stdout,
    Stderr,
    File(Mutex<File>),
}

impl Output {
    /// `stdout`, `stderr`, or a file to append to.
    pub(super) fn open(path: &str) -> Result<Self, BuildError> {
        match path {
            "stdout" => Ok(Self::Stdout),
            "stderr" => Ok(Self::Stderr),
            path => match OpenOptions::new().create(true).append(true).open(path) {
                Ok(file) => Ok(Self::File(Mutex::new(file))),
                Err(error) => Err(BuildError::at("output_paths", format!("cannot open {path:?}: {error}"))),
            },
        }
    }

    /// Writes a whole text; texts of several tasks do not mix.
    pub(super) fn write(&self, text: &[u8]) -> io::Result<()> {
        match self {
            Self::Stdout => {
                let mut out = io::stdout().lock();
                out.write_all(text)?;
                out.flush()
            }
            Self::Stderr => io::stderr().lock().write_all(text),
            Self::File(file) => file.lock().unwrap_or_else(PoisonError::into_inner).write_all(text),
        }
    }
}
