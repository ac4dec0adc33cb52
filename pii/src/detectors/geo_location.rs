//! Coordinates: two decimals that can be a latitude and a longitude, degrees with minutes.

use crate::context::Context;
use crate::sweep::Sweep;
use crate::text::{at, before, run};
use crate::words::atoms::*;
use crate::{Detector, Reason};

/// Looks at digits that begin at `start`. Returns where the coordinates end.
pub(crate) fn look(sweep: &mut Sweep<'_>, start: usize) -> Option<usize> {
    let text = sweep.text;
    let digits = run(text, start, 4, |byte| byte.is_ascii_digit());
    let (end, reason) = match at(text, start + digits) {
        0xc2 if digits <= 3 => (degrees(text, start)?, Reason::Format),
        b'.' if digits <= 3 => {
            let (end, decimals) = pair(text, start)?;
            if decimals < 4 || decimals < 5 && !Context::of(text, start, sweep.key).has(GEO | LAT | LON) {
                return None;
            }
            (end, if decimals < 5 { Reason::Context } else { Reason::Format })
        }
        _ => return None,
    };
    let start = if before(text, start) == b'-' { start - 1 } else { start };
    sweep.found(Detector::GeoLocation, reason, start, end);
    Some(end)
}

/// `52.52001, 13.40495`: where they end, and the fewer decimals of both.
fn pair(text: &[u8], start: usize) -> Option<(usize, usize)> {
    let sign = usize::from(before(text, start) == b'-');
    // The rest of a list, or of a longer number.
    let last = before(text, start - sign);
    if last.is_ascii_alphanumeric()
        || matches!(last, b'.' | b'-')
        || last == b',' && text[..start - sign - 1].last().is_some_and(u8::is_ascii_digit)
    {
        return None;
    }
    let (latitude, first) = decimal(text, start)?;
    let gap = match (at(text, latitude), at(text, latitude + 1)) {
        (b',' | b';', b' ') => 2,
        (b',' | b';' | b' ' | b'/' | b'+', _) => 1,
        _ => return None,
    };
    let negative = usize::from(matches!(at(text, latitude + gap), b'-' | b'+'));
    let (longitude, second) = decimal(text, latitude + gap + negative)?;
    let next = at(text, longitude);
    let goes_on = next.is_ascii_alphanumeric()
        || next == b'%'
        || matches!(next, b',' | b' ')
            && run(text, longitude, 3, |byte| matches!(byte, b',' | b' ' | b'-')) > 0
            && decimal(text, longitude + run(text, longitude, 3, |byte| matches!(byte, b',' | b' ' | b'-'))).is_some();
    let degree = |from: usize, to: usize| std::str::from_utf8(&text[from..to]).ok()?.parse::<f64>().ok();
    let fits = degree(start, latitude)? <= 90.0 && degree(latitude + gap + negative, longitude)? <= 180.0;
    (fits && !goes_on).then_some((longitude, first.min(second)))
}

/// Where a number with decimals ends, and how many it has.
fn decimal(text: &[u8], start: usize) -> Option<(usize, usize)> {
    let whole = run(text, start, 4, |byte| byte.is_ascii_digit());
    if !(1..=3).contains(&whole) || at(text, start + whole) != b'.' {
        return None;
    }
    let decimals = run(text, start + whole + 1, 20, |byte| byte.is_ascii_digit());
    (decimals > 0).then_some((start + whole + 1 + decimals, decimals))
}

/// `43°36'43"N 28°17'28"W`: where they end.
fn degrees(text: &[u8], start: usize) -> Option<usize> {
    let first = degree(text, start)?;
    let gap = run(text, first, 3, |byte| matches!(byte, b' ' | b',' | b'+'));
    Some(degree(text, first + gap).unwrap_or(first))
}

fn degree(text: &[u8], start: usize) -> Option<usize> {
    let digits = run(text, start, 3, |byte| byte.is_ascii_digit());
    if digits == 0 || !text[start + digits..].starts_with("°".as_bytes()) {
        return None;
    }
    let place = start + digits + 2;
    // Minutes, seconds and their marks, escaped or not.
    let length = run(text, place, 32, |byte| {
        byte.is_ascii_digit() || matches!(byte, b' ' | b'.' | b'\'' | b'"' | b'\\' | 0xe2 | 0x80 | 0xb2 | 0xb3)
    });
    matches!(at(text, place + length), b'N' | b'S' | b'E' | b'W' | b'O').then_some(place + length + 1)
}
