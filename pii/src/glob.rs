//! Globs over keys.

/// Patterns over keys: `*` is any number of bytes, `?` is one; upper and lower case alike.
#[derive(Clone, Debug, Default)]
pub struct Globs(Vec<Vec<u8>>);

impl Globs {
    /// Takes globs in any case.
    pub fn new<'a>(globs: impl Iterator<Item = &'a str>) -> Self {
        Self(globs.map(|glob| glob.to_ascii_lowercase().into_bytes()).collect())
    }

    /// The place of the first that matches all of a key.
    pub fn first_match(&self, key: &[u8]) -> Option<usize> {
        self.0.iter().position(|glob| matches(glob, key))
    }
}

/// Takes time in proportion to the product of both lengths at most.
fn matches(glob: &[u8], key: &[u8]) -> bool {
    let (mut at, mut place) = (0, 0);
    // Where to go on with one more byte for the last star.
    let mut star: Option<(usize, usize)> = None;
    while place < key.len() {
        match glob.get(at) {
            Some(b'*') => {
                star = Some((at + 1, place));
                at += 1;
            }
            Some(byte) if *byte == b'?' || *byte == key[place].to_ascii_lowercase() => {
                at += 1;
                place += 1;
            }
            _ => {
                let Some((after, taken)) = star else { return false };
                star = Some((after, taken + 1));
                (at, place) = (after, taken + 1);
            }
        }
    }
    glob[at..].iter().all(|byte| *byte == b'*')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stars_are_any_bytes_and_question_marks_are_one() {
        let globs = Globs::new(["http.request.header.*", "*token*", "user.?d"].into_iter());

        assert_eq!(globs.first_match(b"HTTP.Request.Header.Cookie"), Some(0));
        assert_eq!(globs.first_match(b"my_token_2"), Some(1));
        assert_eq!(globs.first_match(b"token"), Some(1));
        assert_eq!(globs.first_match(b"user.id"), Some(2));
        assert_eq!(globs.first_match(b"user.uid"), None);
        assert_eq!(globs.first_match(b""), None);
    }
}
