//! The processor: admits requests and hands them to their shards.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use sluice_component::factory::Settings;
use sluice_component::{Accepted, BoxFuture, Code, ConsumeError, Consumer, Context, Reason, Retry, quietly};
use sluice_pdata::{Batch, Signal};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, oneshot};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use super::config::{Acknowledge, Config};
use super::held::Request;
use super::shards::Shards;
use super::telemetry::Telemetry;
use super::ticket::{Answer, Ticket};

/// How long a caller waits for room before it is refused: half of the time that OTLP clients usually give a request.
pub(super) const WAIT_FOR_ROOM: Duration = Duration::from_secs(5);

/// The unit in which room is counted, in bytes.
const ROOM_UNIT: usize = 256;
/// What a request costs beyond its bytes.
const ROOM_PER_REQUEST: usize = 192;

/// Merges requests, and answers their callers when [`Acknowledge`] says so.
pub(super) struct Batcher {
    shared: Arc<Shared>,
    tasks: TaskTracker,
    cut_short: CancellationToken,
}

/// What the shards and their tasks share.
pub(super) struct Shared {
    pub(super) config: Config,
    pub(super) next: Arc<dyn Consumer>,
    pub(super) shards: Shards,
    pub(super) telemetry: Arc<Telemetry>,
    /// Whether nothing more will come, so that nothing is to be waited for.
    pub(super) draining: AtomicBool,
    /// Room for what is pending and on its way, in units.
    room: Arc<Semaphore>,
    all_room: u32,
    /// Callers that wait for room.
    crowd: AtomicUsize,
}

impl Batcher {
    pub(super) fn new(config: &Config, settings: &Settings, signal: Signal, next: Arc<dyn Consumer>) -> Self {
        let all_room = config.max_pending_mib.saturating_mul((1024 * 1024 / ROOM_UNIT) as u32);
        let telemetry = Arc::new(Telemetry::new(&settings.id, signal));
        let shared = Shared {
            config: config.clone(),
            next,
            shards: Shards::new(config, &telemetry),
            telemetry,
            draining: AtomicBool::new(false),
            room: Arc::new(Semaphore::new(all_room as usize)),
            all_room,
            crowd: AtomicUsize::new(0),
        };
        Self { shared: Arc::new(shared), tasks: TaskTracker::new(), cut_short: CancellationToken::new() }
    }

    /// Hands a request for which there is room to its shard; returns where the answer will come, if there is one to
    /// wait for.
    fn push(
        &self,
        batch: Batch,
        context: &Context,
        room: OwnedSemaphorePermit,
    ) -> Result<Option<oneshot::Receiver<Answer>>, ConsumeError> {
        let shared = &self.shared;
        let (owner, answer) = match shared.config.acknowledge {
            Acknowledge::OnEnqueue => (None, None),
            Acknowledge::OnDelivery => {
                let (ticket, answer) = Ticket::new(&shared.telemetry.id, batch.items());
                (Some(ticket), Some(answer))
            }
        };
        if let Some(shard) = shared.shards.push(shared, context, Request { batch, owner, room })? {
            self.tasks.spawn(quietly(shard.work(Arc::clone(shared), self.cut_short.clone())));
        }
        Ok(answer)
    }
}

impl Consumer for Batcher {
    fn consume(&self, batch: Batch, context: Context) -> BoxFuture<'_, Result<Accepted, ConsumeError>> {
        if batch.items() == 0 {
            return Box::pin(std::future::ready(Ok(Accepted::ALL)));
        }
        let units = room_for(batch.bytes()).min(self.shared.all_room);
        let room = match Arc::clone(&self.shared.room).try_acquire_many_owned(units) {
            Ok(room) if self.shared.config.acknowledge == Acknowledge::OnEnqueue => {
                let taken = self.push(batch, &context, room).map(|_| Accepted::ALL);
                return Box::pin(std::future::ready(taken));
            }
            room => room.ok(),
        };
        Box::pin(async move {
            let room = match room {
                Some(room) => room,
                None => self.shared.wait_for_room(units).await?,
            };
            match self.push(batch, &context, room)? {
                Some(answer) => answer.await.expect("a ticket answers before it is gone"),
                None => Ok(Accepted::ALL),
            }
        })
    }

    fn flush(&self, deadline: Instant) -> BoxFuture<'_, usize> {
        Box::pin(async move {
            let lost_before = self.shared.telemetry.lost_so_far();
            self.shared.draining.store(true, Ordering::Relaxed);
            self.shared.shards.wake_all();
            self.tasks.close();
            if tokio::time::timeout_at(deadline.into(), self.tasks.wait()).await.is_err() {
                self.cut_short.cancel();
                self.tasks.wait().await;
            }
            self.shared.telemetry.lost_so_far() - lost_before
        })
    }
}

impl Drop for Batcher {
    fn drop(&mut self) {
        self.cut_short.cancel();
    }
}

impl Shared {
    /// Whether callers wait for room, so that what is pending must go.
    pub(super) fn is_crowded(&self) -> bool {
        self.crowd.load(Ordering::Relaxed) > 0
    }

    async fn wait_for_room(&self, units: u32) -> Result<OwnedSemaphorePermit, ConsumeError> {
        let _waiting = Waiting::join(&self.crowd);
        self.shards.wake_all();
        let room = Arc::clone(&self.room).acquire_many_owned(units);
        match tokio::time::timeout(WAIT_FOR_ROOM, room).await {
            Ok(room) => Ok(room.expect("the semaphore is never closed")),
            Err(_) => Err(ConsumeError {
                component: self.telemetry.id.clone(),
                reason: Reason::QueueFull,
                code: Code::ResourceExhausted,
                retry: Retry::After(Duration::from_secs(1)),
                message: format!("{} MiB are pending, which is as much as may be", self.config.max_pending_mib).into(),
            }),
        }
    }
}

/// The room that a request of so many bytes takes, in units.
pub(super) fn room_for(bytes: usize) -> u32 {
    u32::try_from(bytes.saturating_add(ROOM_PER_REQUEST).div_ceil(ROOM_UNIT)).unwrap_or(u32::MAX)
}

/// One of the crowd, until dropped.
struct Waiting<'a>(&'a AtomicUsize);

impl<'a> Waiting<'a> {
    fn join(crowd: &'a AtomicUsize) -> Self {
        crowd.fetch_add(1, Ordering::Relaxed);
        Self(crowd)
    }
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}
