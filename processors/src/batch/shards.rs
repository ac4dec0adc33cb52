//! The shards at work: one, or one a combination of metadata values.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use sluice_component::{Code, ConsumeError, Context, Metadata, Reason};

use super::config::Config;
use super::held::Request;
use super::processor::Shared;
use super::shard::{Pushed, Shard};
use super::telemetry::Telemetry;

/// Finds the shard of a request.
pub(super) enum Shards {
    /// Without metadata keys.
    One(Arc<Shard>),
    /// With metadata keys: those that have something pending or on its way.
    Many(Mutex<HashMap<Metadata, Arc<Shard>>>),
}

impl Shards {
    pub(super) fn new(config: &Config, telemetry: &Arc<Telemetry>) -> Self {
        if config.metadata_keys.is_empty() {
            Self::One(Arc::new(Shard::new(telemetry, Metadata::default())))
        } else {
            Self::Many(Mutex::default())
        }
    }

    /// Hands a request to its shard, and returns the shard if its task must be spawned.
    ///
    /// # Errors
    ///
    /// Another combination of metadata would be one too many.
    pub(super) fn push(
        &self,
        shared: &Shared,
        context: &Context,
        request: Request,
    ) -> Result<Option<Arc<Shard>>, ConsumeError> {
        let config = &shared.config;
        let push = |shard: &Arc<Shard>| match shard.push(config, request) {
            Pushed::Seen => Ok(None),
            Pushed::Unseen => Ok(Some(Arc::clone(shard))),
        };
        let shards = match self {
            Self::One(shard) => return push(shard),
            Self::Many(shards) => shards,
        };
        let key = metadata(&config.metadata_keys, context);
        // A shard leaves the map under this lock and with nothing pending, so that no request goes to one that has left.
        let mut shards = lock(shards);
        if let Some(shard) = shards.get(&key) {
            return push(shard);
        }
        if shards.len() >= config.metadata_cardinality_limit {
            let message = "too many batcher metadata-value combinations";
            return Err(ConsumeError::permanent(&shared.telemetry.id, Reason::TooMany, Code::Internal, message));
        }
        push(shards.entry(key.clone()).or_insert(Arc::new(Shard::new(&shared.telemetry, key))))
    }

    /// Ends the work of a shard's task if `end` does, and forgets the shard where there is one a combination.
    pub(super) fn retire(&self, shard: &Shard, end: fn(&Shard) -> bool) -> bool {
        let shards = match self {
            Self::One(_) => return end(shard),
            Self::Many(shards) => shards,
        };
        let mut shards = lock(shards);
        let ended = end(shard);
        if ended {
            shards.remove(shard.metadata());
        }
        ended
    }

    /// Wakes every task.
    pub(super) fn wake_all(&self) {
        match self {
            Self::One(shard) => shard.wake(),
            Self::Many(shards) => lock(shards).values().for_each(|shard| shard.wake()),
        }
    }
}

/// The values of the keys: an absent one differs from an empty one, and order counts.
fn metadata(keys: &[String], context: &Context) -> Metadata {
    keys.iter().flat_map(|key| context.metadata().get_all(key).map(move |value| (key.as_str(), value))).collect()
}

fn lock(shards: &Mutex<HashMap<Metadata, Arc<Shard>>>) -> MutexGuard<'_, HashMap<Metadata, Arc<Shard>>> {
    shards.lock().unwrap_or_else(PoisonError::into_inner)
}
