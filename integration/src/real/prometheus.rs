//! Prometheus, taking remote writes and OTLP.

use std::{collections::BTreeMap, fs, process::Command};

use serde_json::Value;
use tempfile::TempDir;

use super::{Api, Program, Tls, api::texts};
use crate::{free_port, peers::Peer};

/// A running Prometheus. What it has taken outlasts [`Prometheus::stop`].
pub struct Prometheus {
    program: Program,
    address: String,
    /// Asks it anything else.
    pub api: Api,
    _folder: TempDir,
}

/// The samples under one set of labels.
#[derive(Clone, Debug, PartialEq)]
pub struct Series {
    /// Its labels, `__name__` among them.
    pub labels: BTreeMap<String, String>,
    /// Its numbers, oldest first: when in Unix milliseconds, and how much.
    pub samples: Vec<(i64, f64)>,
    /// Its native histograms, oldest first: when in Unix milliseconds, and the histogram as Prometheus writes it.
    pub histograms: Vec<(i64, Value)>,
}

impl Prometheus {
    /// Starts it in plain text.
    pub async fn start() -> Option<Self> {
        Self::start_with(None, "").await
    }

    /// Starts it with TLS, for queries too.
    pub async fn start_tls(tls: Tls<'_>) -> Option<Self> {
        Self::start_with(Some(tls), "").await
    }

    /// Starts it in plain text with more in its configuration, for instance what it scrapes.
    pub async fn start_on(configuration: &str) -> Option<Self> {
        Self::start_with(None, configuration).await
    }

    async fn start_with(tls: Option<Tls<'_>>, configuration: &str) -> Option<Self> {
        let program = Peer::Prometheus.find()?;
        let folder = tempfile::tempdir().expect("a temporary folder");
        let address = format!("127.0.0.1:{}", free_port());
        let [file, web] = ["prometheus.yaml", "web.yaml"].map(|name| folder.path().join(name));
        // What a test sends is a moment older or newer than what it sent before.
        let storage = "storage: {tsdb: {out_of_order_time_window: 1h}, exemplars: {max_exemplars: 10000}}";
        fs::write(&file, format!("{storage}\n{configuration}")).expect("the folder is ours");
        fs::write(&web, tls.map(web_configuration).unwrap_or_default()).expect("the folder is ours");
        let mut command = Command::new(program);
        command.arg("--config.file").arg(file).arg("--web.config.file").arg(web);
        command.arg("--storage.tsdb.path").arg(folder.path().join("data"));
        command.args(["--web.enable-remote-write-receiver", "--web.enable-otlp-receiver"]);
        command.args(["--enable-feature", "exemplar-storage", "--web.listen-address", &address]);
        let ready = "Server is ready to receive web requests.";
        let program = Program::start(Peer::Prometheus, command, ready).await;
        Some(Self { program, api: Api::new(&address, tls), address, _folder: folder })
    }

    /// Ends it without warning.
    pub fn stop(&mut self) {
        self.program.stop();
    }

    /// Starts it again on the same port.
    pub async fn start_again(&mut self) {
        self.program.start_again().await;
    }

    /// `host:port` of everything: remote writes, OTLP, queries.
    pub fn address(&self) -> &str {
        &self.address
    }

    /// What an expression gives at a time in Unix seconds (`/api/v1/query`), in the order of the labels. With a range selector,
    /// `metric[1h]`, these are the samples as they were written.
    pub async fn query(&self, expression: &str, at: f64) -> Vec<Series> {
        let result = self.ask("/api/v1/query", &[("query", expression), ("time", &at.to_string())]).await;
        let result = result["result"].as_array().unwrap_or_else(|| panic!("no series: {result}"));
        let mut series: Vec<_> = result.iter().map(series).collect();
        series.sort_by(|one, other| one.labels.cmp(&other.labels));
        series
    }

    /// The exemplars of the selected series between two times in Unix seconds (`/api/v1/query_exemplars`): a list of
    /// `seriesLabels` with `exemplars`.
    pub async fn query_exemplars(&self, selector: &str, from: f64, to: f64) -> Value {
        let (from, to) = (from.to_string(), to.to_string());
        self.ask("/api/v1/query_exemplars", &[("query", selector), ("start", &from), ("end", &to)]).await
    }

    /// What is known about a metric by its name (`/api/v1/metadata`): a list of `type`, `help` and `unit`.
    pub async fn metadata(&self, metric: &str) -> Value {
        self.ask("/api/v1/metadata", &[("metric", metric)]).await[metric].take()
    }

    async fn ask(&self, path: &str, parameters: &[(&str, &str)]) -> Value {
        let (status, body) = self.api.get(path, parameters, &[]).await;
        let text = String::from_utf8_lossy(&body);
        assert!(status.is_success(), "{status}: {text}");
        let mut answer: Value = serde_json::from_slice(&body).unwrap_or_else(|error| panic!("{error}: {text}"));
        answer["data"].take()
    }
}

fn web_configuration(tls: Tls<'_>) -> String {
    let (certificate, key, authority) = (tls.certificate(), tls.key(), tls.authority());
    let clients = match tls.mutual {
        true => format!(", client_auth_type: RequireAndVerifyClientCert, client_ca_file: {authority:?}"),
        false => String::new(),
    };
    format!("tls_server_config: {{cert_file: {certificate:?}, key_file: {key:?}{clients}}}")
}

/// An instant vector has one value a series, a range vector a list of them.
fn series(series: &Value) -> Series {
    let points = |one: &str, many: &str| -> Vec<(i64, Value)> {
        let several = series[many].as_array().into_iter().flatten();
        several.chain(series.get(one)).map(|point| (milliseconds(&point[0]), point[1].clone())).collect()
    };
    let number = |(time, value): (i64, Value)| {
        let text = value.as_str().unwrap_or_else(|| panic!("not a number in a text: {value}"));
        (time, text.parse().unwrap_or_else(|error| panic!("{error}: {text}")))
    };
    Series {
        labels: texts(&series["metric"]),
        samples: points("value", "values").into_iter().map(number).collect(),
        histograms: points("histogram", "histograms"),
    }
}

fn milliseconds(seconds: &Value) -> i64 {
    let seconds = seconds.as_f64().unwrap_or_else(|| panic!("not a time: {seconds}"));
    (seconds * 1000.0).round() as i64
}
