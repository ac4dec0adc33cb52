//! Names of metrics.

use super::Translation;
use super::metric_type::Kind;
use super::unit::{Words, cleaned};

/// Makes names of metrics.
#[derive(Clone, Debug)]
pub struct MetricNamer {
    /// What stands in front of every name, without the `_` that follows; empty for nothing.
    namespace: String,
    translation: Translation,
}

/// Nothing is left of a metric's name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the metric's name has no character that a name can have")]
pub struct NoMetricName;

impl MetricNamer {
    /// Names in this translation, with a namespace in front unless it is empty.
    pub fn new(namespace: &str, translation: Translation) -> Self {
        let namespace = match translation.keeps_utf8() {
            true => namespace.to_owned(),
            false => escaped(namespace),
        };
        Self { namespace, translation }
    }

    /// The name of a metric.
    ///
    /// # Errors
    ///
    /// Nothing is left of it.
    pub fn name(&self, name: &str, unit: &str, kind: Kind) -> Result<String, NoMetricName> {
        if self.translation.keeps_utf8() {
            return if name.is_empty() { Err(NoMetricName) } else { Ok(self.kept(name, unit, kind)) };
        }
        let made = if self.translation.adds_suffixes() { self.joined(name, unit, kind) } else { self.escaped(name) };
        if made.is_empty() || (made != name && made.bytes().all(|byte| byte == b'_')) {
            return Err(NoMetricName);
        }
        Ok(made)
    }

    /// The name of a metric of our own, such as `target_info`.
    pub fn own(&self, name: &str) -> String {
        if self.namespace.is_empty() { name.to_owned() } else { format!("{}_{name}", self.namespace) }
    }

    /// The words of the name and of its unit and type, each of these only once.
    fn joined(&self, name: &str, unit: &str, kind: Kind) -> String {
        let mut words: Vec<&str> =
            name.split(|character| !is_plain(character)).filter(|word| !word.is_empty()).collect();
        let unit_words = Words::of(unit);
        let (main, per) = (cleaned(&unit_words.main), cleaned(&unit_words.per));
        let per = if per == "per_" { "" } else { per.strip_suffix('_').unwrap_or(&per) };
        let per = if words.contains(&per) { "" } else { per };
        let main = if words.contains(&main.as_str()) { "" } else { &main };
        let main = if per.is_empty() { main } else { main.strip_suffix('_').unwrap_or(main) };
        words.extend([main, per].into_iter().filter(|word| !word.is_empty()));
        if let Some(last) = suffix(unit, kind) {
            words.retain(|word| *word != last);
            words.push(last);
        }
        if !self.namespace.is_empty() {
            words.insert(0, &self.namespace);
        }
        not_a_digit_first(words.join("_"))
    }

    fn escaped(&self, name: &str) -> String {
        let name = escaped(name);
        if self.namespace.is_empty() { not_a_digit_first(name) } else { format!("{}_{name}", self.namespace) }
    }

    fn kept(&self, name: &str, unit: &str, kind: Kind) -> String {
        let mut name = self.own(name);
        if !self.translation.adds_suffixes() {
            return name;
        }
        let Words { main, per } = Words::of(unit);
        let last = suffix(unit, kind).unwrap_or_default();
        for ending in [last, &per] {
            remove_ending(&mut name, ending);
        }
        if !name.ends_with(main.as_str()) {
            name = format!("{name}_{main}");
        }
        for ending in [per.as_str(), last] {
            if !ending.is_empty() {
                name = format!("{name}_{ending}");
            }
        }
        name
    }
}

/// What a type is told by at the end of a name.
fn suffix(unit: &str, kind: Kind) -> Option<&'static str> {
    match kind {
        Kind::Counter => Some("total"),
        Kind::Gauge if unit == "1" => Some("ratio"),
        _ => None,
    }
}

/// Removes an ending and the delimiter in front of it, if something is left then.
fn remove_ending(name: &mut String, ending: &str) {
    if !ending.is_empty() && name.ends_with(ending) && name.len() > ending.len() + 1 {
        name.truncate(name.len() - ending.len());
        name.pop();
    }
}

/// Whether a metric's name may have this character, `_` apart, which divides words.
pub(super) fn is_plain(character: char) -> bool {
    character.is_ascii_alphanumeric() || character == ':'
}

/// Runs of characters that a name cannot have become one `_` between what is left.
fn escaped(name: &str) -> String {
    let parts = name.split(|character| !is_plain(character) && character != '_').filter(|part| !part.is_empty());
    parts.collect::<Vec<_>>().join("_")
}

fn not_a_digit_first(name: String) -> String {
    if name.starts_with(|first: char| first.is_ascii_digit()) { format!("_{name}") } else { name }
}
