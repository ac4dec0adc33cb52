//! Requests of one combination of metadata: what is pending, and the task that sends it.

use std::collections::VecDeque;
use std::panic::AssertUnwindSafe;
use std::sync::atomic::Ordering;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use futures_util::FutureExt;
use futures_util::stream::{FuturesUnordered, StreamExt};
use sluice_component::{Code, ConsumeError, Context, Metadata, Reason};
use tokio::sync::Notify;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use super::config::{Acknowledge, Config};
use super::held::{Held, Request};
use super::processor::Shared;
use super::telemetry::{Telemetry, Trigger};

/// How many batches of a shard are on their way at once; the Collector's exporters have as many consumers.
const MOST_SENDS: usize = 10;

/// From how many bytes on their way on another batch has to wait: 16 MiB. Ten of the default size would be 45 MiB.
const MOST_BYTES: usize = 16 * 1024 * 1024;

pub(super) struct Shard {
    /// What the merged requests have in common.
    context: Context,
    telemetry: Arc<Telemetry>,
    pending: Mutex<Pending>,
    changed: Notify,
}

struct Pending {
    held: Held,
    /// How many requests were pushed since the start, to see whether more came.
    requests: u64,
    /// When to send at the latest.
    due: Instant,
    /// Whether a task is at work; there is one while something is pending or on its way.
    at_work: bool,
}

/// What a task has to do after a push.
#[derive(Debug, PartialEq, Eq)]
#[must_use]
pub(super) enum Pushed {
    /// The task that is at work sees to it.
    Seen,
    /// No task is at work: [`Shard::work`] is to be spawned.
    Unseen,
}

impl Shard {
    /// A shard of the requests with this metadata.
    pub(super) fn new(telemetry: &Arc<Telemetry>, metadata: Metadata) -> Self {
        telemetry.cardinality(1.0);
        let held = Held::nothing(telemetry);
        Self {
            context: Context::with_metadata(metadata),
            telemetry: Arc::clone(telemetry),
            pending: Mutex::new(Pending { held, requests: 0, due: Instant::now(), at_work: false }),
            changed: Notify::new(),
        }
    }

    /// The metadata that the merged requests have in common.
    pub(super) fn metadata(&self) -> &Metadata {
        self.context.metadata()
    }

    /// Takes a request; never waits.
    pub(super) fn push(&self, config: &Config, request: Request) -> Pushed {
        let mut pending = self.pending();
        let before = pending.held.items();
        if before == 0 {
            pending.due = Instant::now() + config.timeout;
        }
        pending.held.push(request);
        pending.requests += 1;
        if !std::mem::replace(&mut pending.at_work, true) {
            return Pushed::Unseen;
        }
        let enough = before < config.send_batch_size && pending.held.items() >= config.send_batch_size;
        drop(pending);
        if before == 0 || enough {
            self.changed.notify_one();
        }
        Pushed::Seen
    }

    /// Wakes the task, if one is at work: something beside the pending items changed.
    pub(super) fn wake(&self) {
        self.changed.notify_one();
    }

    /// Sends what is pending until nothing is, or until it is cut short; what is held then is given up.
    pub(super) async fn work(self: Arc<Self>, shared: Arc<Shared>, cut_short: CancellationToken) {
        if cut_short.run_until_cancelled(self.send_all(&shared)).await.is_none() {
            shared.shards.retire(&self, Shard::give_up);
        }
    }

    /// Sends what is pending until nothing is.
    ///
    /// A task rather than a thread: batching is a few words written a request, and what it waits for is the next
    /// component's future.
    async fn send_all(&self, shared: &Shared) {
        let mut ready: VecDeque<(Held, Trigger)> = VecDeque::new();
        let mut sends = FuturesUnordered::new();
        let mut on_their_way = 0;
        let mut seen = 0;
        loop {
            while sends.len() < MOST_SENDS
                && on_their_way < MOST_BYTES
                && let Some((held, trigger)) = ready.pop_front()
            {
                on_their_way += held.bytes();
                sends.push(self.send(shared, held, trigger));
            }
            let idle = sends.is_empty();
            let due = if ready.is_empty() { self.take(shared, idle, &mut seen) } else { Due::Later(None) };
            let due = match due {
                Due::Now(pieces, trigger) => {
                    ready.extend(pieces.into_iter().map(|piece| (piece, trigger)));
                    continue;
                }
                Due::AfterOthers => {
                    tokio::task::yield_now().await;
                    continue;
                }
                Due::Later(due) => due,
            };
            if idle && shared.shards.retire(self, Shard::rest) {
                return;
            }
            tokio::select! {
                Some(bytes) = sends.next() => on_their_way -= bytes,
                () = self.changed.notified() => {}
                () = at(due) => {}
            }
        }
    }

    /// Ends the task's work if nothing is pending; the next push then asks for a new one.
    fn rest(&self) -> bool {
        let mut pending = self.pending();
        pending.at_work = pending.held.items() > 0;
        !pending.at_work
    }

    /// Ends the task's work whatever is pending.
    fn give_up(&self) -> bool {
        let mut pending = self.pending();
        pending.at_work = false;
        pending.held = Held::nothing(&self.telemetry);
        true
    }

    /// Takes out what is to be sent now.
    fn take(&self, shared: &Shared, idle: bool, seen: &mut u64) -> Due {
        let config = &shared.config;
        let mut pending = self.pending();
        let items = pending.held.items();
        if items == 0 {
            return Due::Later(None);
        }
        let enough = config.sends_at_once() || items >= config.send_batch_size || shared.is_crowded();
        let all_wait = idle && config.acknowledge == Acknowledge::OnDelivery;
        let trigger = if enough {
            Trigger::Size
        } else if shared.draining.load(Ordering::Relaxed) || pending.due <= Instant::now() {
            Trigger::Timeout
        } else if all_wait {
            // Whoever is about to call gets the chance to; once a round brings nobody, all callers are waiting here.
            if std::mem::replace(seen, pending.requests) != pending.requests {
                return Due::AfterOthers;
            }
            Trigger::Timeout
        } else {
            return Due::Later(Some(pending.due));
        };
        let held = std::mem::replace(&mut pending.held, Held::nothing(&self.telemetry));
        drop(pending);
        Due::Now(self.pieces(config, held, trigger), trigger)
    }

    /// Cuts what was taken out; a last piece that need not be sent yet is put back.
    fn pieces(&self, config: &Config, held: Held, trigger: Trigger) -> Vec<Held> {
        let mut pieces = held.split(config.send_batch_max_size);
        let too_small = |piece: &mut Held| piece.items() < config.send_batch_size;
        if trigger == Trigger::Size
            && !config.sends_at_once()
            && pieces.len() > 1
            && let Some(mut rest) = pieces.pop_if(too_small)
        {
            let mut pending = self.pending();
            let came_meanwhile = std::mem::replace(&mut pending.held, Held::nothing(&self.telemetry));
            rest.append(came_meanwhile);
            pending.held = rest;
            pending.due = Instant::now() + config.timeout;
        }
        pieces
    }

    /// Sends a batch and settles its requests; says how many bytes are no longer on their way.
    async fn send(&self, shared: &Shared, mut held: Held, trigger: Trigger) -> usize {
        let (items, bytes) = (held.items(), held.bytes());
        let batch = held.take_batch();
        let sending = async { shared.next.consume(batch, self.context.clone()).await };
        let answer = AssertUnwindSafe(sending).catch_unwind().await.unwrap_or_else(|_| {
            let message = "a component behind panicked";
            Err(ConsumeError::permanent(&self.telemetry.id, Reason::Internal, Code::Internal, message))
        });
        match &answer {
            Ok(_) => self.telemetry.sent(trigger, items, bytes),
            Err(error) => self.telemetry.failed(error, items),
        }
        held.settle(&answer);
        bytes
    }

    fn pending(&self) -> MutexGuard<'_, Pending> {
        self.pending.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Shard {
    fn drop(&mut self) {
        self.telemetry.cardinality(-1.0);
    }
}

enum Due {
    Now(Vec<Held>, Trigger),
    /// Once the tasks that are ready now had their turn.
    AfterOthers,
    /// At this time, or when something changes.
    Later(Option<Instant>),
}

async fn at(due: Option<Instant>) {
    match due {
        Some(due) => tokio::time::sleep_until(due).await,
        None => std::future::pending().await,
    }
}
