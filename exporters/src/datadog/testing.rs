//! What the tests of this exporter share.

use opentelemetry_proto::tonic::common::v1::any_value::Value;
use opentelemetry_proto::tonic::common::v1::{AnyValue, KeyValue};

/// Attributes that are texts.
pub(super) fn attributes(texts: &[(&str, &str)]) -> Vec<KeyValue> {
    texts.iter().map(|(key, text)| attribute(key, Value::StringValue((*text).to_owned()))).collect()
}

/// An attribute of any type.
pub(super) fn attribute(key: &str, value: Value) -> KeyValue {
    KeyValue { key: key.into(), value: Some(AnyValue { value: Some(value) }), ..KeyValue::default() }
}
