//! What the user writes for an HTTP server.
//!
//! Source: the Collector's `confighttp`, `ServerConfig`.

use std::path::PathBuf;
use std::time::Duration;

use http::{HeaderMap, HeaderName, HeaderValue, Version};
use sluice_component::config::{Presence, Section};

use super::cors::Cors;
use super::{Address, AuthConfig, Family, Limits, body};
use crate::compression::Encoding;
use crate::tls;

const MIB: usize = 1024 * 1024;

/// The settings of an HTTP server.
#[derive(Clone, Debug)]
pub struct HttpConfig {
    /// Where to listen.
    pub address: Address,
    /// TLS, if it is on.
    pub tls: Option<tls::ServerConfig>,
    /// What browsers may do from other sites, if anything.
    pub cors: Option<Cors>,
    /// The largest body of a request, packed or not, in bytes. Default 20 MiB.
    pub max_body: usize,
    /// Who may ask, if not everybody.
    pub auth: Option<AuthConfig>,
    /// Whether the headers of requests go along with what they bring.
    pub include_metadata: bool,
    /// What every answer has among its headers.
    pub response_headers: Vec<(HeaderName, HeaderValue)>,
    /// Which compressions of a body are taken.
    pub compressions: Compressions,
    /// How long a body may take. Default [`body::DEADLINE`].
    pub read_timeout: Duration,
    /// How long an answer may take from the request's headers on. Default for ever.
    pub write_timeout: Option<Duration>,
    /// What connections may do.
    pub limits: Limits,
}

/// Which compressions of a body are taken.
#[derive(Clone, Debug)]
pub struct Compressions {
    /// Whether a body may be as it is.
    pub none: bool,
    /// How it may be packed.
    pub some: Vec<Encoding>,
}

impl HttpConfig {
    /// Reads the keys of the server out of the section in which they stand.
    pub fn read(section: &mut Section<'_>, default_endpoint: &str) -> Self {
        let address = Address::read(section, default_endpoint);
        let tls = section.optional("tls", Presence::OnWhenSet, tls::ServerConfig::read);
        let cors = section.optional("cors", Presence::OnWhenSet, Cors::read).flatten();
        let max_body = match section.integer::<u32>("max_request_body_size", 0) {
            0 => 20 * MIB,
            bytes => bytes as usize,
        };
        let defaults = Limits::default();
        let limits = Limits {
            headers: positive(section.duration("read_header_timeout", Duration::ZERO)).unwrap_or(defaults.headers),
            idle: positive(section.duration("idle_timeout", Duration::ZERO)).unwrap_or(defaults.idle),
            keep_alive: section.bool("keep_alives_enabled", true),
            ..defaults
        };
        let read_timeout = positive(section.duration("read_timeout", Duration::ZERO));
        let write_timeout = positive(section.duration("write_timeout", Duration::ZERO));
        section.unsupported("middlewares", "");
        // Of a client only, where it dials.
        section.ignored("dialer");
        Self {
            address,
            tls,
            cors,
            max_body,
            auth: AuthConfig::read_http(section),
            include_metadata: section.bool("include_metadata", false),
            response_headers: read_response_headers(section),
            compressions: Compressions::read(section),
            read_timeout: read_timeout.unwrap_or(body::DEADLINE),
            write_timeout,
            limits,
        }
    }

    /// Adds the configured headers to the answer to a request of this version.
    pub fn mark(&self, version: Version, answer: &mut HeaderMap) {
        for (name, value) in &self.response_headers {
            if version < Version::HTTP_2 || !is_about_the_connection(name) {
                answer.insert(name, value.clone());
            }
        }
    }
}

impl Compressions {
    fn read(section: &mut Section<'_>) -> Self {
        const KEY: &str = "compression_algorithms";
        const ALL: [&str; 8] = ["", "gzip", "zstd", "zlib", "snappy", "deflate", "lz4", "x-snappy-framed"];
        let names = section.strings(KEY, &ALL);
        let mut some = Vec::new();
        for name in names.iter().filter(|name| !name.is_empty()) {
            match Encoding::ALL.into_iter().find(|encoding| encoding.http_name() == name) {
                Some(encoding) => some.push(encoding),
                None => {
                    let known = ALL.map(|name| format!("{name:?}")).join(", ");
                    section.problem(KEY, format!("must be any of {known}, found {name:?}"));
                }
            }
        }
        Self { none: some.is_empty() || names.iter().any(String::is_empty), some }
    }
}

impl Address {
    /// Reads `endpoint` and `transport` of a server.
    pub fn read(section: &mut Section<'_>, default: &str) -> Self {
        #[derive(Clone, Copy)]
        enum Transport {
            Tcp(Family),
            Unix,
        }
        let transports = [
            ("tcp", Transport::Tcp(Family::Any)),
            ("tcp4", Transport::Tcp(Family::V4)),
            ("tcp6", Transport::Tcp(Family::V6)),
            ("unix", Transport::Unix),
        ];
        let endpoint = section.string("endpoint", default);
        match section.one_of("transport", &transports, "tcp") {
            Transport::Unix => Self::Unix(PathBuf::from(endpoint)),
            Transport::Tcp(family) => Self::tcp(&endpoint, family).unwrap_or_else(|error| {
                section.problem("endpoint", error.to_string());
                Self::Tcp { host: String::new(), port: 0, family }
            }),
        }
    }
}

fn read_response_headers(section: &mut Section<'_>) -> Vec<(HeaderName, HeaderValue)> {
    const KEY: &str = "response_headers";
    let mut headers = Vec::new();
    for (name, value) in section.headers(KEY) {
        match (HeaderName::try_from(&name), HeaderValue::try_from(value.reveal())) {
            (Ok(name), Ok(value)) => headers.push((name, value)),
            (Err(_), _) => section.problem(KEY, format!("{name:?} is not the name of a header")),
            (_, Err(_)) => section.problem(KEY, format!("the value of {name:?} cannot stand in a header")),
        }
    }
    headers
}

/// Whether HTTP/2 has no such header (RFC 9113, 8.2.2).
fn is_about_the_connection(name: &HeaderName) -> bool {
    matches!(name.as_str(), "connection" | "keep-alive" | "proxy-connection" | "transfer-encoding" | "upgrade")
}

fn positive(duration: Duration) -> Option<Duration> {
    (!duration.is_zero()).then_some(duration)
}
