//! Addresses of cryptocurrency wallets.

use ring::digest::{SHA256, digest};

use crate::context::Context;
use crate::sweep::Sweep;
use crate::text::begins;
use crate::words::atoms::*;
use crate::{Detector, Reason};

/// Looks at a word. Returns where it ends if it is an address.
pub(crate) fn look(sweep: &mut Sweep<'_>, start: usize, end: usize) -> Option<usize> {
    let word = &sweep.text[start..end];
    let has_zero = memchr::memchr(b'0', word).is_some();
    let reason = if is_ethereum(word) {
        Reason::Format
    } else if is_segwit(word) || !has_zero && is_base58_checked(word) {
        Reason::Checksum
    } else if !has_zero
        && (32..=44).contains(&word.len())
        && is_base58(word)
        && Context::of(sweep.text, start, sweep.key).has(WALLET)
    {
        Reason::Context
    } else {
        return None;
    };
    sweep.found(Detector::CryptoWallet, reason, start, end);
    Some(end)
}

/// `0x` and 40 hexadecimal digits.
fn is_ethereum(word: &[u8]) -> bool {
    word.len() == 42
        && word.starts_with(b"0x")
        && word[2..].iter().all(u8::is_ascii_hexdigit)
        && word[2..].iter().any(|byte| *byte != b'0')
}

/// Bitcoin's and Litecoin's addresses in bech32 (BIP 173) and bech32m (BIP 350).
fn is_segwit(word: &[u8]) -> bool {
    const ALPHABET: &[u8; 32] = b"qpzry9x8gf2tvdw0s3jn54khce6mua7l";
    const GENERATOR: [u32; 5] = [0x3b6a_57b2, 0x2650_8e6d, 0x1ea1_19fa, 0x3d42_33dd, 0x2a14_62b3];
    if !matches!(word[0], b'b' | b'B' | b't' | b'T' | b'l' | b'L') || word.len() < 26 {
        return false;
    }
    let Some(prefix) = [&b"bc1"[..], b"tb1", b"ltc1"].into_iter().find(|prefix| begins(word, prefix)) else {
        return false;
    };
    let lower = word.to_ascii_lowercase();
    let name = &prefix[..prefix.len() - 1];
    let mut values =
        name.iter().map(|byte| byte >> 5).chain([0]).chain(name.iter().map(|byte| byte & 31)).collect::<Vec<_>>();
    for byte in &lower[prefix.len()..] {
        let Some(value) = ALPHABET.iter().position(|known| known == byte) else { return false };
        values.push(value as u8);
    }
    let check = values.iter().fold(1_u32, |check, value| {
        let top = check >> 25;
        let next = (check & 0x1ff_ffff) << 5 ^ u32::from(*value);
        GENERATOR
            .iter()
            .enumerate()
            .fold(next, |next, (bit, generator)| if top >> bit & 1 == 1 { next ^ generator } else { next })
    });
    matches!(check, 1 | 0x2bc8_30a3)
}

/// The value of each letter of Base58, 255 of others.
const VALUES: [u8; 256] = {
    let mut values = [255; 256];
    let mut place = 0;
    while place < BASE58.len() {
        values[BASE58[place] as usize] = place as u8;
        place += 1;
    }
    values
};

const BASE58: &[u8; 58] = b"123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";

fn is_base58(word: &[u8]) -> bool {
    word.iter().all(|byte| VALUES[usize::from(*byte)] < 58)
        && word.iter().any(u8::is_ascii_uppercase)
        && word.iter().any(u8::is_ascii_lowercase)
}

/// Bitcoin, Litecoin, Dogecoin, Dash, Tron and others: 21 bytes and four of their double SHA-256.
fn is_base58_checked(word: &[u8]) -> bool {
    if !(26..=35).contains(&word.len())
        || !matches!(word[0], b'1'..=b'3' | b'9' | b'A' | b'D' | b'L' | b'M' | b'T' | b'X' | b'm' | b'n')
        || !is_base58(word)
    {
        return false;
    }
    let mut bytes = [0_u8; 25];
    for byte in word {
        let mut carry = u32::from(VALUES[usize::from(*byte)]);
        for place in bytes.iter_mut().rev() {
            carry += u32::from(*place) * 58;
            *place = carry as u8;
            carry >>= 8;
        }
        if carry != 0 {
            return false;
        }
    }
    digest(&SHA256, digest(&SHA256, &bytes[..21]).as_ref()).as_ref()[..4] == bytes[21..]
}
