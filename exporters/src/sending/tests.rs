use std::collections::HashMap;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use metrics_util::debugging::{DebugValue, DebuggingRecorder};
use serde_json::{Value as Json, json};
use sluice_component::{Code, ComponentId, Metadata, Reason, Retry, Transport};
use tokio::sync::{Notify, Semaphore};
use tokio::time::Instant;

use super::*;
use crate::testing::{names, read, settings, spans};

mod batching;
mod config;
mod direct;
mod parcels;
mod queueing;
mod stress;

/// Decides how an attempt ends: by the names in it and how often these were tried before.
type Script = dyn Fn(&[String], usize) -> Result<Accepted, ConsumeError> + Send + Sync;

/// A backend that follows a script.
struct Backend {
    script: Box<Script>,
    attempts: Mutex<Vec<Attempt>>,
    tried: Mutex<HashMap<Vec<String>, usize>>,
    begun: Notify,
    /// An attempt takes a permit before it ends.
    gate: Semaphore,
}

/// One attempt, as the backend saw it.
#[derive(Clone, Debug)]
struct Attempt {
    at: Instant,
    names: Vec<String>,
    metadata: Metadata,
}

impl Backend {
    fn new(script: impl Fn(&[String], usize) -> Result<Accepted, ConsumeError> + Send + Sync + 'static) -> Arc<Self> {
        let backend = Self::closed(script);
        backend.gate.add_permits(Semaphore::MAX_PERMITS / 2);
        backend
    }

    /// A backend in which every attempt waits until the gate is opened.
    fn closed(
        script: impl Fn(&[String], usize) -> Result<Accepted, ConsumeError> + Send + Sync + 'static,
    ) -> Arc<Self> {
        Arc::new(Self {
            script: Box::new(script),
            attempts: Mutex::default(),
            tried: Mutex::default(),
            begun: Notify::new(),
            gate: Semaphore::new(0),
        })
    }

    fn healthy() -> Arc<Self> {
        Self::new(|_, _| Ok(Accepted::ALL))
    }

    fn attempts(&self) -> Vec<Attempt> {
        self.attempts.lock().unwrap().clone()
    }

    /// The names of each attempt, joined.
    fn seen(&self) -> Vec<String> {
        self.attempts().iter().map(|attempt| attempt.names.join(" ")).collect()
    }

    /// Waits until so many attempts have begun; a paused clock moves on meanwhile.
    async fn until_attempts(&self, count: usize) {
        let begun = async {
            while self.attempts.lock().unwrap().len() < count {
                self.begun.notified().await;
            }
        };
        let waited = tokio::time::timeout(Duration::from_secs(3600), begun).await;
        assert!(waited.is_ok(), "saw {:?}", self.seen());
    }
}

impl Push for Backend {
    fn push(&self, batch: Batch, context: Context) -> BoxFuture<'_, Result<Accepted, ConsumeError>> {
        Box::pin(async move {
            let names = names(&batch);
            let metadata = context.metadata().clone();
            self.attempts.lock().unwrap().push(Attempt { at: Instant::now(), names: names.clone(), metadata });
            self.begun.notify_one();
            self.gate.acquire().await.unwrap().forget();
            let tried = {
                let mut tried = self.tried.lock().unwrap();
                let tried = tried.entry(names.clone()).or_default();
                *tried += 1;
                *tried
            };
            (self.script)(&names, tried)
        })
    }
}

fn id() -> ComponentId {
    "otlp/2".parse().unwrap()
}

fn unavailable(retry: Retry) -> ConsumeError {
    ConsumeError::retryable(&id(), Reason::Unavailable, retry, "connection refused")
}

fn rejected() -> ConsumeError {
    ConsumeError::permanent(&id(), Reason::Rejected, Code::InvalidArgument, "bad data")
}

/// The tail with these settings, which must be without fault.
fn tail(json: Json, backend: &Arc<Backend>) -> Arc<dyn Consumer> {
    let (config, problems) = read(json, |section| Config::read(section, Duration::from_secs(5)));
    assert_eq!(problems, [""; 0]);
    sending(&settings("otlp/2"), Signal::Traces, &config, Arc::clone(backend) as _)
}

async fn consume(tail: &Arc<dyn Consumer>, names: &str) -> Result<Accepted, ConsumeError> {
    tail.consume(spans(names.split(' ')), Context::default()).await
}

fn from_tenant(tenant: &str) -> Context {
    Context::new(Transport::Grpc, None, [("x-tenant", tenant), ("x-other", "o")].into_iter().collect())
}

fn soon() -> std::time::Instant {
    std::time::Instant::now() + Duration::from_secs(3600)
}

/// What each series has changed by since the last snapshot, by name and labels other than the exporter's.
fn series(snapshot: metrics_util::debugging::Snapshot) -> HashMap<String, f64> {
    let mut series = HashMap::new();
    for (key, _, _, value) in snapshot.into_vec() {
        let mut name = key.key().name().to_owned();
        for label in key.key().labels().filter(|label| !matches!(label.key(), "exporter" | "component")) {
            name += &format!(" {}={}", label.key(), label.value());
        }
        let value = match value {
            DebugValue::Counter(value) => value as f64,
            DebugValue::Gauge(value) => value.into_inner(),
            DebugValue::Histogram(_) => continue,
        };
        series.insert(name, value);
    }
    series
}
