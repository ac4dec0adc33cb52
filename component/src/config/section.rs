//! Reading one map of the configuration, key by key.

use std::cell::RefCell;
use std::sync::Arc;
use std::time::Duration;

use super::found::{found, hint};
use super::{Effective, Location, Node, Problem, Secret, Severity, Value, format_duration, nearest, parse_duration};
use crate::{ComponentId, Role};

/// Collects what is wrong and what refers to something else, across all sections of a configuration.
#[derive(Debug, Default)]
pub struct Report {
    problems: RefCell<Vec<Problem>>,
    references: RefCell<Vec<Reference>>,
}

/// A component's reference to an extension; whether it leads somewhere is seen when everything is read.
#[derive(Clone, Debug)]
pub struct Reference {
    /// The extension.
    pub id: ComponentId,
    /// As what it must serve.
    pub role: Role,
    /// The keys that lead to the reference, joined by `::`.
    pub path: String,
    /// Where it stands.
    pub location: Location,
}

impl Report {
    /// Notes a problem.
    pub fn add(&self, problem: Problem) {
        self.problems.borrow_mut().push(problem);
    }

    /// Everything noted, in order.
    pub fn into_problems(self) -> Vec<Problem> {
        self.problems.into_inner()
    }

    /// The references noted since they were last taken.
    pub fn take_references(&self) -> Vec<Reference> {
        self.references.take()
    }

    /// Whether an error was noted.
    pub fn has_errors(&self) -> bool {
        self.problems.borrow().iter().any(|problem| problem.severity == Severity::Error)
    }
}

/// What an optional section means when its key is absent, null, or a map.
///
/// Source: the Collector's `config/configoptional`; each form also takes a boolean `enabled`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Presence {
    /// On unless `enabled: false`; absent and null mean the defaults (`sending_queue`, `retry_on_failure`).
    OnByDefault,
    /// Off while absent; present, even null, means on (`protocols: {grpc:}`).
    OnWhenPresent,
    /// Off while absent or null; a map turns it on (`tls`, `cors`).
    OnWhenSet,
}

/// One map of the configuration while it is read.
///
/// Every reading method takes the key and its default, returns the value that holds, and never fails: a mistake is
/// noted and the default returned, so that one run finds all mistakes.
pub struct Section<'n> {
    path: String,
    location: &'n Location,
    entries: &'n [(super::Key, Node)],
    asked: Vec<&'static str>,
    effective: Vec<(String, Effective)>,
    report: &'n Report,
    /// Whether the section, or one around it, was turned off by `enabled: false`.
    off: bool,
}

impl<'n> Section<'n> {
    /// Reads the map at `node` with `read`, then refuses the keys that `read` did not ask for.
    ///
    /// Null means an empty map; anything else than a map is a mistake. `path` leads to the node, keys joined by `::`.
    pub fn read<T>(
        node: &'n Node,
        path: &str,
        report: &'n Report,
        read: impl FnOnce(&mut Section<'n>) -> T,
    ) -> (T, Effective) {
        Self::read_as(false, (&node.value, &node.location), path, report, read)
    }

    fn read_as<T>(
        off: bool,
        (value, location): (&'n Value, &'n Location),
        path: &str,
        report: &'n Report,
        read: impl FnOnce(&mut Section<'n>) -> T,
    ) -> (T, Effective) {
        let entries: &[_] = match value {
            Value::Map(entries) => entries,
            Value::Null => &[],
            other => {
                report.add(Problem {
                    severity: Severity::Error,
                    location: location.clone(),
                    path: path.into(),
                    message: format!("must be a map, found {}", other.kind()),
                });
                &[]
            }
        };
        let mut section =
            Section { path: path.into(), location, entries, asked: Vec::new(), effective: Vec::new(), report, off };
        let value = read(&mut section);
        section.refuse_unknown_keys();
        (value, Effective::Map(section.effective))
    }

    /// The keys that lead here, joined by `::`.
    pub fn path(&self) -> &str {
        &self.path
    }

    /// Where `key` stands; the section's own place if it does not.
    pub fn location_of(&self, key: &str) -> &'n Location {
        let at = self.entries.iter().find(|((name, _), _)| &**name == key);
        at.map_or(self.location, |((_, location), _)| location)
    }

    /// Whether `key` stands here with something else than null.
    pub fn has(&self, key: &str) -> bool {
        self.peek(key).is_some_and(|node| node.value != Value::Null)
    }

    /// Notes a mistake in the value of `key`; the whole section is at fault if `key` is empty.
    ///
    /// In a section that `enabled: false` turned off, only what cannot be decoded is a mistake: there this does nothing.
    pub fn problem(&self, key: &str, message: impl Into<String>) {
        if !self.off {
            self.note(Severity::Error, key, message.into());
        }
    }

    /// Notes a mistake somewhere below a key that was read through [`raw`](Self::raw); `path` leads there from here.
    pub fn problem_below(&self, path: &str, location: &Location, message: impl Into<String>) {
        if !self.off {
            let (path, location) = (self.join(path), location.clone());
            self.report.add(Problem { severity: Severity::Error, location, path, message: message.into() });
        }
    }

    /// Notes that `key` is understood but should be written otherwise.
    pub fn warning(&self, key: &str, message: impl Into<String>) {
        self.note(Severity::Warning, key, message.into());
    }

    /// As [`problem`](Self::problem), in one element of the list at `key`.
    pub fn problem_at(&self, key: &str, index: usize, message: impl Into<String>) {
        if !self.off {
            self.note_at(Severity::Error, key, index, message.into());
        }
    }

    /// As [`warning`](Self::warning), in one element of the list at `key`.
    pub fn warning_at(&self, key: &str, index: usize, message: impl Into<String>) {
        self.note_at(Severity::Warning, key, index, message.into());
    }

    /// Refuses `key` by name: the Collector has it, we do not. `why` may say what to do instead.
    pub fn unsupported(&mut self, key: &'static str, why: &str) {
        if self.take(key).is_some_and(|node| node.value != Value::Null) {
            let why = if why.is_empty() { String::new() } else { format!(": {why}") };
            self.note(Severity::Error, key, format!("not supported by Sluice yet{why}"));
        }
    }

    /// Takes `key` and does nothing with it, whatever its value: it has no meaning here, and no harm is in it.
    pub fn ignored(&mut self, key: &'static str) {
        self.take(key);
    }

    /// The value of `key` as it stands, for what no other method reads.
    pub fn raw(&mut self, key: &'static str) -> Option<&'n Node> {
        self.take(key)
    }

    /// Records an effective value that was read through [`raw`](Self::raw).
    pub fn record(&mut self, key: &str, value: Effective) {
        self.effective.push((key.into(), value));
    }

    /// A text. Null means the empty text.
    pub fn string(&mut self, key: &'static str, default: &str) -> String {
        let value = self.scalar(key, default.to_owned(), String::new(), "a text", text_of);
        self.record(key, Effective::Text(value.clone()));
        value
    }

    /// A text that nothing may print. Null means the empty text.
    pub fn secret(&mut self, key: &'static str) -> Secret {
        let value = match self.take(key) {
            None => Secret::default(),
            Some(node) => secret_of(node).unwrap_or_else(|| {
                self.secret_mismatch(key, node);
                Secret::default()
            }),
        };
        self.record(key, Effective::Secret(value.clone()));
        value
    }

    /// The id of an extension that serves as `role`. Where there is none, that is a mistake.
    pub fn extension(&mut self, key: &'static str, role: Role) -> Option<ComponentId> {
        let text = self.string(key, "");
        if text.is_empty() {
            // Something else than a text was noted already.
            if self.peek(key).is_none_or(|node| text_or_null(node).is_some()) {
                self.problem(key, format!("must name an extension that is a {role}"));
            }
            return None;
        }
        match text.parse::<ComponentId>() {
            Ok(id) => {
                let (path, location) = (self.join(key), self.location_of(key).clone());
                if !self.off {
                    let reference = Reference { id: id.clone(), role, path, location };
                    self.report.references.borrow_mut().push(reference);
                }
                Some(id)
            }
            Err(error) => {
                self.problem(key, error.to_string());
                None
            }
        }
    }

    /// A list of texts that nothing may print; a single text is cut at its commas. Null means an empty list.
    pub fn secrets(&mut self, key: &'static str) -> Vec<Secret> {
        let texts = match self.take(key) {
            None => Vec::new(),
            Some(node) => match &node.value {
                Value::Null => Vec::new(),
                Value::List(items) => {
                    let mut secrets = Vec::with_capacity(items.len());
                    for (index, item) in items.iter().enumerate() {
                        match secret_of(item) {
                            Some(secret) => secrets.push(secret),
                            None => self.secret_mismatch(&format!("{key}::{index}"), item),
                        }
                    }
                    secrets
                }
                _ => match text_of(node) {
                    Some(text) => text.split(',').map(Secret::new).collect(),
                    None => {
                        self.secret_mismatch(key, node);
                        Vec::new()
                    }
                },
            },
        };
        self.record(key, Effective::List(texts.iter().cloned().map(Effective::Secret).collect()));
        texts
    }

    /// A boolean. Null means `false`.
    pub fn bool(&mut self, key: &'static str, default: bool) -> bool {
        let value = self.scalar(key, default, false, "true or false", |node| match node.value {
            Value::Bool(value) => Some(value),
            _ => None,
        });
        self.record(key, Effective::Bool(value));
        value
    }

    /// A whole number within the range of `T`; a fraction is cut off. Null means zero.
    pub fn integer<T>(&mut self, key: &'static str, default: T) -> T
    where
        T: TryFrom<i64> + TryInto<i64> + Default + Copy,
    {
        let fits = |value: i64| T::try_from(value).is_ok();
        let most = [i64::MAX, u32::MAX.into(), i32::MAX.into(), u16::MAX.into()].into_iter().find(|most| fits(*most));
        let too_large =
            |most: i64| matches!(self.peek(key), Some(Node { value: Value::Int(value), .. }) if *value > most);
        let expected = match most.unwrap_or(u8::MAX.into()) {
            most if too_large(most) => format!("a whole number, at most {most}"),
            _ if fits(-1) => "a whole number".into(),
            _ => "a whole number, not negative".into(),
        };
        let value = self.scalar(key, default, T::default(), &expected, |node| match node.value {
            Value::Int(value) => T::try_from(value).ok(),
            Value::Float(value) if value.abs() < 9.0e15 => T::try_from(value.trunc() as i64).ok(),
            _ => None,
        });
        self.record(key, Effective::Int(value.try_into().unwrap_or(i64::MAX)));
        value
    }

    /// A number. Null means zero.
    pub fn float(&mut self, key: &'static str, default: f64) -> f64 {
        let value = self.scalar(key, default, 0.0, "a number", |node| match node.value {
            Value::Int(value) => Some(value as f64),
            Value::Float(value) => Some(value),
            _ => None,
        });
        self.record(key, Effective::Float(value));
        value
    }

    /// A duration such as `200ms`; a bare number counts nanoseconds. Null means zero.
    pub fn duration(&mut self, key: &'static str, default: Duration) -> Duration {
        let expected = "a duration such as 200ms, 5s or 1h30m, not negative";
        let value = self.scalar(key, default, Duration::ZERO, expected, |node| match &node.value {
            Value::Int(nanos) => u64::try_from(*nanos).ok().map(Duration::from_nanos),
            Value::Text(text) => parse_duration(text),
            _ => None,
        });
        self.record(key, Effective::Text(format_duration(value)));
        value
    }

    /// One of the named values. Null means the default.
    pub fn one_of<T: Copy>(&mut self, key: &'static str, values: &[(&str, T)], default: &str) -> T {
        let names: Vec<_> = values.iter().map(|(name, _)| format!("{name:?}")).collect();
        let expected = format!("one of {}", names.join(", "));
        let known = |text: &str| values.iter().position(|(name, _)| *name == text);
        let default = known(default).expect("the default is one of the values");
        let at = self.scalar(key, default, default, &expected, |node| text_of(node).and_then(|text| known(&text)));
        self.record(key, Effective::Text(values[at].0.into()));
        values[at].1
    }

    /// A list of texts; one text is cut at its commas. Null means the default, an empty list is an empty list.
    pub fn strings(&mut self, key: &'static str, default: &[&str]) -> Vec<String> {
        let value = match self.take(key) {
            None => None,
            Some(node) => match &node.value {
                Value::Null => None,
                Value::List(items) => Some(self.elements(key, items, "a text", text_or_null)),
                _ => match text_of(node) {
                    Some(text) if text.is_empty() => Some(Vec::new()),
                    Some(text) => Some(text.split(',').map(str::to_owned).collect()),
                    None => {
                        self.mismatch(key, node, "a list of texts");
                        None
                    }
                },
            },
        };
        let value = value.unwrap_or_else(|| default.iter().map(|&text| text.to_owned()).collect());
        self.record(key, Effective::List(value.iter().cloned().map(Effective::Text).collect()));
        value
    }

    /// Names and texts. Null means none, and as a value the empty text.
    pub fn texts(&mut self, key: &'static str) -> Vec<(String, String)> {
        let mut texts = Vec::new();
        match self.take(key).map(|node| (node, &node.value)) {
            None | Some((_, Value::Null)) => {}
            Some((_, Value::Map(entries))) => {
                for ((name, _), value) in entries {
                    match text_or_null(value) {
                        Some(text) => texts.push((name.to_string(), text)),
                        None => self.mismatch(&format!("{key}::{name}"), value, "a text"),
                    }
                }
            }
            Some((node, _)) => self.mismatch(key, node, "a map of names and texts"),
        }
        let effective = texts.iter().map(|(name, text)| (name.clone(), Effective::Text(text.clone())));
        self.record(key, Effective::Map(effective.collect()));
        texts
    }

    /// Names and secret values, as a map or a list of `{name, value}`: request and response headers. Null means none.
    pub fn headers(&mut self, key: &'static str) -> Vec<(String, Secret)> {
        let Some(node) = self.take(key) else {
            self.record(key, Effective::Map(Vec::new()));
            return Vec::new();
        };
        let headers = match &node.value {
            Value::Null => Vec::new(),
            Value::Map(entries) => {
                let mut headers = Vec::new();
                for ((name, _), value) in entries {
                    match secret_of(value) {
                        Some(secret) => headers.push((name.to_string(), secret)),
                        None => self.secret_mismatch(&format!("{key}::{name}"), value),
                    }
                }
                headers
            }
            Value::List(items) => items
                .iter()
                .enumerate()
                .map(|(index, item)| {
                    let path = format!("{}::{index}", self.join(key));
                    Section::read(item, &path, self.report, |s| (s.string("name", ""), s.secret("value"))).0
                })
                .collect(),
            other => {
                self.not(key, node, &format!("a map of names and texts, found {}", other.kind()));
                Vec::new()
            }
        };
        let effective = headers.iter().map(|(name, value)| (name.clone(), Effective::Secret(value.clone())));
        self.record(key, Effective::Map(effective.collect()));
        headers
    }

    /// A section that is always there; absent and null mean its defaults.
    pub fn section<T>(&mut self, key: &'static str, read: impl FnOnce(&mut Section<'n>) -> T) -> T {
        let at = self.take(key).map_or((&Value::Null, self.location), |node| (&node.value, &node.location));
        let (value, effective) = Section::read_as(self.off, at, &self.join(key), self.report, read);
        self.record(key, effective);
        value
    }

    /// A section that may be off; see [`Presence`].
    pub fn optional<T>(
        &mut self,
        key: &'static str,
        presence: Presence,
        read: impl FnOnce(&mut Section<'n>) -> T,
    ) -> Option<T> {
        let on = match self.peek(key) {
            None => presence == Presence::OnByDefault,
            Some(node) => presence != Presence::OnWhenSet || node.value != Value::Null,
        };
        if !on {
            self.take(key);
            // Printed as null, a section that is on when present would be on.
            if presence != Presence::OnWhenPresent {
                self.record(key, Effective::Null);
            }
            return None;
        }
        self.section(key, |section| {
            let enabled = section.bool("enabled", true);
            section.off |= !enabled;
            let value = read(section);
            enabled.then_some(value)
        })
    }

    /// A list of sections. Null means an empty list.
    pub fn list<T>(&mut self, key: &'static str, mut read: impl FnMut(&mut Section<'n>) -> T) -> Vec<T> {
        let items: &[_] = match self.take(key) {
            None => &[],
            Some(node) => match &node.value {
                Value::Null => &[],
                Value::List(items) => items,
                _ => {
                    self.mismatch(key, node, "a list");
                    &[]
                }
            },
        };
        let path = self.join(key);
        let (values, effective) = items
            .iter()
            .enumerate()
            .map(|(index, item)| {
                let at = (&item.value, &item.location);
                Section::read_as(self.off, at, &format!("{path}::{index}"), self.report, &mut read)
            })
            .unzip();
        self.record(key, Effective::List(effective));
        values
    }

    fn take(&mut self, key: &'static str) -> Option<&'n Node> {
        if !self.asked.contains(&key) {
            self.asked.push(key);
        }
        self.peek(key)
    }

    fn peek(&self, key: &str) -> Option<&'n Node> {
        self.entries.iter().find(|((name, _), _)| &**name == key).map(|(_, node)| node)
    }

    fn scalar<T>(
        &mut self,
        key: &'static str,
        default: T,
        null: T,
        expected: &str,
        convert: impl FnOnce(&Node) -> Option<T>,
    ) -> T {
        match self.take(key) {
            None => default,
            Some(node) if node.value == Value::Null => null,
            Some(node) => convert(node).unwrap_or_else(|| {
                self.mismatch(key, node, expected);
                default
            }),
        }
    }

    fn elements<T>(&self, key: &str, items: &[Node], expected: &str, convert: impl Fn(&Node) -> Option<T>) -> Vec<T> {
        let mut values = Vec::with_capacity(items.len());
        for (index, item) in items.iter().enumerate() {
            match convert(item) {
                Some(value) => values.push(value),
                None => self.mismatch(&format!("{key}::{index}"), item, expected),
            }
        }
        values
    }

    fn join(&self, key: &str) -> String {
        if self.path.is_empty() { key.into() } else { format!("{}::{key}", self.path) }
    }

    fn mismatch(&self, key: &str, node: &Node, expected: &str) {
        let hint = hint(expected, &node.value);
        self.not(key, node, &format!("{expected}, found {}{hint}", found(node)));
    }

    /// A mismatch of what may be secret: what was found is not shown.
    fn secret_mismatch(&self, key: &str, node: &Node) {
        self.not(key, node, &format!("a text, found {}", node.value.kind()));
    }

    fn not(&self, key: &str, node: &Node, what: &str) {
        self.report.add(Problem {
            severity: Severity::Error,
            location: node.location.clone(),
            path: self.join(key),
            message: format!("must be {what}"),
        });
    }

    fn note(&self, severity: Severity, key: &str, message: String) {
        let location = self.location_of(key).clone();
        let path = if key.is_empty() { self.path.clone() } else { self.join(key) };
        self.report.add(Problem { severity, location, path, message });
    }

    fn note_at(&self, severity: Severity, key: &str, index: usize, message: String) {
        let element = match self.peek(key).map(|node| &node.value) {
            Some(Value::List(items)) => items.get(index),
            // One text was cut at its commas.
            _ => None,
        };
        let location = element.map_or_else(|| self.location_of(key), |node| &node.location).clone();
        self.report.add(Problem { severity, location, path: format!("{}::{index}", self.join(key)), message });
    }

    fn refuse_unknown_keys(&self) {
        for ((name, location), _) in self.entries {
            if self.asked.iter().any(|asked| *asked == &**name) {
                continue;
            }
            self.report.add(Problem {
                severity: Severity::Error,
                location: location.clone(),
                path: self.join(name),
                message: unknown_key(name, &self.asked),
            });
        }
    }
}

/// The text of a scalar: a text as it stands, anything that came from outside as it was written there.
fn text_of(node: &Node) -> Option<String> {
    match (&node.text, &node.value) {
        (Some(text), _) | (None, Value::Text(text)) => Some(Arc::clone(text).to_string()),
        _ => None,
    }
}

/// As [`text_of`], and null is the empty text.
fn text_or_null(node: &Node) -> Option<String> {
    text_of(node).or_else(|| (node.value == Value::Null).then(String::new))
}

fn secret_of(node: &Node) -> Option<Secret> {
    text_or_null(node).map(Secret::new)
}

fn unknown_key(name: &str, known: &[&'static str]) -> String {
    match nearest(name, known.iter().copied()) {
        Some(nearest) => format!("unknown key, did you mean {nearest:?}?"),
        None if known.is_empty() => "unknown key, no settings are expected here".into(),
        None => {
            let mut known = known.to_vec();
            known.sort_unstable();
            format!("unknown key, expected one of {}", known.join(", "))
        }
    }
}

#[cfg(test)]
mod tests;
