//! Words of keys and of text, and what they mean.

pub(crate) mod atoms;
mod lookup;
mod split;
mod table;

pub(crate) use atoms::Atoms;
pub(crate) use lookup::meaning;
pub(crate) use split::words;

/// What all words of a text mean together, what the last one that is known means, and what the last two mean. Two or three words may mean
/// something as one: `mot_de_passe`, `sort code`.
pub(crate) fn meanings(text: &[u8]) -> Meanings {
    let (mut all, mut last, mut near) = (Atoms::NONE, Atoms::NONE, Atoms::NONE);
    let mut earlier: [&[u8]; 2] = [b"", b""];
    for word in words(text) {
        // A number after a word says nothing of its own: `address_2`.
        if word[0].is_ascii_digit() {
            continue;
        }
        let mut this = meaning(word);
        if !earlier[1].is_empty() {
            this = this | joined(&[earlier[1], word]);
        }
        if !earlier[0].is_empty() {
            this = this | joined(&[earlier[0], earlier[1], word]);
        }
        all = all | this;
        if this != Atoms::NONE {
            near = last | this;
            last = this;
        }
        earlier = [earlier[1], word];
    }
    Meanings { all, last, near }
}

/// What the words of a key or of a phrase mean.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Meanings {
    /// All of them.
    pub(crate) all: Atoms,
    /// The last that is known.
    pub(crate) last: Atoms,
    /// The last two that are known.
    pub(crate) near: Atoms,
}

/// What words mean written as one.
fn joined(parts: &[&[u8]]) -> Atoms {
    let mut whole = [0; 40];
    let mut length = 0;
    for part in parts {
        let Some(room) = whole.get_mut(length..length + part.len()) else { return Atoms::NONE };
        room.copy_from_slice(part);
        length += part.len();
    }
    meaning(&whole[..length])
}
