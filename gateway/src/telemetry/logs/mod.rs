//! The gateway's own log: `tracing` events as lines that look like the Collector's.
//!
//! Whoever logs never waits: a line is formatted where it arises and handed to a thread that writes. When that thread
//! cannot keep up, lines are left out, and their number is said.

mod config;
mod layer;
mod line;
mod output;
mod sampler;

use std::sync::{Arc, OnceLock};

use arc_swap::ArcSwapOption;
use tracing_subscriber::layer::SubscriberExt;

pub use config::{Config, Encoding, Sampling};
use layer::{Layer, Lines};

/// Writes the log as `config` says from now on. The first call makes this the log of the process.
///
/// # Errors
///
/// A file cannot be opened; the log stays as it was.
pub fn start(config: &Config, resource: &[(String, String)]) -> std::io::Result<()> {
    let lines = Lines::new(config, resource)?;
    if let Some(former) = current().swap(Some(Arc::new(lines))) {
        former.finish();
    }
    static INSTALL: OnceLock<()> = OnceLock::new();
    INSTALL.get_or_init(|| {
        // An embedding program may have a log of its own; then it gets our events.
        let _ = tracing::subscriber::set_global_default(tracing_subscriber::registry().with(Layer));
    });
    tracing::callsite::rebuild_interest_cache();
    Ok(())
}

/// Waits, within reason, until everything that was logged is written.
pub fn finish() {
    if let Some(lines) = current().load_full() {
        lines.finish();
    }
}

/// Where lines go at the moment; nowhere before [`start`].
fn current() -> &'static ArcSwapOption<Lines> {
    static CURRENT: OnceLock<ArcSwapOption<Lines>> = OnceLock::new();
    CURRENT.get_or_init(ArcSwapOption::empty)
}
