//! The contract between Sluice's components.
//!
//! Data goes down the chain as a call, the answer comes back as its result; that is all the traffic there is.
//! What takes data is a [`Consumer`], what brings it a [`Receiver`]. A component is registered by its factory
//! ([`factory`]), reads its settings through a [`config::Section`], and knows nothing of its neighbours.

mod auth;
pub mod clock;
pub mod config;
mod consumer;
mod context;
mod error;
pub mod factory;
mod id;
mod loss;
mod receiver;
pub mod reclaim;
mod status;
mod stop;
mod throttle;
mod transform;
mod wakes;

pub use auth::{AuthData, ClientAuth, Denied, Extensions, NoCredentials, Offers, Role, ServerAuth};
pub use consumer::{Accepted, BoxFuture, Consumer};
pub use context::{Context, Metadata, Transport};
pub use error::{BuildError, Code, ConsumeError, Reason, Retry};
pub use id::{ComponentId, IdError, Kind, PipelineId};
pub use loss::{LOST_ITEMS, count_lost};
pub use receiver::{Consumers, Receiver, RunError};
pub use status::{Health, StatusReporter};
pub use stop::{Stop, StopSource};
pub use throttle::Throttle;
pub use transform::{Transform, transforming};
pub use wakes::{Polling, ROUNDS, Wakes, quietly};
