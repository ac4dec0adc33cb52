//! What can be written behind the program's name.

use std::path::PathBuf;
use std::str::FromStr;
use std::time::Duration;

use clap::{ArgAction, Args, Parser, Subcommand, ValueEnum};
use clap_complete::Shell;
use sluice_component::config::parse_duration;

use crate::demo;

/// Sluice, an OpenTelemetry gateway: the Collector's configuration on an eighth of the machine.
#[derive(Debug, Parser)]
#[command(name = "sluice", disable_version_flag = true, args_conflicts_with_subcommands = false)]
pub(super) struct Arguments {
    #[command(subcommand)]
    pub(super) command: Option<Command>,

    #[command(flatten)]
    pub(super) sources: Sources,

    /// How long an end or a reload may take, as 25s or 1m; what has not left by then is lost and counted.
    /// A little less than the 30s after which Kubernetes kills.
    #[arg(long, value_name = "DURATION", default_value = "25s")]
    pub(super) shutdown_timeout: GoDuration,

    /// Print the version.
    #[arg(short = 'v', long)]
    pub(super) version: bool,
}

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Check the configuration without running it.
    Validate,
    /// List the components of this program.
    Components,
    /// Print the configuration as it holds, defaults filled in.
    #[command(alias = "print-initial-config")]
    PrintConfig(PrintConfig),
    /// List the feature gates, or show one.
    Featuregate {
        /// The gate to show.
        id: Option<String>,
    },
    /// Find personal data and secrets, as the processor pii does.
    #[command(subcommand)]
    Pii(Pii),
    /// Look at a gateway at work: no configuration, no backend needed.
    Demo(Demo),
    /// Print a script that completes commands in a shell.
    Completion {
        /// The shell.
        shell: Shell,
    },
}

/// Where the configuration comes from.
#[derive(Clone, Debug, Args)]
pub(super) struct Sources {
    /// A part of the configuration: a file, or file:, env:, yaml:, http: or https: with what to read. May be repeated;
    /// later ones are laid over earlier ones.
    #[arg(long, value_name = "URI", global = true, action = ArgAction::Append)]
    pub(super) config: Vec<String>,

    /// One setting, laid over all of --config: --set=processors.batch.timeout=2s. May be repeated.
    #[arg(long, value_name = "KEY=VALUE", global = true, action = ArgAction::Append)]
    pub(super) set: Vec<String>,

    /// Feature gates to turn on, or off with - in front, with commas between.
    #[arg(long, value_name = "GATES", global = true, action = ArgAction::Append, allow_hyphen_values = true)]
    pub(super) feature_gates: Vec<String>,
}

#[derive(Debug, Args)]
pub(super) struct PrintConfig {
    /// What becomes of secrets.
    #[arg(long, value_enum, default_value_t = Mode::Redacted)]
    pub(super) mode: Mode,

    /// How it is written.
    #[arg(long, value_enum, default_value_t = Format::Yaml)]
    pub(super) format: Format,

    /// Whether a configuration that is wrong is refused; there is no other way yet.
    #[arg(long, action = ArgAction::Set, num_args = 0..=1, default_value_t = true, default_missing_value = "true")]
    pub(super) validate: bool,
}

#[derive(Debug, Args)]
pub(super) struct Demo {
    /// Where configuration, log and telemetry are written.
    #[arg(long, value_name = "FOLDER", default_value = "sluice-demo")]
    directory: PathBuf,

    /// How long it runs, as 30s or 5m; until Ctrl-C if it is not said.
    #[arg(long, value_name = "DURATION")]
    duration: Option<GoDuration>,

    /// How many orders a second the three services handle; 7 spans, 3 log records each.
    #[arg(long, value_name = "NUMBER", default_value_t = 20, value_parser = clap::value_parser!(u32).range(0..=5000))]
    orders: u32,

    /// Where OTLP over gRPC is taken.
    #[arg(long, value_name = "HOST:PORT", default_value = "localhost:4317")]
    grpc: String,

    /// Where OTLP over HTTP is taken.
    #[arg(long, value_name = "HOST:PORT", default_value = "localhost:4318")]
    http: String,

    /// Where the gateway's own metrics are shown.
    #[arg(long, value_name = "HOST:PORT", default_value = "localhost:8888", value_parser = host_and_port)]
    metrics: (String, u16),

    /// Where the pages are that show the gateway from within.
    #[arg(long, value_name = "HOST:PORT", default_value = "localhost:55679")]
    pages: String,
}

impl From<Demo> for demo::Settings {
    fn from(arguments: Demo) -> Self {
        let Demo { directory, duration, orders, grpc, http, metrics, pages } = arguments;
        let duration = duration.map(Duration::from);
        Self { directory, duration, orders_per_second: orders, grpc, http, metrics, pages }
    }
}

#[derive(Debug, Subcommand)]
pub(super) enum Pii {
    /// Show what pii would find in text or telemetry, why, and what would become of it. Nothing is sent.
    #[command(after_help = EXPLAIN_EXAMPLES)]
    Explain(Explain),
}

const EXPLAIN_EXAMPLES: &str = "\
Examples:
  echo 'mail from anna@example.org' | sluice pii explain
  tail -f app.log | sluice pii explain
  sluice pii explain --key user.phone <<< '+49 30 901820'
  sluice pii explain --config gateway.yaml --json < traces.jsonl | jq .found
  sluice pii explain --input otlp-proto --signal logs < request.bin

What was found is shown as it is: mind where the output goes.
Ends with 0, with 1 if something cannot be read, and with --exit-code with 2 if something was found.";

/// How `pii explain` reads and shows.
#[derive(Debug, Args)]
pub(super) struct Explain {
    /// The processor of --config whose settings count: its id, or its type for the first of it. Without --config these
    /// are the defaults.
    #[arg(long, value_name = "ID", default_value = "pii")]
    pub(super) processor: String,

    /// What the standard input is.
    #[arg(long, value_enum, default_value_t = Input::Auto)]
    pub(super) input: Input,

    /// The signal of OTLP in protobuf; guessed if it is not said.
    #[arg(long, value_name = "SIGNAL", value_parser = ["traces", "metrics", "logs"])]
    pub(super) signal: Option<String>,

    /// Take each line for the value of an attribute of this key, not for the body of a log record.
    #[arg(long, value_name = "KEY")]
    pub(super) key: Option<String>,

    /// Print a JSON object for each value in which something was found, one a line.
    #[arg(long)]
    pub(super) json: bool,

    /// When to use colours.
    #[arg(long, value_enum, default_value_t = When::Auto)]
    pub(super) color: When,

    /// End with 2 if something was found.
    #[arg(long)]
    pub(super) exit_code: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum Input {
    /// What it looks like.
    Auto,
    /// Lines of text.
    Text,
    /// Export requests in OTLP/JSON, one or one a line.
    OtlpJson,
    /// One export request in protobuf.
    OtlpProto,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum When {
    /// On a terminal, unless NO_COLOR is set.
    Auto,
    Always,
    Never,
}

fn host_and_port(text: &str) -> Result<(String, u16), &'static str> {
    let (host, port) = text.rsplit_once(':').ok_or("must be host:port")?;
    Ok((host.to_owned(), port.parse().map_err(|_| "must be host:port")?))
}

#[derive(Clone, Copy, Debug, ValueEnum)]
pub(super) enum Mode {
    /// They are printed as [REDACTED].
    Redacted,
    /// They are printed.
    Unredacted,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
pub(super) enum Format {
    Yaml,
    Json,
}

/// A duration as the configuration writes it.
#[derive(Clone, Copy, Debug)]
pub(super) struct GoDuration(Duration);

impl From<GoDuration> for Duration {
    fn from(duration: GoDuration) -> Self {
        duration.0
    }
}

impl FromStr for GoDuration {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        parse_duration(text).map(Self).ok_or("must be a duration such as 200ms, 5s or 1h30m")
    }
}
