//! Small questions about bytes of a text.

/// The byte at a place, zero past the end.
#[inline]
pub(crate) fn at(text: &[u8], place: usize) -> u8 {
    text.get(place).copied().unwrap_or(0)
}

/// The byte before a place, zero at the beginning.
#[inline]
pub(crate) fn before(text: &[u8], place: usize) -> u8 {
    if place == 0 { 0 } else { at(text, place - 1) }
}

/// How many bytes from `from` on are of a kind, at most `most`.
#[inline(always)]
pub(crate) fn run(text: &[u8], from: usize, most: usize, is: impl Fn(u8) -> bool) -> usize {
    let text = text.get(from..).unwrap_or_default();
    let text = &text[..text.len().min(most)];
    text.iter().position(|byte| !is(*byte)).unwrap_or(text.len())
}

/// How many bytes before `to` are of a kind, at most `most`.
#[inline(always)]
pub(crate) fn run_back(text: &[u8], to: usize, most: usize, is: impl Fn(u8) -> bool) -> usize {
    let text = &text[to.saturating_sub(most)..to];
    text.iter().rposition(|byte| !is(*byte)).map_or(text.len(), |place| text.len() - 1 - place)
}

/// Whether a text begins so, upper and lower case alike.
#[inline]
pub(crate) fn begins(text: &[u8], prefix: &[u8]) -> bool {
    text.get(..prefix.len()).is_some_and(|head| head.eq_ignore_ascii_case(prefix))
}

/// Whether a text ends so, upper and lower case alike.
#[inline]
pub(crate) fn ends(text: &[u8], suffix: &[u8]) -> bool {
    text.len().checked_sub(suffix.len()).is_some_and(|from| text[from..].eq_ignore_ascii_case(suffix))
}

/// Words of fewer than 16 bytes in lower case, made ready to be asked for one.
pub(crate) struct OneOf {
    words: &'static [&'static [u8]],
    /// A bit for each length that a word has, by its first byte.
    lengths: [u16; 128],
}

impl OneOf {
    pub(crate) const fn new(words: &'static [&'static [u8]]) -> Self {
        let mut lengths = [0; 128];
        let mut place = 0;
        while place < words.len() {
            assert!(words[place].len() < 16);
            lengths[words[place][0] as usize] |= 1 << words[place].len();
            place += 1;
        }
        Self { words, lengths }
    }

    /// Whether a word is one of them, upper and lower case alike.
    #[inline]
    pub(crate) fn contains(&self, word: &[u8]) -> bool {
        let first = word.first().map_or(0, |first| first.to_ascii_lowercase());
        let lengths = self.lengths.get(usize::from(first)).copied().unwrap_or(0);
        word.len() < 16 && lengths >> word.len() & 1 == 1 && self.words.iter().any(|one| word.eq_ignore_ascii_case(one))
    }
}
