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
#[inline]
pub(crate) fn run(text: &[u8], from: usize, most: usize, is: impl Fn(u8) -> bool) -> usize {
    text.get(from..).unwrap_or_default().iter().take(most).take_while(|byte| is(**byte)).count()
}

/// How many bytes before `to` are of a kind, at most `most`.
#[inline]
pub(crate) fn run_back(text: &[u8], to: usize, most: usize, is: impl Fn(u8) -> bool) -> usize {
    text[..to].iter().rev().take(most).take_while(|byte| is(**byte)).count()
}

/// Whether a text begins so, upper and lower case alike.
pub(crate) fn begins(text: &[u8], prefix: &[u8]) -> bool {
    text.get(..prefix.len()).is_some_and(|head| head.eq_ignore_ascii_case(prefix))
}

/// Whether a text ends so, upper and lower case alike.
pub(crate) fn ends(text: &[u8], suffix: &[u8]) -> bool {
    text.len().checked_sub(suffix.len()).is_some_and(|from| text[from..].eq_ignore_ascii_case(suffix))
}
