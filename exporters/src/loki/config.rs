//! What the user writes.

use std::sync::Arc;
use std::time::Duration;

use http::Uri;
use sluice_component::config::Section;
use sluice_transport::client::http::{self as client, parse_url};
use sluice_transport::compression::{self, Compressor};

use super::line::Format;
use super::repack::Packing;
use super::rules::{DefaultLabels, Limits, MappedLabels, Rules};
use super::translator::Translator;
use crate::sending;

/// The settings of `loki`.
#[derive(Clone, Debug)]
pub(super) struct Config {
    pub(super) url: Option<Uri>,
    /// The form of bodies. Default protobuf.
    pub(super) encoding: Encoding,
    /// What becomes of a log record.
    pub(super) rules: Arc<Rules>,
    /// Whose the logs are where no attribute says it.
    pub(super) tenant: Tenant,
    /// How to send. Bodies are packed before.
    pub(super) client: client::Config,
    /// How bodies are packed, beside what the encoding wants anyway.
    pub(super) compressor: Option<Compressor>,
    /// Queue, retry and timeout.
    pub(super) sending: sending::Config,
}

/// The form of bodies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Encoding {
    /// `application/x-protobuf`, packed with snappy.
    Protobuf,
    /// `application/json`.
    Json,
}

/// Whose logs are, for the header `X-Scope-OrgID`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Tenant {
    /// Whoever the headers or the authenticator say.
    Unsaid,
    /// Always the same.
    Static(String),
    /// The client's metadata of this name say it.
    Context(String),
    /// The resource attribute of this name says it.
    Attributes(String),
}

impl Config {
    /// Reads the exporter's section.
    pub(super) fn read(section: &mut Section<'_>) -> Self {
        let url = endpoint(section);
        let encodings = [("protobuf", Encoding::Protobuf), ("json", Encoding::Json)];
        let encoding = section.one_of("encoding", &encodings, "protobuf");
        // The exporter of before hints had these, and lines without default labels and structured metadata.
        let older = section.has("labels") || section.has("tenant") || section.has("tenant_id");
        let labels = MappedLabels::read_if_there(section);
        let default_labels = section.section("default_labels_enabled", |section| DefaultLabels::read(section, !older));
        let format = section.one_of("format", &Format::NAMES, if older { "body" } else { "json" });
        let structured_metadata = section.bool("structured_metadata", !older);
        let tenant = Tenant::read(section);
        let limits = section.section("limits", Limits::read);
        let (client, compressor) = client(section, encoding);
        let sending = sending::Config::read(section, Duration::from_secs(30));
        let attribute = match &tenant {
            Tenant::Attributes(name) => Some(name.clone()),
            _ => None,
        };
        let rules = Rules { labels, default_labels, format, structured_metadata, tenant_attribute: attribute, limits };
        Self { url, encoding, rules: Arc::new(rules), tenant, client, compressor, sending }
    }

    /// What makes the bodies.
    pub(super) fn translator(&self) -> Translator {
        let packing = Packing { encoding: self.encoding, compressor: self.compressor };
        Translator { rules: Arc::clone(&self.rules), packing }
    }
}

fn endpoint(section: &mut Section<'_>) -> Option<Uri> {
    let text = section.string("endpoint", "");
    if text.is_empty() {
        section.problem("", "endpoint must be specified, such as http://localhost:3100/loki/api/v1/push");
        return None;
    }
    let url = parse_url(&text).map_err(|problem| section.problem("endpoint", problem)).ok()?;
    if url.path() == "/" {
        section.warning("endpoint", "has no path; Loki takes logs at /loki/api/v1/push");
    }
    Some(url)
}

/// Reads how to send. Protobuf is packed with snappy always.
fn client(section: &mut Section<'_>, encoding: Encoding) -> (client::Config, Option<Compressor>) {
    let default = if encoding == Encoding::Json { "gzip" } else { "none" };
    let mut client = client::Config::read(section, default);
    client.read_former_tls(section);
    let compressor = client.take_compressor();
    let packed = compressor.map(Compressor::encoding);
    let compressor = match (encoding, packed) {
        (_, None | Some(compression::Encoding::Gzip)) => compressor,
        (Encoding::Protobuf, Some(compression::Encoding::Snappy)) => None,
        (Encoding::Protobuf, Some(_)) => {
            section.problem("compression", "must be none, snappy or gzip: Loki takes no other");
            None
        }
        (Encoding::Json, Some(_)) => {
            section.problem("compression", "must be none or gzip: Loki takes no other of JSON");
            None
        }
    };
    (client, compressor)
}

impl Tenant {
    fn read(section: &mut Section<'_>) -> Self {
        let short = section.has("tenant_id");
        let static_id = short.then(|| section.string("tenant_id", "")).filter(|id| !id.is_empty());
        let long = section.has("tenant");
        if short && long {
            section.problem("tenant_id", "must not be set together with tenant");
        }
        if let Some(id) = &static_id {
            section.warning("tenant_id", "is the former spelling of headers::X-Scope-OrgID");
            if !is_tenant(id) {
                section.problem("tenant_id", EXPECTED_TENANT);
            }
        }
        if !long {
            section.ignored("tenant");
            return static_id.map_or(Self::Unsaid, Self::Static);
        }
        section.section("tenant", |section| {
            type Source = fn(String) -> Tenant;
            let sources: [(&str, Source); 3] =
                [("static", Self::Static), ("context", Self::Context), ("attributes", Self::Attributes)];
            let source = section.one_of("source", &sources, "static");
            let value = section.string("value", "");
            if value.is_empty() {
                section.problem("value", "must not be empty");
            }
            let tenant = source(value);
            if let Self::Static(id) = &tenant
                && !id.is_empty()
                && !is_tenant(id)
            {
                section.problem("value", EXPECTED_TENANT);
            }
            tenant
        })
    }
}

const EXPECTED_TENANT: &str = "must be of up to 150 letters, digits and !-_.*'()";

/// Whether Loki takes this as a tenant.
///
/// Source: `dskit`'s `tenant.ValidTenantID`.
pub(super) fn is_tenant(id: &str) -> bool {
    let taken = |byte: u8| byte.is_ascii_alphanumeric() || b"!-_.*'()".contains(&byte);
    (1..=150).contains(&id.len()) && id.bytes().all(taken) && id != "." && id != ".."
}
