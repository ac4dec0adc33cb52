//! What is put in the place of what is blocked.

use md5::Md5;
use ring::{digest, hmac};
use sha3::{Digest, Sha3_256};

/// How a match is hidden.
#[derive(Clone)]
pub(super) enum Mask {
    /// By `****`.
    Stars,
    /// By its hash, in hexadecimal.
    Hash(Hash),
}

/// A hash function, and its key if it has one.
#[derive(Clone)]
pub(super) enum Hash {
    Md5,
    Sha1,
    /// SHA3-256.
    Sha3,
    /// HMAC with SHA-256 or SHA-512.
    Hmac(hmac::Key),
}

impl Hash {
    pub(super) fn hmac_sha256(key: &str) -> Self {
        Self::Hmac(hmac::Key::new(hmac::HMAC_SHA256, key.as_bytes()))
    }

    pub(super) fn hmac_sha512(key: &str) -> Self {
        Self::Hmac(hmac::Key::new(hmac::HMAC_SHA512, key.as_bytes()))
    }
}

impl Mask {
    /// Appends what stands for `text`.
    pub(super) fn put(&self, out: &mut String, text: &str) {
        let bytes = text.as_bytes();
        match self {
            Self::Stars => out.push_str("****"),
            Self::Hash(Hash::Md5) => put_hex(out, &Md5::digest(bytes)),
            Self::Hash(Hash::Sha1) => put_hex(out, digest::digest(&digest::SHA1_FOR_LEGACY_USE_ONLY, bytes).as_ref()),
            Self::Hash(Hash::Sha3) => put_hex(out, &Sha3_256::digest(bytes)),
            Self::Hash(Hash::Hmac(key)) => put_hex(out, hmac::sign(key, bytes).as_ref()),
        }
    }

    /// What stands for the value of a blocked key: each line for itself, as the pattern `.*` would find them.
    pub(super) fn lines(&self, text: &str) -> String {
        let mut out = String::new();
        for (index, line) in text.split('\n').enumerate() {
            if index > 0 {
                out.push('\n');
            }
            self.put(&mut out, line);
        }
        out
    }
}

fn put_hex(out: &mut String, bytes: &[u8]) {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    for byte in bytes {
        out.push(char::from(DIGITS[usize::from(byte >> 4)]));
        out.push(char::from(DIGITS[usize::from(byte & 15)]));
    }
}
