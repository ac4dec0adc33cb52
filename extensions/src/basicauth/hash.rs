//! The forms in which a password is kept.
//!
//! Source: the Collector's `go-htpasswd`, all of whose forms are here.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use ring::digest::{Context, SHA1_FOR_LEGACY_USE_ONLY, SHA1_OUTPUT_LEN};
use sha_crypt::{PasswordVerifier, ShaCrypt};
use subtle::ConstantTimeEq;

use super::md5_crypt::{Magic, md5_crypt};

/// A password, hashed or not.
pub(super) enum PasswordHash {
    /// `$2a$`, `$2b$`, `$2x$`, `$2y$`.
    Bcrypt(String),
    /// `$apr1$` and `$1$`.
    Md5 { magic: Magic, salt: Vec<u8>, hash: Vec<u8> },
    /// `$5$` and `$6$`.
    ShaCrypt(String),
    /// `{SHA}`, and `{SSHA}` with a salt.
    Sha1 { salt: Vec<u8>, hash: [u8; SHA1_OUTPUT_LEN] },
    /// Anything else is the password itself; nginx writes `{PLAIN}` in front.
    Plain(Vec<u8>),
}

impl PasswordHash {
    /// `None` for what begins like a hash and is none.
    pub(super) fn parse(text: &[u8]) -> Option<Self> {
        let utf8 = || String::from_utf8(text.to_vec()).ok();
        let form = |prefix: &str| text.strip_prefix(prefix.as_bytes());
        for magic in [Magic::Apr1, Magic::Md5] {
            if let Some(rest) = form(magic.as_str()) {
                let dollar = rest.iter().position(|&byte| byte == b'$')?;
                return Some(Self::Md5 { magic, salt: rest[..dollar].to_vec(), hash: rest[dollar + 1..].to_vec() });
            }
        }
        if let Some(packed) = form("{SHA}") {
            let hash = STANDARD.decode(packed).ok()?.try_into().ok()?;
            return Some(Self::Sha1 { salt: Vec::new(), hash });
        }
        if let Some(packed) = form("{SSHA}") {
            let mut hash = STANDARD.decode(packed).ok()?;
            let salt = if hash.len() < SHA1_OUTPUT_LEN { return None } else { hash.split_off(SHA1_OUTPUT_LEN) };
            return Some(Self::Sha1 { salt, hash: hash.try_into().ok()? });
        }
        if ["$2a$", "$2b$", "$2x$", "$2y$"].iter().any(|prefix| form(prefix).is_some()) {
            return utf8().map(Self::Bcrypt);
        }
        if ["$5$", "$6$"].iter().any(|prefix| form(prefix).is_some()) {
            return utf8().map(Self::ShaCrypt);
        }
        Some(Self::Plain(text.to_vec()))
    }

    /// Whether comparing takes long enough to be done elsewhere, and seldom.
    pub(super) fn is_slow(&self) -> bool {
        matches!(self, Self::Bcrypt(_) | Self::Md5 { .. } | Self::ShaCrypt(_))
    }

    /// Whether this is the password; takes as long whether it nearly is or not at all.
    pub(super) fn matches(&self, password: &[u8]) -> bool {
        match self {
            Self::Bcrypt(hash) => bcrypt::verify(password, hash).unwrap_or(false),
            Self::Md5 { magic, salt, hash } => md5_crypt(password, *magic, salt).ct_eq(hash).into(),
            Self::ShaCrypt(hash) => ShaCrypt::SHA512.verify_password(password, hash.as_str()).is_ok(),
            Self::Sha1 { salt, hash } => {
                let mut sha1 = Context::new(&SHA1_FOR_LEGACY_USE_ONLY);
                sha1.update(password);
                sha1.update(salt);
                sha1.finish().as_ref().ct_eq(hash).into()
            }
            Self::Plain(text) => {
                let marked = [b"{PLAIN}", password].concat();
                (password.ct_eq(text) | marked.ct_eq(text)).into()
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Each made by another program: Go's `bcrypt`, `openssl passwd`, glibc's `crypt`, Python's `hashlib`.
    const SECRET: [&str; 10] = [
        "$2a$04$WilzCVFtBBCBG5TeGbaiK.dpGD2QcxLTGsGuePANWImmmWlGCz2I2",
        "$apr1$8sFt66rZ$eup.HOtZcQ/VrnApBM3rR/",
        "$1$saltstri$WHZcnT3IOdSrMvizOq7Ht1",
        "$5$saltstring$C3o4O1TC6aRHF4FI.QSZMXtHbaj2gSXr4sUc/3NcUi.",
        "$5$rounds=1000$saltstring$AH5PD0i.riCRu4BNDy9v7OPV7u3dfLBApcXI6khquVA",
        "$6$saltstring$AIsRs/Ee56G/tC8MEHhvReZTfx8u3rXXMl6eYrjCG9ibix19DxoMBLogdTET5Ukw9Sf7eZTITsuk0Ry5qulYz.",
        "{SHA}5en6G6MezRroT3XKqkdPOmY/BfQ=",
        "{SSHA}gVK8WC9YyFT1gMsQHTGCgT3sSv5zYWx0",
        "secret",
        "{PLAIN}secret",
    ];

    #[test]
    fn every_form_takes_its_password_and_no_other() {
        for text in SECRET {
            let hash = PasswordHash::parse(text.as_bytes()).unwrap();

            assert!(hash.matches(b"secret"), "{text}");
            for wrong in ["", "secre", "secret ", "Secret"] {
                assert!(!hash.matches(wrong.as_bytes()), "{text}: {wrong}");
            }
        }
    }

    #[test]
    fn a_password_longer_than_a_block_is_hashed_whole() {
        let hash = PasswordHash::parse(b"$apr1$ab$8ItIMBWI2mJuA9q7tymP40").unwrap();

        assert!(hash.matches(b"a longer password than sixteen bytes"));
        assert!(!hash.matches(b"a longer password than sixteen byteS"));
    }

    #[test]
    fn what_begins_like_a_hash_and_is_none_is_no_password() {
        for text in ["$apr1$nosalt", "{SHA}5en6", "{SHA}!", "{SSHA}5en6G6Me", "{SSHA}"] {
            assert!(PasswordHash::parse(text.as_bytes()).is_none(), "{text}");
        }
        for text in ["$2y$", "$2y$99$uB1m9Wv7rIUJ1Qb3AZpbVu", "$5$", "$6$salt", "$6$rounds=x$salt$hash"] {
            let hash = PasswordHash::parse(text.as_bytes()).unwrap();
            assert!(!hash.matches(b"") && !hash.matches(text.as_bytes()), "{text}");
        }
    }
}
