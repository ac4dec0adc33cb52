//! The names of components and pipelines in a configuration.

use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use sluice_pdata::Signal;

/// What a component is: the configuration section it stands in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Kind {
    /// Brings data.
    Receiver,
    /// Shapes it.
    Processor,
    /// Sends it away.
    Exporter,
    /// Ends one pipeline and begins another.
    Connector,
    /// Serves the others.
    Extension,
}

impl Kind {
    /// `receiver`, `processor`, `exporter`, `connector`, `extension`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Receiver => "receiver",
            Self::Processor => "processor",
            Self::Exporter => "exporter",
            Self::Connector => "connector",
            Self::Extension => "extension",
        }
    }
}

/// A component's id: `type` or `type/name`; a clone shares the text.
///
/// Source: the Collector's `component/identifiable.go`.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ComponentId {
    text: Arc<str>,
    type_len: usize,
}

impl ComponentId {
    /// The type: `otlp` in `otlp/backup`.
    pub fn component_type(&self) -> &str {
        &self.text[..self.type_len]
    }

    /// The name: `backup` in `otlp/backup`, empty where there is none.
    pub fn name(&self) -> &str {
        self.text.get(self.type_len + 1..).unwrap_or_default()
    }

    /// The whole id, as the user wrote it less the blanks around its halves.
    pub fn as_str(&self) -> &str {
        &self.text
    }
}

impl FromStr for ComponentId {
    type Err = IdError;

    fn from_str(text: &str) -> Result<Self, IdError> {
        let (component_type, name) = halves(text)?;
        if !is_type(component_type) {
            return Err(IdError::Type(component_type.into()));
        }
        if name.is_some_and(|name| !is_name(name)) {
            return Err(IdError::Name(name.unwrap_or_default().into()));
        }
        let whole = name.map_or_else(|| component_type.to_owned(), |name| format!("{component_type}/{name}"));
        Ok(Self { type_len: component_type.len(), text: whole.into() })
    }
}

impl fmt::Display for ComponentId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl fmt::Debug for ComponentId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

/// A pipeline's id: `signal` or `signal/name`; a clone shares the text.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct PipelineId {
    signal: Signal,
    text: Arc<str>,
}

impl PipelineId {
    /// The signal that flows through it.
    pub fn signal(&self) -> Signal {
        self.signal
    }

    /// The whole id.
    pub fn as_str(&self) -> &str {
        &self.text
    }
}

impl FromStr for PipelineId {
    type Err = IdError;

    fn from_str(text: &str) -> Result<Self, IdError> {
        let (word, name) = halves(text)?;
        let signal = Signal::ALL.into_iter().find(|signal| signal.as_str() == word);
        let signal = signal.ok_or_else(|| IdError::Signal(word.into()))?;
        if name.is_some_and(|name| !is_name(name)) {
            return Err(IdError::Name(name.unwrap_or_default().into()));
        }
        let whole = name.map_or_else(|| word.to_owned(), |name| format!("{word}/{name}"));
        Ok(Self { signal, text: whole.into() })
    }
}

impl fmt::Display for PipelineId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl fmt::Debug for PipelineId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

/// A text is no id.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum IdError {
    /// Nothing is there.
    #[error("id must not be empty")]
    Empty,
    /// `otlp/`.
    #[error("in {0:?} id: the part after / should not be empty")]
    NoName(String),
    /// `/backup`.
    #[error("in {0:?} id: the part before / should not be empty")]
    NoType(String),
    /// A type is a letter and at most 62 letters, digits and underscores.
    #[error("invalid character(s) in type {0:?}")]
    Type(String),
    /// A name is at most 1,024 characters without blanks, controls and symbols.
    #[error("invalid character(s) in name {0:?}")]
    Name(String),
    /// A pipeline begins with a signal.
    #[error("unknown signal {0:?}, expected one of traces, metrics, logs, profiles")]
    Signal(String),
}

fn halves(text: &str) -> Result<(&str, Option<&str>), IdError> {
    if text.trim().is_empty() {
        return Err(IdError::Empty);
    }
    let Some((first, second)) = text.split_once('/') else {
        return Ok((text.trim(), None));
    };
    match (first.trim(), second.trim()) {
        ("", _) => Err(IdError::NoType(text.into())),
        (_, "") => Err(IdError::NoName(text.into())),
        (first, second) => Ok((first, Some(second))),
    }
}

fn is_type(text: &str) -> bool {
    text.len() <= 63
        && text.starts_with(|c: char| c.is_ascii_alphabetic())
        && text.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
}

/// Whether no character is a separator, control or symbol (the Unicode classes Z, C and S).
///
/// Symbols beyond ASCII and Latin-1 are let through: the standard library has no table of class S, and they harm nobody.
fn is_name(text: &str) -> bool {
    const SYMBOLS: &str = "$+<=>^`|~¢£¤¥¦¨©¬®¯°±´¸×÷";
    text.chars().count() <= 1024 && !text.chars().any(|c| c.is_whitespace() || c.is_control() || SYMBOLS.contains(c))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_is_a_type_and_perhaps_a_name() {
        let id: ComponentId = " otlp / eu-west.1 ".parse().unwrap();

        assert_eq!((id.component_type(), id.name(), id.as_str()), ("otlp", "eu-west.1", "otlp/eu-west.1"));
        let id: ComponentId = "otlp/foo/bar".parse().unwrap();
        assert_eq!((id.component_type(), id.name()), ("otlp", "foo/bar"));
        let id: ComponentId = "batch".parse().unwrap();
        assert_eq!((id.component_type(), id.name()), ("batch", ""));
    }

    #[test]
    fn a_bad_id_says_which_half_is_bad() {
        let error = |text: &str| text.parse::<ComponentId>().unwrap_err().to_string();

        assert_eq!(error(" "), "id must not be empty");
        assert_eq!(error("x/"), r#"in "x/" id: the part after / should not be empty"#);
        assert_eq!(error("/x"), r#"in "/x" id: the part before / should not be empty"#);
        assert_eq!(error("9x"), r#"invalid character(s) in type "9x""#);
        assert_eq!(error("x/a b"), r#"invalid character(s) in name "a b""#);
        assert_eq!(error("x/a=b"), r#"invalid character(s) in name "a=b""#);
    }

    #[test]
    fn a_pipeline_begins_with_a_signal() {
        let id: PipelineId = "traces/in".parse().unwrap();

        assert_eq!((id.signal(), id.as_str()), (Signal::Traces, "traces/in"));
        assert_eq!("spans".parse::<PipelineId>().unwrap_err(), IdError::Signal("spans".into()));
    }
}
