//! The settings of the small HTTP server.

use sluice_component::config::Section;

/// Reads the Collector's HTTP server block: where to listen. What else it has is refused by name.
///
/// Its time limits are fixed here: nobody but an operator's own tools should ask.
pub fn read_endpoint(section: &mut Section<'_>, default: &str) -> String {
    let endpoint = section.string("endpoint", default);
    if endpoint.rsplit_once(':').is_none_or(|(_, port)| port.parse::<u16>().is_err()) {
        section.problem("endpoint", format!("must be host:port, found {endpoint:?}"));
    }
    section.one_of("transport", &[("tcp", ())], "tcp");
    for key in ["tls", "auth", "middlewares"] {
        section.unsupported(key, "listen on localhost, or put a proxy in front");
    }
    for key in ["cors", "response_headers"] {
        section.unsupported(key, "these pages are not for other sites");
    }
    for key in ["read_timeout", "read_header_timeout", "write_timeout", "idle_timeout", "keep_alives_enabled"] {
        section.unsupported(key, "the limits of this server are fixed");
    }
    for key in ["max_request_body_size", "compression_algorithms", "include_metadata"] {
        section.unsupported(key, "requests have no body here");
    }
    endpoint
}
