//! Words of letters and digits: identity numbers, accounts, vehicles, wallets.

use super::{crypto_wallet, iban, mac, national_id, vehicle};
use crate::sweep::Sweep;
use crate::text::before;

/// Looks at a word of letters and digits. Returns where it ends if something was found.
pub(crate) fn look(sweep: &mut Sweep<'_>, start: usize, end: usize) -> Option<usize> {
    let word = &sweep.text[start..end];
    let length = word.len();
    if length >= 4
        && word[0].is_ascii_alphabetic()
        && word[1].is_ascii_alphabetic()
        && word[2].is_ascii_digit()
        && word[3].is_ascii_digit()
        && let Some(end) = iban::look(sweep, start)
    {
        return Some(end);
    }
    if matches!(length, 2 | 4 | 12)
        && let Some(end) = mac::look(sweep, start, end)
    {
        return Some(end);
    }
    // What is joined to a word before it is no number of its own: `pod-a1b2c3d4e5`.
    if matches!(before(sweep.text, start), b'_' | b'-' | b'.') {
        return None;
    }
    match length {
        8..=18 => national_id::look_word(sweep, start, end).or_else(|| vehicle::look(sweep, start, end)),
        26..=44 | 62 => crypto_wallet::look(sweep, start, end),
        _ => None,
    }
}
