//! Certificates made for one test, and both ends' settings with them.

use std::{
    fs,
    path::{Path, PathBuf},
    sync::Arc,
};

use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, DnType, IsCa, KeyPair, date_time_ymd};
use rustls::{ClientConfig, ConfigBuilder, RootCertStore, ServerConfig, client::WantsClientCert, crypto::ring};
use rustls_pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer, pem::PemObject};
use tempfile::TempDir;

/// An authority and what it issued, as files for a program and as values for us.
pub struct Certificates {
    folder: TempDir,
    authority: CertifiedIssuer<'static, KeyPair>,
}

/// Who a client says it is.
pub enum Identity<'a> {
    /// Nobody: no certificate.
    None,
    /// A certificate that [`Certificates::issue`] made under this name.
    Named(&'a str),
    /// A certificate that another authority made under this name.
    Signed(&'a Certificates, &'a str),
}

impl Certificates {
    /// A new authority. Its certificate is the file `ca.pem`.
    pub fn new() -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let mut params = CertificateParams::default();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        params.distinguished_name.push(DnType::CommonName, "an authority of a test");
        let key = KeyPair::generate().expect("a key");
        let authority = CertifiedIssuer::self_signed(params, key).expect("the parameters are right");
        fs::write(folder.path().join("ca.pem"), authority.pem()).expect("the folder is ours");
        Self { folder, authority }
    }

    /// The folder with `ca.pem` and, for each issued name, `NAME.pem` and `NAME.key`.
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// Issues a certificate for localhost.
    pub fn issue(&self, name: &str) {
        self.issue_with(name, |_| {});
    }

    /// Issues a certificate for localhost that was over long ago.
    pub fn issue_expired(&self, name: &str) {
        self.issue_with(name, |params| {
            params.not_before = date_time_ymd(2001, 1, 1);
            params.not_after = date_time_ymd(2002, 1, 1);
        });
    }

    fn issue_with(&self, name: &str, change: impl FnOnce(&mut CertificateParams)) {
        let mut params = CertificateParams::new(["localhost".to_owned(), "127.0.0.1".to_owned()]).expect("valid names");
        params.distinguished_name.push(DnType::CommonName, name);
        change(&mut params);
        let key = KeyPair::generate().expect("a key");
        let certificate = params.signed_by(&key, &self.authority).expect("the parameters are right");
        fs::write(self.file(name, "pem"), certificate.pem()).expect("the folder is ours");
        fs::write(self.file(name, "key"), key.serialize_pem()).expect("the folder is ours");
    }

    fn file(&self, name: &str, extension: &str) -> PathBuf {
        self.folder().join(name).with_extension(extension)
    }

    /// A client that trusts this authority, for HTTP/2.
    pub fn client(&self, identity: Identity<'_>) -> Arc<ClientConfig> {
        let mut roots = RootCertStore::empty();
        roots.add(self.authority.der().clone()).expect("our own certificate");
        let builder = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()
            .expect("ring has them")
            .with_root_certificates(roots);
        let mut config = match identity {
            Identity::None => builder.with_no_client_auth(),
            Identity::Named(name) => identified(builder, self.pair(name)),
            Identity::Signed(other, name) => identified(builder, other.pair(name)),
        };
        config.alpn_protocols = vec![b"h2".to_vec()];
        Arc::new(config)
    }

    /// A server under an issued name, for HTTP/2.
    pub fn server(&self, name: &str) -> Arc<ServerConfig> {
        let (certificate, key) = self.pair(name);
        let mut config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()
            .expect("ring has them")
            .with_no_client_auth()
            .with_single_cert(vec![certificate], key)
            .expect("they belong together");
        config.alpn_protocols = vec![b"h2".to_vec()];
        Arc::new(config)
    }

    fn pair(&self, name: &str) -> Pair {
        let certificate = CertificateDer::from_pem_file(self.file(name, "pem")).expect("issued before");
        let key = PrivatePkcs8KeyDer::from_pem_file(self.file(name, "key")).expect("issued before");
        (certificate, PrivateKeyDer::Pkcs8(key))
    }
}

type Pair = (CertificateDer<'static>, PrivateKeyDer<'static>);

fn identified(builder: ConfigBuilder<ClientConfig, WantsClientCert>, (certificate, key): Pair) -> ClientConfig {
    builder.with_client_auth_cert(vec![certificate], key).expect("they belong together")
}

impl Default for Certificates {
    fn default() -> Self {
        Self::new()
    }
}
