//! For servers: who is let in.

use std::collections::HashMap;
use std::num::NonZeroUsize;
use std::sync::{Arc, Mutex, PoisonError};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::HeaderMap;
use http::header::AUTHORIZATION;
use ring::hmac;
use ring::rand::SystemRandom;
use sluice_component::factory::Extension;
use sluice_component::{AuthData, BoxFuture, BuildError, Denied, Offers, RunError, ServerAuth, Stop};
use tokio::sync::Semaphore;

use super::config;
use super::hash::PasswordHash;
use super::htpasswd;

/// How many requests may wait for a slow password hash.
const WAITING: usize = 256;

pub(super) struct Server(Arc<Users>);

struct Users {
    users: HashMap<Vec<u8>, Arc<User>>,
    /// Of this start only: what it makes of a password is of no use to anybody else.
    key: hmac::Key,
    waiting: Arc<Semaphore>,
    /// One for each processor: who guesses passwords does not get more threads by guessing faster.
    hashing: Arc<Semaphore>,
}

struct User {
    hash: PasswordHash,
    /// The keyed hash of the password that was right: a slow hash is computed once, not at every request.
    verified: Mutex<Option<hmac::Tag>>,
    /// One verification at a time: those who wait find the first one's result.
    turn: Arc<tokio::sync::Mutex<()>>,
}

impl Server {
    pub(super) fn new(config: &config::Htpasswd) -> Result<Self, BuildError> {
        let mut users = HashMap::new();
        if !config.file.is_empty() {
            let read = std::fs::read(&config.file);
            let text = read.map_err(|error| BuildError::at("htpasswd::file", format!("{}: {error}", config.file)))?;
            users.extend(usable(&text, &config.file));
        }
        // Later ones win.
        users.extend(usable(config.inline.reveal().as_bytes(), "htpasswd::inline"));
        let key = hmac::Key::generate(hmac::HMAC_SHA256, &SystemRandom::new());
        let key = key.map_err(|_| BuildError::new("the system gives no random numbers"))?;
        let processors = std::thread::available_parallelism().map_or(1, NonZeroUsize::get);
        let user = |hash| Arc::new(User { hash, verified: Mutex::default(), turn: Arc::default() });
        Ok(Self(Arc::new(Users {
            users: users.into_iter().map(|(name, hash)| (name, user(hash))).collect(),
            key,
            waiting: Arc::new(Semaphore::new(WAITING)),
            hashing: Arc::new(Semaphore::new(processors)),
        })))
    }
}

fn usable(text: &[u8], source: &str) -> Vec<(Vec<u8>, PasswordHash)> {
    let htpasswd::Parsed { users, unusable } = htpasswd::parse(text);
    for line in unusable {
        tracing::warn!(source, line, "a line with a password cannot be used");
    }
    users
}

impl Extension for Server {
    fn offers(&self) -> Offers {
        Offers { server_auth: Some(Arc::clone(&self.0) as _), ..Offers::default() }
    }

    fn run(self: Box<Self>, stop: Stop) -> BoxFuture<'static, Result<(), RunError>> {
        Box::pin(async move {
            stop.requested().await;
            Ok(())
        })
    }
}

impl ServerAuth for Users {
    fn authenticate<'a>(&'a self, headers: &'a HeaderMap) -> BoxFuture<'a, Result<AuthData, Denied>> {
        Box::pin(async {
            let header = headers.get(AUTHORIZATION).map(|value| value.as_bytes()).filter(|value| !value.is_empty());
            let shown = Shown::read(header.ok_or_else(|| denied("no basic auth provided"))?)?;
            self.check(&shown).await?;
            let username = String::from_utf8_lossy(&shown.username).into_owned();
            Ok([("username", username), ("raw", shown.raw)].into_iter().collect())
        })
    }
}

/// What a client shows.
struct Shown {
    username: Vec<u8>,
    password: Vec<u8>,
    /// Both as they were packed.
    raw: String,
}

impl Shown {
    fn read(header: &[u8]) -> Result<Self, Denied> {
        const SCHEME: &[u8] = b"Basic ";
        let packed = match header.split_at_checked(SCHEME.len()) {
            Some((scheme, packed)) if scheme.eq_ignore_ascii_case(SCHEME) => packed,
            _ => return Err(denied("invalid authorization scheme prefix")),
        };
        let wrong = || denied("invalid authorization format");
        let mut username = STANDARD.decode(packed).map_err(|_| wrong())?;
        let colon = username.iter().position(|&byte| byte == b':').ok_or_else(wrong)?;
        let password = username.split_off(colon + 1);
        username.pop();
        // Base64 is ASCII.
        Ok(Self { username, password, raw: String::from_utf8_lossy(packed).into_owned() })
    }
}

fn denied(why: &'static str) -> Denied {
    Denied::Unauthenticated(why.into())
}

impl Users {
    async fn check(&self, Shown { username, password, .. }: &Shown) -> Result<(), Denied> {
        let invalid = || denied("invalid credentials");
        let user = self.users.get(username).ok_or_else(invalid)?;
        if !user.hash.is_slow() {
            return if user.hash.matches(password) { Ok(()) } else { Err(invalid()) };
        }
        if user.is_verified(&self.key, password) {
            return Ok(());
        }
        // What is held goes with the thread: the work goes on when the client has gone.
        let waiting = Arc::clone(&self.waiting).try_acquire_owned().map_err(|_| Denied::Overloaded)?;
        let turn = Arc::clone(&user.turn).lock_owned().await;
        if user.is_verified(&self.key, password) {
            return Ok(());
        }
        // Never closed, so that what could fail here does not.
        let hashing = Arc::clone(&self.hashing).acquire_owned().await;
        let (user, key, password) = (Arc::clone(user), self.key.clone(), password.clone());
        let verifying = tokio::task::spawn_blocking(move || {
            let _held = (waiting, turn, hashing);
            let right = user.hash.matches(&password);
            if right {
                *user.verified.lock().unwrap_or_else(PoisonError::into_inner) = Some(hmac::sign(&key, &password));
            }
            right
        });
        if verifying.await.unwrap_or(false) { Ok(()) } else { Err(invalid()) }
    }
}

impl User {
    fn is_verified(&self, key: &hmac::Key, password: &[u8]) -> bool {
        let verified = *self.verified.lock().unwrap_or_else(PoisonError::into_inner);
        verified.is_some_and(|tag| hmac::verify(key, password, tag.as_ref()).is_ok())
    }
}

#[cfg(test)]
mod tests {
    use sluice_component::config::Secret;

    use super::*;

    const BOB: &str = "bob:$2a$04$WilzCVFtBBCBG5TeGbaiK.dpGD2QcxLTGsGuePANWImmmWlGCz2I2";

    fn users() -> Arc<Users> {
        let config = config::Htpasswd { file: String::new(), inline: Secret::new(BOB) };
        Server::new(&config).unwrap().0
    }

    fn shown(password: &str) -> Shown {
        Shown { username: b"bob".into(), password: password.into(), raw: String::new() }
    }

    #[tokio::test]
    async fn a_slow_hash_is_computed_once_for_the_right_password() {
        let users = users();
        let verified = |password: &str| users.users[&b"bob"[..]].is_verified(&users.key, password.as_bytes());

        assert!(users.check(&shown("wrong")).await.is_err());
        assert!(!verified("wrong"));
        assert!(users.check(&shown("secret")).await.is_ok());
        assert!(verified("secret") && !verified("wrong"));
        assert!(users.check(&shown("wrong")).await.is_err());
        assert!(verified("secret"));

        // Nothing is hashed any more: there is not even room to wait for it.
        let _all = users.waiting.acquire_many(WAITING as u32).await.unwrap();
        assert_eq!(users.check(&shown("secret")).await, Ok(()));
        assert_eq!(users.check(&shown("wrong")).await, Err(Denied::Overloaded));
    }

    #[tokio::test]
    async fn many_who_come_at_once_wait_for_one() {
        let users = users();

        let credentials = shown("secret");
        let all = futures_util::future::join_all((0..WAITING).map(|_| users.check(&credentials))).await;

        assert!(all.iter().all(Result::is_ok));
        assert_eq!(users.waiting.available_permits(), WAITING);
    }
}
