//! Emptying the chain, front to back.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use futures_util::future::join_all;
use sluice_component::Consumer;

/// How much later than asked a component may come back with its count.
const GRACE: Duration = Duration::from_millis(250);

/// Everything that can hold data, by how far it is from the end.
#[derive(Default)]
pub struct Chain(BTreeMap<usize, Vec<Arc<dyn Consumer>>>);

impl Chain {
    /// Adds a consumer that is `height` steps from the farthest end behind it.
    pub(super) fn add(&mut self, height: usize, consumer: Arc<dyn Consumer>) {
        self.0.entry(height).or_default().push(consumer);
    }

    /// Flushes every consumer after all those before it; those of one height at the same time, so that a dead backend
    /// does not use up the time of a healthy one. Returns the number of items that were lost.
    ///
    /// Returns soon after `deadline`, even if a component does not keep to it.
    pub async fn flush(&self, deadline: Instant) -> usize {
        let mut lost = 0;
        for consumers in self.0.values().rev() {
            let flushes = join_all(consumers.iter().map(|consumer| consumer.flush(deadline)));
            match tokio::time::timeout_at((deadline + GRACE).into(), flushes).await {
                Ok(counts) => lost += counts.iter().sum::<usize>(),
                Err(_) => tracing::error!("a component did not keep to the deadline, what it holds is not counted"),
            }
        }
        lost
    }
}
