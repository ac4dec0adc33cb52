//! Opening the connections of an HTTP client.

use std::future::Future;
use std::io::{self, IoSlice};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use ::http::{HeaderValue, Uri};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hyper::rt::{Read, ReadBufCursor, Write};
use hyper_util::client::legacy::connect::{Connected, Connection, HttpConnector};
use hyper_util::rt::TokioIo;
use percent_encoding::percent_decode_str;
use sluice_component::BuildError;
use tokio::net::TcpStream;
use tower::Service;

use super::config::Config;
use crate::client::dial::{self, CONNECT_TIMEOUT, Io};
use crate::client::proxy::Proxy;
use crate::tls;

/// Connects to the server of a URL, through a proxy if there is one.
#[derive(Clone)]
pub(super) struct Connect(Arc<Route>);

struct Route {
    tcp: HttpConnector,
    /// What the server's certificate must be for.
    host: String,
    tls: Option<tls::Connector>,
    proxy: Option<Proxy>,
}

/// A connection.
pub(super) struct Stream {
    io: TokioIo<Box<dyn Io>>,
    http2: bool,
    /// Whether requests go to a proxy, which wants to see the whole URL.
    forwarded: bool,
}

impl Connect {
    pub(super) fn new(config: &Config, url: &Uri, proxy: Option<Proxy>) -> Result<Self, BuildError> {
        let protocols: &[&str] = if config.force_attempt_http2 { &["h2", "http/1.1"] } else { &["http/1.1"] };
        let tls = match url.scheme_str() {
            Some("https") => Some(tls::Connector::new(&config.tls, protocols)?),
            _ => None,
        };
        let host = url.host().unwrap_or_default().to_owned();
        Ok(Self(Arc::new(Route { tcp: dial::connector(), host, tls, proxy })))
    }

    /// What the server has said of our certificate, if that is why it ended the last connection.
    pub(super) fn refusal(&self) -> Option<String> {
        self.0.tls.as_ref().and_then(tls::Connector::refusal)
    }
}

impl Route {
    async fn open(&self, url: Uri) -> io::Result<Stream> {
        let tcp = self.dial(url).await?;
        let (io, http2): (Box<dyn Io>, bool) = match &self.tls {
            None => (Box::new(tcp), false),
            Some(tls) => {
                let handshake = tokio::time::timeout(CONNECT_TIMEOUT, tls.connect(&self.host, tcp));
                let stream = handshake
                    .await
                    .map_err(|_| io::Error::new(io::ErrorKind::TimedOut, "the TLS handshake took too long"))??;
                let http2 = stream.alpn_protocol() == Some(b"h2");
                (Box::new(stream), http2)
            }
        };
        let forwarded = self.proxy.as_ref().is_some_and(|proxy| !proxy.tunnel);
        Ok(Stream { io: TokioIo::new(io), http2, forwarded })
    }

    async fn dial(&self, url: Uri) -> io::Result<TcpStream> {
        let server = match &self.proxy {
            Some(proxy) if proxy.tunnel => return dial::tunnel(proxy, url).await,
            Some(proxy) => proxy.uri.clone(),
            None => url,
        };
        Ok(self.tcp.clone().call(server).await.map_err(io::Error::other)?.into_inner())
    }
}

impl Service<Uri> for Connect {
    type Response = Stream;
    type Error = io::Error;
    type Future = Pin<Box<dyn Future<Output = io::Result<Stream>> + Send>>;

    fn poll_ready(&mut self, _cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, url: Uri) -> Self::Future {
        let route = Arc::clone(&self.0);
        Box::pin(async move { route.open(url).await })
    }
}

impl Connection for Stream {
    fn connected(&self) -> Connected {
        let connected = Connected::new().proxy(self.forwarded);
        if self.http2 { connected.negotiated_h2() } else { connected }
    }
}

impl Read for Stream {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, out: ReadBufCursor<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.io).poll_read(cx, out)
    }
}

impl Write for Stream {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.io).poll_write(cx, bytes)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        slices: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.io).poll_write_vectored(cx, slices)
    }

    fn is_write_vectored(&self) -> bool {
        self.io.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.io).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.io).poll_shutdown(cx)
    }
}

/// The URL without name and password, and these as the header that they stand for.
pub(super) fn without_userinfo(url: &Uri) -> (Uri, Option<HeaderValue>) {
    let Some((userinfo, host)) = url.authority().and_then(|authority| authority.as_str().rsplit_once('@')) else {
        return (url.clone(), None);
    };
    let (user, password) = userinfo.split_once(':').unwrap_or((userinfo, ""));
    let mut credentials: Vec<u8> = percent_decode_str(user).collect();
    credentials.push(b':');
    credentials.extend(percent_decode_str(password));
    let mut value = HeaderValue::try_from(format!("Basic {}", STANDARD.encode(credentials)))
        .expect("base64 has only characters that a header can have");
    value.set_sensitive(true);
    let mut parts = url.clone().into_parts();
    parts.authority = Some(host.parse().expect("the part of an authority behind its userinfo is an authority"));
    (Uri::from_parts(parts).expect("a URL has all its parts"), Some(value))
}
