//! `service::telemetry::logs`, read.

use std::time::Duration;

use sluice_component::config::{Effective, Node, Section, Value};
use tracing::level_filters::LevelFilter;

use crate::telemetry::config::named;

/// How the gateway writes its log.
#[derive(Clone, Debug)]
pub struct Config {
    /// The least severe level that is written (`info`). The Collector's `dpanic`, `panic` and `fatal` mean nothing at all.
    pub level: LevelFilter,
    /// How a line looks (`console`).
    pub encoding: Encoding,
    /// Whether a line leaves out where in the program it was written (`false`).
    pub disable_caller: bool,
    /// How often one message may be repeated; `None` writes every line.
    pub sampling: Option<Sampling>,
    /// Where lines go: `stderr`, `stdout`, or files, which are appended to (`[stderr]`).
    pub output_paths: Vec<String>,
    /// Fields of every line.
    pub initial_fields: Vec<(String, String)>,
    /// Whether a line leaves out the `resource` field (`false`).
    pub disable_resource: bool,
}

/// How a log line looks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Encoding {
    /// Time, level, place and message between tabs, then the fields as JSON.
    Console,
    /// One JSON object.
    Json,
}

/// How often a message of one level and one text may be repeated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sampling {
    /// The span of time that is counted (10 s).
    pub tick: Duration,
    /// How many lines of one text are written in each span (10).
    pub initial: u64,
    /// Past them, one in this many is written (100); none if zero.
    pub thereafter: u64,
}

impl Config {
    /// Reads `service::telemetry::logs`.
    pub(in crate::telemetry) fn read(section: &mut Section<'_>) -> Self {
        let levels = [
            ("debug", LevelFilter::DEBUG),
            ("info", LevelFilter::INFO),
            ("warn", LevelFilter::WARN),
            ("error", LevelFilter::ERROR),
            ("dpanic", LevelFilter::OFF),
            ("panic", LevelFilter::OFF),
            ("fatal", LevelFilter::OFF),
        ];
        let level = named(section, "level", "info", &levels);
        let encodings = [("console", Encoding::Console), ("json", Encoding::Json)];
        let encoding = section.one_of("encoding", &encodings, "console");
        // Changes nothing but how Go's logger treats its own panics.
        section.bool("development", false);
        let disable_caller = section.bool("disable_caller", false);
        // There are no stack traces to leave out.
        section.bool("disable_stacktrace", false);
        let sampling = read_sampling(section);
        let output_paths = section.strings("output_paths", &["stderr"]);
        if output_paths.iter().any(String::is_empty) {
            section.problem("output_paths", "must not have an empty path");
        }
        // Trouble with the log itself has nowhere better to go than the standard error output.
        section.strings("error_output_paths", &["stderr"]);
        let initial_fields = read_initial_fields(section);
        section.unsupported("processors", "read the log from its output paths instead");
        let disable_resource = section.bool("disable_zap_resource", false);
        Self { level, encoding, disable_caller, sampling, output_paths, initial_fields, disable_resource }
    }
}

fn read_sampling(section: &mut Section<'_>) -> Option<Sampling> {
    section.section("sampling", |section| {
        let enabled = section.bool("enabled", true);
        let sampling = Sampling {
            tick: section.duration("tick", Duration::from_secs(10)),
            initial: section.integer("initial", 10),
            thereafter: section.integer("thereafter", 100),
        };
        enabled.then_some(sampling)
    })
}

fn read_initial_fields(section: &mut Section<'_>) -> Vec<(String, String)> {
    let entries = match section.raw("initial_fields").map(|node| &node.value) {
        None | Some(Value::Null) => &[],
        Some(Value::Map(entries)) => entries.as_slice(),
        Some(other) => {
            section.problem("initial_fields", format!("must be a map, found {}", other.kind()));
            &[]
        }
    };
    let fields: Vec<_> = entries.iter().map(|((name, _), value)| (name.to_string(), text(value))).collect();
    let effective = fields.iter().map(|(name, value)| (name.clone(), Effective::Text(value.clone())));
    section.record("initial_fields", Effective::Map(effective.collect()));
    fields
}

fn text(node: &Node) -> String {
    match (&node.text, &node.value) {
        (Some(text), _) | (None, Value::Text(text)) => text.to_string(),
        (None, Value::Bool(value)) => value.to_string(),
        (None, Value::Int(value)) => value.to_string(),
        (None, Value::Float(value)) => value.to_string(),
        (None, Value::Null | Value::List(_) | Value::Map(_)) => String::new(),
    }
}
