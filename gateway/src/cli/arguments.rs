//! What can be written behind the program's name.

use std::str::FromStr;
use std::time::Duration;

use clap::{ArgAction, Args, Parser, Subcommand, ValueEnum};
use clap_complete::Shell;
use sluice_component::config::parse_duration;

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
