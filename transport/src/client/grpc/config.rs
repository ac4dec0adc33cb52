//! What the user writes of a gRPC client.

use std::time::Duration;

use http::{HeaderName, HeaderValue};
use sluice_component::config::{Presence, Section};
use sluice_component::{ComponentId, Role};

use super::super::{auth, headers};
use super::endpoint::{Endpoint, Target};
use crate::compression::{Compressor, Encoding};
use crate::tls;

/// The settings of a gRPC client.
#[derive(Clone, Debug)]
pub struct Config {
    pub(super) endpoint: Endpoint,
    pub(super) compressor: Option<Compressor>,
    pub(super) tls: tls::ClientConfig,
    pub(super) keepalive: Option<Keepalive>,
    /// Whether a call waits for a connection rather than fail while there is none.
    pub(super) wait_for_ready: bool,
    pub(super) headers: Vec<(HeaderName, HeaderValue)>,
    pub(super) user_agent: Option<String>,
    pub(super) balancer: Balancer,
    pub(super) authority: Option<String>,
    pub(super) auth: Option<ComponentId>,
}

/// How calls are spread over the addresses of an endpoint.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Balancer {
    /// Over all that are connected, in turns.
    RoundRobin,
    /// All to the first that can be connected.
    PickFirst,
}

/// How a silent connection is looked after.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Keepalive {
    /// After how much silence the server is asked for a sign of life. At least 10 s.
    pub time: Duration,
    /// How long it may take to give one.
    pub timeout: Duration,
    /// Whether this is done while no call is going on too.
    pub permit_without_stream: bool,
}

impl Config {
    /// Reads the keys of a gRPC client; `compression` is what holds where none is set.
    ///
    /// `read_buffer_size` and `write_buffer_size` are read and change nothing: connections share buffers that are large.
    pub fn read(section: &mut Section<'_>, compression: &str) -> Self {
        let endpoint = endpoint(section);
        let names = [
            ("", None),
            ("none", None),
            ("gzip", Some(Encoding::Gzip)),
            ("snappy", Some(Encoding::SnappyFramed)),
            ("zstd", Some(Encoding::Zstd)),
        ];
        let compressor = section
            .one_of("compression", &names, compression)
            .map(|encoding| Compressor::new(encoding, None).expect("every encoding has its default level"));
        let mut tls = section.section("tls", tls::ClientConfig::read);
        tls.read_former(section);
        let keepalive = section.optional("keepalive", Presence::OnWhenPresent, Keepalive::read).flatten();
        section.integer("read_buffer_size", 0u32);
        section.integer("write_buffer_size", 512 * 1024u32);
        let wait_for_ready = section.bool("wait_for_ready", false);
        let mut headers = headers::read(section);
        headers::pack_binary(&mut headers);
        let user_agent = Some(section.string("user_agent", "")).filter(|agent| !agent.is_empty());
        let balancers = [("round_robin", Balancer::RoundRobin), ("pick_first", Balancer::PickFirst)];
        let balancer = section.one_of("balancer_name", &balancers, "round_robin");
        let authority = Some(section.string("authority", "")).filter(|authority| !authority.is_empty());
        let auth = auth::read(section, Role::GrpcClientAuth);
        section.unsupported("middlewares", "");
        Self { endpoint, compressor, tls, keepalive, wait_for_ready, headers, user_agent, balancer, authority, auth }
    }

    /// Host and port that are connected to; `None` for a socket in the file system.
    pub fn server(&self) -> Option<(&str, u16)> {
        match &self.endpoint.target {
            Target::Host { host, port } => Some((host, *port)),
            Target::Unix(_) => None,
        }
    }

    /// Whether TLS is off: asked for, with no CA to the contrary, and not `https://`.
    ///
    /// Source: the Collector's `configgrpc`, where `http://` alone does not turn TLS off.
    pub(super) fn plaintext(&self) -> bool {
        self.tls.is_plaintext() && !self.endpoint.https
    }
}

impl Keepalive {
    /// A time of zero means that no server is asked.
    fn read(section: &mut Section<'_>) -> Option<Self> {
        // grpc-go raises less to this, and servers end connections that ask too often.
        const LEAST: Duration = Duration::from_secs(10);
        let time = section.duration("time", LEAST);
        let timeout = section.duration("timeout", Duration::from_secs(10));
        let permit_without_stream = section.bool("permit_without_stream", false);
        (!time.is_zero()).then(|| Self { time: time.max(LEAST), timeout, permit_without_stream })
    }
}

fn endpoint(section: &mut Section<'_>) -> Endpoint {
    let text = section.string("endpoint", "");
    let parsed = match text.is_empty() {
        true => Err("requires a non-empty endpoint, such as localhost:4317".into()),
        false => Endpoint::parse(&text),
    };
    parsed.unwrap_or_else(|problem| {
        section.problem("endpoint", problem);
        Endpoint { target: Target::Host { host: "localhost".into(), port: 0 }, https: false }
    })
}
