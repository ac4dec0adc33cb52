//! Names of labels.

/// Makes names of labels.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LabelNamer {
    /// Whether names stay as they are.
    pub keeps_utf8: bool,
    /// Whether several `_` in a row stay, and so do those that stand for other characters.
    pub keeps_runs: bool,
    /// Whether a single `_` at the begin gets `key` in front.
    pub marks_underscore: bool,
}

/// Nothing is left of a label's name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the attribute's key has no character that a label's name can have")]
pub struct NoLabelName;

impl LabelNamer {
    /// Appends the name for an attribute's key.
    ///
    /// # Errors
    ///
    /// The key is empty, or only `_` are left of it; nothing is appended then.
    pub fn append(self, key: &str, out: &mut String) -> Result<(), NoLabelName> {
        if is_plain(key) {
            out.push_str(key);
            return Ok(());
        }
        let begin = out.len();
        match self.keeps_utf8 {
            true => out.push_str(key),
            false => self.escape(key, out),
        }
        if out.as_bytes()[begin..].iter().all(|byte| *byte == b'_') {
            out.truncate(begin);
            return Err(NoLabelName);
        }
        Ok(())
    }

    /// The name for an attribute's key.
    ///
    /// # Errors
    ///
    /// As [`append`](Self::append).
    pub fn name(self, key: &str) -> Result<String, NoLabelName> {
        let mut name = String::new();
        self.append(key, &mut name)?;
        Ok(name)
    }

    fn escape(self, key: &str, out: &mut String) {
        let reserved = if self.keeps_runs { None } else { inner_of_reserved(key) };
        let begin = out.len();
        let mut after_underscore = false;
        for character in reserved.unwrap_or(key).chars() {
            let valid = character.is_ascii_alphanumeric();
            if valid || self.keeps_runs || !after_underscore {
                out.push(if valid { character } else { '_' });
            }
            after_underscore = !valid;
        }
        let made = &out[begin..];
        // One word that is reserved keeps its marks, and with them begins with `__`.
        if reserved.is_some() {
            out.insert_str(begin, "__");
            out.push_str("__");
        } else if made.starts_with(|first: char| first.is_ascii_digit()) {
            out.insert_str(begin, "key_");
        } else if self.marks_underscore && made.starts_with('_') && !made.starts_with("__") {
            out.insert_str(begin, "key");
        }
    }
}

/// Whether no rule changes anything: a letter first, then letters, digits and single `_`.
fn is_plain(key: &str) -> bool {
    let bytes = key.as_bytes();
    let mut before = b'_';
    for (index, &byte) in bytes.iter().enumerate() {
        let fits =
            byte.is_ascii_alphabetic() || (index > 0 && (byte.is_ascii_digit() || (byte == b'_' && before != b'_')));
        if !fits {
            return false;
        }
        before = byte;
    }
    !bytes.is_empty()
}

/// What is between the two `__` of a reserved name.
fn inner_of_reserved(key: &str) -> Option<&str> {
    key.strip_prefix("__")?.strip_suffix("__")
}
