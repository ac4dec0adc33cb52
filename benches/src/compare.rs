//! Runs the programs in turn on the same files and the same load, and measures them.

use std::fs;
use std::io;
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

use serde::Serialize;
use tempfile::TempDir;
use tokio::time::sleep;

use crate::generator::{self, Load, Outcome, Pace, Protocol};
use crate::process::{self, Gateway, Usage, thread_cpu};
use crate::scenario::{Addresses, Exporter, Kind, Scenario};
use crate::sink::{self, Sink, Totals};
use crate::workload::Workload;

/// The name under which the Go Collector is run; exporters that it has not are measured without it.
pub const COLLECTOR: &str = "Collector";

/// How long a gateway may take to listen.
const START: Duration = Duration::from_secs(30);
/// How long it may take to end after SIGTERM.
const STOP: Duration = Duration::from_secs(30);
/// How long it is left alone before its idle memory is read.
const SETTLE: Duration = Duration::from_secs(1);
/// How long what was acknowledged may take to arrive, after nothing has arrived for a while.
const DRAIN: Duration = Duration::from_secs(20);
/// Longer than the timer of `batch` (200 ms) and a retry's first wait; nothing more comes after such a silence.
const SILENCE: Duration = Duration::from_secs(2);

/// What is run against what, and for how long.
#[derive(Clone, Debug)]
pub struct Plan {
    /// The programs, in turn.
    pub programs: Vec<Program>,
    /// Scenarios to go through.
    pub scenarios: Vec<Scenario>,
    /// Runs of each program in each scenario.
    pub repeat: usize,
    /// Of load before anything is measured.
    pub warm_up: Duration,
    /// Of load at full speed, and again of load at the scenario's rate.
    pub duration: Duration,
    /// Connections of the generator.
    pub connections: usize,
    /// Requests on their way on each.
    pub in_flight: usize,
    /// The largest DATA frame of generator and sink.
    pub max_frame: usize,
}

/// A gateway under test.
#[derive(Clone, Debug)]
pub struct Program {
    /// In the table.
    pub name: String,
    /// The binary; `None` sends from the generator straight to the sink, which shows what the test itself costs.
    pub path: Option<PathBuf>,
}

/// One run of one program.
#[derive(Clone, Debug, Serialize)]
pub struct Run {
    /// The scenario's name.
    pub scenario: &'static str,
    /// The program's name.
    pub program: String,
    /// Resident memory before the first request, in bytes.
    pub idle_bytes: u64,
    /// At full speed.
    pub full: Option<Phase>,
    /// At the scenario's rate.
    pub paced: Option<Phase>,
    /// Items acknowledged that never arrived.
    pub lost: u64,
    /// Items that arrived more often than they were acknowledged.
    pub extra: u64,
    /// Requests the sink could not read.
    pub unreadable: u64,
    /// Requests whose answer never came.
    pub unanswered: u64,
    /// Milliseconds from SIGTERM to the end; `None` when it had to be killed.
    pub stop_ms: Option<u64>,
    /// The exit code; `None` when it was ended by a signal.
    pub exit_code: Option<i32>,
    /// The first texts of what went wrong with connections.
    pub failures: Vec<String>,
}

/// What was measured while one load ran, and what it had caused was drained.
#[derive(Clone, Debug, Serialize)]
pub struct Phase {
    /// CPU of the gateway, in microseconds for each item that arrived.
    pub cpu_us_per_item: f64,
    /// CPU of generator and sink together, in microseconds for each item that arrived.
    pub harness_us_per_item: f64,
    /// Items that arrived at the sink, a second.
    pub items_per_second: f64,
    /// Requests refused, of all.
    pub refused: f64,
    /// Latency of acknowledged requests, in milliseconds.
    pub p50_ms: f64,
    /// The same.
    pub p99_ms: f64,
    /// The same.
    pub p999_ms: f64,
    /// Bytes of messages that came out, for each item.
    pub bytes_out_per_item: f64,
    /// Items in an outgoing request.
    pub items_per_request_out: f64,
    /// The largest resident memory, in bytes.
    pub peak_bytes: u64,
}

/// A run could not be done.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The gateway did not start or did not stay.
    #[error(transparent)]
    Gateway(#[from] process::Error),
    /// Something of our own failed.
    #[error(transparent)]
    Io(#[from] io::Error),
}

/// Goes through the plan; `done` is told of each run and of each failure. A failed run does not end the comparison.
pub async fn compare(plan: &Plan, mut done: impl FnMut(&Scenario, &Program, Result<Run, Error>)) -> io::Result<()> {
    for scenario in &plan.scenarios {
        let workload = Arc::new(Workload::new(scenario.signal, scenario.items, scenario.compression, 1)?);
        for _ in 0..plan.repeat {
            let takes = |program: &&Program| program.name != COLLECTOR || scenario.exporter.is_of_the_collector();
            for program in plan.programs.iter().filter(takes) {
                done(scenario, program, run(plan, scenario, program, &workload).await);
            }
        }
    }
    Ok(())
}

async fn run(plan: &Plan, scenario: &Scenario, program: &Program, workload: &Arc<Workload>) -> Result<Run, Error> {
    let mut bench = Bench::start(plan, scenario, program, workload.clone()).await?;
    let idle = bench.usage()?;
    let (mut full, mut paced) = (None, None);
    match scenario.kind {
        Kind::Idle => {}
        Kind::DeadBackend => full = Some(bench.phase(Pace::Closed, plan.duration).await?),
        Kind::Load => {
            bench.phase(Pace::Closed, plan.warm_up).await?;
            full = Some(bench.phase(Pace::Closed, plan.duration).await?);
            paced = Some(bench.phase(Pace::Rate(scenario.rate), plan.duration).await?);
        }
    }
    let (stop_ms, exit_code) = bench.stop().await?;
    let (lost, extra) = bench.lost_and_extra();
    Ok(Run {
        scenario: scenario.name,
        program: program.name.clone(),
        idle_bytes: idle.resident,
        full,
        paced,
        lost,
        extra,
        unreadable: bench.totals().unreadable,
        unanswered: bench.sent.unanswered,
        stop_ms,
        exit_code,
        failures: bench.sent.failures.clone(),
    })
}

/// One gateway between generator and sink.
struct Bench<'a> {
    plan: &'a Plan,
    scenario: &'a Scenario,
    workload: Arc<Workload>,
    /// `None` when the backend is dead.
    sink: Option<Sink>,
    /// `None` when the generator sends straight to the sink, and after the end.
    gateway: Option<Gateway>,
    target: SocketAddr,
    /// All that was sent so far.
    sent: Outcome,
    /// Configuration and log.
    folder: TempDir,
}

impl<'a> Bench<'a> {
    async fn start(
        plan: &'a Plan,
        scenario: &'a Scenario,
        program: &Program,
        workload: Arc<Workload>,
    ) -> Result<Bench<'a>, Error> {
        let settings =
            sink::Settings { signal: scenario.signal, grpc_port: 0, http_port: 0, max_frame: plan.max_frame };
        let sink = Sink::start(settings)?;
        let direct = match scenario.protocol {
            Protocol::Grpc => sink.grpc,
            Protocol::Http => sink.http,
        };
        let backend = if scenario.exporter == Exporter::Otlp { direct } else { sink.http };
        let folder = TempDir::new()?;
        let sent = Outcome::new(workload.requests.len());
        let mut bench = Bench {
            plan,
            scenario,
            workload,
            sink: (scenario.kind != Kind::DeadBackend).then_some(sink),
            gateway: None,
            target: direct,
            sent,
            folder,
        };
        if let Some(path) = &program.path {
            let [receiver, metrics] = free_ports()?;
            let config = bench.folder.path().join("config.yaml");
            fs::write(&config, scenario.config(Addresses { receiver, metrics, backend }))?;
            let gateway = Gateway::start(path, &config, &bench.folder.path().join("log"))?;
            bench.target = receiver;
            bench.gateway.insert(gateway).ready(&[receiver], START).await?;
            sleep(SETTLE).await;
        }
        Ok(bench)
    }

    /// Sends for a while, waits until all of it has arrived, and says what that took.
    async fn phase(&mut self, pace: Pace, duration: Duration) -> Result<Phase, Error> {
        let load = Load {
            target: self.target,
            protocol: self.scenario.protocol,
            connections: self.plan.connections,
            in_flight: self.plan.in_flight,
            pace,
            duration,
            max_frame: self.plan.max_frame,
        };
        if let Some(gateway) = &self.gateway {
            gateway.forget_peak()?;
        }
        let (begin, before) = (Instant::now(), self.reading()?);
        let outcome = generator::run(load, self.workload.clone()).await?;
        self.sent.add(&outcome);
        let end = self.drain().await.max(begin + duration);
        let after = self.reading()?;

        let arrived = after.totals.items - before.totals.items;
        let each = |time: Duration| ratio(time.as_secs_f64() * 1e6, arrived);
        let answered = outcome.requests() + outcome.refusals();
        Ok(Phase {
            cpu_us_per_item: each(after.usage.cpu.saturating_sub(before.usage.cpu)),
            harness_us_per_item: each(outcome.cpu + after.sink_cpu.saturating_sub(before.sink_cpu)),
            items_per_second: arrived as f64 / (end - begin).as_secs_f64(),
            refused: ratio(outcome.refusals() as f64, answered),
            p50_ms: outcome.latency_ms(0.5),
            p99_ms: outcome.latency_ms(0.99),
            p999_ms: outcome.latency_ms(0.999),
            bytes_out_per_item: ratio((after.totals.bytes - before.totals.bytes) as f64, arrived),
            items_per_request_out: ratio(arrived as f64, after.totals.requests - before.totals.requests),
            peak_bytes: after.usage.peak,
        })
    }

    /// Waits until what was acknowledged has arrived, or nothing has for a while; when the last item did.
    async fn drain(&self) -> Instant {
        let begin = Instant::now();
        let acknowledged = self.sent.requests() * self.workload.items as u64;
        let (mut arrived, mut last) = (self.totals().items, begin);
        while self.sink.is_some() && arrived < acknowledged && last.elapsed() < SILENCE && begin.elapsed() < DRAIN {
            sleep(Duration::from_millis(5)).await;
            let now = self.totals().items;
            if now > arrived {
                (arrived, last) = (now, Instant::now());
            }
        }
        last
    }

    /// Sends SIGTERM; how long the end took, and the exit code.
    async fn stop(&mut self) -> io::Result<(Option<u64>, Option<i32>)> {
        let Some(gateway) = self.gateway.take() else { return Ok((None, None)) };
        let begin = Instant::now();
        let status = gateway.stop(STOP).await?;
        Ok((status.map(|_| begin.elapsed().as_millis() as u64), status.and_then(|status| status.code())))
    }

    /// Items acknowledged and never arrived, and items arrived more often than acknowledged, request by request of the pool;
    /// of all together where what arrives does not tell the requests apart.
    fn lost_and_extra(&self) -> (u64, u64) {
        let Some(sink) = &self.sink else { return (0, 0) };
        let (mut lost, mut extra) = (0, 0);
        if !self.scenario.exporter.keeps_marks(self.scenario.signal) {
            let (sent, arrived) = (self.sent.requests() * self.workload.items as u64, self.totals().items);
            return (sent.saturating_sub(arrived), arrived.saturating_sub(sent));
        }
        for (place, requests) in self.sent.acknowledged.iter().enumerate() {
            let (sent, arrived) = (requests * self.workload.items as u64, sink.counts.of_request(place));
            lost += sent.saturating_sub(arrived);
            extra += arrived.saturating_sub(sent);
        }
        (lost, extra)
    }

    fn reading(&mut self) -> Result<Reading, Error> {
        Ok(Reading { usage: self.usage()?, totals: self.totals(), sink_cpu: thread_cpu(sink::THREAD) })
    }

    fn usage(&mut self) -> Result<Usage, Error> {
        Ok(self.gateway.as_mut().map(Gateway::usage).transpose()?.unwrap_or_default())
    }

    fn totals(&self) -> Totals {
        self.sink.as_ref().map(|sink| sink.counts.totals()).unwrap_or_default()
    }
}

/// The figures that a phase is the difference of.
struct Reading {
    usage: Usage,
    totals: Totals,
    sink_cpu: Duration,
}

fn ratio(of: f64, to: u64) -> f64 {
    if to == 0 { 0.0 } else { of / to as f64 }
}

/// Ports that are free now; whoever takes one before the gateway does makes its start fail, which is reported.
fn free_ports<const N: usize>() -> io::Result<[SocketAddr; N]> {
    let mut addresses = [SocketAddr::from((Ipv4Addr::LOCALHOST, 0)); N];
    // All are held until all are known, so that they differ.
    let mut held = Vec::new();
    for address in &mut addresses {
        let listener = TcpListener::bind(*address)?;
        *address = listener.local_addr()?;
        held.push(listener);
    }
    Ok(addresses)
}
