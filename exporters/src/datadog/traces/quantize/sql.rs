//! Statements of SQL and CQL: literals become `?`, lists of them one `?`; comments, aliases and semicolons go; one space
//! stands between what is left.
//!
//! The database's own dialect is not looked at: what the Agent does where the span does not say `db.type`.

use std::borrow::Cow;

/// What stands for a statement that cannot be read, so that nothing of it is shown.
const UNREADABLE: &str = "Non-parsable SQL query";

/// The statement without what it is about.
pub(in super::super) fn sql(statement: &str) -> Cow<'_, str> {
    let mut lexer = Lexer::new(statement, Escapes::Escape);
    let quantized = quantize(&mut lexer);
    if quantized.is_none() && lexer.has_escapes {
        // Some databases have no escapes: the same once more, as they read it.
        return unreadable(quantize(&mut Lexer::new(statement, Escapes::Literal)));
    }
    unreadable(quantized)
}

fn unreadable<'a>(quantized: Option<String>) -> Cow<'a, str> {
    quantized.map_or(Cow::Borrowed(UNREADABLE), Cow::Owned)
}

/// A piece of a statement, so far as it matters what it is.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Token {
    Mark(char),
    Name,
    /// `SELECT`, `DELETE`, `UPDATE`: what a statement within a statement begins with.
    Verb,
    As,
    Savepoint,
    Comment,
    Literal,
    /// Text in double quotes: a literal behind `=`, else a name.
    Quoted,
    Operator,
    /// What was left out, and what it can be put together with.
    Hidden,
    HiddenParenthesis,
    /// What was left out for good.
    Gone,
    /// Within the brackets of an alias.
    GoneInBrackets,
}

/// None if it is no statement.
fn quantize(lexer: &mut Lexer<'_>) -> Option<String> {
    let mut out = String::with_capacity(lexer.statement.len());
    let mut groups = Groups::default();
    let mut last = None;
    while let Some((token, text)) = lexer.next()? {
        let (token, text) = without_alias(token, text, last)?;
        let (token, text) = without_value(token, text, last);
        let (token, text) = groups.without_repeats(token, text, last);
        if let Some(text) = text {
            let follows = token == Token::Mark(',') || token == Token::Mark('=') && last == Some(Token::Mark(':'));
            if !out.is_empty() && !follows {
                out.push(' ');
            }
            out.push_str(&text);
        }
        last = Some(token);
    }
    (!out.is_empty()).then_some(out)
}

type Piece<'s> = (Token, Option<Cow<'s, str>>);

/// Leaves out `AS` and what follows it, comments, and semicolons. None if a bracket holds more than a name.
fn without_alias<'s>(token: Token, text: Cow<'s, str>, last: Option<Token>) -> Option<Piece<'s>> {
    Some(match (last, token) {
        (Some(Token::GoneInBrackets), Token::Mark(']')) => (Token::Gone, None),
        (Some(Token::GoneInBrackets), Token::Name) => (Token::GoneInBrackets, None),
        (Some(Token::GoneInBrackets), _) => return None,
        (Some(Token::As), Token::Mark('[')) => (Token::GoneInBrackets, None),
        (Some(Token::As), _) => (Token::Gone, None),
        (_, Token::Comment) => (Token::Gone, None),
        (_, Token::Mark(';')) => (Token::Hidden, None),
        (_, Token::As) => (Token::As, None),
        _ => (token, Some(text)),
    })
}

/// Puts `?` in the place of literals.
fn without_value<'s>(token: Token, text: Option<Cow<'s, str>>, last: Option<Token>) -> Piece<'s> {
    let is_value = match token {
        Token::Literal | Token::Mark('?') => true,
        Token::Quoted => last == Some(Token::Mark('=')),
        _ => false,
    };
    if is_value || last == Some(Token::Savepoint) {
        return (Token::Hidden, Some(Cow::Borrowed("?")));
    }
    (token, text)
}

/// `?, ?, ?` is one `?`, and `( ? ), ( ? )` one `( ? )`.
#[derive(Default)]
struct Groups {
    values: usize,
    groups: usize,
}

impl Groups {
    fn without_repeats<'s>(&mut self, token: Token, text: Option<Cow<'s, str>>, last: Option<Token>) -> Piece<'s> {
        let is_hidden = matches!(token, Token::Hidden | Token::HiddenParenthesis);
        let opens = token == Token::Mark('(');
        if last == Some(Token::Mark('(')) && is_hidden || opens && self.groups > 0 {
            self.groups += 1;
        }
        if self.groups > 0 && last == Some(Token::HiddenParenthesis) && matches!(token, Token::Verb | Token::Name) {
            // Not a list of values, but a statement in parentheses.
            *self = Self::default();
            let text = text.unwrap_or_default();
            return (token, Some(Cow::Owned(format!("( {text}"))));
        }
        if is_hidden {
            self.values += 1;
            return if self.values > 1 { (Token::Hidden, None) } else { (token, text) };
        }
        if self.values > 0 && token == Token::Mark(',') {
            return (Token::Hidden, None);
        }
        if self.groups > 1 {
            return (if opens { Token::HiddenParenthesis } else { Token::Hidden }, None);
        }
        if !matches!(token, Token::Mark(',' | '(' | ')')) {
            *self = Self::default();
        }
        (token, text)
    }
}

/// What a backslash means within quotes.
#[derive(Clone, Copy, PartialEq)]
enum Escapes {
    Escape,
    Literal,
}

struct Lexer<'s> {
    statement: &'s str,
    at: usize,
    escapes: Escapes,
    has_escapes: bool,
    /// How many braces are open that stand around a call.
    braces: usize,
}

/// One piece; none at the end. None of either if the text is no statement.
type Read<'s> = Option<Option<(Token, Cow<'s, str>)>>;

impl<'s> Lexer<'s> {
    fn new(statement: &'s str, escapes: Escapes) -> Self {
        Self { statement, at: 0, escapes, has_escapes: false, braces: 0 }
    }

    fn peek(&self) -> Option<char> {
        self.statement[self.at..].chars().next()
    }

    fn is_next(&self, is: impl Fn(char) -> bool) -> bool {
        self.peek().is_some_and(is)
    }

    fn take(&mut self) -> Option<char> {
        let next = self.peek()?;
        self.at += next.len_utf8();
        Some(next)
    }

    fn take_while(&mut self, is: impl Fn(char) -> bool) {
        while self.is_next(&is) {
            self.take();
        }
    }

    /// Takes this text if it is next.
    fn takes(&mut self, text: &str) -> bool {
        let is_next = self.statement[self.at..].starts_with(text);
        if is_next {
            self.at += text.len();
        }
        is_next
    }

    fn next(&mut self) -> Read<'s> {
        self.take_while(char::is_whitespace);
        let begin = self.at;
        let Some(first) = self.take() else { return Some(None) };
        let token = match first {
            _ if is_first_letter(first) => return Some(Some(self.word(begin))),
            _ if first.is_ascii_digit() => self.number(begin),
            ':' if self.takes(":") => Token::Operator,
            ':' if self.is_next(char::is_whitespace) || self.peek().is_none() || self.is_next(|next| next == '=') => {
                Token::Mark(':')
            }
            ':' => self.bound()?,
            '~' => {
                self.takes("*");
                Token::Operator
            }
            '?' | '=' | ',' | ';' | '(' | ')' | '+' | '*' | '&' | '|' | '^' | ']' | '[' => Token::Mark(first),
            '.' if self.is_next(is_digit) => self.number(begin),
            '/' if self.takes("/") => self.line(),
            '/' if self.takes("*") => self.comment()?,
            '-' if self.takes("-") => self.line(),
            '-' if self.is_next(|next| is_digit(next) || next == '>') => self.number(begin),
            '-' if self.is_next(|next| next == '.') => self.negative_fraction(),
            '.' | '/' | '-' => Token::Operator,
            '#' => self.line(),
            '<' => {
                let _ = self.takes("=>") || self.takes("=") || self.takes(">");
                Token::Operator
            }
            '>' => {
                self.takes("=");
                Token::Operator
            }
            '!' => self.not()?,
            '\'' => {
                self.quoted('\'')?;
                Token::Literal
            }
            '"' => return Some(Some((Token::Quoted, self.quoted('"')?))),
            '`' => return Some(Some((Token::Name, self.quoted('`')?))),
            '%' => self.percent()?,
            '$' => self.dollar()?,
            '{' => self.brace()?,
            '}' if self.braces > 0 => {
                self.braces -= 1;
                Token::Operator
            }
            _ => return None,
        };
        Some(Some((token, Cow::Borrowed(&self.statement[begin..self.at]))))
    }

    fn word(&mut self, begin: usize) -> (Token, Cow<'s, str>) {
        self.take_while(|next| is_letter(next) || is_digit(next) || matches!(next, '.' | '*' | '$'));
        let word = &self.statement[begin..self.at];
        let is = |keywords: &[&str]| keywords.iter().any(|keyword| word.eq_ignore_ascii_case(keyword));
        let token = match word {
            _ if is(&["select", "delete", "update"]) => Token::Verb,
            _ if is(&["null", "true", "false"]) => Token::Literal,
            _ if is(&["as"]) => Token::As,
            _ if is(&["savepoint"]) => Token::Savepoint,
            _ if is(&[
                "limit", "alter", "create", "grant", "revoke", "commit", "begin", "truncate", "drop", "from", "insert",
                "into", "join",
            ]) =>
            {
                Token::Operator
            }
            _ => Token::Name,
        };
        (token, Cow::Borrowed(word))
    }

    /// A number, of which something was taken already.
    fn number(&mut self, begin: usize) -> Token {
        let hexadecimal = &self.statement[begin..self.at] == "0" && (self.takes("x") || self.takes("X"));
        if hexadecimal {
            self.take_while(|next| next.is_ascii_hexdigit());
            return Token::Literal;
        }
        self.take_while(|next| is_digit(next) || next == '.');
        if self.takes("e") || self.takes("E") {
            let _ = self.takes("+") || self.takes("-");
            self.take_while(is_digit);
        }
        Token::Literal
    }

    fn negative_fraction(&mut self) -> Token {
        let begin = self.at;
        self.take();
        if self.is_next(is_digit) {
            return self.number(begin);
        }
        self.at = begin;
        Token::Operator
    }

    /// `:name`, where a value is bound.
    fn bound(&mut self) -> Option<Token> {
        self.is_next(|next| is_letter(next) || is_digit(next)).then_some(())?;
        self.take_while(|next| is_letter(next) || is_digit(next) || next == '.');
        Some(Token::Operator)
    }

    fn line(&mut self) -> Token {
        self.take_while(|next| next != '\n');
        Token::Comment
    }

    fn comment(&mut self) -> Option<Token> {
        let length = self.statement[self.at..].find("*/")?;
        self.at += length + "*/".len();
        Some(Token::Comment)
    }

    fn not(&mut self) -> Option<Token> {
        if self.takes("~") {
            self.takes("*");
            return Some(Token::Operator);
        }
        let is_operator = self.takes("=")
            || self.is_next(|next| {
                next.is_whitespace()
                    || matches!(next, '(' | '`' | '\'' | '"' | '+' | '-')
                    || is_digit(next)
                    || is_letter(next)
            });
        is_operator.then_some(Token::Operator)
    }

    /// `%(name)s` and `%s`, or a remainder.
    fn percent(&mut self) -> Option<Token> {
        if self.takes("(") {
            self.take_while(|next| next != ')');
            self.take();
            self.is_next(is_letter).then_some(())?;
            self.take();
            return Some(Token::Literal);
        }
        if self.is_next(is_letter) {
            self.take();
            return Some(Token::Literal);
        }
        Some(Token::Operator)
    }

    /// `$1`, `$?`, `$$text$$`, `$tag$text$tag$`.
    fn dollar(&mut self) -> Option<Token> {
        if self.takes("?") {
            return Some(Token::Literal);
        }
        if self.is_next(is_digit) {
            return Some(self.number(self.at));
        }
        let begin = self.at - 1;
        let tag = self.statement[self.at..].find('$')?;
        self.at += tag + 1;
        let delimiter = &self.statement[begin..self.at];
        let text = self.statement[self.at..].find(delimiter)?;
        self.at += text + delimiter.len();
        Some(Token::Literal)
    }

    /// `{call name}` around all of it stays; any other is a value.
    fn brace(&mut self) -> Option<Token> {
        if self.at == 1 || self.braces > 0 {
            self.braces += 1;
            return Some(Token::Operator);
        }
        self.take_while(|next| next != '}');
        self.take()?;
        Some(Token::Literal)
    }

    /// What stands in quotes, whose first was taken; the quotes themselves if there is nothing in them.
    fn quoted(&mut self, quote: char) -> Option<Cow<'s, str>> {
        let mut text = String::new();
        loop {
            let mut next = self.take()?;
            if next == quote {
                if !self.is_next(|next| next == quote) {
                    break;
                }
                self.take();
            } else if next == '\\' {
                self.has_escapes = true;
                if self.escapes == Escapes::Escape {
                    next = self.take()?;
                }
            }
            text.push(next);
        }
        Some(Cow::Owned(if text.trim().is_empty() { String::from_iter([quote, quote]) } else { text }))
    }
}

fn is_digit(next: char) -> bool {
    next.is_ascii_digit()
}

fn is_first_letter(next: char) -> bool {
    next.is_alphabetic() || next == '_' || next == '@'
}

fn is_letter(next: char) -> bool {
    is_first_letter(next) || next == '#'
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_go_and_the_rest_is_made_alike() {
        for (statement, expected) in [
            ("SELECT * FROM users WHERE id = 42", "SELECT * FROM users WHERE id = ?"),
            ("select  a,\n b from t where n = 'O''Brien'", "select a, b from t where n = ?"),
            ("SELECT a FROM t WHERE x IN (1, 2, 3)", "SELECT a FROM t WHERE x IN ( ? )"),
            ("INSERT INTO t (a, b) VALUES (1, 'x'), (2, 'y')", "INSERT INTO t ( a, b ) VALUES ( ? )"),
            ("SELECT a AS b, c AS [1] FROM t", UNREADABLE),
            ("SELECT a AS b, c AS [d] FROM t", "SELECT a, c FROM t"),
            ("SELECT 1; -- comment", "SELECT ?"),
            ("/* tag */ DELETE FROM t", "DELETE FROM t"),
            (r#"SELECT "a" FROM t WHERE b = "secret""#, "SELECT a FROM t WHERE b = ?"),
            ("SELECT `a` FROM `t`", "SELECT a FROM t"),
            ("SELECT $1, $2::text, -3.5e7, 0x1F, NULL, true", "SELECT ? :: text, ?"),
            ("SELECT $$secret$$, $x$it's$x$", "SELECT ?"),
            ("SELECT a FROM t WHERE b = :name AND c >= -1", "SELECT a FROM t WHERE b = :name AND c >= ?"),
            ("SELECT * FROM t WHERE a = (SELECT 1)", "SELECT * FROM t WHERE a = ( SELECT ? )"),
            ("SAVEPOINT x1", "SAVEPOINT ?"),
            (r"SELECT 'a\' FROM t", "SELECT ? FROM t"),
            ("SELECT 'open", UNREADABLE),
            ("}", UNREADABLE),
            ("", UNREADABLE),
        ] {
            assert_eq!(sql(statement), expected, "{statement}");
        }
    }
}
