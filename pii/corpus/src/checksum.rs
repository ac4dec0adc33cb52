//! Check digits and encodings, written anew from their definitions so that the detectors are not checked by themselves.

use sha2::{Digest, Sha256};
use sha3::Keccak256;

/// The values of the ASCII digits in a text; everything else is left out.
pub(crate) fn digits_of(text: &str) -> Vec<u32> {
    text.chars().filter_map(|c| c.to_digit(10)).collect()
}

/// The Luhn check digit for a payload of digits (ISO/IEC 7812-1, annex B).
pub(crate) fn luhn(payload: &str) -> u32 {
    let sum: u32 = digits_of(payload)
        .iter()
        .rev()
        .enumerate()
        .map(|(index, digit)| if index % 2 == 0 { digit * 2 / 10 + digit * 2 % 10 } else { *digit })
        .sum();
    (10 - sum % 10) % 10
}

/// The sum of digits times weights, as far as both go.
pub(crate) fn weighted(payload: &str, weights: &[u32]) -> u32 {
    digits_of(payload).iter().zip(weights).map(|(digit, weight)| digit * weight).sum()
}

/// The Verhoeff check digit (multiplication in the dihedral group of order ten).
pub(crate) fn verhoeff(payload: &str) -> u32 {
    let state = digits_of(payload).iter().rev().enumerate().fold(0, |state, (index, &digit)| {
        let mut permuted = digit;
        for _ in 0..(index + 1) % 8 {
            permuted = [1, 5, 7, 6, 2, 8, 3, 0, 9, 4][permuted as usize];
        }
        dihedral(state, permuted)
    });
    (0..10).find(|&inverse| dihedral(state, inverse) == 0).unwrap_or(0)
}

fn dihedral(a: u32, b: u32) -> u32 {
    match (a < 5, b < 5) {
        (true, true) => (a + b) % 5,
        (true, false) => (a + (b - 5)) % 5 + 5,
        (false, true) => (a - 5 + 5 - b) % 5 + 5,
        (false, false) => (a + 5 - b) % 5,
    }
}

/// A number in decimal digits modulo a small one. Letters count as two digits, `A` as 10 (ISO 7064, as IBANs use it).
pub(crate) fn modulo(text: &str, modulus: u32) -> u32 {
    text.chars().filter_map(|c| c.to_digit(36)).fold(0, |rest, value| {
        let shifted = if value < 10 { rest * 10 } else { rest * 100 };
        (shifted + value) % modulus
    })
}

/// The ISO 7064 MOD 11,10 check digit.
pub(crate) fn mod_11_10(payload: &str) -> u32 {
    let product = digits_of(payload).iter().fold(10, |product, digit| {
        let sum = (digit + product) % 10;
        (if sum == 0 { 10 } else { sum }) * 2 % 11
    });
    (11 - product) % 10
}

/// The IBAN of a country and an account part: with its two check digits.
pub(crate) fn iban(country: &str, account: &str) -> String {
    let check = 98 - modulo(&format!("{account}{country}00"), 97);
    format!("{country}{check:02}{account}")
}

/// Bytes in Base58 with Bitcoin's alphabet.
pub(crate) fn base58(bytes: &[u8]) -> String {
    const ALPHABET: &[u8; 58] = b"123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";
    let mut digits: Vec<u8> = Vec::new();
    for &byte in bytes {
        let mut carry = u32::from(byte);
        for digit in &mut digits {
            carry += u32::from(*digit) << 8;
            *digit = (carry % 58) as u8;
            carry /= 58;
        }
        while carry > 0 {
            digits.push((carry % 58) as u8);
            carry /= 58;
        }
    }
    let zeros = bytes.iter().take_while(|&&byte| byte == 0).map(|_| '1');
    zeros.chain(digits.iter().rev().map(|&digit| char::from(ALPHABET[usize::from(digit)]))).collect()
}

/// Base58 with a version byte in front and four bytes of double SHA-256 behind.
pub(crate) fn base58check(version: u8, payload: &[u8]) -> String {
    let mut bytes = vec![version];
    bytes.extend_from_slice(payload);
    let check = Sha256::digest(Sha256::digest(&bytes));
    bytes.extend_from_slice(&check[..4]);
    base58(&bytes)
}

/// A segregated witness address (BIP 173, and BIP 350 from version 1 on).
pub(crate) fn segwit(prefix: &str, version: u8, program: &[u8]) -> String {
    const ALPHABET: &[u8; 32] = b"qpzry9x8gf2tvdw0s3jn54khce6mua7l";
    let mut data = vec![version];
    data.extend(five_bit_groups(program));
    let mut input: Vec<u8> = prefix.bytes().map(|byte| byte >> 5).collect();
    input.push(0);
    input.extend(prefix.bytes().map(|byte| byte & 31));
    input.extend(&data);
    input.extend([0; 6]);
    let check = bech32_polymod(&input) ^ if version == 0 { 1 } else { 0x2bc8_30a3 };
    data.extend((0..6).map(|index| (check >> (5 * (5 - index)) & 31) as u8));
    let body: String = data.iter().map(|&group| char::from(ALPHABET[usize::from(group)])).collect();
    format!("{prefix}1{body}")
}

fn five_bit_groups(bytes: &[u8]) -> Vec<u8> {
    let bits: Vec<u8> = bytes.iter().flat_map(|byte| (0..8).rev().map(move |bit| byte >> bit & 1)).collect();
    bits.chunks(5).map(|group| (0..5).fold(0, |value, bit| value << 1 | group.get(bit).copied().unwrap_or(0))).collect()
}

fn bech32_polymod(values: &[u8]) -> u32 {
    values.iter().fold(1, |state: u32, &value| {
        let top = state >> 25;
        let shifted = (state & 0x01ff_ffff) << 5 ^ u32::from(value);
        [0x3b6a_57b2, 0x2650_8e6d, 0x1ea1_19fa, 0x3d42_33dd, 0x2a14_62b3]
            .iter()
            .enumerate()
            .fold(shifted, |state, (bit, generator)| if top >> bit & 1 == 1 { state ^ generator } else { state })
    })
}

/// An Ethereum address in the mixed case that checks it (EIP-55).
pub(crate) fn ethereum(account: &[u8]) -> String {
    let lower = hex::encode(account);
    let hash = hex::encode(Keccak256::digest(&lower));
    let mixed: String = lower
        .chars()
        .zip(hash.chars())
        .map(|(c, nibble)| if nibble >= '8' { c.to_ascii_uppercase() } else { c })
        .collect();
    format!("0x{mixed}")
}

/// The six characters at the end of a GitHub token: CRC-32 in Base62.
pub(crate) fn github_crc(payload: &str) -> String {
    let mut rest = crc32fast::hash(payload.as_bytes());
    let mut reversed = Vec::new();
    for _ in 0..6 {
        reversed.push(crate::dice::BASE62.as_bytes()[(rest % 62) as usize]);
        rest /= 62;
    }
    reversed.iter().rev().map(|&byte| char::from(byte)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn agrees_with_published_examples() {
        assert_eq!(luhn("411111111111111"), 1);
        assert_eq!(luhn("7992739871"), 3);
        assert_eq!(verhoeff("236"), 3);
        assert_eq!(verhoeff("12345"), 1);
        assert_eq!(iban("GB", "WEST12345698765432"), "GB82WEST12345698765432");
        assert_eq!(iban("DE", "370400440532013000"), "DE89370400440532013000");
        assert_eq!(mod_11_10("8609574271"), 9);
    }

    #[test]
    fn agrees_with_the_addresses_of_the_bitcoin_and_ethereum_proposals() {
        let hash = hex::decode("751e76e8199196d454941c45d1b3a323f1433bd6").unwrap();

        assert_eq!(base58check(0, &hash), "1BgGZ9tcN4rm9KBzDn7KprQz87SZ26SAMH");
        assert_eq!(segwit("bc", 0, &hash), "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4");
        let account = hex::decode("5aaeb6053f3e94c9b9a09f33669435e7ef1beaed").unwrap();
        assert_eq!(ethereum(&account), "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed");
    }
}
