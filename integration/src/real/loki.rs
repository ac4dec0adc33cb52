//! Loki, all in one process, with its defaults, storing to a temporary folder.

use std::{collections::BTreeMap, fs, process::Command};

use tempfile::TempDir;

use super::{Api, Program, Tls, api::texts};
use crate::{free_port, peers::Peer};

/// A running Loki. What it has taken outlasts [`Loki::stop`].
pub struct Loki {
    program: Program,
    address: String,
    /// Asks it anything else.
    pub api: Api,
    _folder: TempDir,
}

/// The lines under one set of labels.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stream {
    /// Its labels.
    pub labels: BTreeMap<String, String>,
    /// Its lines, oldest first.
    pub entries: Vec<Entry>,
}

/// One line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// When, in Unix nanoseconds.
    pub time: u64,
    /// What it says.
    pub line: String,
    /// Its structured metadata.
    pub metadata: BTreeMap<String, String>,
}

/// What may be different from a Loki in plain text without tenants.
#[derive(Clone, Copy, Default)]
pub struct Setup<'a> {
    tls: Option<Tls<'a>>,
    tenants: bool,
    limits: &'a str,
}

impl Loki {
    /// Starts it in plain text, for one tenant who need not say so.
    pub async fn start() -> Option<Self> {
        Self::setup().start().await
    }

    /// Starts it differently.
    pub fn setup<'a>() -> Setup<'a> {
        Setup::default()
    }

    /// Ends it without warning.
    pub fn stop(&mut self) {
        self.program.stop();
    }

    /// Starts it again on the same port.
    pub async fn start_again(&mut self) {
        self.program.start_again().await;
    }

    /// `host:port` of everything: pushes, OTLP, queries.
    pub fn address(&self) -> &str {
        &self.address
    }

    /// What a LogQL query selects between two times in Unix nanoseconds, at most 5000 lines; the streams in the order of their
    /// labels, without the labels that Loki guesses (`detected_level`).
    pub async fn query_range(&self, query: &str, from: u64, to: u64) -> Vec<Stream> {
        self.query_range_of("", query, from, to).await
    }

    /// The same for a tenant.
    pub async fn query_range_of(&self, tenant: &str, query: &str, from: u64, to: u64) -> Vec<Stream> {
        let (from, to) = (from.to_string(), to.to_string());
        let parameters =
            [("query", query), ("start", &from), ("end", &to), ("limit", "5000"), ("direction", "forward")];
        // Else metadata would be mixed into the labels.
        let categorized = ("X-Loki-Response-Encoding-Flags", "categorize-labels");
        let headers = [categorized, ("X-Scope-OrgID", tenant)];
        let headers = if tenant.is_empty() { &headers[..1] } else { &headers[..] };
        let (status, body) = self.api.get("/loki/api/v1/query_range", &parameters, headers).await;
        let text = String::from_utf8_lossy(&body);
        assert!(status.is_success(), "{status}: {text}");
        let answer: serde_json::Value = serde_json::from_slice(&body).unwrap_or_else(|error| panic!("{error}: {text}"));
        let streams = answer["data"]["result"].as_array().unwrap_or_else(|| panic!("no result: {answer}"));
        let mut streams: Vec<_> = streams.iter().map(stream).collect();
        streams.sort_by(|one, other| one.labels.cmp(&other.labels));
        streams
    }
}

impl<'a> Setup<'a> {
    /// Protects its port.
    pub fn tls(mut self, tls: Tls<'a>) -> Self {
        self.tls = Some(tls);
        self
    }

    /// Serves whoever says which tenant it is, and nobody else.
    pub fn tenants(mut self) -> Self {
        self.tenants = true;
        self
    }

    /// Other limits than the defaults, one a line, as `limits_config` has them.
    pub fn limits(mut self, limits: &'a str) -> Self {
        self.limits = limits;
        self
    }

    /// Starts it.
    pub async fn start(self) -> Option<Loki> {
        let program = Peer::Loki.find()?;
        let folder = tempfile::tempdir().expect("a temporary folder");
        let port = free_port();
        let address = format!("127.0.0.1:{port}");
        let file = folder.path().join("loki.yaml");
        fs::write(&file, self.configuration(&folder, port)).expect("the folder is ours");
        let mut command = Command::new(program);
        command.arg("-config.file").arg(file).current_dir(folder.path());
        let program = Program::start(Peer::Loki, command, r#"msg="Loki started""#).await;
        Some(Loki { program, api: Api::new(&address, self.tls), address, _folder: folder })
    }

    fn configuration(&self, folder: &TempDir, port: u16) -> String {
        let folder = folder.path().display();
        let tls = self.tls.map(|tls| {
            let (certificate, key) = (tls.certificate(), tls.key());
            let clients = match tls.mutual {
                true => {
                    let authority = tls.authority();
                    format!("client_auth_type: RequireAndVerifyClientCert, client_ca_file: {authority:?}")
                }
                false => "client_auth_type: NoClientCert".to_owned(),
            };
            format!("http_tls_config: {{cert_file: {certificate:?}, key_file: {key:?}, {clients}}}")
        });
        let limits: String = self.limits.lines().map(|line| format!("  {line}\n")).collect();
        format!(
            "auth_enabled: {tenants}
analytics: {{reporting_enabled: false}}
server:
  http_listen_address: 127.0.0.1
  http_listen_port: {port}
  grpc_listen_address: 127.0.0.1
  grpc_listen_port: {grpc}
  {tls}
frontend_worker: {{frontend_address: '127.0.0.1:{grpc}'}}
common:
  instance_addr: 127.0.0.1
  path_prefix: {folder}/data
  replication_factor: 1
  ring: {{kvstore: {{store: inmemory}}}}
  storage: {{filesystem: {{chunks_directory: {folder}/chunks, rules_directory: {folder}/rules}}}}
schema_config:
  configs: [{{from: 2020-01-01, store: tsdb, object_store: filesystem, schema: v13, index: {{prefix: index_, period: 24h}}}}]
limits_config:
  discover_log_levels: false
{limits}",
            tenants = self.tenants,
            grpc = free_port(),
            tls = tls.unwrap_or_default(),
        )
    }
}

fn stream(stream: &serde_json::Value) -> Stream {
    let entries = stream["values"].as_array().into_iter().flatten();
    Stream { labels: texts(&stream["stream"]), entries: entries.map(entry).collect() }
}

fn entry(entry: &serde_json::Value) -> Entry {
    let text = |at: usize| entry[at].as_str().unwrap_or_else(|| panic!("not a line: {entry}")).to_owned();
    let time = text(0).parse().unwrap_or_else(|error| panic!("{error}: {entry}"));
    Entry { time, line: text(1), metadata: texts(&entry[2]["structuredMetadata"]) }
}
