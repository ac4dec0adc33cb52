//! The side that connects.

use std::io::{self, IoSlice};
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};

use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::{CryptoProvider, verify_tls12_signature, verify_tls13_signature};
use rustls::{DigitallySignedStruct, SignatureScheme};
use rustls_pki_types::{CertificateDer, ServerName, UnixTime};
use sluice_component::BuildError;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;

use super::config::ClientConfig;
use super::fault;
use super::identity::Identity;
use super::trust::Trust;

/// A connection to a server, over TLS.
#[derive(Debug)]
pub struct ClientStream<S> {
    pub(super) stream: TlsStream<S>,
    /// Whether the server has answered anything, which it does to whom it takes.
    is_taken: bool,
    refusal: Refusal,
}

/// What the server said of our certificate, if it does not take it.
///
/// With TLS 1.3 it says so after the handshake, and whoever uses the connection may by then know only that it has ended.
type Refusal = Arc<Mutex<Option<String>>>;

/// Speaks TLS with servers; a clone shares sessions.
#[derive(Clone)]
pub struct Connector {
    config: Arc<rustls::ClientConfig>,
    server_name: Option<ServerName<'static>>,
    refusal: Refusal,
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
            builder.dangerous().with_custom_certificate_verifier(Trust::load(config, &provider)?)
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
        Ok(Self { config: Arc::new(tls), server_name, refusal: Refusal::default() })
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
        let connecting = TlsConnector::from(Arc::clone(&self.config)).connect(name, stream);
        let stream = connecting.await.map_err(fault::explained)?;
        Ok(ClientStream { stream, is_taken: false, refusal: Arc::clone(&self.refusal) })
    }

    /// What the server has said of our certificate, if that is why it ended the last connection.
    pub fn refusal(&self) -> Option<String> {
        self.refusal.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl<S> ClientStream<S> {
    /// The protocol that both sides have agreed on.
    pub fn alpn_protocol(&self) -> Option<&[u8]> {
        self.stream.get_ref().1.alpn_protocol()
    }

    fn note(&mut self, refusal: Option<String>) {
        *self.refusal.lock().unwrap_or_else(PoisonError::into_inner) = refusal;
    }
}

impl<S: AsyncRead + AsyncWrite + Unpin> AsyncRead for ClientStream<S> {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, out: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let polled = Pin::new(&mut self.stream).poll_read(cx, out);
        match polled {
            Poll::Ready(Err(error)) => {
                let is_refusal = fault::is_refusal(&error);
                let error = fault::explained(error);
                if is_refusal {
                    self.note(Some(error.to_string()));
                }
                Poll::Ready(Err(error))
            }
            Poll::Ready(Ok(())) if !self.is_taken && !out.filled().is_empty() => {
                self.is_taken = true;
                self.note(None);
                polled
            }
            polled => polled,
        }
    }
}

impl<S: AsyncRead + AsyncWrite + Unpin> AsyncWrite for ClientStream<S> {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write(cx, bytes)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        slices: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write_vectored(cx, slices)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}

fn server_name(host: &str) -> io::Result<ServerName<'static>> {
    let bare = host.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')).unwrap_or(host);
    ServerName::try_from(bare.to_owned())
        .map_err(|_| io::Error::new(io::ErrorKind::InvalidInput, format!("{host:?} is no host name")))
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
