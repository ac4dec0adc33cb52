//! An HTTP client that posts bodies: HTTP/1.1, and HTTP/2 where a server with TLS offers it.
//!
//! Source: the Collector's `config/confighttp`.

mod body;
mod config;
mod connect;
mod response;

use std::sync::Arc;
use std::time::Duration;

use ::http::{HeaderMap, HeaderName, HeaderValue, Method, Request, StatusCode, Uri, header};
use bytes::Bytes;
use hyper_util::client::legacy;
use hyper_util::rt::{TokioExecutor, TokioTimer};
use sluice_component::{BuildError, ClientAuth, Context, Extensions, NoCredentials, Role};
use tokio::sync::Semaphore;

pub use config::{Config, parse_url};
pub use response::Response;

use super::auth::{self, Authorized};
use super::packing::pack;
use super::proxy;
use crate::compression::Compressor;
use body::Parts;
use connect::Connect;

/// Posts to one URL; a clone shares the connections.
#[derive(Clone)]
pub struct Client(Arc<Inner>);

struct Inner {
    client: legacy::Client<Connect, Parts>,
    connect: Connect,
    uri: Uri,
    headers: HeaderMap,
    compressor: Option<Compressor>,
    auth: Option<Arc<dyn ClientAuth>>,
    /// One place for each connection, where their number is limited.
    places: Option<Semaphore>,
}

/// No answer came.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Failure {
    /// The server could not be reached, or the connection broke.
    #[error("{0}")]
    Connection(String),
    /// A defect here.
    #[error("{0}")]
    Internal(String),
    /// There is nothing to show the server.
    #[error(transparent)]
    NoCredentials(#[from] NoCredentials),
}

impl Client {
    /// Prepares requests to `url`, which [`parse_url`] has let through, with a body of `content_type`. `user_agent` is sent
    /// unless the headers of the configuration have another. An authenticator is looked for among `extensions`.
    ///
    /// # Errors
    ///
    /// A file for TLS cannot be read, a proxy cannot be used, an authenticator does not run.
    pub fn new(
        config: &Config,
        url: &Uri,
        content_type: &'static str,
        user_agent: &str,
        extensions: &Extensions,
    ) -> Result<Self, BuildError> {
        let mut headers = HeaderMap::new();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(content_type));
        if let Some(compressor) = config.compressor {
            let name = HeaderValue::from_static(compressor.encoding().http_name());
            headers.insert(header::CONTENT_ENCODING, name);
        }
        let user_agent = HeaderValue::from_str(user_agent)
            .map_err(|_| BuildError::new("the user agent has characters that a header cannot have"))?;
        headers.insert(header::USER_AGENT, user_agent);
        if config.disable_keep_alives {
            headers.insert(header::CONNECTION, HeaderValue::from_static("close"));
        }
        let (uri, authorization) = connect::without_userinfo(url);
        if let Some(authorization) = authorization {
            headers.insert(header::AUTHORIZATION, authorization);
        }
        overwrite(&mut headers, &config.headers);
        let proxy = proxy::choose(config.proxy_url.as_deref(), &uri, |name| std::env::var(name).ok())
            .map_err(|problem| BuildError::at("proxy_url", problem))?;
        if let Some(authorization) = proxy.as_ref().and_then(|proxy| proxy.forwards_with()) {
            headers.insert(header::PROXY_AUTHORIZATION, authorization);
        }
        let connect = Connect::new(config, &uri, proxy)?;
        let places = (config.max_conns_per_host > 0).then(|| Semaphore::new(config.max_conns_per_host));
        let auth = auth::find(config.auth.as_ref(), Role::HttpClientAuth, extensions)?;
        let client = pool(config, connect.clone());
        let inner = Inner { client, connect, uri, headers, compressor: config.compressor, auth, places };
        Ok(Self(Arc::new(inner)))
    }

    /// Posts the body that `parts` are together, packed if it is to be, and reads the answer.
    ///
    /// An answer of any status is an answer; redirects are not followed. Where the server does not accept the
    /// credentials, and the authenticator has others by now, the request is sent once more; `context` is what it is
    /// asked with. Cancel safe: what nobody waits for is ended.
    ///
    /// # Errors
    ///
    /// Why there is no answer.
    pub async fn post(&self, parts: &[Bytes], context: &Context) -> Result<Response, Failure> {
        self.0.post(&self.0.headers, parts, context).await
    }

    /// As [`post`](Self::post), with some headers more than those of every request; of the same name, these hold.
    ///
    /// # Errors
    ///
    /// Why there is no answer.
    pub async fn post_with(
        &self,
        headers: &HeaderMap,
        parts: &[Bytes],
        context: &Context,
    ) -> Result<Response, Failure> {
        let mut all = self.0.headers.clone();
        for (name, value) in headers {
            all.insert(name.clone(), value.clone());
        }
        self.0.post(&all, parts, context).await
    }

    /// Asks for what is at the URL, with some headers more than those of every request.
    ///
    /// # Errors
    ///
    /// Why there is no answer.
    pub async fn get(&self, headers: &HeaderMap, context: &Context) -> Result<Response, Failure> {
        let mut all = self.0.headers.clone();
        all.remove(header::CONTENT_TYPE);
        all.remove(header::CONTENT_ENCODING);
        for (name, value) in headers {
            all.insert(name.clone(), value.clone());
        }
        let authorized = Authorized::new(self.0.auth.as_ref(), &all, context).await?;
        self.0.send(Method::GET, Vec::new(), authorized.headers().clone()).await
    }
}

impl Inner {
    async fn post(&self, headers: &HeaderMap, parts: &[Bytes], context: &Context) -> Result<Response, Failure> {
        let mut authorized = Authorized::new(self.auth.as_ref(), headers, context).await?;
        let _place = match &self.places {
            // Never closed, so that what could fail here does not.
            Some(places) => places.acquire().await.ok(),
            None => None,
        };
        let body = match self.compressor {
            None => parts.to_vec(),
            Some(compressor) => vec![pack(compressor, parts).await.map_err(Failure::Internal)?],
        };
        loop {
            let response = self.send(Method::POST, body.clone(), authorized.headers().clone()).await?;
            if response.status != StatusCode::UNAUTHORIZED || !authorized.has_others().await? {
                return Ok(response);
            }
        }
    }

    async fn send(&self, method: Method, body: Vec<Bytes>, headers: HeaderMap) -> Result<Response, Failure> {
        let mut request = Request::new(Parts::new(body));
        *request.method_mut() = method;
        *request.uri_mut() = self.uri.clone();
        *request.headers_mut() = headers;
        let response = self.client.request(request).await.map_err(|error| self.unanswered(&error))?;
        Response::read(response).await.map_err(|error| Failure::Connection(chain(&error)))
    }

    /// Why a request was not answered. A server that does not take our certificate ends the connection with its reason, of
    /// which hyper says no more than that the connection ended.
    fn unanswered(&self, error: &legacy::Error) -> Failure {
        let text = if error.is_connect() { None } else { self.connect.refusal() };
        Failure::Connection(text.unwrap_or_else(|| chain(error)))
    }
}

fn pool(config: &Config, connect: Connect) -> legacy::Client<Connect, Parts> {
    let mut builder = legacy::Client::builder(TokioExecutor::new());
    builder.timer(TokioTimer::new()).pool_timer(TokioTimer::new());
    builder.pool_idle_timeout(config.idle_conn_timeout).pool_max_idle_per_host(config.max_idle());
    builder.http1_max_headers(100).http2_max_header_list_size(64 * 1024);
    builder.http2_keep_alive_interval(config.http2_read_idle_timeout);
    builder.http2_keep_alive_timeout(config.http2_ping_timeout.unwrap_or(Duration::from_secs(15)));
    builder.http2_keep_alive_while_idle(true);
    builder.build(connect)
}

/// Replaces what has the name of a configured header; a name that is configured several times is sent several times.
fn overwrite(headers: &mut HeaderMap, configured: &[(HeaderName, HeaderValue)]) {
    for (name, _) in configured {
        headers.remove(name);
    }
    for (name, value) in configured {
        headers.append(name.clone(), value.clone());
    }
}

/// The error and what led to it. hyper's own texts say little, and none of them holds the URL.
fn chain(error: &(dyn std::error::Error + 'static)) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(error) = source {
        let cause = error.to_string();
        if !text.ends_with(&cause) {
            text = format!("{text}: {cause}");
        }
        source = error.source();
    }
    text
}

#[cfg(test)]
mod tests;
