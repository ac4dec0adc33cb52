//! The own metrics for whoever asks: Prometheus text over HTTP.

use std::sync::Arc;

use bytes::Bytes;
use http::{Response, StatusCode};
use sluice_component::{BoxFuture, BuildError, Stop};
use sluice_extensions::pages::{self, Listening, PageServer, Pages};

use super::{PrometheusPull, Source, text};

/// A port on which the own metrics are shown.
pub(super) struct Server(PageServer);

struct Metrics {
    source: Source,
    options: PrometheusPull,
}

impl Server {
    pub(super) fn bind(source: Source, options: PrometheusPull) -> Result<Self, BuildError> {
        let host = if options.host.contains(':') { format!("[{}]", options.host) } else { options.host.clone() };
        let endpoint = format!("{host}:{}", options.port);
        let listening =
            Listening::at(&endpoint).map_err(|error| BuildError::at("prometheus::host", error.to_string()))?;
        Ok(Self(PageServer::bind(&listening, Arc::new(Metrics { source, options }))?))
    }

    pub(super) async fn run(self, stop: Stop) {
        if let Err(error) = self.0.run(stop).await {
            tracing::error!(%error, "Own metrics are not shown any more");
        }
    }
}

impl Pages for Metrics {
    fn answer(&self, path: &str, _query: Option<&str>) -> BoxFuture<'_, Response<Bytes>> {
        let response = if path == "/metrics" {
            let Source { resource, program, .. } = &self.source;
            let text = text::render(&self.source.take(), resource, &self.options, program.version);
            pages::with_type(StatusCode::OK, text::CONTENT_TYPE, text)
        } else {
            pages::text(StatusCode::NOT_FOUND, "the metrics are at /metrics\n")
        };
        Box::pin(std::future::ready(response))
    }
}
