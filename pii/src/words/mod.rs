//! Words of keys and of text, and what they mean.

pub(crate) mod atoms;
mod lookup;
mod split;
mod table;

pub(crate) use atoms::Atoms;
pub(crate) use lookup::meaning;
pub(crate) use split::words;

/// What all words of a text mean together, and what the last one means.
pub(crate) fn meanings(text: &[u8]) -> (Atoms, Atoms) {
    words(text).fold((Atoms::NONE, Atoms::NONE), |(all, last), word| {
        let this = meaning(word);
        // A number after a word says nothing of its own: `address_2`.
        (all | this, if word[0].is_ascii_digit() { last } else { this })
    })
}
