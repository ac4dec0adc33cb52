//! Attribute values as text.

use std::fmt;

use sluice_pdata::view::Value;

/// A value without its type: texts as they are, maps and lists as JSON.
pub(super) struct Plain<'a>(pub(super) Option<Value<'a>>);

/// A value with its type: `Str(checkout)`.
pub(super) struct Typed<'a>(pub(super) Option<Value<'a>>);

impl fmt::Display for Plain<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.as_ref().map_or(Ok(()), |value| f.write_str(&value.to_text()))
    }
}

impl fmt::Display for Typed<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = match &self.0 {
            None | Some(Value::Empty | Value::StringIndex(_)) => "Empty",
            Some(Value::String(_)) => "Str",
            Some(Value::Bool(_)) => "Bool",
            Some(Value::Int(_)) => "Int",
            Some(Value::Double(_)) => "Double",
            Some(Value::Bytes(_)) => "Bytes",
            Some(Value::Array(_)) => "Slice",
            Some(Value::Map(_)) => "Map",
        };
        write!(f, "{name}({})", Plain(self.0.clone()))
    }
}
