//! The command line, as the Collector has it.

mod arguments;
mod components;
mod featuregate;
mod pii;
mod print_config;

use std::ffi::OsString;
use std::fmt::Display;
use std::io::Write;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::{Duration, Instant};

use clap::{CommandFactory, Parser};
use sluice_component::factory::Program;

use arguments::{Arguments, Command, Sources};

use crate::components::Components;
use crate::config::{self, Configuration, Problems};
use crate::gates::Gates;
use crate::service::{self, Events, Load, Options, ServiceError};
use crate::{demo, telemetry};

/// Runs the program with the arguments of this process: the whole `main` of a distribution.
pub fn run(program: Program, components: Components) -> ExitCode {
    let started = Instant::now();
    let mut arguments = match Arguments::try_parse() {
        Ok(arguments) => arguments,
        Err(error) => {
            // Help was asked for, or an argument is wrong. A closed pipe is nothing to complain about.
            let _ = error.print();
            return ExitCode::from(u8::from(error.use_stderr()));
        }
    };
    if arguments.version {
        return say(&format!("{} version {}\n", program.name, program.version));
    }
    let mut gates = Gates::default();
    for gate in arguments.sources.feature_gates.iter().flat_map(|list| gates.apply(list)) {
        complain(&format!("note: there is no feature gate {gate:?} here, it is ignored"));
    }
    let sources = arguments.sources;
    let drain = arguments.shutdown_timeout.into();
    match arguments.command.take() {
        None => {
            let options = Options { program, components, gates, drain, started, ready: Arc::default() };
            let load = loading(sources, &options);
            run_until_signals(async |events| service::run(&options, load, events).await)
        }
        Some(Command::Demo(demo)) => {
            let options = Options { program, components, gates, drain, started, ready: Arc::default() };
            let settings = demo.into();
            run_until_signals(async |events| demo::run(&settings, &options, events).await)
        }
        Some(Command::Pii(arguments::Pii::Explain(how))) => pii::explain(&how, &sources, &gates),
        Some(Command::Validate) => match load(&sources, &gates, &components) {
            Ok(configuration) => warn(&configuration),
            Err(problems) => fail(&problems),
        },
        Some(Command::Components) => say(&components::list(program, &components)),
        Some(Command::PrintConfig(how)) => match print_config::print(&how, || load(&sources, &gates, &components)) {
            Ok(text) => say(&text),
            Err(error) => fail(&error),
        },
        Some(Command::Featuregate { id: None }) => say(&featuregate::table(&gates)),
        Some(Command::Featuregate { id: Some(id) }) => match featuregate::details(&gates, &id) {
            Some(text) => say(&text),
            None => fail(&format!("feature {id:?} not found")),
        },
        Some(Command::Completion { shell }) => {
            let mut script = Vec::new();
            clap_complete::generate(shell, &mut Arguments::command(), program.name, &mut script);
            say(&String::from_utf8_lossy(&script))
        }
    }
}

/// Runs something on threads for all cores until it ends, which signals may ask it to.
fn run_until_signals<E: From<ServiceError> + Display>(run: impl AsyncFnOnce(Events) -> Result<(), E>) -> ExitCode {
    telemetry::log_panics();
    let runtime = match tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .on_thread_park(sluice_component::reclaim::on_thread_park)
        .build()
    {
        Ok(runtime) => runtime,
        Err(error) => return fail(&format!("cannot start threads: {error}")),
    };
    let outcome = runtime.block_on(async {
        let events = service::signals().map_err(ServiceError::Signals)?;
        run(events).await
    });
    telemetry::logs::finish();
    // Whatever still runs was told to end and did not: it must not keep the process.
    runtime.shutdown_timeout(Duration::ZERO);
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => fail(&error),
    }
}

fn loading(sources: Sources, options: &Options) -> Load {
    let (gates, components) = (options.gates.clone(), options.components.clone());
    Arc::new(move || load(&sources, &gates, &components))
}

fn load(sources: &Sources, gates: &Gates, components: &Components) -> Result<Configuration, Problems> {
    config::load(&request(sources, gates), components)
}

fn request<'a>(sources: &'a Sources, gates: &Gates) -> config::Request<'a> {
    config::Request {
        configs: &sources.config,
        sets: &sources.set,
        gates: gates.for_config(),
        environment: &environment,
    }
}

fn environment(name: &str) -> Option<OsString> {
    std::env::var_os(name)
}

/// A configuration that can be used: silent, but for what is better written otherwise.
fn warn(configuration: &Configuration) -> ExitCode {
    for warning in &configuration.warnings {
        complain(&format!("warning: {warning}"));
    }
    ExitCode::SUCCESS
}

fn say(text: &str) -> ExitCode {
    // Whoever closes the pipe has seen enough.
    let _ = std::io::stdout().write_all(text.as_bytes());
    ExitCode::SUCCESS
}

fn fail(error: &dyn Display) -> ExitCode {
    complain(&format!("Error: {error}"));
    ExitCode::FAILURE
}

fn complain(text: &str) {
    // There is nowhere else to say it.
    let _ = writeln!(std::io::stderr(), "{text}");
}
