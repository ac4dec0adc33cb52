//! What the user writes of an HTTP client.

use std::time::Duration;

use ::http::{HeaderName, HeaderValue, Uri};
use sluice_component::config::{Presence, Section};
use sluice_component::{ComponentId, Role};

use super::super::{auth, headers};
use crate::compression::{Compressor, Encoding};
use crate::tls;

/// The settings of an HTTP client, apart from its URL.
#[derive(Clone, Debug)]
pub struct Config {
    pub(super) proxy_url: Option<String>,
    pub(super) tls: tls::ClientConfig,
    pub(super) headers: Vec<(HeaderName, HeaderValue)>,
    pub(super) compressor: Option<Compressor>,
    max_idle_conns: usize,
    max_idle_conns_per_host: usize,
    /// Zero means any number.
    pub(super) max_conns_per_host: usize,
    pub(super) idle_conn_timeout: Option<Duration>,
    pub(super) disable_keep_alives: bool,
    pub(super) http2_read_idle_timeout: Option<Duration>,
    pub(super) http2_ping_timeout: Option<Duration>,
    pub(super) force_attempt_http2: bool,
    pub(super) auth: Option<ComponentId>,
}

/// How long a connection is kept while nothing is sent.
const IDLE: Duration = Duration::from_secs(90);

impl Config {
    /// Reads the keys of an HTTP client but for its endpoint and its timeout; `compression` is what holds where none is
    /// set.
    ///
    /// `read_buffer_size` and `write_buffer_size` are read and change nothing: buffers grow with what passes.
    pub fn read(section: &mut Section<'_>, compression: &str) -> Self {
        let proxy_url = Some(section.secret("proxy_url").reveal().to_owned()).filter(|url| !url.is_empty());
        let tls = section.section("tls", tls::ClientConfig::read);
        section.integer("read_buffer_size", 0u32);
        section.integer("write_buffer_size", 512 * 1024u32);
        let headers = headers::read(section);
        let compressor = compressor(section, compression);
        let max_idle_conns = section.integer("max_idle_conns", 100);
        let max_idle_conns_per_host = section.integer("max_idle_conns_per_host", 0);
        let max_conns_per_host = section.integer("max_conns_per_host", 0);
        let idle_conn_timeout = section.duration("idle_conn_timeout", IDLE);
        let disable_keep_alives = section.bool("disable_keep_alives", false);
        let http2_read_idle_timeout = section.duration("http2_read_idle_timeout", Duration::ZERO);
        let http2_ping_timeout = section.duration("http2_ping_timeout", Duration::ZERO);
        let force_attempt_http2 = section.bool("force_attempt_http2", true);
        let cookies = section.optional("cookies", Presence::OnWhenSet, |_| ());
        if cookies.is_some() {
            section.problem("cookies", "not supported by Sluice yet: no cookie is kept");
        }
        let auth = auth::read(section, Role::HttpClientAuth);
        section.unsupported("middlewares", "");
        let some = |time: Duration| Some(time).filter(|time| !time.is_zero());
        Self {
            proxy_url,
            tls,
            headers,
            compressor,
            max_idle_conns,
            max_idle_conns_per_host,
            max_conns_per_host,
            idle_conn_timeout: some(idle_conn_timeout),
            disable_keep_alives,
            http2_read_idle_timeout: some(http2_read_idle_timeout),
            http2_ping_timeout: some(http2_ping_timeout),
            force_attempt_http2,
            auth,
        }
    }

    /// The defaults of an HTTP client, over TLS as it is set up here.
    pub fn with_tls(tls: tls::ClientConfig) -> Self {
        Self {
            proxy_url: None,
            tls,
            headers: Vec::new(),
            compressor: None,
            max_idle_conns: 100,
            max_idle_conns_per_host: 0,
            max_conns_per_host: 0,
            idle_conn_timeout: Some(IDLE),
            disable_keep_alives: false,
            http2_read_idle_timeout: None,
            http2_ping_timeout: None,
            force_attempt_http2: true,
            auth: None,
        }
    }

    /// Reads what old configurations have of TLS beside `tls` rather than in it, with a warning each.
    pub fn read_former_tls(&mut self, section: &mut Section<'_>) {
        self.tls.read_former(section);
    }

    /// Takes out how bodies are packed, for whoever does it before they are handed over. They are sent as they are then, with
    /// the `Content-Encoding` that they bring.
    pub fn take_compressor(&mut self) -> Option<Compressor> {
        self.compressor.take()
    }

    /// How many connections are kept while nothing is sent. A client has one host, so the lower limit of the two holds;
    /// zero limits nothing, where Go keeps two a host.
    pub(super) fn max_idle(&self) -> usize {
        if self.disable_keep_alives {
            return 0;
        }
        [self.max_idle_conns, self.max_idle_conns_per_host]
            .into_iter()
            .filter(|&limit| limit > 0)
            .min()
            .unwrap_or(usize::MAX)
    }
}

/// Parses the URL of an endpoint.
///
/// # Errors
///
/// What a URL must be. The URL is not in the text: it may hold a password.
pub fn parse_url(text: &str) -> Result<Uri, &'static str> {
    const EXPECTED: &str = "must be a valid URL, such as http://localhost:4318";
    // The stricter of the two parsers first: it knows what a host is.
    let url = url::Url::parse(text).map_err(|_| EXPECTED)?;
    if !matches!(url.scheme(), "http" | "https") || url.host_str().is_none_or(str::is_empty) {
        return Err(EXPECTED);
    }
    text.split('#').next().unwrap_or(text).parse().map_err(|_| EXPECTED)
}

fn compressor(section: &mut Section<'_>, default: &str) -> Option<Compressor> {
    let mut names = vec![("", None), ("none", None)];
    names.extend(Encoding::ALL.map(|encoding| (encoding.http_name(), Some(encoding))));
    let encoding = section.one_of("compression", &names, default);
    section.section("compression_params", |params| {
        let level = params.integer("level", 0i32);
        let encoding = encoding?;
        // Zero is the default, and Go's -2 packs without looking for matches: the fastest that there is here.
        let level = match (encoding, level) {
            (_, 0) => None,
            (Encoding::Gzip | Encoding::Zlib | Encoding::Deflate, -2) => Some(1),
            // Go takes the nearest of its levels, of which the highest is like 11.
            (Encoding::Zstd, level) => Some(level.clamp(1, 11)),
            (_, level) => Some(level),
        };
        match Compressor::new(encoding, level) {
            Ok(compressor) => Some(compressor),
            Err(error) => {
                params.problem("level", error.to_string());
                None
            }
        }
    })
}
