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

#[cfg(test)]
mod tests {
    use sluice_transport::compression::decompress;

    use super::super::tests::intakes::{Intakes, config};
    use super::*;
    use crate::testing::settings;

    #[tokio::test]
    async fn datadog_is_told_about_the_host() {
        let (intakes, address) = Intakes::start(&[(202, ""), (403, "")]).await;
        let config = config(address, json!({"host_metadata": {"tags": ["team:a"]}}));
        let metadata = config.host_metadata.as_ref().unwrap();
        let reporter = Reporter::new(&config, metadata, &settings("datadog")).unwrap();

        let told = [reporter.tell("web-1").await, reporter.tell("web-1").await];

        assert_eq!(told[0], Ok(()));
        assert_eq!(told[1], Err("the backend answered HTTP 403 Forbidden".to_owned()));
        let (head, body) = intakes.take().remove(0);
        assert_eq!((head.uri.path(), &head.headers["dd-api-key"]), ("/intake", &"abc".parse().unwrap()));
        let body = decompress(Encoding::Gzip, &body, 1 << 20).unwrap();
        let mut body: serde_json::Value = serde_json::from_slice(&body).unwrap();
        assert!(body["gohai"].take().as_str().unwrap().starts_with('{'));
        assert_eq!(
            body,
            json!({
                "meta": {
                    "instance-id": "", "ec2-hostname": "", "hostname": "web-1", "socket-hostname": "web-1",
                    "socket-fqdn": "", "host_aliases": [],
                },
                "internalHostname": "web-1", "otel_version": "1.2.3", "agent-flavor": "opentelemetry-collector",
                "host-tags": {"otel": ["team:a"]}, "gohai": null,
            })
        );
    }

    #[tokio::test(start_paused = true)]
    async fn the_first_name_counts_and_an_empty_one_ends_it() {
        let config = config(([127, 0, 0, 1], 9).into(), json!({}));
        let metadata = config.host_metadata.as_ref().unwrap();
        let reporter = std::sync::Arc::new(Reporter::new(&config, metadata, &settings("datadog")).unwrap());

        assert!(!reporter.is_named());
        reporter.name("");
        reporter.name("web-1");

        assert!(reporter.is_named());
        // It would be for ever.
        reporter.run().await;
    }
}
