//! What the user writes.

use std::time::Duration;

use sluice_component::config::{Presence, Section};
use sluice_pdata::Signal;
use sluice_transport::server::{Address, AuthConfig, Http2Limits, HttpConfig, Limits};
use sluice_transport::tls;

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
    pub(super) server: HttpConfig,
    pub(super) paths: Paths,
}

/// The path of each signal.
#[derive(Clone, Debug)]
pub(super) struct Paths([String; Signal::ALL.len()]);

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
        let address = Address::read(section, "localhost:4317");
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
        section.unsupported("middlewares", "");
        // Of a client only, where it dials.
        section.ignored("dialer");
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
        let server = HttpConfig::read(section, "localhost:4318");
        Self { server, paths: Paths::read(section) }
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

fn positive(duration: Duration) -> Option<Duration> {
    (!duration.is_zero()).then_some(duration)
}
