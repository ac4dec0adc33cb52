//! The load generator: sends a [`Workload`] over gRPC or HTTP/1.1, closed-loop or at a rate, and says what was acknowledged.

mod grpc;
mod http;
mod outcome;
mod pace;
mod timer;

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};
use std::{io, thread};

use clap::ValueEnum;
use serde::Serialize;
use tokio::sync::oneshot;
use tokio::task::JoinSet;

use crate::process::thread_cpu;
use crate::workload::Workload;
pub use outcome::{Answer, Outcome};
pub use pace::Pace;
use pace::Schedule;

/// The name of the generator's thread, by which its CPU time is found.
pub const THREAD: &str = "generator";

/// How long a run waits, after its end, for answers that are due.
const LAST_ANSWERS: Duration = Duration::from_secs(10);

/// How long a slot stays empty after a refusal; a real client waits longer.
const BACKOFF: Duration = Duration::from_millis(20);

/// The way in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Protocol {
    /// OTLP/gRPC.
    Grpc,
    /// OTLP/HTTP with protobuf over HTTP/1.1.
    Http,
}

/// One run of the generator.
#[derive(Clone, Debug)]
pub struct Load {
    /// Where to.
    pub target: SocketAddr,
    /// How.
    pub protocol: Protocol,
    /// Connections; over HTTP/1.1 there are `connections * in_flight` of them.
    pub connections: usize,
    /// Requests on their way at a time on each connection. At a rate, up to 32 times as many while answers are late.
    pub in_flight: usize,
    /// When requests start.
    pub pace: Pace,
    /// For how long requests start.
    pub duration: Duration,
    /// The largest DATA frame, if the peer allows it.
    pub max_frame: usize,
}

/// Runs the load on a thread of its own and waits for its end.
pub async fn run(load: Load, workload: Arc<Workload>) -> io::Result<Outcome> {
    let (done, outcome) = oneshot::channel();
    thread::Builder::new().name(THREAD.into()).spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
        let outcome = runtime.map(|runtime| {
            let mut outcome = runtime.block_on(send(&load, workload));
            outcome.cpu = thread_cpu(THREAD);
            outcome
        });
        // Nobody listens when the run was cancelled.
        let _ = done.send(outcome);
    })?;
    outcome.await.map_err(|_| io::Error::other("the generator's thread panicked"))?
}

async fn send(load: &Load, workload: Arc<Workload>) -> Outcome {
    let begin = Instant::now();
    let mut connections = JoinSet::new();
    let count = match load.protocol {
        Protocol::Grpc => load.connections,
        Protocol::Http => load.connections * load.in_flight,
    };
    for index in 0..count {
        let connection = Connection {
            target: load.target,
            workload: workload.clone(),
            first: index * workload.requests.len() / count,
            in_flight: load.in_flight,
            schedule: Schedule::new(load.pace, begin, begin + load.duration, index, count),
            max_frame: load.max_frame,
        };
        match load.protocol {
            Protocol::Grpc => connections.spawn(grpc::run(connection)),
            Protocol::Http => connections.spawn(http::run(connection)),
        };
    }
    let mut outcome = Outcome::new(workload.requests.len());
    while let Some(joined) = connections.join_next().await {
        match joined {
            Ok(one) => outcome.add(&one),
            Err(error) => outcome.failures.push(error.to_string()),
        }
    }
    outcome.seconds = begin.elapsed().min(load.duration).as_secs_f64();
    outcome
}

/// What one connection has to do.
struct Connection {
    target: SocketAddr,
    workload: Arc<Workload>,
    /// The place in the pool to start from.
    first: usize,
    in_flight: usize,
    schedule: Schedule,
    max_frame: usize,
}

impl Connection {
    /// When answers are waited for no longer.
    fn deadline(&self) -> Instant {
        self.schedule.end + LAST_ANSWERS
    }
}
