//! Cuts keys and text into words: at whatever is no letter and no digit, and where camel case begins a word.

/// The words of a text. Bytes of characters beyond ASCII are letters.
pub(crate) fn words(text: &[u8]) -> Words<'_> {
    Words { text }
}

pub(crate) struct Words<'a> {
    text: &'a [u8],
}

impl<'a> Iterator for Words<'a> {
    type Item = &'a [u8];

    fn next(&mut self) -> Option<&'a [u8]> {
        let start = self.text.iter().position(|byte| is_word(*byte))?;
        let text = &self.text[start..];
        let mut end = 1;
        while end < text.len() && is_word(text[end]) && !begins_word(text, end) {
            end += 1;
        }
        self.text = &text[end..];
        Some(&text[..end])
    }
}

fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte >= 0x80
}

/// `userName` at `N`, `APIKey` at `K`.
fn begins_word(text: &[u8], at: usize) -> bool {
    // `来自sessionid`: scripts that are written without spaces, and punctuation that is not of ASCII.
    let changes_script = text[at] >= 0xe1 && text[at - 1] < 0x80
        || text[at] < 0x80 && at > 2 && text[at - 3] >= 0xe1 && text[at - 1] >= 0x80;
    changes_script
        || text[at].is_ascii_uppercase()
            && (text[at - 1].is_ascii_lowercase()
                || text[at - 1].is_ascii_uppercase() && text.get(at + 1).is_some_and(u8::is_ascii_lowercase))
}
