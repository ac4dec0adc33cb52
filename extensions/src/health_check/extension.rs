//! The answer.

use std::sync::Arc;
use std::time::SystemTime;

use bytes::Bytes;
use http::{Response, StatusCode};
use serde_json::{Value, json};
use sluice_component::clock::rfc3339_nanos;
use sluice_component::config::format_duration;
use sluice_component::factory::{ComponentState, Extension, Host};
use sluice_component::{BoxFuture, BuildError, Health, RunError, Stop};

use super::config::Config;
use crate::pages::{self, PageServer, Pages};

pub(super) struct HealthCheck(PageServer);

struct Answers {
    config: Config,
    host: Arc<dyn Host>,
}

impl HealthCheck {
    pub(super) fn bind(config: Config, host: Arc<dyn Host>) -> Result<Self, BuildError> {
        let listening = config.listening.clone();
        Ok(Self(PageServer::bind(&listening, Arc::new(Answers { config, host }))?))
    }
}

impl Extension for HealthCheck {
    fn run(self: Box<Self>, stop: Stop) -> BoxFuture<'static, Result<(), RunError>> {
        Box::pin(self.0.run(stop))
    }
}

impl Pages for Answers {
    fn answer(&self, path: &str, _query: Option<&str>) -> BoxFuture<'_, Response<Bytes>> {
        let response = if self.is_asked(path) {
            self.health()
        } else {
            pages::text(StatusCode::NOT_FOUND, "404 page not found\n")
        };
        Box::pin(std::future::ready(response))
    }
}

impl Answers {
    /// As Go's `ServeMux` matches: what ends in a slash stands for everything below.
    fn is_asked(&self, path: &str) -> bool {
        path == self.config.path || self.config.path.ends_with('/') && path.starts_with(&self.config.path)
    }

    fn health(&self) -> Response<Bytes> {
        let ready = self.host.is_ready();
        let status = if ready { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
        let texts = self.config.response_body.as_ref();
        let text = texts.map(|texts| if ready { &texts.healthy } else { &texts.unhealthy });
        match text.filter(|text| !text.is_empty()) {
            Some(text) => pages::text(status, text.clone()),
            None => pages::with_type(status, "application/json", self.report(ready)),
        }
    }

    /// The Collector's three fields first, as there, and then ours.
    fn report(&self, ready: bool) -> String {
        let (status, up_since, uptime) = if ready {
            let started = self.host.started();
            let uptime = SystemTime::now().duration_since(started).unwrap_or_default();
            ("Server available", rfc3339_nanos(started), format_duration(uptime))
        } else {
            ("Server not available", "0001-01-01T00:00:00Z".into(), String::new())
        };
        let components: Value = self.host.components().iter().map(component).collect();
        format!(r#"{{"status":"{status}","upSince":"{up_since}","uptime":"{uptime}","components":{components}}}"#)
    }
}

/// Our own addition to the Collector's answer: how each component is doing.
fn component(state: &ComponentState) -> Value {
    let pipelines: Vec<_> = state.pipelines.iter().map(ToString::to_string).collect();
    let (status, error) = match &state.health {
        Health::Starting => ("starting", None),
        Health::Ok => ("ok", None),
        Health::Recoverable(error) => ("recoverable_error", Some(error)),
        Health::Permanent(error) => ("permanent_error", Some(error)),
        Health::Stopping => ("stopping", None),
    };
    let mut report = json!({
        "kind": state.kind.as_str(),
        "id": state.id.as_str(),
        "pipelines": pipelines,
        "status": status,
    });
    if let Some(error) = error {
        report["error"] = json!(error);
    }
    report
}
