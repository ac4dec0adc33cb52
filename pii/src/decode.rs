//! Texts that are written otherwise: percent-encoded, with characters that look like others, with escapes of XML and JSON.
//! They are read again as they are meant, a window at a time, and findings are moved back to the bytes as they are.

use std::ops::Range;

use crate::text::at;

/// A window of text as it is meant.
pub(crate) struct Decoded {
    bytes: [u8; WINDOW],
    /// Where each byte begins in the window, and where it ends.
    places: [(u16, u16); WINDOW],
    length: usize,
}

/// The most bytes that are read at a time.
const WINDOW: usize = 1024;
/// How far a window reaches back into the one before.
const OVERLAP: usize = 128;

/// The windows of a text, each with where it begins.
pub(crate) fn windows(text: &[u8]) -> impl Iterator<Item = (usize, &[u8])> {
    let mut next = Some(0);
    std::iter::from_fn(move || {
        let start = next?;
        let end = text.len().min(start + WINDOW);
        next = (end < text.len()).then(|| end - OVERLAP);
        Some((start, &text[start..end]))
    })
}

impl Decoded {
    /// Nothing if a window is written as it is meant.
    pub(crate) fn of(window: &[u8]) -> Option<Self> {
        let mut decoded = Self { bytes: [0; WINDOW], places: [(0, 0); WINDOW], length: 0 };
        let mut place = 0;
        let mut changed = false;
        let is_form = window.contains(&b'=');
        while place < window.len() {
            if let Some(width) = invisible(window, place) {
                changed = true;
                place += width;
                continue;
            }
            if let Some(character) = escaped_character(window, place) {
                changed = true;
                let mut utf8 = [0; 4];
                for byte in character.encode_utf8(&mut utf8).bytes() {
                    decoded.push(byte, place..place + 6);
                }
                place += 6;
                continue;
            }
            let (byte, width) = match escape(window, place) {
                Some(found) => {
                    changed = true;
                    found
                }
                None if is_form && is_space(window, place) => (b' ', 1),
                None => (window[place], 1),
            };
            decoded.push(byte, place..place + width);
            place += width;
        }
        changed.then_some(decoded)
    }

    /// Adds a byte that stands at a place. There are never more than the window has: an escape is longer than what it means.
    fn push(&mut self, byte: u8, place: Range<usize>) {
        self.bytes[self.length] = byte;
        self.places[self.length] = (place.start as u16, place.end as u16);
        self.length += 1;
    }

    pub(crate) fn text(&self) -> &[u8] {
        &self.bytes[..self.length]
    }

    /// Where a byte of the text stands in the window.
    pub(crate) fn place(&self, place: usize) -> usize {
        usize::from(self.places[place].0)
    }

    /// Where a part of the text stands in the window.
    pub(crate) fn range(&self, part: Range<usize>) -> Range<usize> {
        self.place(part.start)..usize::from(self.places[part.end - 1].1)
    }
}

/// How many bytes a character has that is not seen: a space without width, a joiner, a soft hyphen, a mark of the order.
fn invisible(text: &[u8], place: usize) -> Option<usize> {
    match (text[place], at(text, place + 1), at(text, place + 2)) {
        (0xe2, 0x80, 0x8b..=0x8f) | (0xe2, 0x81, 0xa0) | (0xef, 0xbb, 0xbf) => Some(3),
        (0xc2, 0xad, _) => Some(2),
        // `ESC [ 36 m`: a colour.
        (0x1b, b'[', _) => {
            let parameters = text[place + 2..].iter().take(12).position(|byte| !matches!(byte, b'0'..=b'9' | b';'))?;
            (at(text, place + 2 + parameters) == b'm').then_some(parameters + 3)
        }
        _ => None,
    }
}

/// `+` between words of a form; `=+49` is a telephone number.
fn is_space(window: &[u8], place: usize) -> bool {
    window[place] == b'+'
        && place > 0
        && (window[place - 1].is_ascii_alphanumeric() || matches!(window[place - 1], b',' | b')' | b'.'))
}

/// The byte that an escape at a place means, and how many bytes it has. Characters of many bytes come as they are, but for
/// those that stand for one of ASCII.
fn escape(text: &[u8], place: usize) -> Option<(u8, usize)> {
    let hex = |place: usize| char::from(at(text, place)).to_digit(16).map(|digit| digit as u8);
    match text[place] {
        // `LIKE '%20'`
        b'%' if place > 0 && matches!(text[place - 1], b'\'' | b'"') => None,
        b'%' => Some((hex(place + 1)? << 4 | hex(place + 2)?, 3)),
        b'&' => reference(&text[place..]),
        0xc2 if at(text, place + 1) == 0xa0 => Some((b' ', 2)),
        0xe2 => match (at(text, place + 1), at(text, place + 2)) {
            (0x80, 0x80..=0x8a | 0xaf) => Some((b' ', 3)),
            (0x80, 0x90..=0x95) | (0x88, 0x92) => Some((b'-', 3)),
            _ => None,
        },
        // Wide forms: U+FF01 to U+FF5E.
        0xef => match (at(text, place + 1), at(text, place + 2)) {
            (0xbc, low @ 0x81..=0xbf) => Some((low - 0x81 + b'!', 3)),
            (0xbd, low @ 0x80..=0x9e) => Some((low - 0x80 + b'`', 3)),
            _ => None,
        },
        _ => None,
    }
}

/// `\u00e9`.
fn escaped_character(text: &[u8], place: usize) -> Option<char> {
    let digits = text.get(place..place + 6)?.strip_prefix(b"\\u")?;
    let number = u32::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok()?;
    char::from_u32(number)
}

/// A character reference of XML and HTML.
fn reference(text: &[u8]) -> Option<(u8, usize)> {
    const NAMED: &[(&[u8], u8)] = &[
        (b"&amp;", b'&'),
        (b"&lt;", b'<'),
        (b"&gt;", b'>'),
        (b"&quot;", b'"'),
        (b"&apos;", b'\''),
        (b"&nbsp;", b' '),
        (b"&commat;", b'@'),
    ];
    if let Some((name, byte)) = NAMED.iter().find(|(name, _)| text.starts_with(name)) {
        return Some((*byte, name.len()));
    }
    let end = text.iter().take(8).position(|byte| *byte == b';')?;
    let digits = std::str::from_utf8(text.get(2..end)?).ok().filter(|_| text[1] == b'#')?;
    let byte = match digits.strip_prefix(['x', 'X']) {
        Some(digits) => u8::from_str_radix(digits, 16),
        None => digits.parse(),
    };
    byte.ok().filter(u8::is_ascii).map(|byte| (byte, end + 1))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decoded(text: &str) -> Option<(String, Vec<usize>)> {
        let decoded = Decoded::of(text.as_bytes())?;
        let length = decoded.text().len();
        let mut places: Vec<_> = (0..length).map(|place| decoded.place(place)).collect();
        places.push(decoded.range(0..length).end);
        Some((String::from_utf8(decoded.text().to_vec()).unwrap(), places))
    }

    #[test]
    fn each_byte_knows_where_it_came_from() {
        assert_eq!(decoded("a%40b"), Some(("a@b".to_owned(), vec![0, 1, 4, 5])));
        assert_eq!(decoded("１-2"), Some(("1-2".to_owned(), vec![0, 3, 4, 5])));
        assert_eq!(decoded("a\\u0040b"), Some(("a@b".to_owned(), vec![0, 1, 7, 8])));
        assert_eq!(decoded("a&#64;b&#x40;"), Some(("a@b@".to_owned(), vec![0, 1, 6, 7, 13])));
        assert_eq!(decoded("100 %, a&b;"), None);
    }

    #[test]
    fn a_plus_is_a_space_between_words_of_a_form_alone() {
        assert_eq!(decoded("p=%2B1&q=a+b").unwrap().0, "p=+1&q=a b");
        assert_eq!(decoded("p=+49%20").unwrap().0, "p=+49 ");
    }
}
