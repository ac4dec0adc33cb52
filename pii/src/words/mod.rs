//! Words of keys and of text, and what they mean.

pub(crate) mod atoms;
mod given_names;
mod lookup;
mod split;
mod table;

pub(crate) use atoms::Atoms;
pub(crate) use given_names::is_given_name;
use lookup::Spelling;
pub(crate) use lookup::meaning;
pub(crate) use split::words;

/// What all words of a text mean together, what the last one that is known means, and what the last two mean. Two or three words may mean
/// something as one: `mot_de_passe`, `sort code`.
pub(crate) fn meanings(text: &[u8]) -> Meanings {
    let (mut all, mut last, mut near) = (Atoms::NONE, Atoms::NONE, Atoms::NONE);
    let mut earlier: [(&[u8], Spelling); 2] = [(b"", Spelling::default()); 2];
    for word in words(text) {
        // A number after a word says nothing of its own: `address_2`.
        if word[0].is_ascii_digit() {
            continue;
        }
        let alone = Spelling::of(word);
        let mut this = alone.meaning(&[word]);
        let [(first, two), (second, one)] = earlier;
        let mut next = (second, Spelling::default());
        if !second.is_empty() && one.goes_on() {
            next.1 = Spelling::of_parts(&[second, word]);
            this = this | next.1.meaning(&[second, word]);
        }
        if !first.is_empty() && two.goes_on() && !second.is_empty() {
            let parts = [first, second, word];
            this = this | Spelling::of_parts(&parts).meaning(&parts);
        }
        all = all | this;
        if this != Atoms::NONE {
            near = last | this;
            last = this;
        }
        // The last two words as one may go on, and so may the last.
        earlier = [if next.1.goes_on() { next } else { (b"", Spelling::default()) }, (word, alone)];
    }
    Meanings { all, last, near }
}

/// Whether a word that is not known may be the end of two or three that are known as one: `mot de passe`.
pub(crate) fn may_end(word: &[u8]) -> bool {
    Spelling::of(word).ends()
}

/// Whether a word that is not known may be a part of such.
pub(crate) fn may_join(word: &[u8]) -> bool {
    let spelling = Spelling::of(word);
    spelling.ends() || spelling.goes_on()
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
