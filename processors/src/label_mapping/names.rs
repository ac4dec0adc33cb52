//! Names of attributes: which ones a rule means, and what they become.

use std::collections::HashMap;
use std::sync::Arc;

use regex_automata::PatternID;

use super::rule::Style;
use crate::patterns::{self, Regex};

/// How the names in a rule are read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum MatchType {
    /// As they stand.
    #[default]
    Strict,
    /// `*` stands for any text, `?` for one character.
    Glob,
    /// Regular expressions that match the whole key.
    Regexp,
}

/// How they are written.
pub(super) const MATCH_TYPES: &[(&str, MatchType)] =
    &[("strict", MatchType::Strict), ("glob", MatchType::Glob), ("regexp", MatchType::Regexp)];

/// The keys that a rule means, by row.
#[derive(Clone, Debug, Default)]
pub(super) struct Names {
    exact: HashMap<Box<str>, usize>,
    /// Tried in order.
    patterns: Vec<Pattern>,
}

#[derive(Clone, Debug)]
struct Pattern {
    text: Box<str>,
    regex: Regex,
    row: usize,
}

impl Names {
    /// Adds a row.
    ///
    /// # Errors
    /// Why it is no pattern, or that the row is there already.
    pub(super) fn add(&mut self, match_type: MatchType, name: &str) -> Result<(), String> {
        let row = self.len();
        let pattern = match match_type {
            MatchType::Strict => {
                return match self.exact.insert(name.into(), row) {
                    None => Ok(()),
                    Some(_) => Err("is there twice".into()),
                };
            }
            MatchType::Glob => glob(name),
            MatchType::Regexp => name.into(),
        };
        let regex = whole(&pattern)?;
        if self.patterns.iter().any(|other| *other.text == *pattern) {
            return Err("is there twice".into());
        }
        self.patterns.push(Pattern { text: pattern.into(), regex, row });
        Ok(())
    }

    /// How many rows there are.
    pub(super) fn len(&self) -> usize {
        self.exact.len() + self.patterns.len()
    }

    /// The keys that are named as they stand.
    pub(super) fn exact(&self) -> impl Iterator<Item = &str> {
        self.exact.keys().map(|key| &**key)
    }

    /// Whether a key that is not named as it stands may be meant.
    pub(super) fn has_patterns(&self) -> bool {
        !self.patterns.is_empty()
    }

    /// The first row that means a key.
    pub(super) fn find(&self, key: &str) -> Option<usize> {
        let pattern = || self.patterns.iter().find(|pattern| pattern.regex.is_match(key)).map(|pattern| pattern.row);
        self.exact.get(key).copied().or_else(pattern)
    }

    /// The groups of a row's pattern, as they match a key.
    fn groups<'k>(&self, row: usize, key: &'k str) -> Vec<&'k str> {
        let Some(pattern) = self.patterns.iter().find(|pattern| pattern.row == row) else { return Vec::new() };
        let mut captures = pattern.regex.create_captures();
        pattern.regex.captures(key, &mut captures);
        captures.iter().map(|span| span.and_then(|span| key.get(span.range())).unwrap_or_default()).collect()
    }

    /// The pattern of the last row, if it is one.
    pub(super) fn last_pattern(&self) -> Option<&Regex> {
        self.patterns.last().map(|pattern| &pattern.regex)
    }
}

/// Compiles a pattern that must match a whole key.
fn whole(pattern: &str) -> Result<Regex, String> {
    // By itself, too: a bracket must not pair with one of ours.
    compile(pattern)?;
    compile(&format!("^(?s:{pattern})$"))
}

/// Compiles a pattern, within a bound on its size.
///
/// # Errors
/// What is wrong with it, on one line.
pub(super) fn compile(pattern: &str) -> Result<Regex, String> {
    patterns::compile(pattern).map_err(|invalid| invalid.to_string())
}

/// The names of the groups of a pattern, none for those that have only a number; the first is the whole match.
pub(super) fn group_names(pattern: &Regex) -> impl Iterator<Item = Option<&str>> {
    pattern.group_info().pattern_names(PatternID::ZERO)
}

/// The regular expression that a glob means: a group for each `*` and `?`.
fn glob(glob: &str) -> String {
    let mut pattern = String::new();
    for character in glob.chars() {
        match character {
            '*' => pattern.push_str("(.*)"),
            '?' => pattern.push_str("(.)"),
            other => {
                if other.is_ascii_punctuation() {
                    pattern.push('\\');
                }
                pattern.push(other);
            }
        }
    }
    pattern
}

/// What a key becomes: text, and groups of the pattern that it matched.
#[derive(Clone, Debug)]
pub(super) struct Template(Vec<Piece>);

#[derive(Clone, Debug)]
enum Piece {
    Text(String),
    Group(usize),
}

impl Template {
    /// Reads `web.$1`, `web.${1}`, `web.{1}`, `web.${name}`; for a glob also `web.*`.
    ///
    /// # Errors
    /// That it names a group that the pattern has not.
    pub(super) fn read(text: &str, match_type: MatchType, pattern: Option<&Regex>) -> Result<Self, String> {
        let Some(pattern) = pattern.filter(|_| match_type != MatchType::Strict) else {
            return Ok(Self(vec![Piece::Text(text.into())]));
        };
        let groups = group_names(pattern).count();
        let group = |name: &str| {
            let number = name.parse().ok().filter(|number| *number < groups);
            number
                .or_else(|| group_names(pattern).position(|it| it == Some(name)))
                .ok_or_else(|| format!("names the group {name:?}, but there are {} groups", groups.saturating_sub(1)))
        };
        let mut pieces = vec![Piece::Text(String::new())];
        let (mut rest, mut stars) = (text, 0);
        while let Some(character) = rest.chars().next() {
            let braced = rest.strip_prefix("${").or_else(|| rest.strip_prefix('{'));
            if let Some((name, after)) = braced.and_then(|it| it.split_once('}')).filter(|(name, _)| is_name(name)) {
                pieces.push(Piece::Group(group(name)?));
                rest = after;
            } else if let Some(after) =
                rest.strip_prefix('$').filter(|it| it.starts_with(|it: char| it.is_ascii_digit()))
            {
                let end = after.find(|it: char| !it.is_ascii_digit()).unwrap_or(after.len());
                pieces.push(Piece::Group(group(&after[..end])?));
                rest = &after[end..];
            } else if character == '*' && match_type == MatchType::Glob {
                stars += 1;
                pieces.push(Piece::Group(group(&stars.to_string())?));
                rest = &rest[1..];
            } else {
                match pieces.last_mut() {
                    Some(Piece::Text(text)) => text.push(character),
                    _ => pieces.push(Piece::Text(character.into())),
                }
                rest = &rest[character.len_utf8()..];
            }
        }
        Ok(Self(pieces))
    }

    /// The text, if it is the same for every key.
    pub(super) fn literal(&self) -> Option<&str> {
        match self.0.as_slice() {
            [Piece::Text(text)] => Some(text),
            _ => None,
        }
    }

    /// What a key becomes that a row of `names` means.
    pub(super) fn expand(&self, names: &Names, row: usize, key: &str) -> Arc<str> {
        if let Some(text) = self.literal() {
            return text.into();
        }
        let groups = names.groups(row, key);
        let texts = self.0.iter().map(|piece| match piece {
            Piece::Text(text) => text.as_str(),
            Piece::Group(number) => groups.get(*number).copied().unwrap_or_default(),
        });
        texts.collect::<String>().into()
    }
}

fn is_name(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
}

impl Style {
    /// The key in this form.
    pub(super) fn apply(self, key: &str) -> String {
        match self {
            Self::LowerCase => key.to_lowercase(),
            Self::SnakeCase => snake_case(key),
            Self::Prometheus => prometheus(key),
            Self::Datadog => datadog(key),
        }
    }
}

/// A label name of Prometheus: what may not be there is an underscore, a run of underscores is one; a digit in front gets
/// `key_`, an underscore in front `key`. Names such as `__this__` stay.
///
/// Source: the Collector's `pkg/translator/prometheus`, `NormalizeLabel`, as it behaves.
fn prometheus(key: &str) -> String {
    let mut name = String::with_capacity(key.len() + 4);
    for character in key.chars() {
        match character {
            'a'..='z' | 'A'..='Z' | '0'..='9' => name.push(character),
            _ if name.ends_with('_') => {}
            _ => name.push('_'),
        }
    }
    let reserved = key.len() > 4 && key.starts_with("__") && key.ends_with("__");
    if reserved && key.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_') {
        return key.into();
    }
    if name.starts_with(|first: char| first.is_ascii_digit()) {
        name.insert_str(0, "key_");
    } else if name.starts_with('_') {
        name.insert_str(0, "key");
    }
    name
}

/// A tag key of Datadog. Source: the Agent's `NormalizeTag`.
fn datadog(key: &str) -> String {
    let mut name = String::with_capacity(key.len());
    for character in key.chars().flat_map(char::to_lowercase) {
        let stays = character.is_alphabetic() || character == ':';
        if !stays && name.is_empty() {
            continue;
        }
        if stays || character.is_numeric() || "_-./".contains(character) {
            name.push(character);
        } else if !name.ends_with('_') {
            name.push('_');
        }
    }
    let end = name.char_indices().nth(200).map_or(name.len(), |(end, _)| end);
    name.truncate(end);
    name.truncate(name.trim_end_matches('_').len());
    name
}

fn snake_case(key: &str) -> String {
    let mut name = String::with_capacity(key.len() + 4);
    let mut before = '_';
    for character in key.chars() {
        if !character.is_alphanumeric() {
            if before != '_' {
                name.push('_');
            }
            before = '_';
            continue;
        }
        if character.is_uppercase() && (before.is_lowercase() || before.is_numeric()) {
            name.push('_');
        }
        name.extend(character.to_lowercase());
        before = character;
    }
    name.truncate(name.trim_end_matches('_').len());
    name
}
