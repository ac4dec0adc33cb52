//! The thread that writes.

use std::io;
use std::path::{Path, PathBuf};
use std::thread;

use sluice_component::BuildError;
use sluice_pdata::Batch;
use tokio::sync::{mpsc, oneshot};

use super::config::Config;
use super::encoding::Encoding;
use super::groups::{GroupBy, Groups};
use super::log_file::LogFile;

/// How many batches wait for the thread; further callers wait until there is room.
const QUEUE_SIZE: usize = 16;

/// Hands batches to a thread of their own, so that neither encoding nor a slow disk holds up a socket.
///
/// A channel of tokio's, because it is tasks that wait for room in it. The thread ends with the last handle.
pub(super) struct Writer(mpsc::Sender<Job>);

/// What became of a batch.
pub(super) struct Written {
    /// Items that no file took, because they do not say which.
    pub(super) rejected: usize,
}

/// A batch was not written, or not all of it.
#[derive(Debug, thiserror::Error)]
#[error("cannot write {}: {error}", path.display())]
pub(super) struct WriteError {
    path: PathBuf,
    error: io::Error,
}

struct Job {
    batch: Batch,
    answer: oneshot::Sender<Result<Written, WriteError>>,
}

/// Where batches go.
enum Files {
    One(PathBuf, LogFile),
    ByAttribute(GroupBy, Groups),
}

impl Writer {
    /// Opens the file, if it is one, and starts the thread.
    pub(super) fn start(config: &Config, path: PathBuf) -> Result<Self, BuildError> {
        let files = match &config.group_by {
            Some(group_by) => Files::ByAttribute(group_by.clone(), Groups::new(group_by, config.opening)),
            None => {
                let file = LogFile::open(path.clone(), config.opening).map_err(|error| {
                    BuildError::at("path", format!("cannot open {:?}: {error}", path.display().to_string()))
                })?;
                Files::One(path, file)
            }
        };
        let (jobs, waiting) = mpsc::channel(QUEUE_SIZE);
        let encoding = config.encoding;
        let thread = thread::Builder::new().name("file-exporter".into());
        match thread.spawn(move || work(waiting, files, encoding)) {
            Ok(_) => Ok(Self(jobs)),
            Err(error) => Err(BuildError::new(format!("cannot start a thread: {error}"))),
        }
    }

    /// Writes a batch and returns when the operating system has it; `None` if the thread is gone.
    ///
    /// A batch that was handed over is written even if nobody waits for the answer any more.
    pub(super) async fn write(&self, batch: Batch) -> Option<Result<Written, WriteError>> {
        let (answer, answered) = oneshot::channel();
        self.0.send(Job { batch, answer }).await.ok()?;
        answered.await.ok()
    }
}

fn work(mut waiting: mpsc::Receiver<Job>, mut files: Files, encoding: Encoding) {
    let mut buffer = Vec::new();
    while let Some(Job { batch, answer }) = waiting.blocking_recv() {
        // Whoever waited may have left.
        let _ = answer.send(files.write(encoding, &batch, &mut buffer));
        // One large batch should not hold its memory for ever.
        buffer.shrink_to(1 << 20);
    }
}

impl Files {
    fn write(&mut self, encoding: Encoding, batch: &Batch, buffer: &mut Vec<u8>) -> Result<Written, WriteError> {
        match self {
            Self::One(path, file) => {
                append(file, encoding, batch, buffer).map_err(|error| WriteError { path: path.clone(), error })?;
                Ok(Written { rejected: 0 })
            }
            Self::ByAttribute(group_by, groups) => {
                let (batches, mut rejected) = group_by.split(batch);
                for (path, batch) in batches {
                    let written = groups.file(path.clone()).and_then(|file| append(file, encoding, &batch, buffer));
                    match written {
                        Ok(()) => {}
                        Err(error) if will_never_open(&path, &error) => rejected += batch.items(),
                        Err(error) => return Err(WriteError { path, error }),
                    }
                }
                Ok(Written { rejected })
            }
        }
    }
}

fn append(file: &mut LogFile, encoding: Encoding, batch: &Batch, buffer: &mut Vec<u8>) -> io::Result<()> {
    buffer.clear();
    encoding.write(buffer, batch)?;
    file.append(buffer)
}

/// Whether it is the name that is at fault, which came with the telemetry.
fn will_never_open(path: &Path, error: &io::Error) -> bool {
    let names_a_directory = path.file_name().is_none();
    let kind = error.kind();
    names_a_directory
        || matches!(
            kind,
            io::ErrorKind::InvalidInput
                | io::ErrorKind::InvalidFilename
                | io::ErrorKind::IsADirectory
                | io::ErrorKind::NotADirectory
        )
}
