//! Jaeger, all in one process, with its traces in memory.

use std::process::Command;

use serde_json::Value;

use super::{Api, Program, Tls};
use crate::{free_port, peers::Peer};

/// A running Jaeger. What it has taken is gone when it stops.
pub struct Jaeger {
    program: Program,
    grpc: String,
    http: String,
    /// Asks it anything else.
    pub api: Api,
}

impl Jaeger {
    /// Starts it in plain text.
    pub async fn start() -> Option<Self> {
        Self::start_with(None).await
    }

    /// Starts it with TLS on both OTLP ports; its queries stay in plain text.
    pub async fn start_tls(tls: Tls<'_>) -> Option<Self> {
        Self::start_with(Some(tls)).await
    }

    async fn start_with(tls: Option<Tls<'_>>) -> Option<Self> {
        let mut command = Command::new(Peer::Jaeger.find()?);
        let [grpc, http, query] = [(); 3].map(|()| format!("127.0.0.1:{}", free_port()));
        command.env("SPAN_STORAGE_TYPE", "memory").arg("--log-level=info");
        command.arg(format!("--collector.otlp.grpc.host-port={grpc}"));
        command.arg(format!("--collector.otlp.http.host-port={http}"));
        command.arg(format!("--query.http-server.host-port={query}"));
        // It has no switch for these.
        for unused in ["admin.http", "collector.grpc-server", "collector.http-server", "query.grpc-server"] {
            command.arg(format!("--{unused}.host-port=127.0.0.1:{}", free_port()));
        }
        if let Some(tls) = tls {
            for protocol in ["grpc", "http"] {
                let option = |name: &str| format!("--collector.otlp.{protocol}.tls.{name}=");
                command.arg(format!("{}true", option("enabled")));
                command.arg(format!("{}{}", option("cert"), tls.certificate().display()));
                command.arg(format!("{}{}", option("key"), tls.key().display()));
                if tls.mutual {
                    command.arg(format!("{}{}", option("client-ca"), tls.authority().display()));
                }
            }
        }
        let api = Api::new(&query, None);
        let program = Program::start(Peer::Jaeger, command, r#""status":"ready""#).await;
        Some(Self { program, grpc, http, api })
    }

    /// Ends it without warning.
    pub fn stop(&mut self) {
        self.program.stop();
    }

    /// Starts it again on the same ports.
    pub async fn start_again(&mut self) {
        self.program.start_again().await;
    }

    /// `host:port` of OTLP over gRPC.
    pub fn grpc(&self) -> &str {
        &self.grpc
    }

    /// `host:port` of OTLP over HTTP.
    pub fn http(&self) -> &str {
        &self.http
    }

    /// A trace by its id in hex, in Jaeger's own form: what the user interface shows (`/api/traces/ID`).
    pub async fn trace(&self, id: &str) -> Option<Value> {
        let mut answer = self.api.json(&format!("/api/traces/{id}"), &[], &[]).await?;
        Some(answer["data"][0].take())
    }

    /// A trace by its id in hex, in OTLP's form: a list of `resourceSpans` (`/api/v3/traces/ID`).
    pub async fn trace_in_otlp(&self, id: &str) -> Option<Value> {
        let mut answer = self.api.json(&format!("/api/v3/traces/{id}"), &[], &[]).await?;
        Some(answer["result"]["resourceSpans"].take())
    }
}
