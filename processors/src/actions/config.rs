//! What the user writes.

use sluice_component::config::Section;

use super::convert::Type;
use super::source::{FromContext, Source};
use super::{Action, Actions, Keys, When};
use crate::patterns::{self, Regex};
use crate::values;

const NAMES: [&str; 7] = ["insert", "update", "upsert", "delete", "hash", "extract", "convert"];

impl Actions {
    /// Reads the list of actions at `key`, of which there must be at least one.
    pub(crate) fn read(section: &mut Section<'_>, key: &'static str) -> Self {
        let actions = section.list(key, |section| Written::read(section).action(section));
        if actions.is_empty() {
            section.problem(key, "must have at least one action");
        }
        Self(actions.into_iter().flatten().collect())
    }
}

/// One action as it is written.
struct Written {
    key: String,
    name: String,
    value: Option<Vec<u8>>,
    default: Option<Vec<u8>>,
    from_attribute: String,
    from_context: String,
    pattern: String,
    converted_type: String,
}

impl Written {
    fn read(section: &mut Section<'_>) -> Self {
        Self {
            key: section.string("key", ""),
            value: values::read(section, "value"),
            pattern: section.string("pattern", ""),
            from_attribute: section.string("from_attribute", ""),
            from_context: section.string("from_context", ""),
            default: values::read(section, "default_value"),
            converted_type: section.string("converted_type", ""),
            name: section.string("action", ""),
        }
    }

    /// The action, or none where a mistake was noted.
    fn action(self, section: &Section<'_>) -> Option<Action> {
        match self.name.to_lowercase().as_str() {
            "insert" => self.put(section, When::Absent),
            "update" => self.put(section, When::Present),
            "upsert" => self.put(section, When::Always),
            "delete" => self.keys(section).map(Action::Delete),
            "hash" => self.keys(section).map(Action::Hash),
            "extract" => self.extract(section),
            "convert" => self.convert(section),
            _ => {
                let found = if self.name.is_empty() { "nothing".into() } else { format!("{:?}", self.name) };
                section.problem("action", format!("must be one of {NAMES:?}, found {found}").replace(['[', ']'], ""));
                None
            }
        }
    }

    fn put(self, section: &Section<'_>, when: When) -> Option<Action> {
        let key = self.required_key(section);
        let taken = [
            ("value", self.value.is_some()),
            ("from_attribute", !self.from_attribute.is_empty()),
            ("from_context", !self.from_context.is_empty()),
        ];
        let sources: Vec<_> = taken.iter().filter(|(_, is_set)| *is_set).map(|(name, _)| *name).collect();
        if sources.len() > 1 {
            let both = sources.join(" and ");
            section.problem(sources[1], format!("must not be set with another source of the value, found {both}"));
        }
        if sources.is_empty() && self.default.is_none() {
            section.problem("", "must have one of value, from_attribute, from_context or default_value");
        }
        self.refuse(section, &["pattern", "converted_type"]);
        let source = match (self.value, sources.first()) {
            (Some(value), _) => Source::Value(value),
            (None, Some(&"from_attribute")) => {
                Source::Attribute { key: self.from_attribute.into(), default: self.default }
            }
            (None, Some(_)) => {
                let of = FromContext::named(&self.from_context);
                Source::Context { of, default: self.default }
            }
            (None, None) => Source::Value(self.default?),
        };
        Some(Action::Put { when, key: key?, source })
    }

    fn keys(&self, section: &Section<'_>) -> Option<Keys> {
        if self.key.is_empty() && self.pattern.is_empty() {
            section.problem("", "must have key, pattern, or both");
        }
        self.refuse(section, &["value", "from_attribute", "converted_type"]);
        self.warn_of(section, &["from_context", "default_value"]);
        let pattern = if self.pattern.is_empty() { None } else { Some(self.compiled(section)?) };
        Some(Keys { key: self.key.as_str().into(), pattern })
    }

    fn extract(&self, section: &Section<'_>) -> Option<Action> {
        let key = self.required_key(section);
        self.refuse(section, &["value", "from_attribute", "from_context", "converted_type"]);
        self.warn_of(section, &["default_value"]);
        if self.pattern.is_empty() {
            section.problem("pattern", "must be set: its named groups are the attributes to set");
            return None;
        }
        let pattern = self.compiled(section)?;
        let groups = pattern.group_info().all_names().skip(1).map(|(_, _, name)| name.map(Box::from));
        match groups.collect::<Option<Vec<_>>>() {
            None => section.problem("pattern", "must have names for all its groups, as in (?P<name>...)"),
            Some(names) if names.is_empty() => {
                section.problem("pattern", "must have a group with a name, as in (?P<name>...)");
            }
            Some(names) => return Some(Action::Extract { key: key?, pattern, names }),
        }
        None
    }

    fn convert(&self, section: &Section<'_>) -> Option<Action> {
        let key = self.required_key(section);
        self.refuse(section, &["value", "from_attribute", "from_context", "pattern"]);
        self.warn_of(section, &["default_value"]);
        let to = match self.converted_type.as_str() {
            "string" => Type::String,
            "int" => Type::Int,
            "double" => Type::Double,
            other => {
                let found = if other.is_empty() { "nothing".into() } else { format!("{other:?}") };
                section.problem("converted_type", format!("must be \"string\", \"int\" or \"double\", found {found}"));
                return None;
            }
        };
        Some(Action::Convert { key: key?, to })
    }

    fn required_key(&self, section: &Section<'_>) -> Option<Box<str>> {
        if self.key.is_empty() {
            section.problem("key", "must be set");
            return None;
        }
        Some(self.key.as_str().into())
    }

    fn compiled(&self, section: &Section<'_>) -> Option<Regex> {
        let compiled = patterns::compile(&self.pattern);
        compiled.map_err(|invalid| section.problem("pattern", format!("{invalid}, found {:?}", self.pattern))).ok()
    }

    /// Refuses settings that the Collector refuses for this action.
    fn refuse(&self, section: &Section<'_>, names: &[&str]) {
        for name in names.iter().filter(|name| self.has(name)) {
            section.problem(name, format!("must not be set: the action {} does not use it", self.name));
        }
    }

    /// Tells of settings that have no meaning for this action, and that the Collector passes over in silence.
    fn warn_of(&self, section: &Section<'_>, names: &[&str]) {
        for name in names.iter().filter(|name| self.has(name)) {
            section.warning(name, format!("has no meaning: the action {} does not use it", self.name));
        }
    }

    fn has(&self, name: &str) -> bool {
        match name {
            "value" => self.value.is_some(),
            "default_value" => self.default.is_some(),
            "from_attribute" => !self.from_attribute.is_empty(),
            "from_context" => !self.from_context.is_empty(),
            "pattern" => !self.pattern.is_empty(),
            _ => !self.converted_type.is_empty(),
        }
    }
}
