//! The program under test, started on a file of `configs/`.

use std::{
    env,
    ffi::OsString,
    path::{Path, PathBuf},
    process::{Command, ExitStatus},
};

use tempfile::TempDir;

use crate::{Client, Process, SOON, Signal, free_port, peers::Peer, root, telemetry};

/// What users and scripts wait for.
const READY: &str = "Everything is ready. Begin running and processing data.";

/// Which gateway.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Program {
    /// Ours.
    Sluice,
    /// The Go Collector, which must have been built (see [`Peer::find`]).
    Collector,
}

impl Program {
    /// Sluice, or the Collector when `SLUICE_GATEWAY=collector`.
    pub fn under_test() -> Self {
        match env::var("SLUICE_GATEWAY").as_deref() {
            Ok("collector") => Self::Collector,
            _ => Self::Sluice,
        }
    }

    /// Where it is: for Sluice `$SLUICE_BIN`, or what cargo has built beside this test.
    pub fn path(self) -> PathBuf {
        match self {
            Self::Sluice => env::var_os("SLUICE_BIN").map_or_else(built_beside_this_test, PathBuf::from),
            Self::Collector => Peer::Collector.find().expect("SLUICE_GATEWAY=collector needs the Collector"),
        }
    }
}

/// A running gateway. Its files read their addresses from the environment: `GRPC`, `HTTP` and `HEALTH` (each
/// `host:port`), `METRICS_PORT`, and `DIR`, a folder to write to.
pub struct Gateway {
    /// The program.
    pub process: Process,
    environment: Vec<(&'static str, OsString)>,
    folder: TempDir,
}

/// A gateway before its start.
pub struct Setup {
    program: Program,
    files: Vec<PathBuf>,
    environment: Vec<(&'static str, OsString)>,
    arguments: Vec<&'static str>,
    descriptors: Option<u32>,
}

impl Gateway {
    /// The program under test on a file of `configs/`.
    pub fn on(file: &str) -> Setup {
        Self::on_file(config(file))
    }

    /// The program under test on a file of the project's `configs/`, on ports of its own.
    pub fn on_published(file: &str) -> Setup {
        let mut setup = Self::on_file(root().join("../configs").join(file));
        setup.files.push(config("own_ports.yaml"));
        setup
    }

    /// The program under test on a file that a test has written.
    pub fn on_file(file: PathBuf) -> Setup {
        Setup {
            program: Program::under_test(),
            files: vec![file, config("own_metrics.yaml")],
            environment: Vec::new(),
            arguments: Vec::new(),
            descriptors: None,
        }
    }

    /// A file of `configs/` that sends to a backend at `BACKEND`.
    pub async fn before(backend: &crate::Backend, file: &str) -> Self {
        Self::on(file).with("BACKEND", backend.address()).start().await
    }

    /// A value of the environment as the file sees it.
    pub fn value(&self, name: &str) -> String {
        let found = self.environment.iter().find(|(key, _)| *key == name);
        found.unwrap_or_else(|| panic!("{name} is not set")).1.to_string_lossy().into_owned()
    }

    /// A client of the gRPC listener.
    pub fn grpc(&self) -> Client {
        Client::grpc(&self.value("GRPC"))
    }

    /// A client of the HTTP listener, protobuf.
    pub fn http(&self) -> Client {
        Client::http(&self.value("HTTP"))
    }

    /// The folder that the file knows as `DIR`.
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// The gateway's own metrics, as text.
    pub async fn metrics(&self) -> String {
        let address = format!("127.0.0.1:{}", self.value("METRICS_PORT"));
        let reply = Client::http(&address).post(http::Method::GET, "/metrics", None, Vec::new()).await;
        assert_eq!(reply.http_status(), 200, "{}", reply.message());
        reply.message()
    }

    /// Proves that it takes telemetry, over both protocols.
    pub async fn assert_serves(&self) {
        for client in [self.grpc(), self.http()] {
            let reply = client.send(&telemetry::one_of_each(Signal::Traces)).await;
            assert!(reply.is_accepted(), "the gateway serves no more: {reply:?}");
        }
    }

    /// Asks it to end, and waits until it has.
    pub async fn stop(&mut self) -> ExitStatus {
        self.process.terminate();
        self.process.exited(SOON).await
    }
}

impl Setup {
    /// Another program than the one under test.
    pub fn program(mut self, program: Program) -> Self {
        self.program = program;
        self
    }

    /// One more file of `configs/`, laid over the others.
    pub fn and(mut self, file: &str) -> Self {
        self.files.push(config(file));
        self
    }

    /// One more variable for the file.
    pub fn with(mut self, name: &'static str, value: impl Into<OsString>) -> Self {
        self.environment.push((name, value.into()));
        self
    }

    /// One more argument for the program.
    pub fn argument(mut self, argument: &'static str) -> Self {
        self.arguments.push(argument);
        self
    }

    /// Not more open files than this.
    pub fn descriptors(mut self, limit: u32) -> Self {
        self.descriptors = Some(limit);
        self
    }

    /// Starts it and waits until it serves.
    pub async fn start(self) -> Gateway {
        let gateway = self.start_without_waiting();
        gateway.process.wait_for_line(READY, SOON).await;
        gateway
    }

    /// Starts it.
    pub fn start_without_waiting(mut self) -> Gateway {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let address = || OsString::from(format!("127.0.0.1:{}", free_port()));
        self.environment.push(("GRPC", address()));
        self.environment.push(("HTTP", address()));
        self.environment.push(("HEALTH", address()));
        self.environment.push(("METRICS_PORT", free_port().to_string().into()));
        self.environment.push(("DIR", folder.path().into()));
        let mut command = self.command();
        command.envs(self.environment.iter().map(|(name, value)| (name, value)));
        for file in &self.files {
            command.arg("--config").arg(file);
        }
        command.args(&self.arguments);
        let process = Process::start(&format!("{:?}", self.program), &mut command);
        Gateway { process, environment: self.environment, folder }
    }

    fn command(&self) -> Command {
        let Some(limit) = self.descriptors else { return Command::new(self.program.path()) };
        let mut command = Command::new("sh");
        command.arg("-c").arg(format!("ulimit -n {limit}; exec \"$0\" \"$@\"")).arg(self.program.path());
        command
    }
}

/// Runs the program under test with these arguments until it ends by itself.
pub async fn run_to_end(arguments: &[&str]) -> (Option<i32>, Vec<String>) {
    let mut command = Command::new(Program::under_test().path());
    let mut process = Process::start("the program", command.args(arguments));
    let status = process.exited(SOON).await;
    (status.code(), process.lines())
}

fn config(file: &str) -> PathBuf {
    root().join("configs").join(file)
}

/// Cargo puts this package's programs two folders above its tests.
fn built_beside_this_test() -> PathBuf {
    let test = env::current_exe().expect("the system knows what runs");
    let built = test.ancestors().nth(2).expect("a test is in target/PROFILE/deps");
    built.join("sluice-under-test")
}
