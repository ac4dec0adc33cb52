//! The client of a backend's query API.

use std::{collections::BTreeMap, sync::Arc};

use bytes::Bytes;
use http::{Request, StatusCode, header};
use http_body_util::{BodyExt, Empty};
use hyper::{body::Incoming, client::conn::http1};
use hyper_util::rt::TokioIo;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use rustls_pki_types::ServerName;
use serde_json::Value;
use tokio::{
    io::{AsyncRead, AsyncWrite},
    net::TcpStream,
    time::timeout,
};
use tokio_rustls::TlsConnector;

use super::Tls;
use crate::{Identity, SOON};

/// Asks one backend, on a connection a question.
pub struct Api {
    address: String,
    tls: Option<TlsConnector>,
}

impl Api {
    pub(super) fn new(address: &str, tls: Option<Tls<'_>>) -> Self {
        let connector = |tls: Tls<'_>| {
            let identity = if tls.mutual { Identity::Named("client") } else { Identity::None };
            let mut config = (*tls.certificates.client(identity)).clone();
            config.alpn_protocols.clear();
            TlsConnector::from(Arc::new(config))
        };
        Self { address: address.to_owned(), tls: tls.map(connector) }
    }

    /// The status and the body of an answer to a GET with these parameters and headers.
    ///
    /// # Panics
    /// When there is no answer.
    pub async fn get(
        &self,
        path: &str,
        query: &[(&str, &str)],
        headers: &[(&'static str, &str)],
    ) -> (StatusCode, Bytes) {
        let parameters: Vec<_> =
            query.iter().map(|(name, value)| format!("{}={}", encoded(name), encoded(value))).collect();
        let mut request = Request::get(format!("{path}?{}", parameters.join("&"))).header(header::HOST, &self.address);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let request = request.body(Empty::new()).expect("a path is a URI");
        let answer = timeout(SOON, async {
            let stream = TcpStream::connect(&self.address).await.map_err(|error| error.to_string())?;
            match &self.tls {
                None => ask(stream, request).await,
                Some(tls) => {
                    let name = ServerName::try_from("localhost").expect("a host name");
                    ask(tls.connect(name, stream).await.map_err(|error| error.to_string())?, request).await
                }
            }
        });
        match answer.await {
            Ok(Ok(answer)) => answer,
            Ok(Err(why)) => panic!("{} does not answer {path}: {why}", self.address),
            Err(_) => panic!("{} does not answer {path} in {SOON:?}", self.address),
        }
    }

    /// The JSON of an answer with a status of success; nothing with any other.
    pub async fn json(&self, path: &str, query: &[(&str, &str)], headers: &[(&'static str, &str)]) -> Option<Value> {
        let (status, body) = self.get(path, query, headers).await;
        let parse = || serde_json::from_slice(&body).unwrap_or_else(|error| panic!("{path}: {error}: {body:?}"));
        status.is_success().then(parse)
    }
}

async fn ask<S>(stream: S, request: Request<Empty<Bytes>>) -> Result<(StatusCode, Bytes), String>
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let (mut sender, connection) = http1::handshake(TokioIo::new(stream)).await.map_err(|error| error.to_string())?;
    // Ends with the sender; what went wrong before, the sender says.
    tokio::spawn(connection);
    let response = sender.send_request(request).await.map_err(|error| error.to_string())?;
    let (head, body): (_, Incoming) = response.into_parts();
    let body = body.collect().await.map_err(|error| error.to_string())?;
    Ok((head.status, body.to_bytes()))
}

fn encoded(text: &str) -> String {
    utf8_percent_encode(text, NON_ALPHANUMERIC).to_string()
}

/// An object whose values are texts.
pub(super) fn texts(object: &Value) -> BTreeMap<String, String> {
    let Some(members) = object.as_object() else { return BTreeMap::new() };
    let text = |value: &Value| value.as_str().unwrap_or_else(|| panic!("not a text: {value}")).to_owned();
    members.iter().map(|(name, value)| (name.clone(), text(value))).collect()
}
