//! How long a connection lives.

use std::future::Future;
use std::pin::Pin;
use std::sync::atomic::Ordering;
use std::time::Duration;

use hyper_util::server::graceful::GracefulConnection;
use sluice_component::Stop;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::time::{Instant, sleep_until, timeout_at};

use super::connection::Activity;
use crate::io::{ConnectionError, Driven};

/// How often a connection is looked after, at least.
const LOOK: Duration = Duration::from_secs(5);

/// How long a connection that was idle may take to say goodbye.
const GOODBYE: Duration = Duration::from_secs(1);

/// When a connection is to be closed.
pub(super) struct Rules {
    /// How long a request's headers may take.
    pub(super) headers: Duration,
    /// Whether bytes that arrive outside of a request are headers; else [`Activity::headers`] tells.
    pub(super) bytes_are_headers: bool,
    /// How long it may be without a request.
    pub(super) idle: Option<Duration>,
    /// How old it may become.
    pub(super) age: Option<Duration>,
    /// How long its requests may then take.
    pub(super) grace: Option<Duration>,
}

/// A connection that can be asked to end.
pub(super) trait Graceful: Future<Output = Result<(), Self::Error>> {
    /// How it may end.
    type Error;

    /// Takes no new requests, and ends when those under way are answered.
    fn wind_down(self: Pin<&mut Self>);
}

impl<C: GracefulConnection<Error = hyper::Error>> Graceful for C {
    type Error = hyper::Error;

    fn wind_down(self: Pin<&mut Self>) {
        self.graceful_shutdown();
    }
}

/// Drives a connection to its end, and brings about that end when it is time.
pub(super) async fn look_after<C, S>(
    mut connection: Driven<C, S>,
    activity: &Activity,
    rules: Rules,
    stop: &Stop,
) -> Result<(), ConnectionError>
where
    C: Graceful,
    ConnectionError: From<C::Error>,
    S: AsyncRead + AsyncWrite + Unpin,
{
    let born = Instant::now();
    let oldest = rules.age.map(|age| born + age);
    let interval = rules.idle.unwrap_or(LOOK).min(rules.headers).min(LOOK);
    let mut rest = Rest { finished: 0, since: born, read: 0, headers: None };
    let mut look = born + interval;
    loop {
        let wake = oldest.map_or(look, |oldest| oldest.min(look));
        tokio::select! {
            outcome = &mut connection => return outcome,
            _ = stop.requested() => return wind_down(connection, None).await,
            () = sleep_until(wake) => {}
        }
        let now = Instant::now();
        look = now + interval;
        if oldest.is_some_and(|oldest| now >= oldest) {
            return wind_down(connection, rules.grace.map(|grace| now + grace)).await;
        }
        rest.look(activity, connection.stream().traffic().read, rules.bytes_are_headers, now);
        if rest.headers.is_some_and(|(_, since)| now - since >= rules.headers) {
            return Ok(());
        }
        if rules.idle.is_some_and(|most| now - rest.since >= most) {
            return wind_down(connection, Some(now + GOODBYE)).await;
        }
    }
}

/// What a connection without requests has been doing.
struct Rest {
    /// How many requests it had had before.
    finished: u64,
    /// Since when it has none.
    since: Instant,
    /// How many bytes had arrived then.
    read: u64,
    /// The headers that are arriving, by number, and since when.
    headers: Option<(u64, Instant)>,
}

impl Rest {
    fn look(&mut self, activity: &Activity, read: u64, bytes_are_headers: bool, now: Instant) {
        let finished = activity.finished.load(Ordering::Relaxed);
        if activity.active.load(Ordering::Relaxed) > 0 || finished != self.finished {
            *self = Self { finished, since: now, read, headers: None };
        }
        let block = activity.headers.load(Ordering::Relaxed);
        let arriving = match bytes_are_headers {
            true => (read > self.read).then_some(finished),
            false => (block & 1 == 1).then_some(block),
        };
        self.headers = match (arriving, self.headers) {
            (Some(now_arriving), Some((number, since))) if now_arriving == number => Some((number, since)),
            (Some(number), _) if number == 0 => Some((number, self.since)),
            (Some(number), _) => Some((number, now)),
            (None, _) => None,
        };
    }
}

/// Lets the requests that are under way finish, until `deadline`, and takes no new ones.
async fn wind_down<C, S>(mut connection: Driven<C, S>, deadline: Option<Instant>) -> Result<(), ConnectionError>
where
    C: Graceful,
    ConnectionError: From<C::Error>,
    S: AsyncRead + AsyncWrite + Unpin,
{
    connection.connection().wind_down();
    match deadline {
        None => connection.await,
        Some(deadline) => timeout_at(deadline, connection).await.unwrap_or(Ok(())),
    }
}
