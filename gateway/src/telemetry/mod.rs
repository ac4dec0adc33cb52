//! What the gateway says about itself: `service::telemetry`.

mod config;
pub mod logs;
pub mod metrics;
mod panics;
mod resource;

pub use config::Config;
pub use panics::log_panics;
pub use resource::Resource;
