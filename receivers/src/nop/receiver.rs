//! The receiver.

use sluice_component::{BoxFuture, Receiver, RunError, Stop};

/// Brings nothing until it is stopped.
pub(super) struct Nop;

impl Receiver for Nop {
    fn run(self: Box<Self>, stop: Stop) -> BoxFuture<'static, Result<(), RunError>> {
        Box::pin(async move {
            stop.requested().await;
            Ok(())
        })
    }
}

#[cfg(test)]
mod tests {
    use std::time::Instant;

    use sluice_component::StopSource;

    use super::*;

    #[tokio::test]
    async fn runs_until_it_is_stopped() {
        let source = StopSource::default();
        let running = tokio::spawn(Box::new(Nop).run(source.listener()));
        tokio::task::yield_now().await;
        assert!(!running.is_finished());

        source.stop(Instant::now());

        assert!(running.await.unwrap().is_ok());
    }
}
