//! The addresses of an endpoint, a connection to each, and the choice between them.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use tokio::sync::{Notify, watch};
use tokio::time::Instant;
use tokio_util::sync::{CancellationToken, DropGuard};

use super::config::Balancer;
use super::connection::{Address, Connection, Dialer};
use super::endpoint::{Endpoint, Target};
use crate::tls;

/// The most addresses that are connected to.
const MAX_ADDRESSES: usize = 256;
/// How often a name is looked up again, whatever happens.
const LOOK_UP_INTERVAL: Duration = Duration::from_secs(60);
/// How often it is looked up at most, when connections fail.
const LOOK_UP_PAUSE: Duration = Duration::from_secs(5);
/// A connection that lasts less, and on which nothing was answered, was no success.
const SHORT_LIVED: Duration = Duration::from_secs(1);

/// Keeps connections to the addresses of an endpoint until it is dropped.
pub(super) struct Addresses {
    picture: watch::Receiver<Picture>,
    turn: AtomicUsize,
    _stop: DropGuard,
}

/// How the connections are doing.
#[derive(Default)]
struct Picture {
    lines: Vec<(LineId, State)>,
    /// Why there is no address, if there is none.
    unresolved: Option<Arc<str>>,
}

/// What one connection is to lead to: any of these, the first that answers.
pub(super) type LineId = Arc<[Address]>;

#[derive(Clone)]
enum State {
    /// The first attempt is going on, or one after a connection ended in peace.
    Connecting,
    Ready(Connection),
    /// It failed, and will be tried again.
    Failed(Arc<str>),
}

impl Addresses {
    /// Begins to connect.
    pub(super) fn connect(endpoint: Endpoint, balancer: Balancer, dialer: Dialer) -> Self {
        let (resolver, addresses) = Self::unresolved(endpoint, balancer, dialer);
        tokio::spawn(resolver.run());
        addresses
    }

    /// No address yet, and who will find some.
    pub(super) fn unresolved(endpoint: Endpoint, balancer: Balancer, dialer: Dialer) -> (Resolver, Self) {
        let (sender, picture) = watch::channel(Picture::default());
        let stop = CancellationToken::new();
        let lines = Arc::new(Lines { dialer, picture: sender, failed: Notify::new() });
        let resolver = Resolver { endpoint, balancer, lines, stop: stop.clone() };
        (resolver, Self { picture, turn: AtomicUsize::new(0), _stop: stop.drop_guard() })
    }

    /// The connection for the next call. While none is there: waits for the first that comes; if all have failed, only
    /// if `wait_for_ready`.
    ///
    /// # Errors
    ///
    /// Why the last connection failed.
    pub(super) async fn pick(&self, wait_for_ready: bool) -> Result<Connection, std::borrow::Cow<'static, str>> {
        if let Some(picked) = self.choose(&self.picture.borrow(), wait_for_ready) {
            return picked.map_err(|error| error.to_string().into());
        }
        let mut picture = self.picture.clone();
        loop {
            if let Some(picked) = self.choose(&picture.borrow_and_update(), wait_for_ready) {
                return picked.map_err(|error| error.to_string().into());
            }
            if picture.changed().await.is_err() {
                return Err("the client is stopping".into());
            }
        }
    }

    fn choose(&self, picture: &Picture, wait_for_ready: bool) -> Option<Result<Connection, Arc<str>>> {
        let lines = &picture.lines;
        if lines.is_empty() {
            return picture.unresolved.clone().filter(|_| !wait_for_ready).map(Err);
        }
        let turn = self.turn.fetch_add(1, Ordering::Relaxed);
        let mut failure = None;
        for offset in 0..lines.len() {
            match &lines[turn.wrapping_add(offset) % lines.len()].1 {
                State::Ready(connection) if !connection.is_retired() => return Some(Ok(connection.clone())),
                State::Failed(error) => failure = Some(Arc::clone(error)),
                State::Ready(_) | State::Connecting => {}
            }
        }
        let all_failed = lines.iter().all(|(_, state)| matches!(state, State::Failed(_)));
        failure.filter(|_| all_failed && !wait_for_ready).map(Err)
    }
}

/// Finds the addresses, and keeps a line to each.
pub(super) struct Resolver {
    endpoint: Endpoint,
    balancer: Balancer,
    lines: Arc<Lines>,
    stop: CancellationToken,
}

/// What the tasks of a client share.
struct Lines {
    dialer: Dialer,
    picture: watch::Sender<Picture>,
    failed: Notify,
}

impl Resolver {
    async fn run(self) {
        let stop = self.stop.clone();
        stop.run_until_cancelled(self.resolve_for_ever()).await;
    }

    async fn resolve_for_ever(self) {
        let mut running: BTreeMap<LineId, CancellationToken> = BTreeMap::new();
        let mut backoff = Backoff::default();
        loop {
            let pause = match self.resolve().await {
                Ok(addresses) => {
                    backoff = Backoff::default();
                    self.lead_to(addresses, &mut running);
                    LOOK_UP_INTERVAL
                }
                Err(error) => {
                    if running.is_empty() {
                        self.lines.picture.send_modify(|picture| picture.unresolved = Some(error));
                    }
                    backoff.next()
                }
            };
            if !self.is_looked_up() {
                return self.stop.cancelled().await;
            }
            let again = Instant::now() + pause;
            tokio::select! {
                () = tokio::time::sleep_until(again) => {}
                () = self.lines.failed.notified() => tokio::time::sleep(LOOK_UP_PAUSE.min(pause)).await,
            }
        }
    }

    /// Whether the answer can ever be another.
    fn is_looked_up(&self) -> bool {
        match &self.endpoint.target {
            Target::Host { .. } if self.lines.dialer.proxy.is_some() => false,
            Target::Host { host, .. } => host.parse::<std::net::IpAddr>().is_err(),
            Target::Unix(_) => false,
        }
    }

    async fn resolve(&self) -> Result<Vec<Address>, Arc<str>> {
        let (host, port) = match &self.endpoint.target {
            Target::Unix(path) => return Ok(vec![Address::Unix(path.clone())]),
            Target::Host { .. } if self.lines.dialer.proxy.is_some() => {
                return Ok(vec![Address::Proxied(self.endpoint.authority())]);
            }
            Target::Host { host, port } => (host, *port),
        };
        match tokio::net::lookup_host((host.as_str(), port)).await {
            Err(error) => Err(format!("cannot find the address of {host}: {error}").into()),
            Ok(found) => {
                let mut addresses = Vec::new();
                for address in found.map(Address::Tcp) {
                    if !addresses.contains(&address) && addresses.len() < MAX_ADDRESSES {
                        addresses.push(address);
                    }
                }
                if addresses.is_empty() { Err(format!("{host} has no address").into()) } else { Ok(addresses) }
            }
        }
    }

    /// Begins lines to new addresses and ends those to addresses that are none any more.
    pub(super) fn lead_to(&self, addresses: Vec<Address>, running: &mut BTreeMap<LineId, CancellationToken>) {
        let wanted: Vec<LineId> = match self.balancer {
            Balancer::RoundRobin => addresses.into_iter().map(|address| Arc::from([address])).collect(),
            Balancer::PickFirst => vec![Arc::from(addresses)],
        };
        running.retain(|id, stop| {
            let stays = wanted.contains(id);
            if !stays {
                stop.cancel();
            }
            stays
        });
        self.lines.picture.send_modify(|picture| {
            picture.unresolved = None;
            let mut former = std::mem::take(&mut picture.lines);
            for id in &wanted {
                let known = former.iter().position(|(line, _)| line == id).map(|at| former.swap_remove(at));
                picture.lines.push(known.unwrap_or_else(|| (Arc::clone(id), State::Connecting)));
            }
        });
        for id in wanted {
            running.entry(Arc::clone(&id)).or_insert_with(|| {
                let stop = self.stop.child_token();
                tokio::spawn(stop.clone().run_until_cancelled_owned(Arc::clone(&self.lines).keep(id)));
                stop
            });
        }
    }
}

impl Lines {
    /// Keeps a connection to one of the addresses, for ever.
    async fn keep(self: Arc<Self>, id: LineId) {
        let mut backoff = Backoff::default();
        loop {
            let error = match self.dialer.connect(&id).await {
                Ok(connection) => {
                    let since = Instant::now();
                    self.report(&id, State::Ready(connection.clone()));
                    connection.retired().await;
                    self.failed.notify_one();
                    if connection.was_of_use() || since.elapsed() >= SHORT_LIVED {
                        backoff = Backoff::default();
                        self.report(&id, State::Connecting);
                        continue;
                    }
                    match self.dialer.tls.as_ref().and_then(tls::Connector::refusal) {
                        Some(refusal) => format!("cannot connect to {}: {refusal}", name(&id)).into(),
                        None => "the server ends connections at once".into(),
                    }
                }
                Err(error) => format!("cannot connect to {}: {error}", name(&id)).into(),
            };
            self.report(&id, State::Failed(error));
            self.failed.notify_one();
            tokio::time::sleep(backoff.next()).await;
        }
    }

    fn report(&self, id: &LineId, state: State) {
        self.picture.send_modify(|picture| {
            if let Some(line) = picture.lines.iter_mut().find(|(line, _)| line == id) {
                line.1 = state;
            }
        });
    }
}

fn name(addresses: &[Address]) -> String {
    let names: Vec<_> = addresses
        .iter()
        .map(|address| match address {
            Address::Tcp(address) => address.to_string(),
            Address::Unix(path) => path.display().to_string(),
            Address::Proxied(host_port) => format!("{host_port} through a proxy"),
        })
        .collect();
    names.join(", ")
}

/// How long to wait before the next attempt to connect.
///
/// Source: gRPC's connection backoff protocol; here half of its longest wait.
struct Backoff(Duration);

impl Default for Backoff {
    fn default() -> Self {
        Self(Duration::from_secs(1))
    }
}

impl Backoff {
    fn next(&mut self) -> Duration {
        const LONGEST: Duration = Duration::from_secs(60);
        let wait = self.0.mul_f64(0.8 + 0.4 * fastrand::f64());
        self.0 = self.0.mul_f64(1.6).min(LONGEST);
        wait
    }
}
