//! The request to stop, and by when.

use std::sync::{Arc, OnceLock};
use std::time::Instant;

use tokio_util::sync::CancellationToken;

/// Asks for a stop: held by the service.
#[derive(Debug, Default)]
pub struct StopSource(Stop);

impl StopSource {
    /// Asks everybody to stop, and to be done by `deadline`. Asking again changes nothing.
    pub fn stop(&self, deadline: Instant) {
        self.0.deadline.get_or_init(|| deadline);
        self.0.token.cancel();
    }

    /// What the ones to be stopped hold.
    pub fn listener(&self) -> Stop {
        self.0.clone()
    }
}

/// Tells when to stop: held by a receiver or another task that runs.
#[derive(Clone, Debug, Default)]
pub struct Stop {
    token: CancellationToken,
    deadline: Arc<OnceLock<Instant>>,
}

impl Stop {
    /// Waits until a stop is asked for, and returns the time by which to be done.
    ///
    /// Cancel safe.
    pub async fn requested(&self) -> Instant {
        self.token.cancelled().await;
        self.deadline()
    }

    /// Whether a stop was asked for.
    pub fn is_requested(&self) -> bool {
        self.token.is_cancelled()
    }

    /// The time by which to be done; now, if nobody asked for a stop yet.
    pub fn deadline(&self) -> Instant {
        self.deadline.get().copied().unwrap_or_else(Instant::now)
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[tokio::test]
    async fn the_first_deadline_holds() {
        let source = StopSource::default();
        let listener = source.listener();
        let deadline = Instant::now() + Duration::from_secs(5);

        source.stop(deadline);
        source.stop(deadline + Duration::from_secs(5));

        assert_eq!(listener.requested().await, deadline);
        assert!(listener.is_requested());
    }
}
