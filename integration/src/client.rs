//! An OTLP client that does what a test says, right or wrong.

mod dial;
mod raw_codec;

use std::{error::Error, io::Write, sync::Arc, time::Duration};

use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, Method, Request, StatusCode, Uri, header};
use http_body_util::{BodyExt, Full};
use hyper_util::{
    client::legacy::Client as Pool,
    rt::{TokioExecutor, TokioIo},
};
use rustls_pki_types::ServerName;
use tokio::net::TcpStream;
use tonic::{Code, Status, codec::CompressionEncoding, metadata::MetadataMap, transport::Channel, transport::Endpoint};
use tonic_types::StatusExt;

use crate::{Signal, Telemetry};
use dial::Dial;
use raw_codec::RawCodec;

/// How long a client waits for an answer.
const PATIENCE: Duration = Duration::from_secs(30);

/// A client of one listener.
#[derive(Clone)]
pub struct Client {
    wire: Wire,
    encoding: Encoding,
    headers: HeaderMap,
}

#[derive(Clone)]
enum Wire {
    Grpc { address: String, channel: Channel },
    Http { address: String, content_type: HeaderValue, pool: Box<Pool<Dial, Full<Bytes>>> },
}

/// How requests are packed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Encoding {
    /// As they are.
    Identity,
    /// gzip.
    Gzip,
    /// zstd.
    Zstd,
}

/// What came back.
#[derive(Debug)]
pub enum Reply {
    /// The answer to a call, or its status.
    Grpc(Result<Bytes, Status>),
    /// The answer to a POST.
    Http {
        /// Its status.
        status: StatusCode,
        /// Its headers.
        headers: HeaderMap,
        /// Its body, unpacked by nobody.
        body: Bytes,
    },
    /// There was no answer: why.
    Nothing(String),
}

impl Client {
    /// A gRPC client in plain text; the connection is made with the first call.
    pub fn grpc(address: &str) -> Self {
        let endpoint = Endpoint::from_shared(format!("http://{address}")).expect("an address is a URI");
        Self::new(Wire::Grpc { address: address.to_owned(), channel: endpoint.timeout(PATIENCE).connect_lazy() })
    }

    /// A gRPC client over TLS.
    pub fn grpc_tls(address: &str, tls: Arc<rustls::ClientConfig>) -> Self {
        let endpoint = Endpoint::from_shared(format!("http://{address}")).expect("an address is a URI");
        let target = address.to_owned();
        let connector = tower::service_fn(move |_: Uri| {
            let (address, tls) = (target.clone(), tls.clone());
            async move {
                let stream = TcpStream::connect(address).await?;
                let name = ServerName::try_from("localhost").expect("a host name");
                tokio_rustls::TlsConnector::from(tls).connect(name, stream).await.map(TokioIo::new)
            }
        });
        let channel = endpoint.timeout(PATIENCE).connect_with_connector_lazy(connector);
        Self::new(Wire::Grpc { address: address.to_owned(), channel })
    }

    /// An HTTP client that sends protobuf.
    pub fn http(address: &str) -> Self {
        Self::http_of_type(address, "application/x-protobuf")
    }

    /// An HTTP client that calls what it sends `content_type`.
    pub fn http_of_type(address: &str, content_type: &str) -> Self {
        Self::new_http(address, content_type, None)
    }

    /// An HTTP client that sends protobuf over TLS.
    pub fn https(address: &str, tls: Arc<rustls::ClientConfig>) -> Self {
        Self::new_http(address, "application/x-protobuf", Some(tls))
    }

    fn new_http(address: &str, content_type: &str, tls: Option<Arc<rustls::ClientConfig>>) -> Self {
        let content_type = HeaderValue::from_bytes(content_type.as_bytes()).expect("bytes that HTTP may carry");
        let pool = Box::new(Pool::builder(TokioExecutor::new()).build(Dial::to(address, tls)));
        Self::new(Wire::Http { address: address.to_owned(), content_type, pool })
    }

    fn new(wire: Wire) -> Self {
        Self { wire, encoding: Encoding::Identity, headers: HeaderMap::new() }
    }

    /// Packs what it sends.
    pub fn packing(mut self, encoding: Encoding) -> Self {
        self.encoding = encoding;
        self
    }

    /// Sends a header with every request.
    pub fn with_header(mut self, name: &'static str, value: &[u8]) -> Self {
        let value = HeaderValue::from_bytes(value).expect("bytes that HTTP may carry");
        self.headers.append(HeaderName::from_static(name), value);
        self
    }

    /// Sends a request.
    pub async fn send(&self, telemetry: &Telemetry) -> Reply {
        self.send_bytes(telemetry.signal(), telemetry.encode()).await
    }

    /// Packs and sends bytes that may or may not be a request.
    pub async fn send_bytes(&self, signal: Signal, bytes: impl Into<Bytes>) -> Reply {
        match &self.wire {
            Wire::Grpc { channel, .. } => Reply::Grpc(self.call(channel.clone(), signal, bytes.into()).await),
            Wire::Http { .. } => {
                let packed = self.encoding.pack(&bytes.into());
                self.post(Method::POST, signal.path(), self.encoding.name(), packed).await
            }
        }
    }

    /// Sends a body over HTTP as it is, under the name of a content encoding.
    pub async fn post(&self, method: Method, path: &str, encoding: Option<&str>, body: Vec<u8>) -> Reply {
        let Wire::Http { address, content_type, pool } = &self.wire else { panic!("not an HTTP client") };
        let mut request = Request::builder().method(method).uri(format!("http://{address}{path}"));
        let headers = request.headers_mut().expect("a path is a URI");
        headers.extend(self.headers.clone());
        headers.insert(header::CONTENT_TYPE, content_type.clone());
        if let Some(encoding) = encoding {
            headers.insert(header::CONTENT_ENCODING, HeaderValue::from_str(encoding).expect("a header value"));
        }
        let request = request.body(Full::new(Bytes::from(body))).expect("the parts were checked");
        let answer = async {
            let response = pool.request(request).await.map_err(|error| format!("{error:?}"))?;
            let (head, body) = response.into_parts();
            let body = body.collect().await.map_err(|error| format!("{error:?}"))?.to_bytes();
            Ok(Reply::Http { status: head.status, headers: head.headers, body })
        };
        match tokio::time::timeout(PATIENCE, answer).await {
            Ok(answer) => answer.unwrap_or_else(Reply::Nothing),
            Err(_) => Reply::Nothing(format!("no answer in {PATIENCE:?}")),
        }
    }

    /// Calls over gRPC, in plain text, with a message that somebody else has packed, under the name of an encoding.
    pub async fn send_packed(&self, signal: Signal, encoding: &str, packed: Vec<u8>) -> Reply {
        let Wire::Grpc { address, .. } = &self.wire else { panic!("not a gRPC client") };
        let length = u32::try_from(packed.len()).expect("gRPC has 32 bits for it");
        let message = [&[1], length.to_be_bytes().as_slice(), &packed].concat();
        let request = Request::post(format!("http://{address}{}", signal.method()))
            .header(header::CONTENT_TYPE, "application/grpc")
            .header(header::TE, "trailers")
            .header("grpc-encoding", encoding)
            .body(Full::new(Bytes::from(message)))
            .expect("the parts are right");
        let pool = Pool::builder(TokioExecutor::new()).http2_only(true).build_http();
        let answer = async {
            let response = pool.request(request).await.map_err(|error| format!("{error:?}"))?;
            let in_headers = Status::from_header_map(response.headers());
            let body = response.into_body().collect().await.map_err(|error| format!("{error:?}"))?;
            let status = in_headers.or_else(|| body.trailers().and_then(Status::from_header_map));
            status.ok_or_else(|| "an answer without grpc-status".to_owned())
        };
        match tokio::time::timeout(PATIENCE, answer).await {
            Ok(Ok(status)) if status.code() == Code::Ok => Reply::Grpc(Ok(Bytes::new())),
            Ok(Ok(status)) => Reply::Grpc(Err(status)),
            Ok(Err(why)) => Reply::Nothing(why),
            Err(_) => Reply::Nothing(format!("no answer in {PATIENCE:?}")),
        }
    }

    async fn call(&self, channel: Channel, signal: Signal, message: Bytes) -> Result<Bytes, Status> {
        let mut client = tonic::client::Grpc::new(channel)
            .accept_compressed(CompressionEncoding::Gzip)
            .accept_compressed(CompressionEncoding::Zstd);
        client = match self.encoding {
            Encoding::Identity => client,
            Encoding::Gzip => client.send_compressed(CompressionEncoding::Gzip),
            Encoding::Zstd => client.send_compressed(CompressionEncoding::Zstd),
        };
        client.ready().await.map_err(|error| Status::from_error(error.into()))?;
        let mut request = tonic::Request::new(message);
        *request.metadata_mut() = MetadataMap::from_headers(self.headers.clone());
        let path = http::uri::PathAndQuery::from_static(signal.method());
        client.unary(request, path, RawCodec).await.map(tonic::Response::into_inner)
    }
}

impl Encoding {
    /// Its name on the wire.
    pub fn name(self) -> Option<&'static str> {
        match self {
            Self::Identity => None,
            Self::Gzip => Some("gzip"),
            Self::Zstd => Some("zstd"),
        }
    }

    /// Packs bytes.
    pub fn pack(self, bytes: &[u8]) -> Vec<u8> {
        match self {
            Self::Identity => bytes.to_vec(),
            Self::Gzip => {
                let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
                encoder.write_all(bytes).and_then(|()| encoder.finish()).expect("a Vec takes everything")
            }
            Self::Zstd => zstd::encode_all(bytes, 0).expect("a Vec takes everything"),
        }
    }
}

impl Reply {
    /// Whether the server took responsibility.
    pub fn is_accepted(&self) -> bool {
        match self {
            Self::Grpc(result) => result.is_ok(),
            Self::Http { status, .. } => *status == StatusCode::OK,
            Self::Nothing(_) => false,
        }
    }

    /// Whether the connection broke or was refused before there was an answer.
    pub fn is_cut_off(&self) -> bool {
        match self {
            // A status that the server sent has no cause on our side.
            Self::Grpc(Err(status)) => status.source().is_some(),
            Self::Grpc(Ok(_)) | Self::Http { .. } => false,
            Self::Nothing(_) => true,
        }
    }

    /// The code of a gRPC answer; `None` for HTTP or no answer.
    pub fn code(&self) -> Option<Code> {
        match self {
            Self::Grpc(Ok(_)) => Some(Code::Ok),
            Self::Grpc(Err(status)) => Some(status.code()),
            _ => None,
        }
    }

    /// The status of an HTTP answer as a number; 0 for gRPC or no answer.
    pub fn http_status(&self) -> u16 {
        match self {
            Self::Http { status, .. } => status.as_u16(),
            _ => 0,
        }
    }

    /// How long the server asks the client to wait before it tries again.
    pub fn retry_after(&self) -> Option<Duration> {
        match self {
            Self::Grpc(Err(status)) => status.get_error_details().retry_info().and_then(|info| info.retry_delay),
            Self::Http { .. } => self.header("retry-after").and_then(|text| text.parse().ok()).map(Duration::from_secs),
            Self::Grpc(Ok(_)) | Self::Nothing(_) => None,
        }
    }

    /// A header of an HTTP answer, as text.
    pub fn header(&self, name: &str) -> Option<&str> {
        match self {
            Self::Http { headers, .. } => headers.get(name).and_then(|value| value.to_str().ok()),
            _ => None,
        }
    }

    /// What a gRPC status or an HTTP error says in words.
    pub fn message(&self) -> String {
        match self {
            Self::Grpc(Ok(_)) => String::new(),
            Self::Grpc(Err(status)) => status.message().to_owned(),
            Self::Http { body, .. } => String::from_utf8_lossy(body).into_owned(),
            Self::Nothing(why) => why.clone(),
        }
    }
}
