//! One file for each value of a resource attribute.

use std::collections::hash_map::DefaultHasher;
use std::collections::{HashMap, HashSet};
use std::hash::{Hash, Hasher};
use std::io;
use std::path::PathBuf;

use bytes::Bytes;
use sluice_pdata::view::{Resource, Value};
use sluice_pdata::{Batch, Signal};

use super::log_file::{LogFile, Opening};

/// How many files are remembered as opened before, at most.
const MOST_REMEMBERED: usize = 65_536;

/// What names the files.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct GroupBy {
    /// The resource attribute whose text takes the place of the `*` in the path.
    pub(super) attribute: String,
    pub(super) max_open_files: usize,
    /// The path before the `*`.
    pub(super) prefix: String,
    /// The path after it.
    pub(super) suffix: String,
}

impl GroupBy {
    /// Cuts a batch by the attribute, in the order of its values; resources without it come back as a number of items.
    pub(super) fn split(&self, batch: &Batch) -> (Vec<(PathBuf, Batch)>, usize) {
        let signal = batch.signal();
        let mut groups: Vec<(PathBuf, Vec<u8>)> = Vec::new();
        let mut without = 0;
        for (resource, entry) in entries(batch) {
            let request = request(entry);
            let Some(segment) = self.segment(resource) else {
                without += Batch::from_messages(signal, [request.into()]).items();
                continue;
            };
            let path = self.path(segment);
            match groups.iter_mut().find(|(known, _)| *known == path) {
                Some((_, requests)) => requests.extend_from_slice(&request),
                None => groups.push((path, request)),
            }
        }
        let batch_of = |(path, requests)| (path, Batch::from_messages(signal, [Bytes::from(requests)]));
        (groups.into_iter().map(batch_of).collect(), without)
    }

    fn segment<'a>(&self, resource: Option<Resource<'a>>) -> Option<&'a str> {
        let mut attributes = resource?.attributes();
        match attributes.find(|attribute| attribute.key() == self.attribute)?.value() {
            Some(Value::String(segment)) => Some(segment),
            _ => None,
        }
    }

    /// The path of a segment. It never leaves the prefix, whatever the segment says.
    fn path(&self, segment: &str) -> PathBuf {
        let relative = match segment {
            segment if segment.starts_with("./") => &segment[1..],
            segment if segment.starts_with("../") => &segment[2..],
            segment => segment,
        };
        let mut prefix = clean(&self.prefix);
        if self.prefix.ends_with('/') && !prefix.ends_with('/') {
            prefix.push('/');
        }
        let path = clean(&format!("{prefix}{relative}{}", self.suffix));
        if path.starts_with(&prefix) {
            return path.into();
        }
        clean(&format!("{prefix}/{}", clean(&format!("/{relative}{}", self.suffix)))).into()
    }
}

/// The open files, the longest unused closed when they are too many.
pub(super) struct Groups {
    opening: Opening,
    max_open_files: usize,
    open: HashMap<PathBuf, (LogFile, u64)>,
    /// Counts uses, to know the longest unused.
    uses: u64,
    /// Hashes of the paths that were opened before: a file that is opened again keeps what stands in it.
    opened: HashSet<u64>,
}

impl Groups {
    pub(super) fn new(group_by: &GroupBy, opening: Opening) -> Self {
        // The Collector, too, makes the directories of groups whether it is told to or not.
        let opening = Opening { directory_mode: Some(opening.directory_mode.unwrap_or(0o755)), ..opening };
        let max_open_files = group_by.max_open_files;
        Self { opening, max_open_files, open: HashMap::new(), uses: 0, opened: HashSet::new() }
    }

    /// The file at this path, opened if it is not open.
    pub(super) fn file(&mut self, path: PathBuf) -> io::Result<&mut LogFile> {
        self.uses += 1;
        if !self.open.contains_key(&path) {
            let file = self.open(path.clone())?;
            if self.open.len() >= self.max_open_files {
                let unused = self.open.iter().min_by_key(|(_, (_, used))| *used).map(|(path, _)| path.clone());
                unused.map(|path| self.open.remove(&path));
            }
            self.open.insert(path.clone(), (file, 0));
        }
        let (file, used) = self.open.get_mut(&path).expect("it was there or was put there");
        *used = self.uses;
        Ok(file)
    }

    fn open(&mut self, path: PathBuf) -> io::Result<LogFile> {
        let mut hasher = DefaultHasher::new();
        path.hash(&mut hasher);
        let hash = hasher.finish();
        let is_new = !self.opened.contains(&hash) && self.opened.len() < MOST_REMEMBERED;
        let file = LogFile::open(path, Opening { append: self.opening.append || !is_new, ..self.opening })?;
        if is_new {
            self.opened.insert(hash);
        }
        Ok(file)
    }
}

/// Each resource with the bytes of its entry; none of profiles, whose entries mean nothing alone.
fn entries(batch: &Batch) -> Vec<(Option<Resource<'_>>, &[u8])> {
    match batch.signal() {
        Signal::Traces => batch.resource_spans().map(|entry| (entry.resource(), entry.as_bytes())).collect(),
        Signal::Metrics => batch.resource_metrics().map(|entry| (entry.resource(), entry.as_bytes())).collect(),
        Signal::Logs => batch.resource_logs().map(|entry| (entry.resource(), entry.as_bytes())).collect(),
        Signal::Profiles => Vec::new(),
    }
}

/// A request with this one entry: field 1 in the requests of all signals.
fn request(entry: &[u8]) -> Vec<u8> {
    let mut request = Vec::with_capacity(entry.len() + 11);
    request.push(1 << 3 | 2);
    let mut length = entry.len();
    while length >= 0x80 {
        request.push(length as u8 | 0x80);
        length >>= 7;
    }
    request.push(length as u8);
    request.extend_from_slice(entry);
    request
}

/// The path without `.`, `..` and double slashes, as far as it can be said without looking: Go's `path.Clean`.
fn clean(path: &str) -> String {
    let absolute = path.starts_with('/');
    let mut parts: Vec<&str> = Vec::new();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." if parts.last().is_some_and(|last| *last != "..") => {
                parts.pop();
            }
            ".." if absolute => {}
            part => parts.push(part),
        }
    }
    match (absolute, parts.is_empty()) {
        (true, _) => format!("/{}", parts.join("/")),
        (false, true) => ".".into(),
        (false, false) => parts.join("/"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_segment_leaves_the_prefix() {
        let group_by = GroupBy {
            attribute: "a".into(),
            max_open_files: 1,
            prefix: "/data/./telemetry/".into(),
            suffix: "/out.json".into(),
        };
        for (segment, path) in [
            ("shop", "/data/telemetry/shop/out.json"),
            ("eu/shop", "/data/telemetry/eu/shop/out.json"),
            ("./shop", "/data/telemetry/shop/out.json"),
            ("../shop", "/data/telemetry/shop/out.json"),
            ("../../etc/x", "/data/telemetry/etc/x/out.json"),
            ("a/../../../etc", "/data/telemetry/etc/out.json"),
            ("/etc", "/data/telemetry/etc/out.json"),
            ("", "/data/telemetry/out.json"),
            ("..", "/data/telemetry/out.json"),
        ] {
            assert_eq!(group_by.path(segment), PathBuf::from(path), "{segment}");
        }
    }

    #[test]
    fn paths_are_cleaned_as_go_does() {
        for (path, cleaned) in
            [("", "."), ("./", "."), ("a//b/./c/..", "a/b"), ("../a/../..", "../.."), ("/../a", "/a"), ("/", "/")]
        {
            assert_eq!(clean(path), cleaned, "{path}");
        }
    }
}
