//! Real backends: their own programs, started by a test on free ports of 127.0.0.1, with what they keep in a temporary folder,
//! and asked by their own query APIs for what arrived. They end with their values.
//!
//! What starts one gives nothing (said aloud) when the program has not been built: see [`Peer::find`].

mod api;
mod decoder;
mod jaeger;
mod loki;
mod prometheus;

use std::{path::PathBuf, process::Command, time::Duration};

use crate::{Certificates, Process, peers::Peer};

pub use api::Api;
pub use decoder::Decoder;
pub use jaeger::Jaeger;
pub use loki::{Entry, Loki, Stream};
pub use prometheus::{Prometheus, Series};

/// How long a backend may take to start, on a machine that runs other tests beside it.
const START: Duration = Duration::from_secs(90);

/// How a backend protects the port that telemetry is sent to.
#[derive(Clone, Copy)]
pub struct Tls<'a> {
    /// Where its certificate is, and the authority of the clients that it serves.
    pub certificates: &'a Certificates,
    /// The name under which its certificate was issued. The file is read again when the backend starts again.
    pub name: &'a str,
    /// Whether clients have to show a certificate.
    pub mutual: bool,
}

impl<'a> Tls<'a> {
    /// The certificate with this name, for all clients.
    pub fn named(certificates: &'a Certificates, name: &'a str) -> Self {
        Self { certificates, name, mutual: false }
    }

    /// The same, for clients with a certificate only.
    pub fn mutual(certificates: &'a Certificates, name: &'a str) -> Self {
        Self { certificates, name, mutual: true }
    }

    fn certificate(&self) -> PathBuf {
        self.file("pem")
    }

    fn key(&self) -> PathBuf {
        self.file("key")
    }

    fn authority(&self) -> PathBuf {
        self.certificates.folder().join("ca.pem")
    }

    fn file(&self, extension: &str) -> PathBuf {
        self.certificates.folder().join(self.name).with_extension(extension)
    }
}

/// A backend's program, and what it says once it serves.
struct Program {
    peer: Peer,
    command: Command,
    is_ready: &'static str,
    process: Option<Process>,
}

impl Program {
    /// Starts it. Its query API may need a moment more.
    async fn start(peer: Peer, command: Command, is_ready: &'static str) -> Self {
        let mut program = Self { peer, command, is_ready, process: None };
        program.start_again().await;
        program
    }

    /// Ends it without warning.
    fn stop(&mut self) {
        self.process = None;
    }

    /// Starts it as before, on the same ports.
    async fn start_again(&mut self) {
        let process = Process::start(&format!("{:?}", self.peer), &mut self.command);
        process.wait_for_line(self.is_ready, START).await;
        self.process = Some(process);
    }
}
