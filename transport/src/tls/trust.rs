//! Whom a client trusts, and how that changes.

use std::sync::Arc;
use std::time::Duration;

use arc_swap::ArcSwap;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::client::{WebPkiServerVerifier, verify_server_name};
use rustls::crypto::{CryptoProvider, verify_tls12_signature, verify_tls13_signature};
use rustls::server::ParsedCertificate;
use rustls::{CertificateError, DigitallySignedStruct, RootCertStore, SignatureScheme};
use rustls_pki_types::{CertificateDer, ServerName, UnixTime};
use sluice_component::BuildError;

use super::config::ClientConfig;
use super::pem::Pem;
use super::renewal::Renewal;

/// The authorities in use. Once the file that names them is older than the interval, the handshake that notices reads it
/// again; what cannot be used then leaves the former in place, with a warning.
#[derive(Debug)]
pub(super) struct Trust {
    authorities: Authorities,
    current: ArcSwap<Trusted>,
    renewal: Option<Renewal>,
}

/// Where the trusted certificates are.
#[derive(Debug)]
struct Authorities {
    named: Option<Pem>,
    with_system: bool,
    provider: Arc<CryptoProvider>,
}

impl Trust {
    /// Reads the authorities that `config` names, else those of the system.
    pub(super) fn load(config: &ClientConfig, provider: &Arc<CryptoProvider>) -> Result<Arc<Self>, BuildError> {
        let authorities = Authorities {
            named: config.ca.clone(),
            with_system: config.ca.is_none() || config.with_system_ca,
            provider: Arc::clone(provider),
        };
        let current = ArcSwap::from_pointee(authorities.load()?);
        let is_file = config.ca.as_ref().is_some_and(|ca| ca.path().is_some());
        let interval: Option<Duration> = config.common.reload_interval.filter(|_| is_file);
        Ok(Arc::new(Self { authorities, current, renewal: interval.map(Renewal::every) }))
    }

    fn current(&self) -> Arc<Trusted> {
        if self.renewal.as_ref().is_some_and(Renewal::is_due) {
            match self.authorities.load() {
                Ok(trusted) => self.current.store(Arc::new(trusted)),
                Err(error) => tracing::warn!(%error, "authorities not reloaded, the former ones stay trusted"),
            }
        }
        self.current.load_full()
    }
}

impl Authorities {
    fn load(&self) -> Result<Trusted, BuildError> {
        let mut roots = RootCertStore::empty();
        let mut named = Vec::new();
        if let Some(ca) = &self.named {
            ca.add_to(&mut roots)?;
            named = ca.certificates()?;
        }
        if self.with_system {
            let found = rustls_native_certs::load_native_certs();
            for error in &found.errors {
                tracing::warn!(%error, "a part of the system's CA certificates cannot be read");
            }
            roots.add_parsable_certificates(found.certs);
        }
        if roots.is_empty() {
            return Err(BuildError::at("tls", "this system has no CA certificates, name some with ca_file"));
        }
        let usual = WebPkiServerVerifier::builder_with_provider(Arc::new(roots), Arc::clone(&self.provider))
            .build()
            .map_err(|error| BuildError::at("tls", error.to_string()))?;
        Ok(Trusted { usual, named })
    }
}

impl ServerCertVerifier for Trust {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        server_name: &ServerName<'_>,
        ocsp_response: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        self.current().verify(end_entity, intermediates, server_name, ocsp_response, now)
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        let algorithms = &self.authorities.provider.signature_verification_algorithms;
        verify_tls12_signature(message, certificate, signature, algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        let algorithms = &self.authorities.provider.signature_verification_algorithms;
        verify_tls13_signature(message, certificate, signature, algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.authorities.provider.signature_verification_algorithms.supported_schemes()
    }
}

/// Trusts what the roots have signed, and a root that the user has named when the server shows that very certificate.
///
/// A certificate that signs itself and calls itself a CA, as `openssl req -x509` makes it, is often a server's own and its
/// clients' `ca_file` at once. Go takes it; `webpki` by itself does not.
#[derive(Debug)]
struct Trusted {
    usual: Arc<WebPkiServerVerifier>,
    named: Vec<CertificateDer<'static>>,
}

impl Trusted {
    fn verify(
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

    /// Whether the only fault is that a certificate is a CA's and the server's own. `webpki` finds it after it has looked
    /// at the time and before it looks for who has signed.
    fn is_named_ca(&self, certificate: &CertificateDer<'_>, error: &rustls::Error) -> bool {
        let rustls::Error::InvalidCertificate(CertificateError::Other(other)) = error else { return false };
        let fault = other.0.downcast_ref::<webpki::Error>();
        fault == Some(&webpki::Error::CaUsedAsEndEntity) && self.named.contains(certificate)
    }
}
