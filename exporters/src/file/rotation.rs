//! Full files are put aside under a name with their time, and removed when they are too many or too old.
//!
//! Of the crates that rotate files (`file-rotate`, `rolling-file`, `logroller`) none names them as the Collector does,
//! with the time before the extension, so that what reads `out-*.json` finds them; and that is most of the matter.
//!
//! Source: the names of `timberjack`, which the Collector uses.

use std::ffi::OsStr;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use jiff::{Timestamp, Zoned};

/// `2006-01-02T15-04-05.000`.
const TIME_FORMAT: &str = "%Y-%m-%dT%H-%M-%S%.3f";
const TIME_LENGTH: usize = 23;

/// When a file is full, and what becomes of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Rotation {
    /// A message that would make the file larger than this goes to the next.
    pub(super) max_bytes: u64,
    /// How long a full file is kept; for ever if none.
    pub(super) max_age: Option<Duration>,
    /// How many full files are kept.
    pub(super) max_backups: usize,
    /// Whether the time in the name is local, not UTC.
    pub(super) localtime: bool,
}

impl Rotation {
    /// A name for a full file that no other has: `out-2026-11-21T15-30-00.000-size.json`.
    pub(super) fn backup_name(&self, path: &Path) -> PathBuf {
        let mut time = self.now();
        loop {
            let (prefix, extension) = parts(path);
            let name = format!("{prefix}-{}-size{extension}", time.strftime(TIME_FORMAT));
            let backup = path.with_file_name(name);
            if !backup.exists() {
                return backup;
            }
            time = time.saturating_add(jiff::SignedDuration::from_millis(1));
        }
    }

    /// Removes the full files that are too many or too old.
    pub(super) fn remove_old(&self, path: &Path) -> io::Result<()> {
        let directory = path.parent().filter(|directory| !directory.as_os_str().is_empty()).unwrap_or(Path::new("."));
        let (prefix, extension) = parts(path);
        let mut backups = Vec::new();
        for entry in fs::read_dir(directory)? {
            let entry = entry?;
            if let Some(time) = entry.file_name().to_str().and_then(|name| time_in(name, &prefix, &extension)) {
                backups.push((time, entry.path()));
            }
        }
        // The newest first; of equal times the name decides.
        backups.sort_by(|a, b| b.cmp(a));
        let oldest = self.max_age.map(|age| self.now().datetime().saturating_sub(age));
        for (index, (time, backup)) in backups.iter().enumerate() {
            if index >= self.max_backups || oldest.is_some_and(|oldest| *time < oldest) {
                fs::remove_file(backup)?;
            }
        }
        Ok(())
    }

    fn now(&self) -> Zoned {
        let zone = if self.localtime { TimeZone::system() } else { TimeZone::UTC };
        Timestamp::now().to_zoned(zone)
    }
}

/// The file name without extension, and the extension with its dot.
fn parts(path: &Path) -> (String, String) {
    let extension = path.extension().map(|extension| format!(".{}", extension.to_string_lossy())).unwrap_or_default();
    (path.file_stem().map(OsStr::to_string_lossy).unwrap_or_default().into_owned(), extension)
}

/// The time in the name of a full file; the Collector's older names have no reason after it.
fn time_in(name: &str, prefix: &str, extension: &str) -> Option<DateTime> {
    let rest = name.strip_prefix(prefix)?.strip_prefix('-')?.strip_suffix(extension)?;
    let (time, reason) = rest.split_at_checked(TIME_LENGTH)?;
    if !reason.is_empty() && !reason.starts_with('-') {
        return None;
    }
    DateTime::strptime(TIME_FORMAT, time).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_backups_of_the_file_have_a_time() {
        let time = |name| time_in(name, "out", ".json").map(|time| time.to_string());

        assert_eq!(time("out-2026-11-21T15-30-00.125-size.json").unwrap(), "2026-11-21T15:30:00.125");
        assert_eq!(time("out-2026-11-21T15-30-00.125.json").unwrap(), "2026-11-21T15:30:00.125");
        for other in [
            "out.json",
            "out-x.json",
            "out-2026-11-21T15-30-00.125-size.txt",
            "out-2026-11-21T15-30-00.125x.json",
            "out2-2026-11-21T15-30-00.125-size.json",
            "out-2026-13-21T15-30-00.125-size.json",
        ] {
            assert_eq!(time(other), None, "{other}");
        }
    }

    #[test]
    fn names_are_new_and_old_files_go() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("out.json");
        let rotation = Rotation { max_bytes: 1, max_age: None, max_backups: 3, localtime: true };
        let make = |path: PathBuf| {
            fs::write(&path, "").unwrap();
            path
        };
        let others = [make(path.clone()), make(directory.path().join("out-of-this.json"))];
        let old = make(directory.path().join("out-2020-02-02T02-02-02.020-size.json"));
        let new: Vec<_> = (0..3).map(|_| make(rotation.backup_name(&path))).collect();
        let exist = |paths: &[PathBuf]| paths.iter().map(|path| path.exists()).collect::<Vec<_>>();

        rotation.remove_old(&path).unwrap();
        assert_eq!(exist(&new), [true, true, true]);
        assert!(!old.exists());
        let old = make(old);
        Rotation { max_age: Some(Duration::from_secs(3600)), max_backups: 9, ..rotation }.remove_old(&path).unwrap();
        assert!(!old.exists());
        Rotation { max_backups: 1, ..rotation }.remove_old(&path).unwrap();

        assert_eq!(exist(&new), [false, false, true]);
        assert_eq!(exist(&others), [true, true]);
    }
}
