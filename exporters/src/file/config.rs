//! What the user writes.

use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::time::Duration;

use sluice_component::BuildError;
use sluice_component::config::{Presence, Section};

use super::encoding::{Encoding, Format};
use super::groups::GroupBy;
use super::log_file::Opening;
use super::rotation::Rotation;
use super::writer::Writer;

const MIB: u64 = 1024 * 1024;
const DAY: Duration = Duration::from_secs(24 * 60 * 60);

/// The settings of one `file`.
pub(super) struct Config {
    path: String,
    pub(super) encoding: Encoding,
    pub(super) opening: Opening,
    pub(super) group_by: Option<GroupBy>,
    /// The one writer of all signals that use this configuration, while one of them is alive.
    writer: Mutex<Weak<Writer>>,
}

impl Config {
    pub(super) fn read(section: &mut Section<'_>) -> Self {
        let path = section.string("path", "");
        let append = section.bool("append", false);
        let directory_mode = directory_mode(section);
        let rotation = section.optional("rotation", Presence::OnWhenPresent, rotation);
        let format = section.one_of("format", &[("json", Format::Json), ("proto", Format::Proto)], "json");
        section.unsupported("encoding", "there are no encoding extensions; use format");
        let zstd = section.one_of("compression", &[("", false), ("zstd", true)], "");
        let level = section.section("compression_params", |params| params.integer("level", 0i32));
        // Everything is with the operating system before it is answered, so that there is nothing to flush.
        section.duration("flush_interval", Duration::from_secs(1));
        let group_by = section.section("group_by", group_by);

        if path.is_empty() {
            section.problem("path", "path must be non-empty");
        }
        if append && rotation.is_some() {
            section.problem("append", "append and rotation enabled at the same time is not supported");
        }
        if !zstd && level != 0 {
            section.problem("compression_params", "needs compression");
        }
        let group_by = group_by.map(|(attribute, max_open_files)| {
            let (prefix, suffix) = path.split_once('*').unwrap_or_default();
            if suffix.contains('*') || !path.contains('*') {
                section.problem("path", "path must contain exactly one * when group_by is enabled");
            } else if prefix.is_empty() {
                section.problem("path", "path must not start with * when group_by is enabled");
            }
            GroupBy { attribute, max_open_files, prefix: prefix.into(), suffix: suffix.into() }
        });
        Self {
            path,
            encoding: Encoding { format, zstd_level: zstd.then_some(if level == 0 { 3 } else { level }) },
            opening: Opening { append, directory_mode, rotation },
            group_by,
            writer: Mutex::default(),
        }
    }

    /// The writer that all signals of this configuration share; opens the file.
    pub(super) fn writer(&self) -> Result<Arc<Writer>, BuildError> {
        let mut shared = self.writer.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(writer) = shared.upgrade() {
            return Ok(writer);
        }
        let writer = Arc::new(Writer::start(self, PathBuf::from(&self.path))?);
        *shared = Arc::downgrade(&writer);
        Ok(writer)
    }
}

/// The permissions of directories that are made, if they are made.
fn directory_mode(section: &mut Section<'_>) -> Option<u32> {
    let create = section.bool("create_directory", false);
    let given = section.has("directory_permissions");
    let permissions = section.string("directory_permissions", if create { "0755" } else { "" });
    if !create {
        if given && !permissions.is_empty() {
            let message = "directory_permissions requires create_directory to be true";
            section.problem("directory_permissions", message);
        }
        return None;
    }
    let permissions = if permissions.is_empty() { "0755" } else { &permissions };
    match u32::from_str_radix(permissions, 8) {
        Ok(mode) if mode & 0o777 == mode => return Some(mode),
        Ok(_) => {
            section.problem("directory_permissions", "directory_permissions contain invalid bits for file access");
        }
        Err(_) => {
            section.problem("directory_permissions", "directory_permissions value must be a valid octal representation")
        }
    }
    None
}

fn rotation(section: &mut Section<'_>) -> Rotation {
    let max_megabytes: u32 = section.integer("max_megabytes", 100);
    let max_days: u32 = section.integer("max_days", 0);
    let max_backups: u32 = section.integer("max_backups", 100);
    let localtime = section.bool("localtime", false);
    Rotation {
        max_bytes: u64::from(if max_megabytes == 0 { 100 } else { max_megabytes }) * MIB,
        max_age: (max_days > 0).then(|| DAY * max_days),
        max_backups: if max_backups == 0 { usize::MAX } else { max_backups as usize },
        localtime,
    }
}

fn group_by(section: &mut Section<'_>) -> Option<(String, usize)> {
    let enabled = section.bool("enabled", false);
    let attribute = section.string("resource_attribute", "fileexporter.path_segment");
    let max_open_files: u32 = section.integer("max_open_files", 100);
    if enabled && attribute.is_empty() {
        section.problem("resource_attribute", "resource_attribute must not be empty when group_by is enabled");
    }
    if enabled && max_open_files == 0 {
        section.problem("max_open_files", "must be greater than zero");
    }
    enabled.then_some((attribute, max_open_files.max(1) as usize))
}
