//! What an exporter does once for all signals that it is built for: it asks whether the key is one, and tells about the host.

use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::time::{Duration, Instant};

use sluice_component::factory::Settings;
use sluice_component::{Accepted, BoxFuture, BuildError, ConsumeError, Consumer, Context};
use sluice_pdata::{Batch, Signal};
use tokio_util::sync::{CancellationToken, DropGuard};

use super::config::{Config, HostnameSource};
use super::host::{self, Source};
use super::host_metadata::Reporter;
use super::key;

/// Runs while one of the exporter's signals does.
pub(super) struct Running {
    /// Told the name of the first host that is seen, where that is the one to tell about.
    reporter: Option<Arc<Reporter>>,
    _stop: DropGuard,
}

/// Where the signals of one exporter find what runs for all of them.
#[derive(Clone, Debug, Default)]
pub(super) struct Shared(Arc<Mutex<Weak<Running>>>);

impl Running {
    /// What runs for this configuration; it is started for the first signal that asks.
    ///
    /// # Errors
    ///
    /// Datadog does not know the key, and that is to be a mistake.
    pub(super) fn of(config: &Config, settings: &Settings) -> Result<Arc<Self>, BuildError> {
        let mut shared = config.shared.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(running) = shared.upgrade() {
            return Ok(running);
        }
        let stop = CancellationToken::new();
        key::check(config, settings, &stop)?;
        let reporter = match &config.host_metadata {
            None => None,
            Some(metadata) => {
                let reporter = Arc::new(Reporter::new(config, metadata, settings)?);
                if metadata.hostname_source == HostnameSource::ConfigOrSystem {
                    reporter.name(&host::fallback(config));
                }
                tokio::spawn(stop.clone().run_until_cancelled_owned(Arc::clone(&reporter).run()));
                Some(reporter)
            }
        };
        let running = Arc::new(Self { reporter, _stop: stop.drop_guard() });
        *shared = Arc::downgrade(&running);
        Ok(running)
    }

    /// Looks which host the first batch comes from.
    fn see(&self, batch: &Batch) {
        let Some(reporter) = self.reporter.as_ref().filter(|reporter| !reporter.is_named()) else { return };
        let resource = match batch.signal() {
            Signal::Traces => batch.resource_spans().find_map(|spans| spans.resource()),
            Signal::Metrics => batch.resource_metrics().find_map(|metrics| metrics.resource()),
            _ => batch.resource_logs().find_map(|logs| logs.resource()),
        };
        let source = Source::of(resource.unwrap_or_default().attributes());
        reporter.name(source.host(&reporter.fallback));
    }
}

/// An exporter's signal, and what runs for all of them.
pub(super) struct Held {
    pub(super) consumer: Arc<dyn Consumer>,
    pub(super) running: Arc<Running>,
}

impl Consumer for Held {
    fn consume(&self, batch: Batch, context: Context) -> BoxFuture<'_, Result<Accepted, ConsumeError>> {
        self.running.see(&batch);
        self.consumer.consume(batch, context)
    }

    fn flush(&self, deadline: Instant) -> BoxFuture<'_, usize> {
        self.consumer.flush(deadline)
    }
}

/// How long after it was built an exporter says something by itself. One that is only built to see whether it can be says nothing.
pub(super) const CALM: Duration = Duration::from_secs(5);

/// How long something may take that nothing waits for.
pub(super) const PATIENCE: Duration = Duration::from_secs(15);
