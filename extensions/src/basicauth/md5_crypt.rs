//! The MD5 based crypt of FreeBSD, and Apache's variant of it, which differs by its magic alone.
//!
//! Both are old and weak, and still what `htpasswd` writes by default. No crate that is kept well has both.
//!
//! Source: Poul-Henning Kamp's `md5crypt`, Apache's `apr_md5_encode`.

use md5::{Digest, Md5};

/// Which of the two.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Magic {
    /// Apache's.
    Apr1,
    /// FreeBSD's.
    Md5,
}

impl Magic {
    /// What a hash begins with.
    pub(super) const fn as_str(self) -> &'static str {
        match self {
            Self::Apr1 => "$apr1$",
            Self::Md5 => "$1$",
        }
    }
}

/// The hash as it stands behind the salt: 22 characters.
pub(super) fn md5_crypt(password: &[u8], magic: Magic, salt: &[u8]) -> Vec<u8> {
    let salt = &salt[..salt.len().min(8)];
    let mixed: [u8; 16] = Md5::new().chain_update(password).chain_update(salt).chain_update(password).finalize().into();
    let mut first = Md5::new().chain_update(password).chain_update(magic.as_str()).chain_update(salt);
    for taken in (0..password.len()).step_by(mixed.len()) {
        first.update(&mixed[..mixed.len().min(password.len() - taken)]);
    }
    let mut length = password.len();
    while length > 0 {
        first.update(if length & 1 == 1 { &[0] } else { &password[..1] });
        length >>= 1;
    }
    let mut hash: [u8; 16] = first.finalize().into();
    for round in 0..1000 {
        let mut next = Md5::new();
        let (front, back) = if round & 1 == 1 { (password, &hash[..]) } else { (&hash[..], password) };
        next.update(front);
        if round % 3 != 0 {
            next.update(salt);
        }
        if round % 7 != 0 {
            next.update(password);
        }
        next.update(back);
        hash = next.finalize().into();
    }
    encode(&hash)
}

/// Crypt's own base 64: the bytes in threes, far apart, the lowest bits first.
fn encode(hash: &[u8; 16]) -> Vec<u8> {
    const ALPHABET: &[u8; 64] = b"./0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    const THREES: [[usize; 3]; 5] = [[0, 6, 12], [1, 7, 13], [2, 8, 14], [3, 9, 15], [4, 10, 5]];
    let mut text = Vec::with_capacity(22);
    let mut push = |mut bits: u32, characters: usize| {
        for _ in 0..characters {
            text.push(ALPHABET[(bits & 0x3f) as usize]);
            bits >>= 6;
        }
    };
    for three in THREES {
        push(three.iter().fold(0, |bits, &index| bits << 8 | u32::from(hash[index])), 4);
    }
    push(hash[11].into(), 2);
    text
}
