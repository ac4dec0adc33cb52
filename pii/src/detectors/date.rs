//! Dates, as people write them.

use crate::text::{at, begins, run};

/// Where the date that begins at `start` ends: numbers and names of months, three of them, or eight digits.
pub(crate) fn extent(text: &[u8], start: usize) -> Option<usize> {
    let (mut place, mut parts, mut digits) = (start, 0, 0);
    let mut end = start;
    while parts < 3 {
        let number = run(text, place, 5, |byte| byte.is_ascii_digit());
        let length = if number > 0 { number } else { month(text, place)? };
        if number > 4 {
            break;
        }
        digits += number;
        parts += 1;
        place += length;
        end = place;
        if parts < 3 {
            place += separator(text, place);
            if place == end {
                break;
            }
        }
    }
    if parts == 3 && digits >= 3 {
        // `1990-01-02T00:00:00Z`
        let time = if matches!(at(text, end), b'T') {
            run(text, end, 26, |byte| byte.is_ascii_digit() || matches!(byte, b'T' | b':' | b'.' | b'Z' | b'+' | b'-'))
        } else {
            0
        };
        return Some(end + time);
    }
    let compact = run(text, start, 9, |byte| byte.is_ascii_digit());
    (compact == 8).then_some(start + 8)
}

/// `2026-03-04T11:22:33.123Z`: where it ends.
pub(crate) fn timestamp(text: &[u8], start: usize) -> Option<usize> {
    let head: &[u8; 11] = text.get(start..)?.first_chunk()?;
    let is_date = head[4] == b'-' && head[7] == b'-' && head[10] == b'T' && matches!(head[0], b'1' | b'2');
    is_date.then(|| {
        start
            + 11
            + run(text, start + 11, 24, |byte| {
                byte.is_ascii_digit() || matches!(byte, b':' | b'.' | b'Z' | b'+' | b'-')
            })
    })
}

/// `12:34:56` around its first colon.
pub(crate) fn time(text: &[u8], colon: usize) -> Option<std::ops::Range<usize>> {
    let start = colon.checked_sub(2)?;
    let time: &[u8; 8] = text[start..].first_chunk()?;
    let is_time =
        time.iter().enumerate().all(|(place, byte)| if place % 3 == 2 { *byte == b':' } else { byte.is_ascii_digit() });
    let (last, next) = (crate::text::before(text, start), at(text, start + 8));
    let is_alone = !last.is_ascii_hexdigit() && last != b':' && !next.is_ascii_hexdigit() && next != b':';
    (is_time && is_alone).then(|| start..start + 8)
}

fn separator(text: &[u8], place: usize) -> usize {
    let ordinal =
        if [&b"st"[..], b"nd", b"rd", b"th"].iter().any(|suffix| begins(&text[place.min(text.len())..], suffix)) {
            2
        } else {
            0
        };
    let marks = run(text, place + ordinal, 2, |byte| matches!(byte, b' ' | b'-' | b'.' | b'/' | b',' | b'+'));
    let wide = [("年", 3), ("月", 3), ("년", 3), ("월", 3)]
        .iter()
        .find(|(mark, _)| text[place..].starts_with(mark.as_bytes()));
    let of =
        if text[place + ordinal + marks..].starts_with(b"de ") || text[place + ordinal + marks..].starts_with(b"of ") {
            3
        } else {
            0
        };
    wide.map_or(ordinal + marks + of, |(_, width)| *width + run(text, place + width, 1, |byte| byte == b' '))
}

/// How long the name of a month is, in some languages of Europe.
fn month(text: &[u8], place: usize) -> Option<usize> {
    const BEGIN: &[&str] = &[
        "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec", "mär", "mai", "okt", "dez",
        "ene", "abr", "ago", "dic", "fév", "avr", "juin", "aoû", "déc", "gen", "mag", "giu", "lug", "set", "ott",
        "fev", "out", "mei", "maj", "янв", "фев", "мар", "апр", "мая", "июн", "июл", "авг", "сен", "окт", "ноя", "дек",
    ];
    let rest = text.get(place..)?;
    let begins_so = BEGIN.iter().any(|month| begins(rest, month.as_bytes()));
    begins_so.then(|| run(text, place, 24, |byte| byte.is_ascii_alphabetic() || byte >= 0x80))
}
