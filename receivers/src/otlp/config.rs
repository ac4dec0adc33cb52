//! What the user writes.

use std::path::PathBuf;
use std::time::Duration;

use http::{HeaderName, HeaderValue};
use sluice_component::config::{Presence, Section};
use sluice_pdata::Signal;
use sluice_transport::compression::Encoding;
use sluice_transport::server::{Address, AuthConfig, Family, Http2Limits, Limits};
use sluice_transport::tls;

use super::cors::Cors;

/// The settings of `otlp`.
#[derive(Clone, Debug)]
pub struct Config {
    /// OTLP/gRPC, if it is on.
    pub(super) grpc: Option<Grpc>,
    /// OTLP/HTTP, if it is on.
    pub(super) http: Option<Http>,
}

/// The settings of `protocols::grpc`.
#[derive(Clone, Debug)]
pub(super) struct Grpc {
    pub(super) address: Address,
    pub(super) tls: Option<tls::ServerConfig>,
    /// The largest message, packed or not, in bytes.
    pub(super) max_message: usize,
    pub(super) auth: Option<AuthConfig>,
    pub(super) include_metadata: bool,
    pub(super) limits: Limits,
}

/// The settings of `protocols::http`.
#[derive(Clone, Debug)]
pub(super) struct Http {
    pub(super) address: Address,
    pub(super) tls: Option<tls::ServerConfig>,
    pub(super) paths: Paths,
    pub(super) cors: Option<Cors>,
    /// The largest body, packed or not, in bytes.
    pub(super) max_body: usize,
    pub(super) auth: Option<AuthConfig>,
    pub(super) include_metadata: bool,
    pub(super) response_headers: Vec<(HeaderName, HeaderValue)>,
    pub(super) compressions: Compressions,
    /// How long a body may take.
    pub(super) read_timeout: Duration,
    /// How long an answer may take from the request's headers on.
    pub(super) write_timeout: Option<Duration>,
    pub(super) limits: Limits,
}

/// The path of each signal.
#[derive(Clone, Debug)]
pub(super) struct Paths([String; Signal::ALL.len()]);

/// Which compressions of a body are taken.
#[derive(Clone, Debug)]
pub(super) struct Compressions {
    pub(super) none: bool,
    pub(super) some: Vec<Encoding>,
}

const MIB: usize = 1024 * 1024;

impl Config {
    /// Reads the section of the component.
    pub fn read(section: &mut Section<'_>) -> Self {
        let config = section.section("protocols", |protocols| Self {
            grpc: protocols.optional("grpc", Presence::OnWhenPresent, Grpc::read),
            http: protocols.optional("http", Presence::OnWhenPresent, Http::read),
        });
        if config.grpc.is_none() && config.http.is_none() {
            section.problem("", "must specify at least one protocol when using the OTLP receiver");
        }
        config
    }
}

impl Grpc {
    fn read(section: &mut Section<'_>) -> Self {
        let address = read_address(section, "localhost:4317");
        let tls = section.optional("tls", Presence::OnWhenSet, tls::ServerConfig::read);
        let max_message = match section.integer::<u32>("max_recv_msg_size_mib", 0) {
            0 => 4 * MIB,
            mib => (mib as usize).saturating_mul(MIB),
        };
        let defaults = Http2Limits::default();
        let streams = match section.integer::<u32>("max_concurrent_streams", 0) {
            0 => defaults.streams,
            streams => streams,
        };
        // Buffers of a connection are ours to choose: they follow what arrives.
        section.integer::<u32>("read_buffer_size", 512 * 1024);
        section.integer::<u32>("write_buffer_size", 0);
        let http2 = section
            .optional("keepalive", Presence::OnWhenSet, |section| read_keepalive(section, &defaults))
            .unwrap_or(defaults);
        refuse_others(section);
        Self {
            address,
            tls,
            max_message,
            auth: AuthConfig::read_grpc(section),
            include_metadata: section.bool("include_metadata", false),
            limits: Limits { http2: Http2Limits { streams, ..http2 }, ..Limits::default() },
        }
    }
}

/// Zero stands for the default everywhere, as in gRPC for Go.
fn read_keepalive(section: &mut Section<'_>, defaults: &Http2Limits) -> Http2Limits {
    let limits = section.optional("server_parameters", Presence::OnWhenSet, |section| Http2Limits {
        idle: positive(section.duration("max_connection_idle", Duration::ZERO)),
        age: positive(section.duration("max_connection_age", Duration::ZERO)),
        age_grace: positive(section.duration("max_connection_age_grace", Duration::ZERO)),
        ping: positive(section.duration("time", Duration::ZERO)).unwrap_or(defaults.ping),
        ping_answer: positive(section.duration("timeout", Duration::ZERO)).unwrap_or(defaults.ping_answer),
        ..defaults.clone()
    });
    let limits = limits.unwrap_or_else(|| defaults.clone());
    let policy = section.optional("enforcement_policy", Presence::OnWhenSet, |section| {
        let every = positive(section.duration("min_time", Duration::ZERO)).unwrap_or(defaults.pinged_every);
        (every, section.bool("permit_without_stream", false))
    });
    match policy {
        None => limits,
        Some((pinged_every, pinged_while_idle)) => Http2Limits { pinged_every, pinged_while_idle, ..limits },
    }
}

impl Http {
    fn read(section: &mut Section<'_>) -> Self {
        let address = read_address(section, "localhost:4318");
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
        refuse_others(section);
        Self {
            address,
            tls,
            paths: Paths::read(section),
            cors,
            max_body,
            auth: AuthConfig::read_http(section),
            include_metadata: section.bool("include_metadata", false),
            response_headers: read_response_headers(section),
            compressions: Compressions::read(section),
            read_timeout: read_timeout.unwrap_or(sluice_transport::server::body::DEADLINE),
            write_timeout,
            limits,
        }
    }
}

impl Paths {
    fn read(section: &mut Section<'_>) -> Self {
        let mut path = |key: &'static str, default: &str| match section.string(key, default) {
            path if path.starts_with('/') => path,
            path => format!("/{path}"),
        };
        Self([
            path("traces_url_path", "/v1/traces"),
            path("metrics_url_path", "/v1/metrics"),
            path("logs_url_path", "/v1/logs"),
            "/v1development/profiles".into(),
        ])
    }

    /// The signal that is taken at `path`.
    pub(super) fn signal(&self, path: &str) -> Option<Signal> {
        Signal::ALL.into_iter().find(|&signal| self.0[signal as usize] == path)
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

fn read_address(section: &mut Section<'_>, default: &str) -> Address {
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
        Transport::Unix => Address::Unix(PathBuf::from(endpoint)),
        Transport::Tcp(family) => Address::tcp(&endpoint, family).unwrap_or_else(|error| {
            section.problem("endpoint", error.to_string());
            Address::Tcp { host: String::new(), port: 0, family }
        }),
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

fn refuse_others(section: &mut Section<'_>) {
    section.unsupported("middlewares", "");
    // Of a client only, where it dials.
    section.ignored("dialer");
}

fn positive(duration: Duration) -> Option<Duration> {
    (!duration.is_zero()).then_some(duration)
}
