//! What stands in the place of what was found.

mod keyed;
mod partial;
#[cfg(test)]
mod tests;
mod truncate;

pub use keyed::{Keyed, MIN_KEY_BYTES};

/// What stands in the place of what was found.
#[derive(Clone, Debug)]
pub enum Action {
    /// The name of what it was: `[EMAIL]`.
    Mask,
    /// A text of the user's.
    Text(String),
    /// The HMAC-SHA256 of the bytes that were found, with the key's id in front: `hmac:k1:5f2c…`.
    Hmac(Keyed),
    /// A pseudonym: the same for the same value, whoever makes it with the same key: `EMAIL_5f2c…`. Case, spaces and
    /// hyphens do not count, so that a card number is the same one however it is written.
    Token(Keyed),
    /// The first and the last characters, with `*` for each between them. At most half of it is kept.
    Partial {
        /// How many characters at the beginning stay.
        first: usize,
        /// How many characters at the end stay.
        last: usize,
    },
    /// The network that an IP address is in. What is no IP address is masked.
    TruncateIp {
        /// How many bits of an IPv4 address stay: at most 32.
        v4: u8,
        /// How many bits of an IPv6 address stay: at most 128.
        v6: u8,
    },
}

impl Action {
    /// Writes what stands in the place of `found`, of which `mask` is the mask.
    pub fn write(&self, mask: &str, found: &[u8], out: &mut Vec<u8>) {
        match self {
            Self::Mask => out.extend_from_slice(mask.as_bytes()),
            Self::Text(text) => out.extend_from_slice(text.as_bytes()),
            Self::Hmac(keyed) => keyed.hmac(found, out),
            Self::Token(keyed) => keyed.token(mask, found, out),
            Self::Partial { first, last } => partial::write(*first, *last, found, out),
            Self::TruncateIp { v4, v6 } => {
                if !truncate::write(*v4, *v6, found, out) {
                    out.extend_from_slice(mask.as_bytes());
                }
            }
        }
    }
}
