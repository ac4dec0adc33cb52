//! What is told about the host, so that it is in the list of hosts and its tags are known.
//!
//! Source: the Collector's `internal/hostmetadata`; the Datadog Agent's `inframetadata`.

use std::sync::OnceLock;
use std::time::Duration;

use serde_json::json;
use sluice_component::factory::{Program, Settings};
use sluice_component::{BuildError, ComponentId, Context};
use sluice_transport::compression::{Compressor, Encoding};
use tokio::sync::Notify;

use super::config::{Config, HostMetadataConfig};
use super::intake::{self, Intake};
use super::running::{CALM, PATIENCE};
use super::{host, site};
use crate::sending::Parcel;

/// After a failure it is told again so soon.
const AGAIN: Duration = Duration::from_secs(60);

/// Tells about one host.
pub(super) struct Reporter {
    id: ComponentId,
    intake: Intake,
    program: Program,
    tags: Vec<String>,
    period: Duration,
    /// The host of what names none.
    pub(super) fallback: String,
    name: OnceLock<String>,
    named: Notify,
}

impl Reporter {
    pub(super) fn new(config: &Config, metadata: &HostMetadataConfig, settings: &Settings) -> Result<Self, BuildError> {
        let url = site::below(&config.metrics.endpoint, "/intake", "metrics::endpoint")?;
        let compressor = Compressor::new(Encoding::Gzip, None).ok();
        Ok(Self {
            id: settings.id.clone(),
            intake: Intake::new(config, settings, &url, "application/json", compressor)?,
            program: settings.program,
            tags: metadata.tags.clone(),
            period: metadata.reporter_period,
            fallback: host::fallback(config),
            name: OnceLock::new(),
            named: Notify::new(),
        })
    }

    /// Says which host it is. The first name counts; without one, nothing is told.
    pub(super) fn name(&self, name: &str) {
        if self.name.set(name.to_owned()).is_ok() {
            self.named.notify_one();
        }
    }

    /// Whether the host is known.
    pub(super) fn is_named(&self) -> bool {
        self.name.get().is_some()
    }

    /// Tells about the host for ever, once it is known.
    pub(super) async fn run(self: std::sync::Arc<Self>) {
        tokio::time::sleep(CALM).await;
        self.named.notified().await;
        let Some(name) = self.name.get().filter(|name| !name.is_empty()) else { return };
        loop {
            let told = self.tell(name).await;
            if let Err(error) = &told {
                tracing::warn!(exporter = %self.id, %error, "Datadog was not told about the host, it will be again");
            }
            tokio::time::sleep(if told.is_ok() { self.period } else { AGAIN.min(self.period) }).await;
        }
    }

    async fn tell(&self, name: &str) -> Result<(), String> {
        let body = about(name, &self.tags, self.program).to_string().into_bytes();
        let body = intake::pack(self.intake.compressor(), body)?;
        let parcel = Parcel { body, ..Parcel::default() };
        match tokio::time::timeout(PATIENCE, self.intake.deliver(&parcel, &Context::default())).await {
            Ok(Ok(_)) => Ok(()),
            Ok(Err(error)) => Err(error.message.into_owned()),
            Err(_) => Err("it did not answer in time".to_owned()),
        }
    }
}

fn about(name: &str, tags: &[String], program: Program) -> serde_json::Value {
    let gohai = json!({
        "cpu": {}, "filesystem": [], "memory": {}, "network": {},
        "platform": {"hostname": name, "os": std::env::consts::OS, "machine": std::env::consts::ARCH},
    });
    json!({
        "meta": {
            "instance-id": "", "ec2-hostname": "", "hostname": name, "socket-hostname": name, "socket-fqdn": "",
            "host_aliases": [],
        },
        "internalHostname": name,
        "otel_version": program.version,
        "agent-flavor": "opentelemetry-collector",
        "host-tags": {"otel": tags},
        "gohai": gohai.to_string(),
    })
}
