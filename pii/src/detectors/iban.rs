//! International bank account numbers (ISO 13616): country, its length, then the check sum.

use crate::checksum::mod_97;
use crate::sweep::Sweep;
use crate::text::{at, before};
use crate::{Detector, Reason};

/// Looks at a word that begins with two letters and two digits. Returns where the number ends.
pub(crate) fn look(sweep: &mut Sweep<'_>, start: usize) -> Option<usize> {
    let text = sweep.text;
    let length = length(&[at(text, start).to_ascii_uppercase(), at(text, start + 1).to_ascii_uppercase()])?;
    if matches!(before(text, start), b'_' | b'.')
        || before(text, start) == b'-' && before(text, start - 1).is_ascii_alphanumeric()
    {
        return None;
    }
    let mut number = [0; 34];
    let (mut place, mut count) = (start, 0);
    while count < length {
        let byte = at(text, place);
        let width = match byte {
            b' ' | b'-' | b'.' => 1,
            b'%' if text[place..].starts_with(b"%20") => 3,
            b'+' => 1,
            0xc2 if at(text, place + 1) == 0xa0 => 2,
            _ => 0,
        };
        // Groups are of four.
        if width > 0 && count > 0 && count % 4 == 0 && at(text, place + width).is_ascii_alphanumeric() {
            place += width;
        } else if byte.is_ascii_alphanumeric() {
            number[count] = byte;
            count += 1;
            place += 1;
        } else {
            return None;
        }
    }
    let next = at(text, place);
    if next.is_ascii_alphanumeric() || next == b'_' || mod_97(number[..count].iter().copied()) != 1 {
        return None;
    }
    sweep.found(Detector::Iban, Reason::Checksum, start, place);
    Some(place)
}

/// How long the numbers of a country are (SWIFT's IBAN registry).
fn length(country: &[u8; 2]) -> Option<usize> {
    Some(match country {
        b"NO" => 15,
        b"BE" => 16,
        b"DK" | b"FI" | b"FO" | b"GL" | b"NL" | b"SD" | b"FK" => 18,
        b"MK" | b"SI" => 19,
        b"AT" | b"BA" | b"EE" | b"KZ" | b"LT" | b"LU" | b"XK" | b"MN" => 20,
        b"CH" | b"HR" | b"LI" | b"LV" => 21,
        b"BG" | b"CR" | b"BH" | b"DE" | b"GB" | b"GE" | b"IE" | b"ME" | b"RS" | b"VA" => 22,
        b"AE" | b"GI" | b"IL" | b"IQ" | b"TL" | b"OM" | b"SO" => 23,
        b"AD" | b"CZ" | b"ES" | b"MD" | b"PK" | b"RO" | b"SA" | b"SE" | b"SK" | b"TN" | b"VG" => 24,
        b"LY" | b"PT" | b"ST" => 25,
        b"IS" | b"TR" => 26,
        b"BI" | b"DJ" | b"FR" | b"GR" | b"IT" | b"MC" | b"MR" | b"SM" => 27,
        b"AL" | b"AZ" | b"BY" | b"CY" | b"DO" | b"GT" | b"HN" | b"HU" | b"LB" | b"NI" | b"PL" | b"SV" => 28,
        b"BR" | b"EG" | b"PS" | b"QA" | b"UA" => 29,
        b"JO" | b"KW" | b"MU" | b"YE" => 30,
        b"MT" | b"SC" => 31,
        b"LC" => 32,
        b"RU" => 33,
        _ => return None,
    })
}
