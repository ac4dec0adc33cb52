//! Pseudonyms that only the owner of a key can make: without it, an address or a card number is found by trying them all.

use std::fmt;
use std::sync::Arc;

use ring::hmac::{self, HMAC_SHA256};

/// How many bytes a key has at least.
pub const MIN_KEY_BYTES: usize = 16;

/// A key, ready to use, and how its pseudonyms look. A clone shares the key.
#[derive(Clone)]
pub struct Keyed {
    key: Arc<hmac::Key>,
    id: String,
    digits: usize,
}

impl Keyed {
    /// Prepares a key. `id` tells keys apart when they are changed; it may be empty. `digits` is how many hexadecimal
    /// digits of the 64 are shown: at least 8.
    pub fn new(key: &[u8], id: &str, digits: usize) -> Self {
        Self { key: Arc::new(hmac::Key::new(HMAC_SHA256, key)), id: id.into(), digits: digits.clamp(8, 64) }
    }

    /// `hmac:k1:` and the HMAC of the bytes as they are, so that anybody who has the key can make it, too.
    pub(super) fn hmac(&self, found: &[u8], out: &mut Vec<u8>) {
        out.extend_from_slice(b"hmac:");
        if !self.id.is_empty() {
            out.extend_from_slice(self.id.as_bytes());
            out.push(b':');
        }
        self.put_digits(hmac::sign(&self.key, found).as_ref(), out);
    }

    /// `EMAIL_` and the HMAC of what was found, folded: another one than [`hmac`](Self::hmac) makes.
    pub(super) fn token(&self, mask: &str, found: &[u8], out: &mut Vec<u8>) {
        let mut context = hmac::Context::with_key(&self.key);
        context.update(b"token\0");
        let mut folded = [0; 64];
        for chunk in found.chunks(folded.len()) {
            let mut length = 0;
            for byte in chunk.iter().filter(|byte| !matches!(byte, b' ' | b'-')) {
                folded[length] = byte.to_ascii_lowercase();
                length += 1;
            }
            context.update(&folded[..length]);
        }
        out.extend(mask.bytes().filter(|byte| !matches!(byte, b'[' | b']')));
        out.push(b'_');
        if !self.id.is_empty() {
            out.extend_from_slice(self.id.as_bytes());
            out.push(b'_');
        }
        self.put_digits(context.sign().as_ref(), out);
    }

    fn put_digits(&self, hash: &[u8], out: &mut Vec<u8>) {
        let digits = hash.iter().flat_map(|byte| [byte >> 4, byte & 15]).take(self.digits);
        out.extend(digits.map(|digit| b"0123456789abcdef"[usize::from(digit)]));
    }
}

impl fmt::Debug for Keyed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Keyed").field("id", &self.id).field("digits", &self.digits).finish_non_exhaustive()
    }
}
