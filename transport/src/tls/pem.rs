//! Certificates and keys, from files or from the configuration itself.

use std::path::{Path, PathBuf};

use rustls::RootCertStore;
use rustls_pki_types::pem::{Error as PemError, PemObject};
use rustls_pki_types::{CertificateDer, PrivateKeyDer};
use sluice_component::BuildError;
use sluice_component::config::Secret;

/// Where a PEM text stands.
#[derive(Clone, Debug)]
pub(super) enum Source {
    /// In a file of its own.
    File(PathBuf),
    /// In the configuration.
    Inline(Secret),
}

/// A PEM text and the configuration key that led to it.
#[derive(Clone, Debug)]
pub(super) struct Pem {
    pub(super) key: &'static str,
    pub(super) source: Source,
}

/// What is wrong with a PEM text, the file's name in it.
#[derive(Debug, thiserror::Error)]
#[error("{message}")]
pub(super) struct Unusable {
    pub(super) key: &'static str,
    pub(super) message: String,
}

impl From<Unusable> for BuildError {
    fn from(unusable: Unusable) -> Self {
        BuildError::at(format!("tls::{}", unusable.key), unusable.message)
    }
}

impl Pem {
    /// The file, if it is one.
    pub(super) fn path(&self) -> Option<&Path> {
        match &self.source {
            Source::File(path) => Some(path),
            Source::Inline(_) => None,
        }
    }

    /// Every certificate in it, in order; at least one.
    pub(super) fn certificates(&self) -> Result<Vec<CertificateDer<'static>>, Unusable> {
        let text = self.read()?;
        let certificates: Vec<_> =
            CertificateDer::pem_slice_iter(&text).collect::<Result<_, _>>().map_err(|error| self.malformed(&error))?;
        if certificates.is_empty() {
            return Err(self.unusable("holds no certificate in PEM form"));
        }
        Ok(certificates)
    }

    /// The first private key in it.
    pub(super) fn private_key(&self) -> Result<PrivateKeyDer<'static>, Unusable> {
        PrivateKeyDer::from_pem_slice(&self.read()?).map_err(|error| match error {
            PemError::NoItemsFound => self.unusable("holds no private key in PEM form that is not encrypted"),
            error => self.malformed(&error),
        })
    }

    /// Adds every certificate in it to `roots`.
    pub(super) fn add_to(&self, roots: &mut RootCertStore) -> Result<(), Unusable> {
        for certificate in self.certificates()? {
            roots
                .add(certificate)
                .map_err(|error| self.unusable(&format!("holds a certificate of no use: {error}")))?;
        }
        Ok(())
    }

    /// An error about it that names it.
    pub(super) fn unusable(&self, problem: &str) -> Unusable {
        let message = match &self.source {
            Source::File(path) => format!("{} {problem}", path.display()),
            Source::Inline(_) => format!("the text {problem}"),
        };
        Unusable { key: self.key, message }
    }

    fn malformed(&self, error: &PemError) -> Unusable {
        // The library's texts quote the offending line, which may be part of a key.
        let what = match error {
            PemError::MissingSectionEnd { .. } => "a section has no end",
            PemError::IllegalSectionStart { .. } => "a section begins wrongly",
            PemError::Base64Decode(_) => "a section is not base64",
            _ => "it cannot be parsed",
        };
        self.unusable(&format!("is not valid PEM: {what}"))
    }

    fn read(&self) -> Result<Vec<u8>, Unusable> {
        match &self.source {
            Source::File(path) => std::fs::read(path).map_err(|error| Unusable {
                key: self.key,
                message: format!("cannot read {}: {error}", path.display()),
            }),
            Source::Inline(text) => Ok(text.reveal().as_bytes().to_vec()),
        }
    }
}
