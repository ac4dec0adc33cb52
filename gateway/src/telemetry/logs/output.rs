//! The thread that writes.

use std::fs::OpenOptions;
use std::io::{self, Write};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::time::Duration;

/// How many lines may wait to be written.
const WAITING_LINES: usize = 4096;

/// How long the end of the process waits for its last lines.
const PATIENCE: Duration = Duration::from_secs(2);

/// Takes lines without ever waiting.
pub(super) struct Output {
    queue: SyncSender<Message>,
    left_out: AtomicU64,
}

enum Message {
    Line(String),
    Finish(SyncSender<()>),
}

impl Output {
    /// Opens `stdout`, `stderr` and files, to which it appends.
    pub(super) fn open(paths: &[String]) -> io::Result<Self> {
        let sinks = paths.iter().map(|path| open(path)).collect::<io::Result<Vec<_>>>()?;
        let (queue, lines) = sync_channel(WAITING_LINES);
        std::thread::Builder::new().name("log".into()).spawn(move || write_all(&lines, sinks))?;
        Ok(Self { queue, left_out: AtomicU64::new(0) })
    }

    /// Writes a line, unless too many wait already.
    pub(super) fn write(&self, line: String) {
        if self.queue.try_send(Message::Line(line)).is_err() {
            self.left_out.fetch_add(1, Ordering::Relaxed);
        }
    }

    /// How many lines were left out since this was asked last.
    pub(super) fn take_left_out(&self) -> u64 {
        if self.left_out.load(Ordering::Relaxed) == 0 { 0 } else { self.left_out.swap(0, Ordering::Relaxed) }
    }

    /// Waits, within reason, until everything is written.
    pub(super) fn finish(&self) {
        let (done, wait) = sync_channel(1);
        if self.queue.try_send(Message::Finish(done)).is_ok() {
            // A writer that hangs must not keep the process alive.
            let _ = wait.recv_timeout(PATIENCE);
        }
    }
}

fn open(path: &str) -> io::Result<Box<dyn Write + Send>> {
    let file = path.strip_prefix("file://").unwrap_or(path);
    Ok(match path {
        "stdout" => Box::new(io::stdout()),
        "stderr" => Box::new(io::stderr()),
        _ => {
            let open = OpenOptions::new().create(true).append(true).open(file);
            Box::new(open.map_err(|error| io::Error::new(error.kind(), format!("open {file}: {error}")))?)
        }
    })
}

/// Ends when the last sender is gone. A sink that fails loses its line: there is nobody to tell.
fn write_all(messages: &Receiver<Message>, mut sinks: Vec<Box<dyn Write + Send>>) {
    for message in messages {
        match message {
            Message::Line(line) => {
                for sink in &mut sinks {
                    let _ = sink.write_all(line.as_bytes());
                }
            }
            Message::Finish(done) => {
                for sink in &mut sinks {
                    let _ = sink.flush();
                }
                let _ = done.send(());
            }
        }
    }
}
