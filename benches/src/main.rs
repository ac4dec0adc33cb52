//! The load test's command line: `compare`, and its two halves `load` and `sink` by themselves.

use std::error::Error;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;
use std::{fs, io};

use clap::{Args, Parser, Subcommand};
use tokio::time::sleep;

use sluice_benches::compare::{COLLECTOR, Plan, Program, compare};
use sluice_benches::compression::Compression;
use sluice_benches::generator::{self, Load, Pace, Protocol};
use sluice_benches::report::markdown;
use sluice_benches::scenario::{self, Scenario};
use sluice_benches::sink::{Settings, Sink};
use sluice_benches::wire::Signal;
use sluice_benches::workload::Workload;

/// Load for OTLP gateways, and a comparison of gateways under it.
#[derive(Parser)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Run gateways in turn on the same configuration and load, and print what each costs.
    Compare(CompareArgs),
    /// Send load to a receiver.
    Load(LoadArgs),
    /// Acknowledge and count whatever comes.
    Sink(SinkArgs),
    /// Print a scenario's configuration.
    Config(ConfigArgs),
}

#[derive(Args)]
struct CompareArgs {
    /// The Collector's binary.
    #[arg(long)]
    collector: Option<PathBuf>,
    /// Sluice's binary.
    #[arg(long)]
    sluice: Option<PathBuf>,
    /// Another gateway that takes the same configuration, as NAME=PATH; may be repeated.
    #[arg(long, value_name = "NAME=PATH")]
    other: Vec<String>,
    /// Also send straight from the generator to the sink: what the test itself costs.
    #[arg(long)]
    direct: bool,
    /// Only these scenarios; may be repeated.
    #[arg(long, value_parser = named_scenario)]
    scenario: Vec<Scenario>,
    /// Runs of each program in each scenario, in turn.
    #[arg(long, default_value_t = 3)]
    repeat: usize,
    /// Seconds at full speed, and again at the scenario's rate.
    #[arg(long, default_value_t = 5.0)]
    seconds: f64,
    /// Seconds of load before anything is measured.
    #[arg(long, default_value_t = 2.0)]
    warm_up: f64,
    #[command(flatten)]
    shape: Shape,
    /// Write every run to this file as JSON.
    #[arg(long)]
    json: Option<PathBuf>,
}

#[derive(Args)]
struct Shape {
    /// Connections of the generator.
    #[arg(long, default_value_t = 4)]
    connections: usize,
    /// Requests on their way on each connection.
    #[arg(long, default_value_t = 2)]
    in_flight: usize,
    /// Largest HTTP/2 DATA frame in bytes; grpc-go's is fixed at 16384.
    #[arg(long, default_value_t = 16384)]
    max_frame: usize,
}

#[derive(Args)]
struct LoadArgs {
    /// The receiver, host:port.
    target: SocketAddr,
    #[arg(long, value_enum, default_value = "grpc")]
    protocol: Protocol,
    #[arg(long, value_enum, default_value = "traces")]
    signal: Signal,
    /// Items in a request.
    #[arg(long, default_value_t = 1000)]
    items: usize,
    #[arg(long, value_enum, default_value = "none")]
    compression: Compression,
    #[arg(long, default_value_t = 10.0)]
    seconds: f64,
    /// Requests a second; without it as fast as answers come.
    #[arg(long)]
    rate: Option<f64>,
    #[command(flatten)]
    shape: Shape,
}

#[derive(Args)]
struct SinkArgs {
    #[arg(long, value_enum, default_value = "traces")]
    signal: Signal,
    /// Port for gRPC, 0 for any.
    #[arg(long, default_value_t = 0)]
    grpc_port: u16,
    /// Port for HTTP, 0 for any.
    #[arg(long, default_value_t = 0)]
    http_port: u16,
    /// Largest HTTP/2 DATA frame in bytes that clients may send.
    #[arg(long, default_value_t = 16384)]
    max_frame: usize,
    /// Ends by itself after so many seconds.
    #[arg(long, default_value_t = 3600.0)]
    seconds: f64,
}

#[derive(Args)]
struct ConfigArgs {
    #[arg(value_parser = named_scenario)]
    scenario: Scenario,
    /// The receiver's address.
    #[arg(long, default_value = "127.0.0.1:4317")]
    receiver: SocketAddr,
    /// The address of the gateway's own metrics.
    #[arg(long, default_value = "127.0.0.1:8888")]
    metrics: SocketAddr,
    /// The backend's address.
    #[arg(long, default_value = "127.0.0.1:14317")]
    backend: SocketAddr,
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    let cli = Cli::parse();
    let command = async {
        match cli.command {
            Command::Compare(args) => run_compare(args).await,
            Command::Load(args) => run_load(args).await,
            Command::Sink(args) => run_sink(args).await,
            Command::Config(args) => {
                let ConfigArgs { scenario, receiver, metrics, backend } = args;
                print!("{}", scenario.config(scenario::Addresses { receiver, metrics, backend }));
                Ok(())
            }
        }
    };
    // Dropping the command kills the gateway that it has started.
    tokio::select! {
        result = command => result,
        result = interrupted() => result.map_err(Into::into),
    }
}

async fn interrupted() -> io::Result<()> {
    use tokio::signal::unix::{SignalKind, signal};
    let (mut terminate, mut interrupt) = (signal(SignalKind::terminate())?, signal(SignalKind::interrupt())?);
    tokio::select! {
        _ = terminate.recv() => {}
        _ = interrupt.recv() => {}
    }
    Err(io::Error::other("interrupted"))
}

async fn run_compare(args: CompareArgs) -> Result<(), Box<dyn Error>> {
    let programs = programs(&args)?;
    let plan = Plan {
        programs: programs.clone(),
        scenarios: if args.scenario.is_empty() { scenario::ALL.to_vec() } else { args.scenario },
        repeat: args.repeat,
        warm_up: Duration::from_secs_f64(args.warm_up),
        duration: Duration::from_secs_f64(args.seconds),
        connections: args.shape.connections,
        in_flight: args.shape.in_flight,
        max_frame: args.shape.max_frame,
    };
    let mut runs = Vec::new();
    let mut failed = 0;
    compare(&plan, |scenario, program, result| match result {
        Ok(run) => {
            let cpu = run.full.as_ref().map_or(0.0, |phase| phase.cpu_us_per_item);
            eprintln!("{}, {}: {cpu:.3} us an item, {} lost", scenario.name, program.name, run.lost);
            runs.push(run);
        }
        Err(error) => {
            eprintln!("{}, {}: {error}", scenario.name, program.name);
            failed += 1;
        }
    })
    .await?;
    let names: Vec<_> = programs.into_iter().map(|program| program.name).collect();
    print!("{}", markdown(&plan.scenarios, &names, &runs));
    if let Some(path) = args.json {
        fs::write(path, serde_json::to_vec_pretty(&runs)?)?;
    }
    if failed > 0 { Err(format!("{failed} runs failed").into()) } else { Ok(()) }
}

fn programs(args: &CompareArgs) -> Result<Vec<Program>, Box<dyn Error>> {
    let named = |name: &str, path: &Path| Program { name: name.into(), path: Some(path.into()) };
    let mut programs = Vec::new();
    programs.extend(args.collector.as_deref().map(|path| named(COLLECTOR, path)));
    for other in &args.other {
        let (name, path) = other.split_once('=').ok_or_else(|| format!("{other}: must be NAME=PATH"))?;
        programs.push(named(name, Path::new(path)));
    }
    programs.extend(args.sluice.as_deref().map(|path| named("Sluice", path)));
    if args.direct {
        programs.push(Program { name: "none".into(), path: None });
    }
    if programs.is_empty() {
        return Err("nothing to run: give --collector, --sluice, --other or --direct".into());
    }
    Ok(programs)
}

async fn run_load(args: LoadArgs) -> Result<(), Box<dyn Error>> {
    let workload = Arc::new(Workload::new(args.signal, args.items, args.compression, 1)?);
    println!("{:.0} bytes an item, {} requests in the pool", workload.bytes_per_item(), workload.requests.len());
    let load = Load {
        target: args.target,
        protocol: args.protocol,
        connections: args.shape.connections,
        in_flight: args.shape.in_flight,
        pace: args.rate.map_or(Pace::Closed, Pace::Rate),
        duration: Duration::from_secs_f64(args.seconds),
        max_frame: args.shape.max_frame,
    };
    let outcome = generator::run(load, workload).await?;
    let items = outcome.requests() * args.items as u64;
    println!(
        "acknowledged {} requests, {items} items, {:.0} items/s",
        outcome.requests(),
        items as f64 / outcome.seconds
    );
    println!("refused {} ({:?}), unanswered {}", outcome.refusals(), outcome.refused, outcome.unanswered);
    println!(
        "latency ms: p50 {:.2}, p99 {:.2}, p999 {:.2}",
        outcome.latency_ms(0.5),
        outcome.latency_ms(0.99),
        outcome.latency_ms(0.999)
    );
    println!("generator CPU {:.3} us an item", outcome.cpu.as_secs_f64() * 1e6 / items.max(1) as f64);
    for failure in &outcome.failures {
        println!("failure: {failure}");
    }
    Ok(())
}

async fn run_sink(args: SinkArgs) -> Result<(), Box<dyn Error>> {
    let SinkArgs { signal, grpc_port, http_port, max_frame, seconds } = args;
    let sink = Sink::start(Settings { signal, grpc_port, http_port, max_frame })?;
    println!("gRPC {}, HTTP {}", sink.grpc, sink.http);
    let mut before = sink.counts.totals();
    for _ in 0..seconds.ceil() as u64 {
        sleep(Duration::from_secs(1)).await;
        let now = sink.counts.totals();
        if now != before {
            println!(
                "{} requests, {} items ({} items/s), {} bytes, {} unreadable",
                now.requests,
                now.items,
                now.items - before.items,
                now.bytes,
                now.unreadable
            );
            before = now;
        }
    }
    Ok(())
}

fn named_scenario(name: &str) -> Result<Scenario, String> {
    let names: Vec<_> = scenario::ALL.iter().map(|scenario| scenario.name).collect();
    let found = scenario::ALL.iter().find(|scenario| scenario.name == name);
    found.copied().ok_or_else(|| format!("there are {}", names.join(", ")))
}
