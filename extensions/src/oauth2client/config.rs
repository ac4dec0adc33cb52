//! What the user writes.

use std::time::Duration;

use http::Uri;
use sluice_component::config::{Effective, Node, Secret, Section, Value};
use sluice_transport::client::http::parse_url;
use sluice_transport::tls;

use crate::credentials::Source;

/// Settings of `oauth2client`.
#[derive(Clone, Debug)]
pub(super) struct Config {
    pub(super) client_id: Source,
    pub(super) client_secret: Source,
    pub(super) token_url: Uri,
    pub(super) scopes: Vec<String>,
    /// Further parameters of the request for a token, a name several times.
    pub(super) endpoint_params: Vec<(String, Secret)>,
    pub(super) tls: tls::ClientConfig,
    /// How long a request for a token may take (30s).
    pub(super) timeout: Duration,
    /// How long before it expires a token is replaced (5m).
    pub(super) expiry_buffer: Duration,
}

/// What holds where the user sets no limit: as long as a request to a backend over HTTP.
const TIMEOUT: Duration = Duration::from_secs(30);

impl Config {
    pub(super) fn read(section: &mut Section<'_>) -> Self {
        let mut credential = |key, file_key| {
            Source::read(section, key, file_key).unwrap_or_else(|| {
                section.problem(key, format!("must be set, or {file_key}"));
                Source::Inline(Secret::default())
            })
        };
        let client_id = credential("client_id", "client_id_file");
        let client_secret = credential("client_secret", "client_secret_file");
        let grants = [("", ()), ("client_credentials", ())];
        section.one_of("grant_type", &grants, "client_credentials");
        for key in [
            "client_certificate_key_id",
            "client_certificate_key",
            "client_certificate_key_file",
            "signature_algorithm",
            "iss",
            "audience",
            "claims",
        ] {
            section.unsupported(key, "only the grant type client_credentials is there");
        }
        let url = section.string("token_url", "");
        let token_url = parse_url(&url).unwrap_or_else(|problem| {
            section.problem("token_url", problem);
            Uri::default()
        });
        let scopes = section.strings("scopes", &[]);
        let endpoint_params = read_params(section, !scopes.is_empty());
        let timeout = section.duration("timeout", Duration::ZERO);
        Self {
            client_id,
            client_secret,
            token_url,
            scopes,
            endpoint_params,
            tls: section.section("tls", tls::ClientConfig::read),
            timeout: if timeout.is_zero() { TIMEOUT } else { timeout },
            expiry_buffer: section.duration("expiry_buffer", Duration::from_secs(300)),
        }
    }
}

/// Names with a text or a list of texts each.
fn read_params(section: &mut Section<'_>, scopes: bool) -> Vec<(String, Secret)> {
    const KEY: &str = "endpoint_params";
    let text = |node: &Node| match (&node.text, &node.value) {
        (Some(text), _) | (None, Value::Text(text)) => Some(Secret::new(&**text)),
        _ => None,
    };
    let entries: &[_] = match section.raw(KEY).map(|node| &node.value) {
        None | Some(Value::Null) => &[],
        Some(Value::Map(entries)) => entries,
        Some(other) => {
            section.problem(KEY, format!("must be a map of names and texts, found {}", other.kind()));
            &[]
        }
    };
    let mut params = Vec::new();
    for ((name, _), node) in entries {
        if scopes && &**name == "scope" {
            section.problem(KEY, "must not set scope where there are scopes");
        }
        let one = std::slice::from_ref(node);
        let values = match (&node.value, &node.text) {
            (Value::List(items), None) => items.as_slice(),
            _ => one,
        };
        for value in values {
            match text(value) {
                Some(value) => params.push((name.to_string(), value)),
                None => section
                    .problem(KEY, format!("{name:?} must be a text or a list of texts, found {}", value.value.kind())),
            }
        }
    }
    let effective = |(name, value): &(String, Secret)| (name.clone(), Effective::Secret(value.clone()));
    section.record(KEY, Effective::Map(params.iter().map(effective).collect()));
    params
}
