//! What the words before a place in a text say of what stands there.

use crate::key::Key;
use crate::text::{at, before};
use crate::words::{Atoms, meanings};

/// What is said of a place in a text.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Context {
    /// All words of the same clause, and the key of the value.
    pub(crate) all: Atoms,
    /// The last two words, and the key of the value.
    pub(crate) near: Atoms,
}

impl Context {
    /// What stands before `start`.
    pub(crate) fn of(text: &[u8], start: usize, key: Key) -> Self {
        if start < 3 {
            return Self { all: key.atoms, near: key.atoms };
        }
        if let Some(name) = name_before(text, start) {
            let atoms = meanings(name).all;
            if atoms != Atoms::NONE {
                return Self { all: atoms, near: atoms };
            }
        }
        let clause = clause_before(text, start);
        let said = meanings(clause);
        Self { all: key.atoms | said.all, near: key.atoms | said.near }
    }

    pub(crate) fn has(self, atoms: Atoms) -> bool {
        self.all.any(atoms)
    }
}

/// How far back words are read.
const REACH: usize = 48;

/// The key that a value is assigned to: `"phone": "`, `phone=`, `Phone number: `.
pub(crate) fn name_before(text: &[u8], start: usize) -> Option<&[u8]> {
    let lowest = start.saturating_sub(8);
    let mut place = start;
    while place > lowest
        && matches!(text[place - 1], b' ' | b'"' | b'\'' | b'\\' | b'(' | b'+' | b'[' | b'`' | b'>' | b'#')
    {
        place -= 1;
    }
    if !matches!(before(text, place), b':' | b'=') {
        return None;
    }
    name_of(text, place - 1)
}

/// The key that ends before a `:` or `=`.
pub(crate) fn name_of(text: &[u8], sign: usize) -> Option<&[u8]> {
    let mut end = sign;
    let lowest = sign.saturating_sub(4);
    while end > lowest && matches!(text[end - 1], b' ' | b'"' | b'\'' | b'\\' | b']' | b'`' | b':' | b'=') {
        end -= 1;
    }
    let quoted = end < sign && matches!(text[end], b'"' | b'\'' | b'\\');
    let lowest = end.saturating_sub(REACH);
    let mut start = end;
    let mut words = 1;
    while start > lowest {
        match text[start - 1] {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'_' | b'-' | b'.' | b'$' | 0x80.. => start -= 1,
            // `Date of birth: `
            b' ' if at(text, sign) == b':' && !quoted && words < 4 && text[start - 1..].len() > 1 => {
                words += 1;
                start -= 1;
            }
            _ => break,
        }
    }
    let name = text[start..end].trim_ascii();
    (!name.is_empty() && name.iter().any(|byte| byte.is_ascii_alphabetic() || *byte >= 0x80)).then_some(name)
}

/// The words before a place, back to where something else is said.
pub(crate) fn clause_before(text: &[u8], start: usize) -> &[u8] {
    let head = &text[start.saturating_sub(REACH)..start];
    let mut cut = 0;
    let mut letters_since = false;
    for (place, byte) in head.iter().enumerate().rev() {
        match CLASSES[usize::from(*byte)] {
            OTHER => {}
            LETTER => letters_since = true,
            COMMA if !letters_since => {}
            _ => {
                cut = place + 1;
                break;
            }
        }
    }
    &head[cut..]
}

const OTHER: u8 = 0;
const LETTER: u8 = 1;
const COMMA: u8 = 2;
const END: u8 = 3;

/// What a byte is in a clause.
static CLASSES: [u8; 256] = {
    let mut classes = [OTHER; 256];
    let mut byte = 0;
    while byte < 256 {
        classes[byte] = match byte as u8 {
            b';' | b'\n' | b'|' | b'&' | b'{' | b'}' | b'=' => END,
            b',' => COMMA,
            b'a'..=b'z' | b'A'..=b'Z' => LETTER,
            _ => OTHER,
        };
        byte += 1;
    }
    classes
};
