//! One file that grows, and is put aside when it is full.

use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use super::rotation::Rotation;

/// How files are opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Opening {
    /// Whether what stands in the file stays. Where files rotate it always does.
    pub(super) append: bool,
    /// The permissions of directories that are missing; none are made without.
    pub(super) directory_mode: Option<u32>,
    pub(super) rotation: Option<Rotation>,
}

pub(super) struct LogFile {
    path: PathBuf,
    file: File,
    /// How much of it is whole messages.
    length: u64,
    rotation: Option<Rotation>,
}

impl LogFile {
    pub(super) fn open(path: PathBuf, opening: Opening) -> io::Result<Self> {
        if let (Some(mode), Some(directory)) = (opening.directory_mode, path.parent()) {
            DirBuilder::new().recursive(true).mode(mode).create(directory)?;
        }
        let file = open(&path)?;
        let mut length = file.metadata()?.len();
        if !opening.append && opening.rotation.is_none() && length > 0 {
            file.set_len(0)?;
            length = 0;
        }
        Ok(Self { path, file, length, rotation: opening.rotation })
    }

    /// Appends a message: all of it, or nothing.
    ///
    /// # Errors
    ///
    /// What was written of it before the error is taken back, so that it can be written again.
    pub(super) fn append(&mut self, message: &[u8]) -> io::Result<()> {
        if let Some(rotation) = self.rotation
            && self.length > 0
            && self.length.saturating_add(message.len() as u64) > rotation.max_bytes
        {
            self.rotate(rotation)?;
        }
        match self.file.write_all(message) {
            Ok(()) => {
                self.length += message.len() as u64;
                Ok(())
            }
            Err(error) => {
                // A pipe or a terminal cannot be cut; there a torn message stays.
                let _ = self.file.set_len(self.length);
                Err(error)
            }
        }
    }

    fn rotate(&mut self, rotation: Rotation) -> io::Result<()> {
        let backup = rotation.backup_name(&self.path);
        match fs::rename(&self.path, backup) {
            // A rotation that could not open the new file has put the old one aside already; or somebody else has.
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            result => result?,
        }
        self.file = open(&self.path)?;
        self.length = 0;
        if let Err(error) = rotation.remove_old(&self.path) {
            tracing::warn!(path = %self.path.display(), %error, "cannot remove old backups");
        }
        Ok(())
    }
}

/// Every write goes to the end, also after a cut.
fn open(path: &Path) -> io::Result<File> {
    OpenOptions::new().append(true).create(true).mode(0o644).open(path)
}
