//! Who a client is, and how we say who we are: the contract between authenticators, servers and clients.
//!
//! Authenticators are extensions. A component names one by its id and gets it out of [`Extensions`] when it is built.

use std::borrow::Cow;
use std::collections::HashMap;
use std::fmt;
use std::sync::Arc;

use http::HeaderMap;

use crate::{BoxFuture, BuildError, ComponentId, Context, Retry};

/// Judges the requests of a server.
pub trait ServerAuth: Send + Sync {
    /// Judges a request by its headers, before anything of its body is read. May be dropped before it is ready.
    ///
    /// # Errors
    ///
    /// The request is not to be answered.
    fn authenticate<'a>(&'a self, headers: &'a HeaderMap) -> BoxFuture<'a, Result<AuthData, Denied>>;
}

/// A request is not to be answered.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Denied {
    /// It does not show who sends it: `UNAUTHENTICATED`. The text tells the client what it lacks, and no secret.
    #[error("{0}")]
    Unauthenticated(Cow<'static, str>),
    /// There is no room to find out: the client should come back.
    #[error("too many requests are being authenticated at once")]
    Overloaded,
}

/// Shows a server who we are.
pub trait ClientAuth: Send + Sync {
    /// Sets in a request's headers what shows who we are; `context` is that of the batch which is sent.
    ///
    /// Called for every attempt, so it is cheap: what takes long is kept for the next one. May be dropped before it is ready.
    ///
    /// # Errors
    ///
    /// There is nothing to show.
    fn authorize<'a>(
        &'a self,
        headers: &'a mut HeaderMap,
        context: &'a Context,
    ) -> BoxFuture<'a, Result<(), NoCredentials>>;

    /// Learns that the server did not accept the credentials in these headers, and returns whether there are others by
    /// now: then the attempt is worth repeating, once.
    fn refused<'a>(&'a self, headers: &'a HeaderMap) -> BoxFuture<'a, bool>;

    /// Whether what it shows may only be sent encrypted. Clients of gRPC insist on it, as in the Collector.
    fn needs_tls(&self) -> bool;
}

/// There is nothing to show a server.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct NoCredentials {
    /// Why, without a secret.
    pub message: Cow<'static, str>,
    /// Whether there may be something later.
    pub retry: Retry,
}

/// What an authenticator knows of a client, as texts by name; a clone shares them.
#[derive(Clone, Default)]
pub struct AuthData(Option<Arc<[Attribute]>>);

type Attribute = (&'static str, Box<str>);

impl AuthData {
    /// Nothing is known.
    pub const NOTHING: Self = Self(None);

    /// The text of an attribute.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.iter().find(|(key, _)| *key == name).map(|(_, value)| value)
    }

    /// Every name and text.
    pub fn iter(&self) -> impl Iterator<Item = (&'static str, &str)> {
        self.0.iter().flat_map(|attributes| attributes.iter()).map(|(name, value)| (*name, &**value))
    }
}

impl<V: Into<Box<str>>> FromIterator<(&'static str, V)> for AuthData {
    fn from_iter<I: IntoIterator<Item = (&'static str, V)>>(attributes: I) -> Self {
        Self(Some(attributes.into_iter().map(|(name, value)| (name, value.into())).collect()))
    }
}

/// Shows the names alone: a text may be a secret.
impl fmt::Debug for AuthData {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.iter().map(|(name, _)| name)).finish()
    }
}

/// As what an extension is referred to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// A [`ServerAuth`].
    ServerAuth,
    /// A [`ClientAuth`] for gRPC.
    GrpcClientAuth,
    /// A [`ClientAuth`] for HTTP.
    HttpClientAuth,
    /// A [`ClientAuth`] behind another.
    ClientAuth,
}

impl Role {
    /// Whether it is a client that is authenticated.
    pub const fn is_client(self) -> bool {
        !matches!(self, Self::ServerAuth)
    }

    /// What is said of an extension that cannot be that, in the Collector's words.
    pub fn mismatch(self) -> String {
        let needed = match self {
            Self::ServerAuth => "server",
            Self::GrpcClientAuth => "gRPC client",
            Self::HttpClientAuth => "HTTP client",
            Self::ClientAuth => "client",
        };
        format!("requested authenticator is not a {needed} authenticator")
    }
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::ServerAuth => "server authenticator",
            _ => "client authenticator",
        })
    }
}

/// What one extension is to other components.
#[derive(Clone, Default)]
pub struct Offers {
    /// It judges requests.
    pub server_auth: Option<Arc<dyn ServerAuth>>,
    /// It shows servers who we are.
    pub client_auth: Option<Arc<dyn ClientAuth>>,
}

/// The extensions that run, for components that refer to them; a clone shares them.
#[derive(Clone, Default)]
pub struct Extensions(Arc<HashMap<ComponentId, Offers>>);

impl Extensions {
    /// Adds an extension.
    pub fn insert(&mut self, id: ComponentId, offers: Offers) {
        Arc::make_mut(&mut self.0).insert(id, offers);
    }

    /// The server authenticator of this id.
    ///
    /// # Errors
    ///
    /// It does not run, or is none.
    pub fn server_auth(&self, id: &ComponentId) -> Result<Arc<dyn ServerAuth>, BuildError> {
        let offered = self.find(id)?.server_auth.clone();
        offered.ok_or_else(|| BuildError::new(Role::ServerAuth.mismatch()))
    }

    /// The client authenticator of this id, to be used as `role` says.
    ///
    /// # Errors
    ///
    /// It does not run, or is none.
    pub fn client_auth(&self, id: &ComponentId, role: Role) -> Result<Arc<dyn ClientAuth>, BuildError> {
        let offered = self.find(id)?.client_auth.clone();
        offered.ok_or_else(|| BuildError::new(role.mismatch()))
    }

    fn find(&self, id: &ComponentId) -> Result<&Offers, BuildError> {
        let not_found = || format!("failed to resolve authenticator {:?}: authenticator not found", id.as_str());
        self.0.get(id).ok_or_else(|| BuildError::new(not_found()))
    }
}

impl fmt::Debug for Extensions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.0.keys()).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn attributes_are_found_by_name_and_never_printed() {
        let data: AuthData = [("username", "ada"), ("raw", "YWRhOmh1bnRlcjI=")].into_iter().collect();

        assert_eq!((data.get("username"), data.get("subject")), (Some("ada"), None));
        assert_eq!(format!("{data:?}"), r#"["username", "raw"]"#);
    }

    #[test]
    fn what_does_not_run_or_is_something_else_is_said_in_the_collectors_words() {
        let mut extensions = Extensions::default();
        extensions.insert("zpages".parse().unwrap(), Offers::default());
        let server = |id: &str| extensions.server_auth(&id.parse().unwrap()).err().unwrap().to_string();
        let client = |role| extensions.client_auth(&"zpages".parse().unwrap(), role).err().unwrap().to_string();

        assert_eq!(server("basicauth/x"), r#"failed to resolve authenticator "basicauth/x": authenticator not found"#);
        assert_eq!(server("zpages"), "requested authenticator is not a server authenticator");
        assert_eq!(client(Role::GrpcClientAuth), "requested authenticator is not a gRPC client authenticator");
        assert_eq!(client(Role::HttpClientAuth), "requested authenticator is not a HTTP client authenticator");
    }
}
