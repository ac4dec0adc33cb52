//! SQL: literals become `?`, and so do the digits in names. All else stays as it is written, comments too.

/// What is special about a database.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Dialect {
    Any,
    /// Double quotes hold text, backticks names, and `#` begins a comment.
    MySql,
}

/// The query with its literals hidden.
pub(super) fn sanitize(query: &str, dialect: Dialect) -> String {
    let mut lexer = Lexer { query, at: 0, dialect };
    let mut out = Vec::with_capacity(query.len());
    loop {
        let begin = lexer.at;
        let token = lexer.token();
        let text = &query.as_bytes()[begin..lexer.at];
        match token {
            Token::End => break,
            Token::Plain => out.extend_from_slice(text),
            Token::Literal => out.push(b'?'),
            Token::Name => put_name(&mut out, text),
            Token::Function => {
                out.extend_from_slice(FUNCTION.as_bytes());
                // It cannot hold another one: that would have ended it.
                let inside = query.get(begin + FUNCTION.len()..lexer.at - FUNCTION.len()).unwrap_or_default();
                out.extend_from_slice(sanitize(inside, dialect).as_bytes());
                out.extend_from_slice(FUNCTION.as_bytes());
            }
        }
    }
    String::from_utf8_lossy(&out).trim().to_owned()
}

/// A name with `?` for each number in it.
fn put_name(out: &mut Vec<u8>, name: &[u8]) {
    let mut in_number = false;
    for byte in name {
        let digit = byte.is_ascii_digit();
        match (digit, in_number) {
            (true, true) => {}
            (true, false) => out.push(b'?'),
            (false, _) => out.push(*byte),
        }
        in_number = digit;
    }
}

/// How the source of a function is quoted, by convention, in PostgreSQL.
const FUNCTION: &str = "$func$";

enum Token {
    /// A text, a number, a boolean, null, a numbered parameter: it is hidden.
    Literal,
    /// It is kept, without digits.
    Name,
    /// The source of a function: it is sanitized.
    Function,
    Plain,
    End,
}

/// What is read where there is nothing more. The Collector takes a zero in the text for the end, too.
const END: char = '\0';

struct Lexer<'q> {
    query: &'q str,
    at: usize,
    dialect: Dialect,
}

impl Lexer<'_> {
    /// Reads the next token: what is from where it began to `at`.
    fn token(&mut self) -> Token {
        let first = self.peek(0);
        let second = self.peek(1);
        match first {
            END => Token::End,
            _ if is_space(first) => self.while_next(is_space),
            _ if is_letter(first) => self.identifier(),
            '"' if self.dialect == Dialect::MySql => self.string('"'),
            '"' => self.quoted_name('"'),
            '\'' => self.string('\''),
            '-' if second == '-' => self.while_next(|next| next != '\n'),
            '/' if second == '*' => self.comment(),
            '+' | '-' if second.is_ascii_digit() || second == '.' => {
                self.at += 1;
                self.decimal()
            }
            _ if first.is_ascii_digit() => self.number(),
            '*' => self.plain(1),
            '$' if second.is_ascii_digit() => {
                self.at += 1;
                self.while_next(|next| next.is_ascii_digit());
                Token::Literal
            }
            '$' => self.dollar_quoted(),
            '`' if self.dialect == Dialect::MySql => self.quoted_name('`'),
            '#' if self.dialect == Dialect::MySql => self.while_next(|next| next != '\n'),
            // A system variable, a parameter, an operator.
            '@' if second == '@' => {
                self.at += 1;
                self.parameter()
            }
            '@' if is_alphanumeric(second) => self.parameter(),
            '@' if second == '?' || second == '>' => self.plain(2),
            _ if is_operator(first) => self.operator(),
            _ => self.plain(first.len_utf8()),
        }
    }

    /// Takes one character and all that follow it and are like this.
    fn while_next(&mut self, like: impl Fn(char) -> bool) -> Token {
        self.at += 1;
        loop {
            let next = self.peek(0);
            if next == END || !like(next) {
                return Token::Plain;
            }
            self.at += next.len_utf8();
        }
    }

    fn plain(&mut self, length: usize) -> Token {
        self.at += length;
        Token::Plain
    }

    /// The name of a parameter, which ends behind a letter that is not ASCII.
    fn parameter(&mut self) -> Token {
        self.while_next(|next| next.is_ascii_alphanumeric() || next == '_');
        let next = self.peek(0);
        self.plain(if is_alphanumeric(next) { next.len_utf8() } else { 0 })
    }

    fn identifier(&mut self) -> Token {
        let begin = self.at;
        while matches!(self.peek(0), 'a'..='z' | 'A'..='Z' | '_') {
            self.at += 1;
        }
        let word = &self.query[begin..self.at];
        let ends = |next| next == END || is_space(next) || is_punctuation(next);
        if ends(self.peek(0)) && ["true", "false", "null"].iter().any(|literal| word.eq_ignore_ascii_case(literal)) {
            return Token::Literal;
        }
        while is_in_identifier(self.peek(0)) {
            self.at += self.peek(0).len_utf8();
        }
        // A function keeps its digits.
        if self.peek(0) == '(' && self.query.as_bytes()[begin].is_ascii() { Token::Plain } else { Token::Name }
    }

    /// Text, in which a backslash makes the next character plain. What is not closed is text as well.
    fn string(&mut self, quote: char) -> Token {
        self.at += 1;
        let mut escaped = false;
        loop {
            let next = self.peek(0);
            if next == END {
                return Token::Literal;
            }
            self.at += next.len_utf8();
            if next == quote && !escaped {
                return Token::Literal;
            }
            escaped = next == '\\' && !escaped;
        }
    }

    /// A name in quotes, or several that are joined by points. What is not closed is no name.
    fn quoted_name(&mut self, quote: char) -> Token {
        self.at += 1;
        loop {
            let next = self.peek(0);
            if next == END {
                return Token::Plain;
            }
            self.at += next.len_utf8();
            if next == quote {
                if self.peek(0) != '.' || self.peek(1) != quote {
                    return Token::Name;
                }
                self.at += 2;
            }
        }
    }

    fn comment(&mut self) -> Token {
        self.at += 2;
        loop {
            let next = self.peek(0);
            if next == END {
                return Token::Plain;
            }
            self.at += next.len_utf8();
            if next == '*' && self.peek(0) == '/' {
                return self.plain(1);
            }
        }
    }

    fn number(&mut self) -> Token {
        let digits: fn(char) -> bool = match (self.peek(0), self.peek(1)) {
            ('0', 'x' | 'X') => |next| next.is_ascii_hexdigit(),
            ('0', '0'..='7') => |next| matches!(next, '0'..='7'),
            _ => {
                self.at += 1;
                return self.decimal();
            }
        };
        self.at += 1;
        self.while_next(digits);
        Token::Literal
    }

    fn decimal(&mut self) -> Token {
        loop {
            match self.peek(0) {
                '0'..='9' | '.' => self.at += 1,
                'e' | 'E' => self.at += 1 + usize::from(matches!(self.peek(1), '+' | '-')),
                _ => return Token::Literal,
            }
        }
    }

    /// Text between `$tag$` and the same again. What is not closed is left as it is.
    fn dollar_quoted(&mut self) -> Token {
        let rest = &self.query[self.at..];
        let tag = rest[1..].find('$').map(|end| &rest[..end + 2]);
        let close = tag.and_then(|tag| rest[tag.len()..].find(tag).map(|at| at + 2 * tag.len()));
        self.at += close.unwrap_or(rest.len());
        match (tag, close) {
            (_, None) => Token::Plain,
            (Some(FUNCTION), _) => Token::Function,
            _ => Token::Literal,
        }
    }

    fn operator(&mut self) -> Token {
        let mut last = self.peek(0);
        self.at += 1;
        // Operators of JSON end where they end.
        let next = self.peek(0);
        match (last, next) {
            ('-' | '#', '>') => return self.plain(1 + usize::from(self.peek(1) == '>')),
            ('#', '-') | ('?', '|' | '&') | ('<', '@') => return self.plain(1),
            _ => {}
        }
        loop {
            let next = self.peek(0);
            if !is_operator(next) || last == '=' && matches!(next, '?' | '@') {
                return Token::Plain;
            }
            last = next;
            self.at += 1;
        }
    }

    /// The character so many bytes ahead; what is within another character is none that has a meaning.
    fn peek(&self, ahead: usize) -> char {
        let at = self.at + ahead;
        match self.query.as_bytes().get(at) {
            None => END,
            Some(byte) if byte.is_ascii() => char::from(*byte),
            Some(_) => self.query.get(at..).and_then(|rest| rest.chars().next()).unwrap_or(char::REPLACEMENT_CHARACTER),
        }
    }
}

fn is_space(character: char) -> bool {
    matches!(character, ' ' | '\t' | '\n' | '\r')
}

fn is_letter(character: char) -> bool {
    character == '_' || character.is_alphabetic()
}

fn is_alphanumeric(character: char) -> bool {
    character == '_' || character.is_alphanumeric()
}

fn is_in_identifier(character: char) -> bool {
    is_letter(character)
        || character.is_ascii_digit()
        || matches!(character, '"' | '.' | '?' | '$' | '#' | '/' | '@' | '!')
}

fn is_operator(character: char) -> bool {
    matches!(
        character,
        '+' | '-' | '*' | '/' | '=' | '<' | '>' | '!' | '&' | '|' | '^' | '%' | '~' | '?' | '@' | ':' | '#'
    )
}

fn is_punctuation(character: char) -> bool {
    matches!(character, '(' | ')' | ',' | ';' | '.' | ':' | '[' | ']' | '{' | '}')
}
