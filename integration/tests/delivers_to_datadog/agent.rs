//! The Datadog Agent's own translator.

use std::{
    io::{BufRead, BufReader, Write},
    process::{Child, ChildStdin, ChildStdout, Command, Stdio},
};

use base64::{Engine, prelude::BASE64_STANDARD};
use opentelemetry_proto::tonic::collector::metrics::v1::ExportMetricsServiceRequest;
use prost::Message;
use serde_json::Value;
use sluice_integration::peers::Peer;

use crate::payload::Point;

/// A translator that remembers what it was given.
pub(crate) struct Agent {
    process: Child,
    input: ChildStdin,
    output: BufReader<ChildStdout>,
}

impl Agent {
    /// Starts it with these settings; nothing (said aloud) when it has not been built.
    pub(crate) fn start(settings: &Value) -> Option<Self> {
        let program = Peer::DatadogOracle.find()?;
        let mut command = Command::new(program);
        let mut process = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().expect("it was built");
        let (input, output) = (process.stdin.take().expect("a pipe"), process.stdout.take().expect("a pipe"));
        let mut agent = Self { process, input, output: BufReader::new(output) };
        writeln!(agent.input, "{settings}").expect("it reads");
        Some(agent)
    }

    /// What it makes of a request.
    pub(crate) fn map(&mut self, request: &ExportMetricsServiceRequest) -> Vec<Point> {
        writeln!(self.input, "{}", BASE64_STANDARD.encode(request.encode_to_vec())).expect("it reads");
        self.input.flush().expect("it reads");
        let mut line = String::new();
        self.output.read_line(&mut line).expect("it answers");
        let points: Vec<Value> = serde_json::from_str(&line).expect("it answers in JSON");
        points.iter().map(point).collect()
    }
}

impl Drop for Agent {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

fn point(point: &Value) -> Point {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let number = |value: &Value| value.as_str().unwrap_or("0").parse::<f64>().expect("a number");
    let list = |value: &Value| value.as_array().cloned().unwrap_or_default();
    let mut tags: Vec<_> = list(&point["tags"]).iter().map(text).collect();
    tags.dedup();
    let values = match &point["basic"] {
        Value::Array(basic) => basic.iter().map(number).collect(),
        _ => vec![number(&point["value"])],
    };
    let keys = list(&point["keys"]).iter().map(|key| key.as_i64().unwrap_or_default()).collect::<Vec<_>>();
    let counts = list(&point["ns"]).iter().map(|count| count.as_u64().unwrap_or_default()).collect::<Vec<_>>();
    Point {
        name: text(&point["name"]),
        kind: text(&point["type"]),
        host: text(&point["host"]),
        tags,
        time: point["time"].as_u64().unwrap_or_default() / 1_000_000_000,
        values,
        count: point["count"].as_i64().unwrap_or_default(),
        bins: keys.into_iter().zip(counts).collect(),
    }
}
