//! What is sent in OTLP, and what is shown then.

mod exposition;
mod scraping;
mod settings;
mod sums;

use std::collections::HashSet;
use std::time::Duration;

use serde_json::{Value as Json, json};
use sluice_component::Accepted;
use sluice_pdata::{Batch, Signal};
use tokio::time::Instant;

use super::accumulator::Accumulator;
use super::config::Config;
use super::endpoint::{Wanted, body};
use super::format::{Format, Kind};
use super::name::Escaping;
use crate::testing::read;

/// An exporter without a port.
struct Shop {
    accumulator: Accumulator,
    now: Instant,
    timestamps: bool,
}

impl Shop {
    fn on(mut settings: Json) -> Self {
        settings["endpoint"] = json!("127.0.0.1:0");
        let (config, problems) = read(settings, Config::read);
        assert_eq!(problems, [""; 0]);
        let timestamps = config.send_timestamps;
        Self { accumulator: Accumulator::new(&config), now: Instant::now(), timestamps }
    }

    /// Sends metrics of a scope without a name, of a resource without attributes.
    fn send(&self, metrics: Json) -> Accepted {
        self.send_all(json!([{"scopeMetrics": [{"metrics": metrics}]}]))
    }

    fn send_all(&self, resource_metrics: Json) -> Accepted {
        let request = json!({"resourceMetrics": resource_metrics}).to_string();
        let batch = Batch::check_json(Signal::Metrics, request.as_bytes(), &Default::default()).unwrap();
        self.accumulator.take(&batch, self.now).accepted()
    }

    fn later(&mut self, seconds: u64) {
        self.now += Duration::from_secs(seconds);
    }

    fn text(&self) -> String {
        self.shown(Kind::Text, Escaping::Underscores)
    }

    fn shown(&self, kind: Kind, escaping: Escaping) -> String {
        String::from_utf8(self.bytes(kind, escaping)).unwrap()
    }

    fn bytes(&self, kind: Kind, escaping: Escaping) -> Vec<u8> {
        let format = Format { kind, escaping };
        let wanted = Wanted { format, gzip: false, timestamps: self.timestamps, names: HashSet::new() };
        body(&self.accumulator, &wanted, self.now).unwrap().to_vec()
    }

    /// The samples in text, without help and types.
    fn samples(&self) -> Vec<String> {
        self.text().lines().filter(|line| !line.starts_with('#')).map(str::to_owned).collect()
    }
}

fn refused(points: u64, message: &str) -> Accepted {
    Accepted { rejected: points, message: Some(message.into()) }
}

fn gauge(name: &str, points: Json) -> Json {
    json!({"name": name, "gauge": {"dataPoints": points}})
}

fn sum(name: &str, temporality: u8, points: Json) -> Json {
    json!({"name": name, "sum": {"aggregationTemporality": temporality, "isMonotonic": true, "dataPoints": points}})
}

fn attributes(pairs: &[(&str, &str)]) -> Json {
    pairs.iter().map(|(key, value)| json!({"key": key, "value": {"stringValue": value}})).collect()
}
