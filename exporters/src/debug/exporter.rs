//! The exporter.

use std::time::Duration;

use sluice_component::{Accepted, BoxFuture, BuildError, ComponentId, ConsumeError, Context, Throttle};
use sluice_pdata::Batch;

use super::LOG_TARGET;
use super::config::{Config, Verbosity};
use super::output::Output;
use super::sampler::Sampler;
use super::text::{self, Summary};
use crate::sending::Push;

/// Prints what it takes.
pub(super) struct Debug {
    id: ComponentId,
    verbosity: Verbosity,
    sampler: Sampler,
    /// Empty for the gateway's own log.
    outputs: Vec<Output>,
    warnings: Throttle,
}

impl Debug {
    /// Opens the outputs.
    pub(super) fn open(config: &Config, id: ComponentId) -> Result<Self, BuildError> {
        let paths = config.output_paths.iter().flatten();
        Ok(Self {
            id,
            verbosity: config.verbosity,
            sampler: Sampler::new(config.sampling_initial, config.sampling_thereafter),
            outputs: paths.map(|path| Output::open(path)).collect::<Result<_, _>>()?,
            warnings: Throttle::new(Duration::from_secs(10)),
        })
    }

    fn print(&self, batch: &Batch) {
        let summary = Summary::of(batch);
        let content = text::content(batch, self.verbosity);
        if self.outputs.is_empty() {
            return self.log(summary, content);
        }
        let mut text = format!("{summary}\n");
        if let Some(content) = content {
            text.push_str(&content);
            text.push('\n');
        }
        for output in &self.outputs {
            if let Err(error) = output.write(text.as_bytes())
                && let Some(suppressed) = self.warnings.admit()
            {
                tracing::warn!(exporter = %self.id, %error, suppressed, "cannot write");
            }
        }
    }

    fn log(&self, summary: Summary, content: Option<String>) {
        let exporter = &self.id;
        match summary {
            Summary::Traces { resources, spans } => {
                tracing::info!(target: LOG_TARGET, %exporter, "resource spans" = resources, spans, "Traces");
            }
            Summary::Metrics { resources, metrics, points } => {
                tracing::info!(target: LOG_TARGET, %exporter, "resource metrics" = resources, metrics, "data points" = points, "Metrics");
            }
            Summary::Logs { resources, records } => {
                tracing::info!(target: LOG_TARGET, %exporter, "resource logs" = resources, "log records" = records, "Logs");
            }
            Summary::Profiles { resources, samples } => {
                tracing::info!(target: LOG_TARGET, %exporter, "resource profiles" = resources, "sample records" = samples, "Profiles");
            }
        }
        if let Some(content) = content {
            tracing::info!(target: LOG_TARGET, %exporter, "{content}");
        }
    }
}

impl Push for Debug {
    fn push(&self, batch: Batch, _context: Context) -> BoxFuture<'_, Result<Accepted, ConsumeError>> {
        if self.sampler.admit() {
            self.print(&batch);
        }
        Box::pin(std::future::ready(Ok(Accepted::ALL)))
    }
}
