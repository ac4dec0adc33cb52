//! The packed corpus as files.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;
use sluice_pdata::{Batch, Limits, Signal};

use super::pack::{Labelled, Packed};

/// What went wrong with a file.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// It cannot be read or written.
    #[error("{0}: {1}")]
    File(PathBuf, std::io::Error),
    /// It is no OTLP.
    #[error("{0}: {1}")]
    Otlp(PathBuf, sluice_pdata::Malformed),
    /// It is no JSON.
    #[error("{0}: {1}")]
    Json(PathBuf, serde_json::Error),
    /// Its name does not tell its signal.
    #[error("{0}: a protobuf file's name begins with traces, logs or metrics")]
    Signal(PathBuf),
}

/// Writes requests as `traces-000.pb` and so on, and the labels as `labels.jsonl`, into a directory.
///
/// # Errors
/// What cannot be written.
pub fn write_directory(directory: &Path, packed: &[Packed], labels: &[Labelled]) -> Result<(), Error> {
    fs::create_dir_all(directory).map_err(|error| Error::File(directory.to_owned(), error))?;
    for (index, packed) in packed.iter().enumerate() {
        write(&directory.join(format!("{}-{index:03}.pb", packed.signal)), &packed.request)?;
    }
    let path = directory.join("labels.jsonl");
    let mut lines = Vec::new();
    for label in labels {
        serde_json::to_writer(&mut lines, label).map_err(|error| Error::Json(path.clone(), error))?;
        lines.push(b'\n');
    }
    write(&path, &lines)
}

/// Reads what [`write_directory`] wrote: the requests in OTLP/JSON and the labels.
///
/// # Errors
/// What cannot be read.
pub fn read_directory(directory: &Path) -> Result<(Vec<Value>, Vec<Labelled>), Error> {
    let entries = fs::read_dir(directory).map_err(|error| Error::File(directory.to_owned(), error))?;
    let mut files: Vec<PathBuf> = entries.filter_map(|entry| Some(entry.ok()?.path())).collect();
    files.retain(|file| file.extension().is_some_and(|extension| extension == "pb"));
    files.sort();
    let path = directory.join("labels.jsonl");
    let lines = read(&path)?;
    let labels = serde_json::Deserializer::from_slice(&lines).into_iter().collect::<Result<_, _>>();
    Ok((read_outputs(&files)?, labels.map_err(|error| Error::Json(path, error))?))
}

/// Reads what came out of a gateway: files with a request of OTLP/JSON on each line, or, when the name begins with the
/// signal and ends in `.pb`, one request in protobuf.
///
/// # Errors
/// What cannot be read.
pub fn read_outputs(files: &[PathBuf]) -> Result<Vec<Value>, Error> {
    let mut requests = Vec::new();
    for file in files {
        let bytes = read(file)?;
        if file.extension().is_some_and(|extension| extension == "pb") {
            let batch = Batch::check(signal(file)?, bytes.into(), &limits());
            requests.push(json(file, &batch.map_err(|error| Error::Otlp(file.clone(), error))?)?);
            continue;
        }
        for line in bytes.split(|&byte| byte == b'\n').filter(|line| !line.trim_ascii().is_empty()) {
            // Read and written again, so that all spellings of OTLP/JSON are ours.
            let batch = Batch::check_json(signal_of(line), line, &limits());
            requests.push(json(file, &batch.map_err(|error| Error::Otlp(file.clone(), error))?)?);
        }
    }
    Ok(requests)
}

/// A corpus in one request is larger than what the gateway takes by default.
fn limits() -> Limits {
    Limits { elements: usize::MAX }
}

fn json(file: &Path, batch: &Batch) -> Result<Value, Error> {
    let mut text = Vec::new();
    batch.write_json(&mut text);
    serde_json::from_slice(&text).map_err(|error| Error::Json(file.to_owned(), error))
}

fn signal(file: &Path) -> Result<Signal, Error> {
    let name = file.file_name().and_then(|name| name.to_str()).unwrap_or_default();
    [Signal::Traces, Signal::Logs, Signal::Metrics]
        .into_iter()
        .find(|signal| name.starts_with(&signal.to_string()))
        .ok_or_else(|| Error::Signal(file.to_owned()))
}

/// The signal of a line by the name of its one member.
fn signal_of(line: &[u8]) -> Signal {
    let start = &line[..line.len().min(40)];
    let has = |name: &[u8]| start.windows(name.len()).any(|window| window == name);
    match (has(b"resourceLogs"), has(b"resourceMetrics")) {
        (true, _) => Signal::Logs,
        (_, true) => Signal::Metrics,
        _ => Signal::Traces,
    }
}

fn read(path: &Path) -> Result<Vec<u8>, Error> {
    fs::read(path).map_err(|error| Error::File(path.to_owned(), error))
}

fn write(path: &Path, bytes: &[u8]) -> Result<(), Error> {
    fs::write(path, bytes).map_err(|error| Error::File(path.to_owned(), error))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::otlp::{judge, pack};
    use crate::{look_alikes, positives};

    #[test]
    fn what_is_written_is_read_again_in_protobuf_and_in_json() {
        let directory = tempfile::tempdir().unwrap();
        let mut samples = positives(1, 200);
        samples.extend(look_alikes(1, 100));
        let (packed, labels) = pack(&samples, 50);

        write_directory(directory.path(), &packed, &labels).unwrap();
        let (sent, labels) = read_directory(directory.path()).unwrap();
        let lines: Vec<String> = sent.iter().map(Value::to_string).collect();
        let file = directory.path().join("out.jsonl");
        fs::write(&file, lines.join("\n")).unwrap();
        let verdict = judge(&sent, &read_outputs(&[file]).unwrap(), &labels);

        assert!(verdict.is_intact(), "{verdict}");
        let ranges = labels.iter().map(|label| label.ranges.len()).sum::<usize>();
        assert!(ranges >= 200);
        assert_eq!((verdict.found().total, verdict.changed().total), (ranges, 100));
    }
}
