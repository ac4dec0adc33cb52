//! The side that connects.

use std::io;
use std::sync::Arc;

use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::client::{WebPkiServerVerifier, verify_server_name};
use rustls::crypto::{CryptoProvider, verify_tls12_signature, verify_tls13_signature};
use rustls::server::ParsedCertificate;
use rustls::{CertificateError, DigitallySignedStruct, RootCertStore, SignatureScheme};
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
            let verifier = OwnCertificate::around(roots(config)?, &provider)?;
            builder.dangerous().with_custom_certificate_verifier(Arc::new(verifier))
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

/// The trusted certificates, and those among them that the user has named.
fn roots(config: &ClientConfig) -> Result<(RootCertStore, Vec<CertificateDer<'static>>), BuildError> {
    let mut roots = RootCertStore::empty();
    let mut named = Vec::new();
    if let Some(ca) = &config.ca {
        ca.add_to(&mut roots)?;
        named = ca.certificates()?;
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
    Ok((roots, named))
}

/// Trusts what the roots have signed, and a root that the user has named when the server shows that very certificate.
///
/// A certificate that signs itself and calls itself a CA, as `openssl req -x509` makes it, is often a server's own and its
/// clients' `ca_file` at once. Go takes it; `webpki` by itself does not.
#[derive(Debug)]
struct OwnCertificate {
    usual: Arc<WebPkiServerVerifier>,
    named: Vec<CertificateDer<'static>>,
}

impl OwnCertificate {
    fn around(
        (roots, named): (RootCertStore, Vec<CertificateDer<'static>>),
        provider: &Arc<CryptoProvider>,
    ) -> Result<Self, BuildError> {
        let usual = WebPkiServerVerifier::builder_with_provider(Arc::new(roots), Arc::clone(provider))
            .build()
            .map_err(|error| BuildError::at("tls", error.to_string()))?;
        Ok(Self { usual, named })
    }

    /// Whether the only fault is that a certificate is a CA's and the server's own. `webpki` finds it after it has looked
    /// at the time and before it looks for who has signed.
    fn is_named_ca(&self, certificate: &CertificateDer<'_>, error: &rustls::Error) -> bool {
        let rustls::Error::InvalidCertificate(CertificateError::Other(other)) = error else { return false };
        let fault = other.0.downcast_ref::<webpki::Error>();
        fault == Some(&webpki::Error::CaUsedAsEndEntity) && self.named.contains(certificate)
    }
}

impl ServerCertVerifier for OwnCertificate {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        server_name: &ServerName<'_>,
        ocsp_response: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        match self.usual.verify_server_cert(end_entity, intermediates, server_name, ocsp_response, now) {
            Err(error) if self.is_named_ca(end_entity, &error) => {
                verify_server_name(&ParsedCertificate::try_from(end_entity)?, server_name)?;
                Ok(ServerCertVerified::assertion())
            }
            outcome => outcome,
        }
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        self.usual.verify_tls12_signature(message, certificate, signature)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        self.usual.verify_tls13_signature(message, certificate, signature)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.usual.supported_verify_schemes()
    }
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
