//! A request's body, whole and in one piece.

use std::future::Future;
use std::pin::{Pin, pin};
use std::task::{Context, Poll, ready};
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use http_body::Body;
use tokio::time::{Instant, Sleep, sleep_until};

use super::Ticket;

/// How long a body may take from the first wait on: 30 s.
pub const DEADLINE: Duration = Duration::from_secs(30);

/// How long a body may be slower than [`SLOWEST`]: 10 s.
const PATIENCE: Duration = Duration::from_secs(10);

/// The least of a body that must arrive a second once [`PATIENCE`] has passed, in bytes: 1 KiB.
const SLOWEST: usize = 1024;

/// The most that is set aside because a client says so, in bytes; beyond it, space grows with what has arrived.
const BELIEVED: usize = 1024 * 1024;

/// The smallest frame that is kept where it lies instead of being copied, in bytes. A smaller one would keep a buffer
/// of the connection alive that is much larger than itself.
const KEPT: usize = 64 * 1024;

/// A body was not received whole.
#[derive(Debug, thiserror::Error)]
pub enum BodyError<E> {
    /// It is longer than is allowed.
    #[error("the body is longer than {limit} bytes")]
    TooLarge {
        /// How many bytes it may have.
        limit: usize,
    },
    /// All requests under way hold as much memory as they may.
    #[error("too many bodies are being received")]
    Exhausted,
    /// It takes too long.
    #[error("the body does not arrive in time")]
    TooSlow,
    /// The connection failed, or the client gave up.
    #[error("the body is cut off: {0}")]
    Broken(#[source] E),
}

/// What a body may be.
#[derive(Clone, Copy, Debug)]
pub struct Bounds {
    /// How many bytes it may have.
    pub limit: usize,
    /// How long it may take from the first wait on.
    pub deadline: Duration,
    /// Tells from the first bytes how long the whole is, where the body itself says so.
    pub announced: fn(&[u8]) -> Option<usize>,
}

/// Receives a body whole, taking from `ticket` what it holds.
///
/// # Errors
///
/// The body breaks its bounds, or off.
pub async fn collect<B>(body: B, bounds: Bounds, ticket: &mut Ticket) -> Result<Bytes, BodyError<B::Error>>
where
    B: Body<Data = Bytes>,
{
    let mut announced = usize::try_from(body.size_hint().lower()).unwrap_or(usize::MAX);
    if announced > bounds.limit {
        return Err(BodyError::TooLarge { limit: bounds.limit });
    }
    let mut body = pin!(body);
    let mut pace = Pace::default();
    let mut first = Bytes::new();
    let mut rest = BytesMut::new();
    loop {
        let so_far = first.len() + rest.len();
        let next = std::future::poll_fn(|cx| pace.poll(cx, body.as_mut(), so_far, bounds.deadline)).await?;
        let Some(frame) = next else { break };
        let Ok(data) = frame.into_data() else { continue };
        let length = so_far + data.len();
        if length > bounds.limit {
            return Err(BodyError::TooLarge { limit: bounds.limit });
        }
        ticket.raise_to(length).map_err(|_| BodyError::Exhausted)?;
        if so_far == 0 {
            announced = (bounds.announced)(&data).unwrap_or(announced);
            if announced > bounds.limit {
                return Err(BodyError::TooLarge { limit: bounds.limit });
            }
            first = data;
            continue;
        }
        if rest.is_empty() {
            rest.reserve(announced.min(BELIEVED).max(length));
            rest.extend_from_slice(&std::mem::take(&mut first));
        }
        rest.extend_from_slice(&data);
    }
    Ok(match first.len() {
        0 => rest.freeze(),
        KEPT.. => first,
        _ => Bytes::copy_from_slice(&first),
    })
}

/// Watches how fast a body arrives. Costs nothing as long as it need not be waited for.
#[derive(Default)]
struct Pace {
    started: Option<Instant>,
    alarm: Option<Pin<Box<Sleep>>>,
}

type Next<E> = Result<Option<http_body::Frame<Bytes>>, BodyError<E>>;

impl Pace {
    fn poll<B: Body<Data = Bytes>>(
        &mut self,
        cx: &mut Context<'_>,
        body: Pin<&mut B>,
        received: usize,
        deadline: Duration,
    ) -> Poll<Next<B::Error>> {
        if let Poll::Ready(next) = body.poll_frame(cx) {
            return Poll::Ready(next.transpose().map_err(BodyError::Broken));
        }
        let started = *self.started.get_or_insert_with(Instant::now);
        let alarm = self.alarm.get_or_insert_with(|| Box::pin(sleep_until(started + PATIENCE.min(deadline))));
        loop {
            ready!(alarm.as_mut().poll(cx));
            let now = alarm.deadline();
            let due = (now - started).saturating_sub(PATIENCE).as_secs();
            let due = usize::try_from(due).unwrap_or(usize::MAX).saturating_mul(SLOWEST);
            if now - started >= deadline || received < due {
                return Poll::Ready(Err(BodyError::TooSlow));
            }
            alarm.as_mut().reset(now + Duration::from_secs(1));
        }
    }
}

#[cfg(test)]
mod tests;
