//! What is known about the request that brought a batch.

use std::net::SocketAddr;
use std::sync::Arc;

use crate::AuthData;

/// Who sent a batch and how; a clone shares it.
///
/// Empty for data that no client sent, and after a step that merges requests of several clients.
#[derive(Clone, Debug, Default)]
pub struct Context(Option<Arc<Origin>>);

#[derive(Clone, Debug, Default)]
struct Origin {
    transport: Transport,
    peer: Option<SocketAddr>,
    metadata: Metadata,
    auth: AuthData,
}

impl Context {
    /// The context of a request from `peer` over `transport`; `metadata` is empty unless the receiver includes it.
    pub fn new(transport: Transport, peer: Option<SocketAddr>, metadata: Metadata) -> Self {
        Self(Some(Arc::new(Origin { transport, peer, metadata, auth: AuthData::default() })))
    }

    /// The same request, sent by whom an authenticator has found out about.
    #[must_use]
    pub fn with_auth(mut self, auth: AuthData) -> Self {
        Arc::make_mut(self.0.get_or_insert_default()).auth = auth;
        self
    }

    /// A context with nothing but metadata: what a batcher keeps of the requests that it merged.
    pub fn with_metadata(metadata: Metadata) -> Self {
        if metadata.is_empty() { Self(None) } else { Self::new(Transport::None, None, metadata) }
    }

    /// How the batch arrived.
    pub fn transport(&self) -> Transport {
        self.0.as_ref().map_or(Transport::None, |origin| origin.transport)
    }

    /// The client's address, if it came over TCP.
    pub fn peer(&self) -> Option<SocketAddr> {
        self.0.as_ref()?.peer
    }

    /// The client's request headers, if the receiver includes them.
    pub fn metadata(&self) -> &Metadata {
        static EMPTY: Metadata = Metadata(Vec::new());
        self.0.as_ref().map_or(&EMPTY, |origin| &origin.metadata)
    }

    /// What the receiver's authenticator knows of the client; empty where there is none.
    pub fn auth(&self) -> &AuthData {
        static EMPTY: AuthData = AuthData::NOTHING;
        self.0.as_ref().map_or(&EMPTY, |origin| &origin.auth)
    }
}

/// How a batch arrived: the `transport` label of the receiver's own metrics.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Transport {
    /// OTLP over gRPC.
    Grpc,
    /// OTLP over HTTP.
    Http,
    /// It was made or merged here.
    #[default]
    None,
}

impl Transport {
    /// The label value: `grpc`, `http`, or the empty text.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Grpc => "grpc",
            Self::Http => "http",
            Self::None => "",
        }
    }
}

/// Request headers as name and value, in the order of arrival; a name may come several times.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Metadata(Vec<(Box<str>, Box<str>)>);

impl Metadata {
    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The values of `name`, whatever its case, in order.
    pub fn get_all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.0.iter().filter(move |(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| &**value)
    }

    /// Every name and value, in order.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(key, value)| (&**key, &**value))
    }
}

impl<K: Into<Box<str>>, V: Into<Box<str>>> FromIterator<(K, V)> for Metadata {
    fn from_iter<I: IntoIterator<Item = (K, V)>>(entries: I) -> Self {
        Self(entries.into_iter().map(|(key, value)| (key.into(), value.into())).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn metadata_names_ignore_case_and_keep_every_value() {
        let metadata: Metadata = [("X-Tenant", "a"), ("other", "o"), ("x-tenant", "b")].into_iter().collect();

        assert_eq!(metadata.get_all("x-TENANT").collect::<Vec<_>>(), ["a", "b"]);
    }

    #[test]
    fn a_default_context_knows_nothing() {
        let context = Context::default();

        assert_eq!(context.transport(), Transport::None);
        assert_eq!(context.peer(), None);
        assert!(context.metadata().is_empty());
        assert_eq!(context.auth().get("username"), None);
    }

    #[test]
    fn what_an_authenticator_found_out_comes_on_top() {
        let metadata: Metadata = [("x-tenant", "a")].into_iter().collect();
        let context = Context::new(Transport::Grpc, None, metadata);

        let authenticated = context.clone().with_auth([("username", "ada")].into_iter().collect());

        assert_eq!(authenticated.auth().get("username"), Some("ada"));
        assert_eq!(authenticated.metadata().get_all("x-tenant").collect::<Vec<_>>(), ["a"]);
        assert_eq!(context.auth().get("username"), None);
    }
}
