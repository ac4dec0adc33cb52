//! The side that listens: one accept loop for everything that speaks HTTP/1.1, over hyper, or HTTP/2, over h2.
//!
//! Limits, deadlines and TLS stand here once. A [`Server`] binds while it is built; what it serves is a [`Handler`],
//! which sees requests of connections that have shown who they are in time, collects their [bodies](body::collect)
//! within the process's [`Budget`], and answers with a [`Body`].
//!
//! | who | is closed |
//! |---|---|
//! | says nothing, or does not finish its TLS handshake | after 5 s; earlier, the oldest first, when more than 512 do |
//! | does not finish its headers | after 10 s |
//! | does not finish a body | that request is given up after 30 s, or below 1 KiB/s after 10 s |
//! | has no request under way | HTTP/1.1: after 60 s; HTTP/2: as `keepalive` says, and when it does not answer a ping |
//! | sends control frames without requests | beyond 1,000 a second |

mod accept;
mod auth;
mod bind;
pub mod body;
mod budget;
mod config;
mod connection;
mod cors;
mod frames;
mod http2;
mod incoming;
mod lifetime;
mod limits;
mod preface;
mod response;
mod silent;
mod within;

use std::future::Future;
use std::net::SocketAddr;
use std::sync::Arc;

use http::{Request, Response};
use sluice_component::{BuildError, Stop};

use crate::tls;

pub use auth::{AuthConfig, Authenticator};
pub use bind::{Address, Family, Local, NoAddress};
pub use budget::{Budget, Ticket};
pub use config::{Compressions, HttpConfig};
pub use cors::Cors;
pub use incoming::Incoming;
pub use limits::{Http2Limits, Limits};
pub use response::Body;
pub use within::{Elapsed, caught, within};

/// Answers requests.
pub trait Handler: Send + Sync + 'static {
    /// Answers one request. Dropped unfinished when the client has gone.
    fn handle(
        self: Arc<Self>,
        request: Request<Incoming>,
        peer: Peer,
    ) -> impl Future<Output = Response<Body>> + Send + 'static;
}

/// Who is at the other end of a connection.
#[derive(Clone, Copy, Debug)]
pub struct Peer {
    /// Its address, if it came over TCP.
    pub address: Option<SocketAddr>,
}

/// What is spoken on a port.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Protocols {
    /// HTTP/2 only, as gRPC wants it: with TLS by agreement, without by prior knowledge.
    Http2,
    /// HTTP/1.1, and HTTP/2 where the client asks for it.
    Both,
}

/// A port that is bound, and what is to be served on it.
pub struct Server<H> {
    listener: bind::Listener,
    service: connection::Service<H>,
}

impl<H: Handler> Server<H> {
    /// Binds `address`, so that a taken port is an error at once. Nobody is answered before it runs.
    ///
    /// # Errors
    ///
    /// The address is none, or is taken; or TLS is asked for with files that cannot be used.
    pub fn bind(
        address: &Address,
        tls: Option<&tls::ServerConfig>,
        protocols: Protocols,
        limits: Limits,
        handler: Arc<H>,
    ) -> Result<Self, BuildError> {
        let alpn: &[&str] = match protocols {
            Protocols::Http2 => &["h2"],
            Protocols::Both => &["h2", "http/1.1"],
        };
        let acceptor = tls.map(|config| tls::Acceptor::new(config, alpn)).transpose()?;
        let listener = bind::Listener::bind(address)?;
        Ok(Self { listener, service: connection::Service::new(acceptor, protocols, limits, handler) })
    }

    /// Where it listens.
    pub fn local(&self) -> Local {
        self.listener.local()
    }

    /// Serves until `stop` is requested, then takes no new connection, tells the others to go, and returns once every
    /// request under way is answered, at the latest at the stop's deadline. Must be called within a tokio runtime.
    ///
    /// # Errors
    ///
    /// The listener cannot be handed to the runtime.
    pub async fn run(self, stop: Stop) -> std::io::Result<()> {
        accept::run(self.listener, Arc::new(self.service), stop).await
    }
}

#[cfg(test)]
mod tests;
