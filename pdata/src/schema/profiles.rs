//! `opentelemetry.proto.profiles.v1development`.

use super::Kind::{Opaque, Str};
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
