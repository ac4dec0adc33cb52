//! The extension: the token of the moment.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use arc_swap::ArcSwapOption;
use http::header::AUTHORIZATION;
use http::{HeaderMap, HeaderValue};
use sluice_component::factory::{Extension, Settings};
use sluice_component::{
    BoxFuture, BuildError, ClientAuth, Context, NoCredentials, Offers, Retry, RunError, Stop, Throttle,
};
use tokio::time::Instant;

use super::config::Config;
use super::endpoint::{Endpoint, Token};

/// How long a failure is the answer to everybody: the endpoint is not asked by each request that waits.
const FAILED_FOR: Duration = Duration::from_secs(1);

/// How often at most a token is replaced because a backend did not accept it.
const REFUSED_AT_MOST: Duration = Duration::from_secs(10);

pub(super) struct OAuth2Client(Arc<Tokens>);

struct Tokens {
    endpoint: Endpoint,
    expiry_buffer: Duration,
    current: ArcSwapOption<Current>,
    /// Held by who fetches, who sees it through even if nobody waits any more.
    fetching: Arc<tokio::sync::Mutex<()>>,
    state: Mutex<State>,
    warnings: Throttle,
}

struct Current {
    header: HeaderValue,
    /// From when on there should be another.
    renew_at: Option<Instant>,
    /// From when on it is of no use.
    expires_at: Option<Instant>,
}

#[derive(Default)]
struct State {
    /// The last failure, for a moment.
    failed: Option<(Instant, String)>,
    /// When a token was last replaced because a backend did not accept it.
    refused: Option<Instant>,
}

impl OAuth2Client {
    pub(super) fn new(config: &Config, settings: &Settings) -> Result<Self, BuildError> {
        Ok(Self(Arc::new(Tokens {
            endpoint: Endpoint::new(config, &settings.program)?,
            expiry_buffer: config.expiry_buffer,
            current: ArcSwapOption::empty(),
            fetching: Arc::default(),
            state: Mutex::default(),
            warnings: Throttle::new(Duration::from_secs(10)),
        })))
    }
}

impl Extension for OAuth2Client {
    fn offers(&self) -> Offers {
        Offers { client_auth: Some(Arc::new(Shared(Arc::clone(&self.0)))), ..Offers::default() }
    }

    fn run(self: Box<Self>, stop: Stop) -> BoxFuture<'static, Result<(), RunError>> {
        Box::pin(async move {
            stop.requested().await;
            Ok(())
        })
    }
}

/// What exporters are given: fetching outlives their calls, so it needs the tokens as its own.
struct Shared(Arc<Tokens>);

impl Tokens {
    /// The header, if it need not be replaced.
    fn fresh(&self) -> Option<HeaderValue> {
        let current = self.current.load();
        let current = current.as_ref()?;
        current.renew_at.is_none_or(|renew_at| Instant::now() < renew_at).then(|| current.header.clone())
    }

    /// The header, if it can be used.
    fn valid(&self) -> Option<HeaderValue> {
        let current = self.current.load();
        let current = current.as_ref()?;
        current.expires_at.is_none_or(|expires_at| Instant::now() < expires_at).then(|| current.header.clone())
    }

    /// The header, fetched if need be.
    async fn header(self: &Arc<Self>) -> Result<HeaderValue, NoCredentials> {
        if let Some(header) = self.fresh() {
            return Ok(header);
        }
        let turn = Arc::clone(&self.fetching).lock_owned().await;
        if let Some(header) = self.fresh() {
            return Ok(header);
        }
        let failed = match self.failed() {
            Some(failed) => Some(failed),
            None => {
                let tokens = Arc::clone(self);
                // Who asks may give up sooner than the endpoint answers; the token is then there for the next.
                let fetching = tokio::spawn(async move {
                    let _turn = turn;
                    tokens.fetch().await
                });
                fetching.await.unwrap_or_else(|_| Some("fetching a token has failed".into()))
            }
        };
        // One that is about to expire is better than none.
        match (self.valid(), failed) {
            (Some(header), _) => Ok(header),
            (None, failed) => {
                let message = failed.unwrap_or_else(|| "the token has expired already".into());
                Err(NoCredentials { message: message.into(), retry: Retry::Now })
            }
        }
    }

    /// Fetches a token, and says why if there is none.
    async fn fetch(&self) -> Option<String> {
        match self.endpoint.token().await {
            Ok(token) => {
                self.current.store(Some(Arc::new(Current::new(token, self.expiry_buffer))));
                self.state().failed = None;
                None
            }
            Err(error) => {
                if let Some(suppressed) = self.warnings.admit() {
                    tracing::warn!(%error, suppressed, "no token");
                }
                self.state().failed = Some((Instant::now(), error.clone()));
                Some(error)
            }
        }
    }

    fn failed(&self) -> Option<String> {
        let state = self.state();
        let (at, error) = state.failed.as_ref()?;
        (at.elapsed() < FAILED_FOR).then(|| error.clone())
    }

    /// Gives up the token of a request that a backend has refused; whether there is, or will be, another.
    fn give_up(&self, refused: Option<&HeaderValue>) -> bool {
        let current = self.current.load();
        let Some(current) = &*current else { return true };
        if refused != Some(&current.header) {
            return true;
        }
        let mut state = self.state();
        if state.refused.is_some_and(|at| at.elapsed() < REFUSED_AT_MOST) {
            return false;
        }
        state.refused = Some(Instant::now());
        self.current.store(None);
        true
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Current {
    /// A token that does not live as long as it should be replaced before its end is replaced at half its time.
    fn new(token: Token, buffer: Duration) -> Self {
        let now = Instant::now();
        let after =
            |lifetime: Duration| lifetime.checked_sub(buffer).filter(|rest| !rest.is_zero()).unwrap_or(lifetime / 2);
        Self {
            header: token.header,
            renew_at: token.lifetime.and_then(|lifetime| now.checked_add(after(lifetime))),
            expires_at: token.lifetime.and_then(|lifetime| now.checked_add(lifetime)),
        }
    }
}

impl ClientAuth for Shared {
    fn authorize<'a>(&'a self, headers: &'a mut HeaderMap, _: &'a Context) -> BoxFuture<'a, Result<(), NoCredentials>> {
        if let Some(header) = self.0.fresh() {
            headers.insert(AUTHORIZATION, header);
            return Box::pin(std::future::ready(Ok(())));
        }
        Box::pin(async {
            headers.insert(AUTHORIZATION, self.0.header().await?);
            Ok(())
        })
    }

    fn refused<'a>(&'a self, headers: &'a HeaderMap) -> BoxFuture<'a, bool> {
        Box::pin(std::future::ready(self.0.give_up(headers.get(AUTHORIZATION))))
    }

    fn needs_tls(&self) -> bool {
        true
    }
}
