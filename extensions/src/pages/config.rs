//! Where pages are shown.

use std::time::Duration;

use sluice_component::config::{Presence, Section};
use sluice_transport::server::{Address, Family, Limits, NoAddress};
use sluice_transport::tls;

/// The Collector's HTTP server block, as far as it makes sense for pages.
#[derive(Clone, Debug)]
pub struct Listening {
    pub(super) address: Address,
    pub(super) tls: Option<tls::ServerConfig>,
    pub(super) limits: Limits,
}

impl Listening {
    /// At `host:port` without TLS.
    ///
    /// # Errors
    ///
    /// The text is not that.
    pub fn at(endpoint: &str) -> Result<Self, NoAddress> {
        Ok(Self { address: Address::tcp(endpoint, Family::Any)?, tls: None, limits: Limits::default() })
    }

    /// Reads the block. What makes no sense for pages is refused by name.
    pub fn read(section: &mut Section<'_>, default: &str) -> Self {
        let endpoint = section.string("endpoint", default);
        let families = [("tcp", Family::Any), ("tcp4", Family::V4), ("tcp6", Family::V6)];
        let family = section.one_of("transport", &families, "tcp");
        let address = Address::tcp(&endpoint, family).unwrap_or_else(|error| {
            section.problem("endpoint", error.to_string());
            Address::Tcp { host: String::new(), port: 0, family }
        });
        let tls = section.optional("tls", Presence::OnWhenSet, tls::ServerConfig::read);
        let defaults = Limits::default();
        let limits = Limits {
            headers: or_default(section.duration("read_header_timeout", defaults.headers), defaults.headers),
            idle: or_default(section.duration("idle_timeout", defaults.idle), defaults.idle),
            keep_alive: section.bool("keep_alives_enabled", true),
            ..defaults
        };
        for key in ["auth", "middlewares"] {
            section.unsupported(key, "listen on localhost, or ask for client certificates");
        }
        for key in ["cors", "response_headers"] {
            section.unsupported(key, "these pages are not for other sites");
        }
        for key in ["read_timeout", "max_request_body_size", "compression_algorithms", "include_metadata"] {
            section.unsupported(key, "requests have no body here");
        }
        section.unsupported("write_timeout", "answers are small");
        Self { address, tls, limits }
    }
}

/// Zero means no limit to the Collector; here there always is one.
fn or_default(duration: Duration, default: Duration) -> Duration {
    if duration.is_zero() { default } else { duration }
}
