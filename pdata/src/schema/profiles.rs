//! `opentelemetry.proto.profiles.v1development`.

use super::Kind::{AnyValue, Bytes, Fixed64, Id, Int32, Int64, Opaque, Str, Uint32, Uint64};
use super::common::{RESOURCE, SCOPE};
use super::{Kind, Message, items, many, one};

/// What the check reads of an export request. The signal is in development, so that profiles are passed on unread
/// but for their samples, which are counted.
pub(super) static ENVELOPE: Message = Message::new(&[
    many(1, "resource_profiles", "resourceProfiles", Kind::Message(&RESOURCE_ENVELOPE)),
    one(2, "dictionary", "dictionary", Opaque),
]);

static RESOURCE_ENVELOPE: Message = Message::new(&[
    one(1, "resource", "resource", Kind::Message(&RESOURCE)),
    many(2, "scope_profiles", "scopeProfiles", Kind::Message(&SCOPE_ENVELOPE)),
    one(3, "schema_url", "schemaUrl", Str),
]);

static SCOPE_ENVELOPE: Message = Message::new(&[
    one(1, "scope", "scope", Kind::Message(&SCOPE)),
    many(2, "profiles", "profiles", Kind::Message(&PROFILE_ENVELOPE)),
    one(3, "schema_url", "schemaUrl", Str),
]);

static PROFILE_ENVELOPE: Message = Message::new(&[items(2, "samples", "samples", Opaque)]);

/// An export request in full, for JSON.
pub(super) static REQUEST: Message = Message::new(&[
    many(1, "resource_profiles", "resourceProfiles", Kind::Message(&RESOURCE_PROFILES)),
    one(2, "dictionary", "dictionary", Kind::Message(&DICTIONARY)),
]);

static RESOURCE_PROFILES: Message = Message::new(&[
    one(1, "resource", "resource", Kind::Message(&RESOURCE)),
    many(2, "scope_profiles", "scopeProfiles", Kind::Message(&SCOPE_PROFILES)),
    one(3, "schema_url", "schemaUrl", Str),
]);

static SCOPE_PROFILES: Message = Message::new(&[
    one(1, "scope", "scope", Kind::Message(&SCOPE)),
    many(2, "profiles", "profiles", Kind::Message(&PROFILE)),
    one(3, "schema_url", "schemaUrl", Str),
]);

static PROFILE: Message = Message::new(&[
    one(1, "sample_type", "sampleType", Kind::Message(&VALUE_TYPE)),
    items(2, "samples", "samples", Kind::Message(&SAMPLE)),
    one(3, "time_unix_nano", "timeUnixNano", Fixed64),
    one(4, "duration_nano", "durationNano", Uint64),
    one(5, "period_type", "periodType", Kind::Message(&VALUE_TYPE)),
    one(6, "period", "period", Int64),
    one(7, "profile_id", "profileId", Id(16)),
    one(8, "dropped_attributes_count", "droppedAttributesCount", Uint32),
    one(9, "original_payload_format", "originalPayloadFormat", Str),
    one(10, "original_payload", "originalPayload", Bytes),
    many(11, "attribute_indices", "attributeIndices", Int32),
]);

static VALUE_TYPE: Message =
    Message::new(&[one(1, "type_strindex", "typeStrindex", Int32), one(2, "unit_strindex", "unitStrindex", Int32)]);

static SAMPLE: Message = Message::new(&[
    one(1, "stack_index", "stackIndex", Int32),
    many(2, "attribute_indices", "attributeIndices", Int32),
    one(3, "link_index", "linkIndex", Int32),
    many(4, "values", "values", Int64),
    many(5, "timestamps_unix_nano", "timestampsUnixNano", Fixed64),
]);

static DICTIONARY: Message = Message::new(&[
    many(1, "mapping_table", "mappingTable", Kind::Message(&MAPPING)),
    many(2, "location_table", "locationTable", Kind::Message(&LOCATION)),
    many(3, "function_table", "functionTable", Kind::Message(&FUNCTION)),
    many(4, "link_table", "linkTable", Kind::Message(&LINK)),
    many(5, "string_table", "stringTable", Str),
    many(6, "attribute_table", "attributeTable", Kind::Message(&KEY_VALUE_AND_UNIT)),
    many(7, "stack_table", "stackTable", Kind::Message(&STACK)),
]);

static MAPPING: Message = Message::new(&[
    one(1, "memory_start", "memoryStart", Uint64),
    one(2, "memory_limit", "memoryLimit", Uint64),
    one(3, "file_offset", "fileOffset", Uint64),
    one(4, "filename_strindex", "filenameStrindex", Int32),
    many(5, "attribute_indices", "attributeIndices", Int32),
]);

static LOCATION: Message = Message::new(&[
    one(1, "mapping_index", "mappingIndex", Int32),
    one(2, "address", "address", Uint64),
    many(3, "lines", "lines", Kind::Message(&LINE)),
    many(4, "attribute_indices", "attributeIndices", Int32),
]);

static LINE: Message = Message::new(&[
    one(1, "function_index", "functionIndex", Int32),
    one(2, "line", "line", Int64),
    one(3, "column", "column", Int64),
]);

static FUNCTION: Message = Message::new(&[
    one(1, "name_strindex", "nameStrindex", Int32),
    one(2, "system_name_strindex", "systemNameStrindex", Int32),
    one(3, "filename_strindex", "filenameStrindex", Int32),
    one(4, "start_line", "startLine", Int64),
]);

static LINK: Message = Message::new(&[one(1, "trace_id", "traceId", Id(16)), one(2, "span_id", "spanId", Id(8))]);

static STACK: Message = Message::new(&[many(1, "location_indices", "locationIndices", Int32)]);

static KEY_VALUE_AND_UNIT: Message = Message::new(&[
    one(1, "key_strindex", "keyStrindex", Int32),
    one(2, "value", "value", AnyValue),
    one(3, "unit_strindex", "unitStrindex", Int32),
]);
