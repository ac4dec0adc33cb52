//! The common tail of exporters that send: queue (with batching), retry, timeout, push.
//!
//! An exporter says how one attempt is made ([`Push`]); everything else stands here once, in the Collector's order.
//! Unlike there, a retry that waits holds no sender: it goes back to the end of the queue when its time has come, and
//! keeps its place in the queue's size meanwhile. One poisoned or throttled request never blocks those behind it.
//!
//! Source: the Collector's `exporter/exporterhelper`.

mod backoff;
mod batcher;
mod config;
mod direct;
mod export;
mod queue;
mod size;
mod telemetry;
mod ticket;

use std::sync::Arc;

use metrics::Label;
use sluice_component::factory::Settings;
use sluice_component::{Accepted, BoxFuture, ConsumeError, Consumer, Context};
use sluice_pdata::{Batch, Signal};

pub use config::{BatchConfig, Config, QueueConfig, RetryConfig};
pub use size::Sizer;

use direct::Direct;
use export::Export;
use queue::Queue;

/// Makes one attempt to hand a batch to a backend.
pub trait Push: Send + Sync + 'static {
    /// Sends the batch once. Dropped when it takes longer than the configured timeout.
    ///
    /// # Errors
    ///
    /// [`Retry`](sluice_component::Retry) in the error decides whether another attempt is made, and not before when.
    fn push(&self, batch: Batch, context: Context) -> BoxFuture<'_, Result<Accepted, ConsumeError>>;

    /// Where it sends, as labels of what is counted as sent or failed: `server_address`, `server_port` and `url_path`,
    /// as far as they say something. Nothing by default.
    fn destination(&self) -> Vec<Label> {
        Vec::new()
    }
}

/// Puts the tail of one signal in front of `push`. Called inside a tokio runtime, on which everything is sent.
///
/// What `Ok` promises: without a queue, the backend has it. With a queue, it is held in memory; with `wait_for_result`,
/// the backend has it.
pub fn sending(settings: &Settings, signal: Signal, config: &Config, push: Arc<dyn Push>) -> Arc<dyn Consumer> {
    let export = Export::new(settings, signal, config, push);
    match &config.queue {
        Some(queue) => Arc::new(Queue::new(export, queue)),
        None => Arc::new(Direct::new(export)),
    }
}

#[cfg(test)]
mod tests;
