//! What the gateway says about itself: `service::telemetry`.

mod config;
pub mod logs;
pub mod metrics;
mod resource;

pub use config::Config;
pub use resource::Resource;
