//! The side that connects.

use std::io;
use std::sync::Arc;

use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::{CryptoProvider, verify_tls12_signature, verify_tls13_signature};
use rustls::{DigitallySignedStruct, RootCertStore, SignatureScheme};
use rustls_pki_types::{CertificateDer, ServerName, UnixTime};
use sluice_component::BuildError;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio_rustls::TlsConnector;

use super::config::ClientConfig;
use super::identity::Identity;

/// A connection to a server, over TLS.
pub type ClientStream<S> = tokio_rustls::client::TlsStream<S>;

/// Speaks TLS with servers; a clone shares sessions.
#[derive(Clone)]
pub struct Connector {
    config: Arc<rustls::ClientConfig>,
    server_name: Option<ServerName<'static>>,
}

impl Connector {
    /// Reads the files that `config` names; `alpn` lists the protocols that are offered, the preferred one first.
    ///
    /// # Errors
    ///
    /// A file cannot be read, holds nothing usable, certificate and key do not belong together, or there is no
    /// certificate at all that could be trusted.
    pub fn new(config: &ClientConfig, alpn: &[&str]) -> Result<Self, BuildError> {
        let provider = config.common.algorithms.provider();
        let builder = rustls::ClientConfig::builder_with_provider(Arc::clone(&provider))
            .with_protocol_versions(&config.common.algorithms.versions)
            .map_err(|error| BuildError::at("tls::min_version", error.to_string()))?;
        let builder = if config.skip_verify {
            let verifier = Arc::new(AnyCertificate(Arc::clone(&provider)));
            builder.dangerous().with_custom_certificate_verifier(verifier)
        } else {
            builder.with_root_certificates(roots(config)?)
        };
        let mut tls = match &config.common.identity {
            None => builder.with_no_client_auth(),
            Some(pair) => {
                let identity = Identity::load(pair, &provider, config.common.reload_interval)?;
                builder.with_client_cert_resolver(identity)
            }
        };
        tls.alpn_protocols = alpn.iter().map(|protocol| protocol.as_bytes().to_vec()).collect();
        let server_name = match &config.server_name_override {
            None => None,
            Some(name) => {
                Some(server_name(name).map_err(|e| BuildError::at("tls::server_name_override", e.to_string()))?)
            }
        };
        Ok(Self { config: Arc::new(tls), server_name })
    }

    /// Shakes hands with the server at the other end of `stream`, which must be `host` (a name or an address) or whatever
    /// `server_name_override` says. Bounded by nothing but the caller's patience.
    ///
    /// # Errors
    ///
    /// The server went away, does not speak TLS, or its certificate is not to be trusted.
    pub async fn connect<S>(&self, host: &str, stream: S) -> io::Result<ClientStream<S>>
    where
        S: AsyncRead + AsyncWrite + Unpin,
    {
        let name = match &self.server_name {
            Some(name) => name.clone(),
            None => server_name(host)?,
        };
        TlsConnector::from(Arc::clone(&self.config)).connect(name, stream).await
    }
}

fn server_name(host: &str) -> io::Result<ServerName<'static>> {
    let bare = host.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')).unwrap_or(host);
    ServerName::try_from(bare.to_owned())
        .map_err(|_| io::Error::new(io::ErrorKind::InvalidInput, format!("{host:?} is no host name")))
}

fn roots(config: &ClientConfig) -> Result<RootCertStore, BuildError> {
    let mut roots = RootCertStore::empty();
    if let Some(ca) = &config.ca {
        ca.add_to(&mut roots)?;
    }
    if config.ca.is_none() || config.with_system_ca {
        let found = rustls_native_certs::load_native_certs();
        for error in &found.errors {
            tracing::warn!(%error, "a part of the system's CA certificates cannot be read");
        }
        roots.add_parsable_certificates(found.certs);
    }
    if roots.is_empty() {
        return Err(BuildError::at("tls", "this system has no CA certificates, name some with ca_file"));
    }
    Ok(roots)
}

/// `insecure_skip_verify`: trusts any certificate, but still wants proof that the server has its key.
#[derive(Debug)]
struct AnyCertificate(Arc<CryptoProvider>);

impl ServerCertVerifier for AnyCertificate {
    fn verify_server_cert(
        &self,
        _end_entity: &CertificateDer<'_>,
        _intermediates: &[CertificateDer<'_>],
        _server_name: &ServerName<'_>,
        _ocsp_response: &[u8],
        _now: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        verify_tls12_signature(message, certificate, signature, &self.0.signature_verification_algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        verify_tls13_signature(message, certificate, signature, &self.0.signature_verification_algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.0.signature_verification_algorithms.supported_schemes()
    }
}
