//! The certificate that we show, and its renewal.

use std::sync::Arc;
use std::time::Duration;

use arc_swap::ArcSwap;
use rustls::client::ResolvesClientCert;
use rustls::crypto::CryptoProvider;
use rustls::server::{ClientHello, ResolvesServerCert};
use rustls::sign::CertifiedKey;
use rustls::{Error, InconsistentKeys, SignatureScheme};

use super::pem::{Pem, Unusable};
use super::renewal::Renewal;

/// A certificate chain and its key.
#[derive(Clone, Debug)]
pub(super) struct Pair {
    pub(super) certificate: Pem,
    pub(super) key: Pem,
}

/// The certificate in use. Once it is older than the interval, the handshake that notices reads the files again; what
/// cannot be used then leaves the former in place, with a warning.
#[derive(Debug)]
pub(super) struct Identity {
    pair: Pair,
    provider: Arc<CryptoProvider>,
    current: ArcSwap<CertifiedKey>,
    renewal: Option<Renewal>,
}

impl Pair {
    fn load(&self, provider: &CryptoProvider) -> Result<Arc<CertifiedKey>, Unusable> {
        let chain = self.certificate.certificates()?;
        let key = self.key.private_key()?;
        let certified = CertifiedKey::from_der(chain, key, provider).map_err(|error| match error {
            Error::InconsistentKeys(InconsistentKeys::KeyMismatch) => {
                self.key.unusable("does not belong to the certificate")
            }
            Error::InvalidCertificate(error) => self.certificate.unusable(&format!("cannot be used: {error:?}")),
            error => self.key.unusable(&format!("cannot be used: {error}")),
        })?;
        Ok(Arc::new(certified))
    }
}

impl Identity {
    /// Reads the certificate; `interval` says how old it may become, none means that it is never read again.
    pub(super) fn load(
        pair: &Pair,
        provider: &Arc<CryptoProvider>,
        interval: Option<Duration>,
    ) -> Result<Arc<Self>, Unusable> {
        let current = ArcSwap::new(pair.load(provider)?);
        let renewal = interval.map(Renewal::every);
        Ok(Arc::new(Self { pair: pair.clone(), provider: Arc::clone(provider), current, renewal }))
    }

    fn current(&self) -> Arc<CertifiedKey> {
        if self.renewal.as_ref().is_some_and(Renewal::is_due) {
            match self.pair.load(&self.provider) {
                Ok(certified) => self.current.store(certified),
                Err(error) => tracing::warn!(%error, "certificate not reloaded, the former one stays in use"),
            }
        }
        self.current.load_full()
    }
}

impl ResolvesServerCert for Identity {
    fn resolve(&self, _hello: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        Some(self.current())
    }
}

impl ResolvesClientCert for Identity {
    fn resolve(&self, _issuers: &[&[u8]], _schemes: &[SignatureScheme]) -> Option<Arc<CertifiedKey>> {
        Some(self.current())
    }

    fn has_certs(&self) -> bool {
        true
    }
}
