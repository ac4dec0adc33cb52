//! Futures with a deadline or a safety net.

use std::future::Future;
use std::panic::AssertUnwindSafe;
use std::pin::Pin;
use std::task::{Context, Poll};

use futures_util::FutureExt as _;
use pin_project_lite::pin_project;
use tokio::time::{Instant, Sleep, sleep_until};

/// The deadline has passed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Elapsed;

/// Runs `future` until `deadline`, if there is one.
///
/// The clock is asked only once the future has to wait, which most requests never do.
///
/// # Errors
///
/// The deadline has passed before the future was ready.
pub fn within<F: Future>(deadline: Option<Instant>, future: F) -> Within<F> {
    Within { future, deadline, alarm: None }
}

pin_project! {
    /// Runs a future until a deadline; made by [`within`].
    ///
    /// No `async fn`: that would have room for the future twice, and it is moved for every request.
    pub struct Within<F> {
        #[pin]
        future: F,
        deadline: Option<Instant>,
        alarm: Option<Pin<Box<Sleep>>>,
    }
}

impl<F: Future> Future for Within<F> {
    type Output = Result<F::Output, Elapsed>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let this = self.project();
        if let Poll::Ready(output) = this.future.poll(cx) {
            return Poll::Ready(Ok(output));
        }
        let Some(deadline) = *this.deadline else { return Poll::Pending };
        let alarm = this.alarm.get_or_insert_with(|| Box::pin(sleep_until(deadline)));
        alarm.as_mut().poll(cx).map(|()| Err(Elapsed))
    }
}

/// Runs `future`, and logs a panic of it instead of passing it on; `None` is what is then left.
///
/// A defect that one request meets must not cost the others anything.
pub fn caught<F: Future>(future: F) -> impl Future<Output = Option<F::Output>> {
    AssertUnwindSafe(future).catch_unwind().map(|outcome| match outcome {
        Ok(output) => Some(output),
        Err(panic) => {
            let text = panic.downcast_ref::<&str>().copied();
            let text = text.or_else(|| panic.downcast_ref::<String>().map(String::as_str)).unwrap_or("no message");
            tracing::error!(panic = text, "a request met a defect in the gateway and was given up");
            None
        }
    })
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use tokio::time::sleep;

    use super::*;

    #[tokio::test(start_paused = true)]
    async fn a_deadline_ends_what_takes_longer() {
        let deadline = Some(Instant::now() + Duration::from_secs(5));

        assert_eq!(within(deadline, sleep(Duration::from_secs(4))).await, Ok(()));
        assert_eq!(within(deadline, sleep(Duration::from_secs(4))).await, Err(Elapsed));
        assert_eq!(within(deadline, async { 1 }).await, Ok(1), "what is ready is ready, even too late");
        assert_eq!(within(None, sleep(Duration::from_secs(400))).await, Ok(()));
    }

    #[tokio::test]
    async fn a_panic_is_caught() {
        assert_eq!(caught(async { 1 }).await, Some(1));
        assert_eq!(caught(async { panic!("for the test") }).await, None::<()>);
    }
}
