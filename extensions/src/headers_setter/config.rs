//! What the user writes.

use http::HeaderName;
use sluice_component::config::{Secret, Section};
use sluice_component::{ComponentId, Role};

use crate::credentials::{Source, header_name, header_value};

/// Settings of `headers_setter`.
#[derive(Clone, Debug)]
pub(super) struct Config {
    pub(super) headers: Vec<Header>,
    /// Whose headers come before these.
    pub(super) additional_auth: Option<ComponentId>,
}

/// What happens to one header.
#[derive(Clone, Debug)]
pub(super) struct Header {
    pub(super) key: HeaderName,
    pub(super) action: Action,
    pub(super) value: Value,
}

/// What happens to a header.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Action {
    /// It is set where it is not there.
    Insert,
    /// It is set where it is there.
    Update,
    /// It is set.
    Upsert,
    /// It is removed.
    Delete,
}

/// Where a header's value comes from.
#[derive(Clone, Debug)]
pub(super) enum Value {
    /// The configuration, or a file.
    Fixed(Source),
    /// The header of this name in the request that brought the data.
    Context { name: String, default: Secret },
    /// What an authenticator knows of who sent it.
    Attribute { name: String, default: Secret },
    /// Nowhere: the header is removed.
    None,
}

impl Config {
    pub(super) fn read(section: &mut Section<'_>) -> Self {
        let headers = section.list("headers", Header::read);
        if headers.is_empty() {
            section.problem("headers", "missing headers configuration");
        }
        let additional_auth = match section.has("additional_auth") {
            true => section.extension("additional_auth", Role::ClientAuth),
            false => {
                section.ignored("additional_auth");
                None
            }
        };
        Self { headers: headers.into_iter().flatten().collect(), additional_auth }
    }
}

/// What says how the message is framed is not for the user to set.
const OF_THE_CONNECTION: [&str; 6] = ["connection", "content-length", "host", "te", "transfer-encoding", "upgrade"];

impl Header {
    fn read(section: &mut Section<'_>) -> Option<Self> {
        let key = section.string("key", "");
        let key = match key.as_str() {
            "" => {
                section.problem("key", "missing header name");
                None
            }
            key if OF_THE_CONNECTION.contains(&key.to_ascii_lowercase().as_str()) => {
                section.problem("key", format!("{key:?} belongs to the connection"));
                None
            }
            key => header_name(section, "key", key),
        };
        let actions = [
            ("insert", Action::Insert),
            ("update", Action::Update),
            ("upsert", Action::Upsert),
            ("delete", Action::Delete),
            ("", Action::Upsert),
        ];
        let action = section.one_of("action", &actions, "upsert");
        let value = Value::read(section, action);
        Some(Self { key: key?, action, value: value? })
    }
}

impl Value {
    fn read(section: &mut Section<'_>, action: Action) -> Option<Self> {
        const SOURCES: [&str; 4] = ["value", "value_file", "from_context", "from_attribute"];
        let given = SOURCES.into_iter().filter(|key| section.has(key)).count();
        let value = section.secret("value");
        let value_file = section.string("value_file", "");
        let from_context = section.string("from_context", "");
        let from_attribute = section.string("from_attribute", "");
        let default = section.secret("default_value");
        for (key, secret) in [("value", &value), ("default_value", &default)] {
            if let Err(problem) = header_value(secret.reveal().as_bytes()) {
                section.problem(key, problem);
            }
        }
        let expected = "from_context, from_attribute, value, or value_file";
        match given {
            _ if action == Action::Delete => Some(Self::None),
            0 => {
                section.problem("", format!("missing header source, must be {expected}"));
                None
            }
            1 if section.has("from_context") => Some(Self::Context { name: from_context, default }),
            1 if section.has("from_attribute") => Some(Self::Attribute { name: from_attribute, default }),
            1 if section.has("value_file") => Some(Self::Fixed(Source::File(value_file.into()))),
            1 => Some(Self::Fixed(Source::Inline(value))),
            _ => {
                section.problem("", format!("invalid header source, must be only one of {expected}"));
                None
            }
        }
    }
}
