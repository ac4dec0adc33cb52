//! The side that listens.

use std::io;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError, TryLockError};
use std::time::{Duration, Instant, SystemTime};

use arc_swap::ArcSwap;
use rustls::RootCertStore;
use rustls::crypto::CryptoProvider;
use rustls::server::WebPkiClientVerifier;
use sluice_component::BuildError;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio_rustls::TlsAcceptor;

use super::config::ServerConfig;
use super::identity::Identity;
use super::pem::{Pem, Unusable};

/// A connection from a client, over TLS.
pub type ServerStream<S> = tokio_rustls::server::TlsStream<S>;

/// How often a changed file of client CAs is looked for, at most.
const WATCH_INTERVAL: Duration = Duration::from_secs(1);

/// Speaks TLS with whoever connects.
pub struct Acceptor {
    parts: Parts,
    current: ArcSwap<rustls::ServerConfig>,
    watch: Option<Watch>,
}

/// What a `rustls` configuration is made of; it cannot be changed, only made anew.
struct Parts {
    config: ServerConfig,
    provider: Arc<CryptoProvider>,
    identity: Arc<Identity>,
    alpn: Vec<Vec<u8>>,
}

/// The file of client CAs, as it was when it was last looked at.
struct Watch {
    interval: Duration,
    seen: Mutex<(Instant, Option<Stamp>)>,
}

/// What tells that a file has changed.
type Stamp = (SystemTime, u64);

impl Acceptor {
    /// Reads the files that `config` names; `alpn` lists the protocols that are offered, the preferred one first.
    ///
    /// # Errors
    ///
    /// A file cannot be read, holds nothing usable, or certificate and key do not belong together.
    pub fn new(config: &ServerConfig, alpn: &[&str]) -> Result<Self, BuildError> {
        Self::watching(config, alpn, WATCH_INTERVAL)
    }

    pub(super) fn watching(config: &ServerConfig, alpn: &[&str], interval: Duration) -> Result<Self, BuildError> {
        if let Some(ca) = &config.ca {
            ca.add_to(&mut RootCertStore::empty())?;
        }
        let Some(pair) = &config.common.identity else {
            return Err(BuildError::at("tls", "a server needs a certificate and its key"));
        };
        let provider = config.common.algorithms.provider();
        let identity = Identity::load(pair, &provider, config.common.reload_interval)?;
        let alpn = alpn.iter().map(|protocol| protocol.as_bytes().to_vec()).collect();
        let parts = Parts { config: config.clone(), provider, identity, alpn };
        let stamp = parts.client_ca_file().and_then(stamp_of);
        let current = ArcSwap::new(parts.assemble()?);
        let watch = (config.client_ca_reload && config.client_ca.is_some())
            .then(|| Watch { interval, seen: Mutex::new((Instant::now(), stamp)) });
        Ok(Self { parts, current, watch })
    }

    /// Shakes hands. Bounded by nothing but the caller's patience.
    ///
    /// # Errors
    ///
    /// The client went away, does not speak TLS, or shows no certificate that is wanted.
    pub async fn accept<S>(&self, stream: S) -> io::Result<ServerStream<S>>
    where
        S: AsyncRead + AsyncWrite + Unpin,
    {
        TlsAcceptor::from(self.config()).accept(stream).await
    }

    /// The configuration for the next handshake: rebuilt when the file of client CAs has changed.
    pub fn config(&self) -> Arc<rustls::ServerConfig> {
        if let Some(watch) = &self.watch {
            self.renew(watch);
        }
        self.current.load_full()
    }

    fn renew(&self, watch: &Watch) {
        let mut seen = match watch.seen.try_lock() {
            Ok(seen) => seen,
            Err(TryLockError::Poisoned(poisoned)) => PoisonError::into_inner(poisoned),
            Err(TryLockError::WouldBlock) => return,
        };
        if seen.0.elapsed() < watch.interval {
            return;
        }
        let stamp = self.parts.client_ca_file().and_then(stamp_of);
        let changed = stamp != seen.1;
        *seen = (Instant::now(), stamp);
        if !changed {
            return;
        }
        match self.parts.assemble() {
            Ok(config) => self.current.store(config),
            Err(error) => tracing::warn!(%error, "client CAs not reloaded, the former ones stay in use"),
        }
    }
}

impl Parts {
    fn client_ca_file(&self) -> Option<&Path> {
        self.config.client_ca.as_ref().and_then(Pem::path)
    }

    fn assemble(&self) -> Result<Arc<rustls::ServerConfig>, Unusable> {
        let builder = rustls::ServerConfig::builder_with_provider(Arc::clone(&self.provider))
            .with_protocol_versions(&self.config.common.algorithms.versions)
            .map_err(|error| Unusable { key: "min_version", message: error.to_string() })?;
        let builder = match &self.config.client_ca {
            None => builder.with_no_client_auth(),
            Some(ca) => {
                let mut roots = RootCertStore::empty();
                ca.add_to(&mut roots)?;
                let verifier = WebPkiClientVerifier::builder_with_provider(Arc::new(roots), Arc::clone(&self.provider))
                    .build()
                    .map_err(|error| ca.unusable(&format!("cannot be used: {error}")))?;
                builder.with_client_cert_verifier(verifier)
            }
        };
        let mut config = builder.with_cert_resolver(Arc::clone(&self.identity) as _);
        config.alpn_protocols.clone_from(&self.alpn);
        Ok(Arc::new(config))
    }
}

fn stamp_of(path: &Path) -> Option<Stamp> {
    let metadata = std::fs::metadata(path).ok()?;
    Some((metadata.modified().ok()?, metadata.len()))
}
