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

    #[inline]
    fn next(&mut self) -> Option<&'a [u8]> {
        let start = self.text.iter().position(|byte| CLASSES[usize::from(*byte)] != OTHER)?;
        let text = &self.text[start..];
        let mut end = 1;
        let mut last = CLASSES[usize::from(text[0])];
        while end < text.len() {
            let class = CLASSES[usize::from(text[end])];
            if class == OTHER || (class != last || class == UPPER) && begins_word(text, end) {
                break;
            }
            last = class;
            end += 1;
        }
        self.text = &text[end..];
        Some(&text[..end])
    }
}

const OTHER: u8 = 0;
const LOWER: u8 = 1;
const UPPER: u8 = 2;
const DIGIT: u8 = 3;
const WIDE: u8 = 4;

/// What a byte is.
const CLASSES: [u8; 256] = {
    let mut classes = [OTHER; 256];
    let mut byte = 0;
    while byte < 256 {
        classes[byte] = match byte as u8 {
            b'a'..=b'z' => LOWER,
            b'A'..=b'Z' => UPPER,
            b'0'..=b'9' => DIGIT,
            0x80.. => WIDE,
            _ => OTHER,
        };
        byte += 1;
    }
    classes
};

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
