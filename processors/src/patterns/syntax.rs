//! From Go's syntax to that of the `regex` library.
//!
//! Both descend from RE2, and most patterns mean the same in both. Where they do not, a pattern is rewritten here: Perl's
//! classes and word borders are ASCII in Go, `{` and `[` are more often plain characters, `\Q…\E` quotes, `\07` is octal.
//! What Go refuses is refused: `\<`, flags such as `x`, repetitions of repetitions.
//!
//! Source: Go's `regexp/syntax`, "Syntax" and `parse.go`.

use std::fmt::Write;
use std::iter::Peekable;
use std::str::CharIndices;

use thiserror::Error;

/// Repetitions of more than this are refused.
const MOST_REPEATS: u32 = 1000;

#[derive(Debug, Error)]
pub(super) enum SyntaxError {
    #[error("trailing backslash")]
    TrailingBackslash,
    #[error("invalid escape sequence `\\{0}`")]
    Escape(char),
    #[error("missing closing ]")]
    MissingBracket,
    #[error("invalid character class range `{0}`")]
    Range(String),
    #[error("invalid or unsupported group `(?{0}`")]
    Group(String),
    #[error("invalid nested repetition operator")]
    NestedRepetition,
    #[error("invalid repeat count, at most {MOST_REPEATS}")]
    RepeatCount,
}

/// The same pattern for the `regex` library.
pub(super) fn translate(pattern: &str) -> Result<String, SyntaxError> {
    let mut translation = Translation {
        pattern,
        rest: pattern.char_indices().peekable(),
        out: String::with_capacity(pattern.len() + 16),
    };
    translation.run()?;
    Ok(translation.out)
}

struct Translation<'p> {
    pattern: &'p str,
    rest: Peekable<CharIndices<'p>>,
    out: String,
}

/// What an escape stands for.
enum Escaped {
    /// One character.
    Char(char),
    /// What is written inside brackets.
    Class(&'static str),
    /// A Unicode class, as it is written.
    Unicode(String),
    /// Something else, as it is written.
    Look(&'static str),
}

impl<'p> Translation<'p> {
    fn run(&mut self) -> Result<(), SyntaxError> {
        let mut after_repetition = false;
        while let Some((at, character)) = self.rest.next() {
            let repetition = match character {
                '*' | '+' | '?' => {
                    self.out.push(character);
                    true
                }
                '{' => self.counted()?,
                _ => false,
            };
            if repetition {
                if after_repetition {
                    return Err(SyntaxError::NestedRepetition);
                }
                if self.rest.next_if(|(_, next)| *next == '?').is_some() {
                    self.out.push('?');
                }
                after_repetition = true;
                continue;
            }
            after_repetition = false;
            match character {
                '\\' if self.rest.next_if(|(_, next)| *next == 'Q').is_some() => self.quoted(),
                '\\' => match self.escape()? {
                    Escaped::Char(character) => self.put(character),
                    Escaped::Class(class) => {
                        self.out.push('[');
                        self.out.push_str(class);
                        self.out.push(']');
                    }
                    Escaped::Unicode(class) => self.out.push_str(&class),
                    Escaped::Look(look) => self.out.push_str(look),
                },
                '[' => self.class(at)?,
                '{' | '}' | ']' => self.put(character),
                '(' => {
                    self.out.push('(');
                    self.group()?;
                }
                _ => self.out.push(character),
            }
        }
        Ok(())
    }

    /// A plain character.
    fn put(&mut self, character: char) {
        if character.is_alphanumeric() {
            self.out.push(character);
        } else {
            // Writing to a text cannot fail.
            let _ = write!(self.out, "\\x{{{:X}}}", u32::from(character));
        }
    }

    /// After `{`: whether it counts, as in `{2}`, `{2,}` or `{2,3}`. Otherwise it is a plain character.
    fn counted(&mut self) -> Result<bool, SyntaxError> {
        let rest = self.remaining();
        let Some((inside, _)) = rest.split_once('}') else { return Ok(false) };
        let (least, most) = inside.split_once(',').map_or((inside, None), |(least, most)| (least, Some(most)));
        let number = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
        let plain = |text: &str| !text.is_empty() && number(text) && (text.len() == 1 || !text.starts_with('0'));
        if !plain(least) || !most.is_none_or(|most| most.is_empty() || plain(most)) {
            return Ok(false);
        }
        let count = |text: &str| text.parse::<u32>().ok().filter(|count| *count <= MOST_REPEATS);
        let least = count(least).ok_or(SyntaxError::RepeatCount)?;
        if let Some(most) = most.filter(|most| !most.is_empty()) {
            count(most).filter(|most| *most >= least).ok_or(SyntaxError::RepeatCount)?;
        }
        self.out.push('{');
        self.out.push_str(inside);
        self.out.push('}');
        // The digits, the comma and the brace are one byte each.
        self.rest.nth(inside.len());
        Ok(true)
    }

    /// After `\Q`.
    fn quoted(&mut self) {
        let (text, closed) = match self.remaining().split_once("\\E") {
            Some((text, _)) => (text, 2),
            None => (self.remaining(), 0),
        };
        for _ in 0..text.chars().count() + closed {
            self.rest.next();
        }
        text.chars().for_each(|character| self.put(character));
    }

    /// After `(`.
    fn group(&mut self) -> Result<(), SyntaxError> {
        let Some(rest) = self.remaining().strip_prefix('?') else { return Ok(()) };
        if rest.starts_with("P<") || (rest.starts_with('<') && !rest.starts_with("<=") && !rest.starts_with("<!")) {
            return Ok(());
        }
        let end = rest.find([':', ')']).unwrap_or(rest.len());
        let flags = &rest[..end];
        if end == rest.len() || !flags.bytes().all(|flag| b"imsU-".contains(&flag)) {
            return Err(SyntaxError::Group(flags.chars().take(8).collect()));
        }
        self.out.push('?');
        self.out.push_str(&rest[..=end]);
        // The question mark, the flags and the end.
        self.rest.nth(end + 1);
        Ok(())
    }

    /// After `[`, which is at `start`.
    fn class(&mut self, start: usize) -> Result<(), SyntaxError> {
        self.out.push('[');
        if self.rest.next_if(|(_, next)| *next == '^').is_some() {
            self.out.push('^');
        }
        let mut first = true;
        loop {
            let Some((at, character)) = self.rest.next() else { return Err(SyntaxError::MissingBracket) };
            if character == ']' && !first {
                self.out.push(']');
                return Ok(());
            }
            first = false;
            if character == '['
                && let Some(name) = self.remaining().strip_prefix(':')
                && let Some((name, _)) = name.split_once(":]")
            {
                if !POSIX.contains(&name.strip_prefix('^').unwrap_or(name)) {
                    return Err(SyntaxError::Range(format!("[:{}:]", name.chars().take(16).collect::<String>())));
                }
                let _ = write!(self.out, "[:{name}:]");
                self.rest.nth(name.len() + 2);
                continue;
            }
            let low = match self.class_member(character)? {
                Escaped::Char(character) => character,
                Escaped::Class(class) if class.starts_with('^') => {
                    let _ = write!(self.out, "[{class}]");
                    continue;
                }
                Escaped::Class(class) => {
                    self.out.push_str(class);
                    continue;
                }
                Escaped::Unicode(class) => {
                    self.out.push_str(&class);
                    continue;
                }
                Escaped::Look(_) => return Err(SyntaxError::Range(self.pattern[at..].chars().take(8).collect())),
            };
            self.put(low);
            let rest = self.remaining();
            if rest.starts_with('-') && rest.len() > 1 && !rest.starts_with("-]") {
                self.rest.next();
                let Some((_, next)) = self.rest.next() else { return Err(SyntaxError::MissingBracket) };
                match self.class_member(next)? {
                    Escaped::Char(high) if high >= low => {
                        self.out.push('-');
                        self.put(high);
                    }
                    _ => return Err(SyntaxError::Range(self.pattern[at.max(start)..].chars().take(8).collect())),
                }
            }
        }
    }

    fn class_member(&mut self, character: char) -> Result<Escaped, SyntaxError> {
        if character == '\\' { self.escape() } else { Ok(Escaped::Char(character)) }
    }

    /// After `\`.
    fn escape(&mut self) -> Result<Escaped, SyntaxError> {
        let Some((_, character)) = self.rest.next() else { return Err(SyntaxError::TrailingBackslash) };
        Ok(match character {
            'd' => Escaped::Class("0-9"),
            'D' => Escaped::Class("^0-9"),
            's' => Escaped::Class("\\t\\n\\x0C\\r\\x20"),
            'S' => Escaped::Class("^\\t\\n\\x0C\\r\\x20"),
            'w' => Escaped::Class("0-9A-Za-z_"),
            'W' => Escaped::Class("^0-9A-Za-z_"),
            'b' => Escaped::Look("(?-u:\\b)"),
            'B' => Escaped::Look("(?-u:\\B)"),
            'A' => Escaped::Look("\\A"),
            'z' => Escaped::Look("\\z"),
            'a' => Escaped::Char('\x07'),
            'f' => Escaped::Char('\x0C'),
            'n' => Escaped::Char('\n'),
            'r' => Escaped::Char('\r'),
            't' => Escaped::Char('\t'),
            'v' => Escaped::Char('\x0B'),
            'x' => Escaped::Char(self.hexadecimal().ok_or(SyntaxError::Escape('x'))?),
            'p' | 'P' => Escaped::Unicode(self.unicode(character)?),
            // One digit alone would be a reference to a group.
            '1'..='7' if !self.remaining().starts_with(|next| ('0'..='7').contains(&next)) => {
                return Err(SyntaxError::Escape(character));
            }
            '0'..='7' => Escaped::Char(self.octal(character)),
            _ if character.is_ascii() && !character.is_ascii_alphanumeric() => Escaped::Char(character),
            _ => return Err(SyntaxError::Escape(character)),
        })
    }

    /// After `\x`: two digits, or as many as are in braces.
    fn hexadecimal(&mut self) -> Option<char> {
        let rest = self.remaining();
        let (digits, length) = match rest.strip_prefix('{') {
            Some(rest) => rest.split_once('}').map(|(digits, _)| (digits, digits.len() + 2))?,
            None => (rest.get(..2)?, 2),
        };
        if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            return None;
        }
        self.rest.nth(length - 1);
        u32::from_str_radix(digits, 16).ok().and_then(char::from_u32)
    }

    /// After `\` and one octal digit: at most two more.
    fn octal(&mut self, first: char) -> char {
        let mut code = first.to_digit(8).unwrap_or_default();
        for _ in 0..2 {
            let Some((_, digit)) = self.rest.next_if(|(_, next)| next.is_digit(8)) else { break };
            code = code * 8 + digit.to_digit(8).unwrap_or_default();
        }
        char::from_u32(code).unwrap_or_default()
    }

    /// After `\p` or `\P`: one letter, or a name in braces, which `^` negates.
    fn unicode(&mut self, letter: char) -> Result<String, SyntaxError> {
        let Some((_, next)) = self.rest.next() else { return Err(SyntaxError::Escape(letter)) };
        if next != '{' {
            return Ok(format!("\\{letter}{next}"));
        }
        let Some((name, _)) = self.remaining().split_once('}') else { return Err(SyntaxError::Escape(letter)) };
        for _ in 0..=name.chars().count() {
            self.rest.next();
        }
        Ok(match (name.strip_prefix('^'), letter) {
            (None, _) => format!("\\{letter}{{{name}}}"),
            (Some(name), 'p') => format!("\\P{{{name}}}"),
            (Some(name), _) => format!("\\p{{{name}}}"),
        })
    }

    fn remaining(&mut self) -> &'p str {
        self.rest.peek().map_or("", |(at, _)| &self.pattern[*at..])
    }
}

/// The names of classes such as `[:alpha:]`.
const POSIX: [&str; 14] = [
    "alnum", "alpha", "ascii", "blank", "cntrl", "digit", "graph", "lower", "print", "punct", "space", "upper", "word",
    "xdigit",
];
