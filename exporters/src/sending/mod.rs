//! The common tail of exporters that send: queue (with batching), retry, timeout, push.
//!
//! An exporter says how one attempt is made: [`Push`] where a batch leaves as a whole, [`Deliver`] where it becomes bodies of
//! another shape. Everything else stands here once, in the Collector's order.
//! Unlike there, a retry that waits holds no sender: it goes back to the end of the queue when its time has come, and
//! keeps its place in the queue's size meanwhile. One poisoned or throttled request never blocks those behind it, unless the
//! backend needs them [in order](Deliver::in_order).
//!
//! Source: the Collector's `exporter/exporterhelper`.

mod backoff;
mod batcher;
mod config;
mod direct;
mod export;
mod queue;
mod request;
mod size;
mod telemetry;
mod ticket;

use std::sync::Arc;

use metrics::Label;
use sluice_component::factory::Settings;
use sluice_component::{Accepted, BoxFuture, ConsumeError, Consumer, Context};
use sluice_pdata::{Batch, Signal};

pub use config::{BatchConfig, Config, QueueConfig, RetryConfig};
pub use request::{Parcel, Receipt};
pub use size::Sizer;
pub use telemetry::destination;

use direct::Direct;
use export::{Export, Way};
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

/// Hands a batch to a backend as a number of bodies of the backend's own shape.
///
/// They are made once a batch, so that what has a state (a sum of a series so far) sees it once, and a body that the backend
/// took is not sent again when a later one of the same batch fails.
pub trait Deliver: Send + Sync + 'static {
    /// Makes the bodies; called once a batch unless it fails. Takes as long as it takes: the timeout is for the backend.
    ///
    /// Items that cannot be expressed are counted by the exporter ([`count_lost`](sluice_component::count_lost)) and are in
    /// none of the parcels.
    ///
    /// # Errors
    ///
    /// The batch as a whole cannot be sent.
    fn prepare(&self, batch: Batch, context: &Context) -> BoxFuture<'_, Result<Vec<Parcel>, ConsumeError>>;

    /// Sends one parcel once. Dropped when it takes longer than the configured timeout.
    ///
    /// # Errors
    ///
    /// With [`Retry::Never`](sluice_component::Retry) this parcel is given up, and the next is sent; otherwise it and those
    /// behind it are tried again later.
    fn deliver<'a>(&'a self, parcel: &'a Parcel, context: &'a Context) -> BoxFuture<'a, Result<Receipt, ConsumeError>>;

    /// How many parcels of a batch may be under way at the same time. One by default.
    fn at_once(&self) -> usize {
        1
    }

    /// Whether a batch is begun only when the one before it is settled, its repetitions included. Otherwise, by default, one
    /// that waits for its next attempt is overtaken. What waits in a queue meanwhile is put together, up to 1 MiB.
    fn in_order(&self) -> bool {
        false
    }

    /// As [`Push::destination`].
    fn destination(&self) -> Vec<Label> {
        Vec::new()
    }
}

/// Puts the tail of one signal in front of `push`. Called inside a tokio runtime, on which everything is sent.
///
/// What `Ok` promises: without a queue, the backend has it. With a queue, it is held in memory; with `wait_for_result`,
/// the backend has it.
pub fn sending(settings: &Settings, signal: Signal, config: &Config, push: Arc<dyn Push>) -> Arc<dyn Consumer> {
    tail(settings, signal, config, Way::Whole(push))
}

/// As [`sending`], for batches that become parcels.
pub fn delivering(
    settings: &Settings,
    signal: Signal,
    config: &Config,
    deliver: Arc<dyn Deliver>,
) -> Arc<dyn Consumer> {
    tail(settings, signal, config, Way::InParcels(deliver))
}

fn tail(settings: &Settings, signal: Signal, config: &Config, way: Way) -> Arc<dyn Consumer> {
    let export = Export::new(settings, signal, config, way);
    match &config.queue {
        Some(queue) => Arc::new(Queue::new(export, queue)),
        None => Arc::new(Direct::new(export)),
    }
}

#[cfg(test)]
mod tests;
