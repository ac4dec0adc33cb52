//! `opentelemetry.proto.common.v1` and `opentelemetry.proto.resource.v1`.

use super::Kind::{Bool, Bytes, Double, Int32, Int64, KeyValue, Str, Uint32};
use super::{Kind, Message, many, one, oneof};

pub(crate) static ANY_VALUE: Message = Message::new(&[
    oneof(1, "string_value", "stringValue", Str),
    oneof(2, "bool_value", "boolValue", Bool),
    oneof(3, "int_value", "intValue", Int64),
    oneof(4, "double_value", "doubleValue", Double),
    oneof(5, "array_value", "arrayValue", Kind::Message(&ARRAY_VALUE)),
    oneof(6, "kvlist_value", "kvlistValue", Kind::Message(&KEY_VALUE_LIST)),
    oneof(7, "bytes_value", "bytesValue", Bytes),
    oneof(8, "string_value_strindex", "stringValueStrindex", Int32),
]);

static ARRAY_VALUE: Message = Message::new(&[many(1, "values", "values", Kind::AnyValue)]);

static KEY_VALUE_LIST: Message = Message::new(&[many(1, "values", "values", KeyValue)]);

pub(crate) static KEY_VALUE: Message = Message::new(&[
    one(1, "key", "key", Str),
    one(2, "value", "value", Kind::AnyValue),
    one(3, "key_strindex", "keyStrindex", Int32),
]);

pub(super) static SCOPE: Message = Message::new(&[
    one(1, "name", "name", Str),
    one(2, "version", "version", Str),
    many(3, "attributes", "attributes", KeyValue),
    one(4, "dropped_attributes_count", "droppedAttributesCount", Uint32),
]);

pub(super) static RESOURCE: Message = Message::new(&[
    many(1, "attributes", "attributes", KeyValue),
    one(2, "dropped_attributes_count", "droppedAttributesCount", Uint32),
    many(3, "entity_refs", "entityRefs", Kind::Message(&ENTITY_REF)),
]);

static ENTITY_REF: Message = Message::new(&[
    one(1, "schema_url", "schemaUrl", Str),
    one(2, "type", "type", Str),
    many(3, "id_keys", "idKeys", Str),
    many(4, "description_keys", "descriptionKeys", Str),
]);
