//! A gRPC client for unary calls of messages that are bytes already.
//!
//! A call speaks to `h2` directly, on the task of the connection, and the message goes out as the slices that it consists
//! of. Connections are kept to every address that the endpoint resolves to.
//!
//! Source: the gRPC protocol over HTTP/2; gRPC's "Load Balancing", "Connection Backoff" and "Wait for Ready" pages; the
//! Collector's `config/configgrpc`.

mod address;
mod call;
mod calls;
mod config;
mod connection;
mod endpoint;
mod payload;

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::uri::{Authority, PathAndQuery, Scheme};
use http::{HeaderMap, HeaderValue, Request, Uri, Version, header};
use sluice_component::{BuildError, ClientAuth, Context, Extensions, Role};

pub use call::Failure;
pub use config::{Balancer, Config, Keepalive};

use super::{auth, proxy};
use crate::compression::{Compressor, Encoding};
use crate::tls;
use address::Addresses;
use connection::Dialer;

/// Calls methods of one endpoint; a clone shares the connections. Dropping the last ends them.
#[derive(Clone)]
pub struct Client(Arc<Inner>);

struct Inner {
    addresses: Addresses,
    compressor: Option<Compressor>,
    wait_for_ready: bool,
    scheme: Scheme,
    authority: Authority,
    headers: HeaderMap,
    auth: Option<Arc<dyn ClientAuth>>,
}

/// A method that is called often: what its calls have in common, made once.
pub struct Method {
    uri: Uri,
    headers: HeaderMap,
}

impl Method {
    fn request(&self, headers: HeaderMap) -> Request<()> {
        let mut request = Request::new(());
        *request.method_mut() = http::Method::POST;
        *request.version_mut() = Version::HTTP_2;
        *request.uri_mut() = self.uri.clone();
        *request.headers_mut() = headers;
        request
    }
}

impl Client {
    /// Begins to connect. `user_agent` is sent unless the configuration has another; `timeout` tells the server how long
    /// a call will be waited for: whoever calls must end the wait. An authenticator is looked for among `extensions`.
    /// Called inside a tokio runtime.
    ///
    /// # Errors
    ///
    /// A file for TLS cannot be read, a proxy of the environment cannot be used, an authenticator does not run or must
    /// not be used without TLS.
    pub fn new(
        config: &Config,
        user_agent: &str,
        timeout: Option<Duration>,
        extensions: &Extensions,
    ) -> Result<Self, BuildError> {
        Self::within(config, user_agent, timeout, extensions, |name| std::env::var(name).ok())
    }

    fn within(
        config: &Config,
        user_agent: &str,
        timeout: Option<Duration>,
        extensions: &Extensions,
        environment: impl Fn(&str) -> Option<String>,
    ) -> Result<Self, BuildError> {
        let endpoint = &config.endpoint;
        let tls = match config.plaintext() {
            true => None,
            false => Some(tls::Connector::new(&config.tls, &["h2"])?),
        };
        let authority = match (&config.authority, &config.tls.server_name_override) {
            (Some(authority), _) => authority.clone(),
            (None, Some(name)) if tls.is_some() => name.clone(),
            _ => endpoint.authority(),
        };
        let authority = Authority::try_from(authority.as_str())
            .map_err(|_| BuildError::at("authority", format!("{authority:?} cannot be an authority")))?;
        let scheme = if tls.is_some() { Scheme::HTTPS } else { Scheme::HTTP };
        let headers = headers(config, user_agent, timeout)?;
        // As in grpc-go, a proxy for HTTPS is one for gRPC, with TLS or without.
        let url = format!("https://{}", endpoint.authority()).parse();
        let url = url.map_err(|_| BuildError::at("endpoint", "must be host:port"))?;
        let proxy = proxy::choose(None, &url, environment).map_err(|problem| BuildError::at("endpoint", problem))?;
        let auth = auth::find(config.auth.as_ref(), Role::GrpcClientAuth, extensions)?;
        if tls.is_none() && auth.as_ref().is_some_and(|auth| auth.needs_tls()) {
            let message = "the credentials require transport level security, without tls::insecure";
            return Err(BuildError::at("auth::authenticator", message));
        }
        let dialer = Dialer { tls, host: endpoint.host().to_owned(), keepalive: config.keepalive, proxy };
        let addresses = Addresses::connect(endpoint.clone(), config.balancer, dialer);
        Ok(Self(Arc::new(Inner {
            addresses,
            compressor: config.compressor,
            wait_for_ready: config.wait_for_ready,
            scheme,
            authority,
            headers,
            auth,
        })))
    }

    /// Prepares calls of the method at `path`, `/package.Service/Method`.
    pub fn method(&self, path: &'static str) -> Method {
        let mut parts = http::uri::Parts::default();
        parts.scheme = Some(self.0.scheme.clone());
        parts.authority = Some(self.0.authority.clone());
        parts.path_and_query = Some(PathAndQuery::from_static(path));
        let uri = Uri::from_parts(parts).expect("scheme, authority and path make a URI");
        Method { uri, headers: self.0.headers.clone() }
    }

    /// Calls `method` with the message that `parts` are together, and returns the answer's message.
    ///
    /// Where the server does not accept the credentials, and the authenticator has others by now, the call is made once
    /// more; `context` is what it is asked with.
    ///
    /// Cancel safe: a call that nobody waits for any more is cancelled at the server.
    ///
    /// # Errors
    ///
    /// The server's own words, or why there are none.
    pub async fn call(&self, method: &Method, parts: &[Bytes], context: &Context) -> Result<Bytes, Failure> {
        call::call(&self.0, method, parts, context).await
    }
}

fn headers(config: &Config, user_agent: &str, timeout: Option<Duration>) -> Result<HeaderMap, BuildError> {
    let mut headers = HeaderMap::new();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/grpc"));
    headers.insert(header::TE, HeaderValue::from_static("trailers"));
    headers.insert("grpc-accept-encoding", HeaderValue::from_static(Encoding::GRPC_ACCEPTED));
    if let Some(compressor) = config.compressor {
        headers.insert("grpc-encoding", HeaderValue::from_static(grpc_name(compressor.encoding())));
    }
    if let Some(timeout) = timeout {
        headers.insert("grpc-timeout", grpc_timeout(timeout));
    }
    let user_agent = config.user_agent.as_deref().unwrap_or(user_agent);
    let user_agent = HeaderValue::from_str(user_agent)
        .map_err(|_| BuildError::at("user_agent", "has characters that a header cannot have"))?;
    headers.insert(header::USER_AGENT, user_agent);
    for (name, value) in &config.headers {
        headers.append(name.clone(), value.clone());
    }
    Ok(headers)
}

/// The name in `grpc-encoding`.
fn grpc_name(encoding: Encoding) -> &'static str {
    match encoding {
        Encoding::SnappyFramed => "snappy",
        other => other.http_name(),
    }
}

/// At most eight digits and a unit.
fn grpc_timeout(timeout: Duration) -> HeaderValue {
    let text = match timeout.as_millis() {
        millis @ 0..100_000_000 => format!("{}m", millis.max(1)),
        _ => format!("{}S", timeout.as_secs().min(99_999_999)),
    };
    HeaderValue::try_from(text).expect("digits and a letter can stand in a header")
}

#[cfg(test)]
mod tests;
