//! What the user writes under `tls`.

use std::path::PathBuf;
use std::time::Duration;

use sluice_component::config::{Secret, Section};

use super::algorithms::Algorithms;
use super::identity::Pair;
use super::pem::{Pem, Source};

/// TLS as the side that connects.
#[derive(Clone, Debug)]
pub struct ClientConfig {
    pub(super) common: Common,
    /// Whose certificates are trusted; none means the system's.
    pub(super) ca: Option<Pem>,
    /// Whether the system's are trusted beside `ca`.
    pub(super) with_system_ca: bool,
    /// Whether to speak plaintext. Default: no.
    pub(super) insecure: bool,
    /// Whether any certificate will do. Default: no.
    pub(super) skip_verify: bool,
    /// The name that the certificate must bear, and the `:authority` of gRPC requests, instead of the endpoint's host.
    pub server_name_override: Option<String>,
}

/// TLS as the side that listens.
#[derive(Clone, Debug)]
pub struct ServerConfig {
    pub(super) common: Common,
    /// Clients must show a certificate that one of these has signed.
    pub(super) client_ca: Option<Pem>,
    /// Whether `client_ca` is read again when its file changes.
    pub(super) client_ca_reload: bool,
    /// Read for its errors only: it says whom a *client* trusts.
    pub(super) ca: Option<Pem>,
}

/// What both sides have.
#[derive(Clone, Debug)]
pub(super) struct Common {
    pub(super) algorithms: Algorithms,
    pub(super) identity: Option<Pair>,
    /// How old a certificate, and a client's authorities, may become before they are read again; none means never again.
    pub(super) reload_interval: Option<Duration>,
}

impl ClientConfig {
    /// Reads the section `tls` of a client.
    pub fn read(section: &mut Section<'_>) -> Self {
        let ca = pem(section, "ca_file", "ca_pem");
        let with_system_ca = section.bool("include_system_ca_certs_pool", false);
        let common = Common::read(section);
        let insecure = section.bool("insecure", false);
        let skip_verify = section.bool("insecure_skip_verify", false);
        let server_name = section.string("server_name_override", "");
        if !server_name.is_empty() && rustls_pki_types::ServerName::try_from(server_name.as_str()).is_err() {
            section.problem("server_name_override", format!("must be a host name, found {server_name:?}"));
        }
        Self {
            common,
            ca,
            with_system_ca,
            insecure,
            skip_verify,
            server_name_override: Some(server_name).filter(|name| !name.is_empty()),
        }
    }
}

impl ClientConfig {
    /// Whether to speak plaintext: asked for, with no CA that would say otherwise.
    pub fn is_plaintext(&self) -> bool {
        self.insecure && self.ca.is_none()
    }

    /// Reads what old configurations have beside `tls` rather than in it, with a warning each.
    ///
    /// Source: `configgrpc` before the Collector's version 0.36.
    pub fn read_former(&mut self, section: &mut Section<'_>) {
        let moved = |section: &Section<'_>, key: &str| {
            let former = section.has(key);
            if former {
                section.warning(key, format!("is read as tls::{key}, where it belongs"));
            }
            former
        };
        if moved(section, "insecure") {
            self.insecure = section.bool("insecure", false);
        }
        if moved(section, "insecure_skip_verify") {
            self.skip_verify = section.bool("insecure_skip_verify", false);
        }
        if moved(section, "server_name_override") {
            self.server_name_override = Some(section.string("server_name_override", ""));
        }
        if moved(section, "ca_file") {
            self.ca = file(section, "ca_file");
        }
        if moved(section, "cert_file") | moved(section, "key_file") {
            let (certificate, key) = (file(section, "cert_file"), file(section, "key_file"));
            self.common.identity = identity(section, certificate, key);
        }
    }
}

impl ServerConfig {
    /// Reads the section `tls` of a server.
    pub fn read(section: &mut Section<'_>) -> Self {
        let ca = pem(section, "ca_file", "ca_pem");
        if let Some(ca) = &ca {
            section.warning(ca.key, "has no effect on a server; client_ca_file demands client certificates");
        }
        section.bool("include_system_ca_certs_pool", false);
        let common = Common::read(section);
        if common.identity.is_none() {
            section.problem("", "a server needs a certificate: cert_file and key_file, or cert_pem and key_pem");
        }
        let client_ca = file(section, "client_ca_file");
        let client_ca_reload = section.bool("client_ca_file_reload", false);
        Self { common, client_ca, client_ca_reload, ca }
    }
}

impl Common {
    fn read(section: &mut Section<'_>) -> Self {
        let algorithms = Algorithms::read(section);
        let certificate = pem(section, "cert_file", "cert_pem");
        let key = pem(section, "key_file", "key_pem");
        let reload_interval = section.duration("reload_interval", Duration::ZERO);
        section.unsupported("tpm", "give the key as key_file or key_pem");
        let identity = identity(section, certificate, key);
        Self { algorithms, identity, reload_interval: Some(reload_interval).filter(|interval| !interval.is_zero()) }
    }
}

fn identity(section: &Section<'_>, certificate: Option<Pem>, key: Option<Pem>) -> Option<Pair> {
    match (certificate, key) {
        (Some(certificate), Some(key)) => Some(Pair { certificate, key }),
        (None, None) => None,
        (Some(certificate), None) => {
            section.problem(certificate.key, "needs its key: key_file or key_pem");
            None
        }
        (None, Some(key)) => {
            section.problem(key.key, "needs its certificate: cert_file or cert_pem");
            None
        }
    }
}

/// Reads a PEM text that stands in a file or in the configuration, but not in both.
fn pem(section: &mut Section<'_>, file_key: &'static str, pem_key: &'static str) -> Option<Pem> {
    let file = file(section, file_key);
    let inline = section.secret(pem_key);
    if inline == Secret::default() {
        return file;
    }
    if file.is_some() {
        section.problem(pem_key, format!("excludes {file_key}"));
    }
    Some(Pem { key: pem_key, source: Source::Inline(inline) })
}

fn file(section: &mut Section<'_>, key: &'static str) -> Option<Pem> {
    let path = section.string(key, "");
    (!path.is_empty()).then(|| Pem { key, source: Source::File(PathBuf::from(path)) })
}
