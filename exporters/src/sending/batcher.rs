//! Merging and splitting between the queue and the senders.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use sluice_component::{Context, Metadata};
use sluice_pdata::Batch;
use smallvec::{SmallVec, smallvec};
use tokio::task::AbortHandle;

use super::queue::{Job, Shared};
use super::ticket::Ticket;
use super::{BatchConfig, Sizer};

/// The most combinations of metadata that are collected at the same time; what comes on top is sent as it is.
///
/// A combination is forgotten when its batch leaves, so idle ones take no room.
const MAX_PARTITIONS: usize = 4096;

/// Collects batches until they are large enough or have waited long enough.
///
/// It works in the callers' tasks: merging only lists the parts, and what is too large is cut outside the lock.
pub(super) struct Batcher {
    flush_timeout: Duration,
    min_size: usize,
    max_size: usize,
    sizer: Sizer,
    metadata_keys: Vec<String>,
    partitions: Mutex<HashMap<Metadata, Partition>>,
    begun: AtomicU64,
}

/// What has been collected for one combination of metadata; never empty.
struct Partition {
    collected: Collected,
    /// Ends the wait of `flush_timeout`.
    timer: AbortHandle,
    /// Tells this batch from earlier ones of the same combination.
    number: u64,
}

/// A batch, and whose items are in it, in order.
struct Collected {
    batch: Batch,
    owners: Vec<(Arc<Ticket>, usize)>,
}

impl Batcher {
    pub(super) fn new(config: &BatchConfig) -> Self {
        Self {
            flush_timeout: config.flush_timeout,
            min_size: config.min_size,
            max_size: config.max_size,
            sizer: config.sizer,
            metadata_keys: config.metadata_keys.clone(),
            partitions: Mutex::default(),
            begun: AtomicU64::new(0),
        }
    }

    /// Takes a batch; hands over what is large enough by now.
    pub(super) fn collect(&self, shared: &Arc<Shared>, batch: Batch, context: Context, ticket: Arc<Ticket>) {
        let key = self.key(&context);
        let items = batch.items();
        let mut arrived = Collected { batch, owners: vec![(ticket, items)] };
        loop {
            let mut partitions = self.partitions();
            let full = partitions.len() >= MAX_PARTITIONS;
            let ready = match partitions.entry(key.clone()) {
                Entry::Occupied(mut entry) => match entry.get_mut().collected.merge(arrived) {
                    Ok(()) if self.sizer.measure(&entry.get().collected.batch) < self.min_size => return,
                    Ok(()) => entry.remove().stop(),
                    Err(apart) => {
                        // Profiles do not merge: what is there leaves first.
                        let before = entry.remove().stop();
                        drop(partitions);
                        self.hand_over(shared, before, &key);
                        arrived = apart;
                        continue;
                    }
                },
                Entry::Vacant(entry) => {
                    let small = self.sizer.measure(&arrived.batch) < self.min_size;
                    if small && !full && !shared.stopping.is_cancelled() {
                        entry.insert(self.partition(shared, arrived, key));
                        return;
                    }
                    arrived
                }
            };
            drop(partitions);
            match self.cut(shared, ready, &key) {
                // What is left of it is collected like something new.
                Some(rest) => arrived = rest,
                None => return,
            }
        }
    }

    /// Hands over everything, large enough or not.
    pub(super) fn flush(&self, shared: &Arc<Shared>) {
        let all = std::mem::take(&mut *self.partitions());
        for (key, partition) in all {
            self.hand_over(shared, partition.stop(), &key);
        }
    }

    fn partition(&self, shared: &Arc<Shared>, collected: Collected, key: Metadata) -> Partition {
        let number = self.begun.fetch_add(1, Ordering::Relaxed);
        let (shared, wait) = (Arc::clone(shared), self.flush_timeout);
        let timer = tokio::spawn(async move {
            tokio::time::sleep(wait).await;
            shared.batch_is_due(&key, number);
        });
        Partition { collected, timer: timer.abort_handle(), number }
    }

    /// Hands over a batch that has waited long enough, unless it has left meanwhile.
    pub(super) fn due(&self, shared: &Arc<Shared>, key: &Metadata, number: u64) {
        let mut partitions = self.partitions();
        if partitions.get(key).is_some_and(|partition| partition.number == number)
            && let Some(partition) = partitions.remove(key)
        {
            drop(partitions);
            self.hand_over(shared, partition.collected, key);
        }
    }

    /// Hands over all pieces but a last one that is too small, which is returned.
    fn cut(&self, shared: &Arc<Shared>, collected: Collected, key: &Metadata) -> Option<Collected> {
        let mut pieces = self.pieces(collected);
        let rest = match pieces.last() {
            Some(last) if pieces.len() > 1 && self.sizer.measure(&last.batch) < self.min_size => pieces.pop(),
            _ => None,
        };
        for piece in pieces {
            shared.hand_over(piece.into_job(self.context(key)));
        }
        rest
    }

    fn hand_over(&self, shared: &Arc<Shared>, collected: Collected, key: &Metadata) {
        for piece in self.pieces(collected) {
            shared.hand_over(piece.into_job(self.context(key)));
        }
    }

    fn pieces(&self, collected: Collected) -> Vec<Collected> {
        if self.max_size == 0 || self.sizer.measure(&collected.batch) <= self.max_size {
            return vec![collected];
        }
        let mut owners = collected.owners.into_iter();
        let mut current = owners.next();
        let mut pieces = Vec::new();
        for batch in collected.batch.split(self.sizer.limit(self.max_size)) {
            let mut wanted = batch.items();
            let mut in_it = Vec::new();
            while let Some((ticket, left)) = current.as_mut().filter(|_| wanted > 0) {
                let taken = wanted.min(*left);
                in_it.push((Arc::clone(ticket), taken));
                wanted -= taken;
                *left -= taken;
                if *left == 0 {
                    current = owners.next();
                }
            }
            pieces.push(Collected { batch, owners: in_it });
        }
        pieces
    }

    /// What a batch of this combination is sent with: nothing but the metadata that it agrees in.
    fn context(&self, key: &Metadata) -> Context {
        Context::with_metadata(key.clone())
    }

    fn key(&self, context: &Context) -> Metadata {
        let metadata = context.metadata();
        self.metadata_keys
            .iter()
            .flat_map(|name| metadata.get_all(name).map(move |value| (name.as_str(), value)))
            .collect()
    }

    fn partitions(&self) -> MutexGuard<'_, HashMap<Metadata, Partition>> {
        self.partitions.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Partition {
    fn stop(self) -> Collected {
        self.timer.abort();
        self.collected
    }
}

impl Collected {
    fn merge(&mut self, other: Self) -> Result<(), Self> {
        match self.batch.merge(other.batch) {
            Ok(()) => {
                self.owners.extend(other.owners);
                Ok(())
            }
            Err(batch) => Err(Self { batch, owners: other.owners }),
        }
    }

    fn into_job(self, context: Context) -> Job {
        let mut tickets: SmallVec<[Arc<Ticket>; 1]> = smallvec![];
        for (ticket, _) in self.owners {
            tickets.push(ticket);
        }
        Job::new(self.batch, context, tickets)
    }
}
