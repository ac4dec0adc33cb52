//! What is done about findings: read at the top, and again at each detector, pattern and key.

use sluice_component::config::{Secret, Section};
use sluice_pii::{Keyed, MIN_KEY_BYTES};

use crate::pii::rules::Action;

/// The longest text that may stand in the place of a finding, in bytes.
const LONGEST_TEXT: usize = 1024;

/// What makes hashes and tokens.
#[derive(Clone)]
pub(super) struct Keys {
    secret: Secret,
    id: String,
    digits: u32,
}

impl Keys {
    pub(super) fn read(section: &mut Section<'_>) -> Self {
        let keys = Self {
            secret: section.secret("key"),
            id: section.string("key_id", ""),
            digits: section.integer("digits", 32),
        };
        let length = keys.secret.reveal().len();
        if section.has("key") && length < MIN_KEY_BYTES {
            section.problem("key", format!("must have at least {MIN_KEY_BYTES} bytes, found {length}"));
        }
        if !keys.id.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_') || keys.id.len() > 32 {
            section.problem("key_id", "must have at most 32 letters, digits and underscores");
        }
        if !(8..=64).contains(&keys.digits) {
            section.problem("digits", format!("must be from 8 to 64, found {}", keys.digits));
        }
        keys
    }

    fn keyed(&self) -> Keyed {
        Keyed::new(self.secret.reveal().as_bytes(), &self.id, self.digits as usize)
    }
}

/// The action at the top, and what the others are made of.
pub(super) struct Actions {
    keys: Keys,
    default: Written,
}

/// An action as it is written.
#[derive(Clone)]
struct Written {
    kind: Kind,
    text: String,
    first: u32,
    last: u32,
    ipv4_prefix: u8,
    ipv6_prefix: u8,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Mask,
    Text,
    Hmac,
    Token,
    Partial,
    TruncateIp,
    DropValue,
    DropAttribute,
    DropRecord,
}

const KINDS: [(&str, Kind); 9] = [
    ("mask", Kind::Mask),
    ("text", Kind::Text),
    ("hmac", Kind::Hmac),
    ("token", Kind::Token),
    ("partial", Kind::Partial),
    ("truncate_ip", Kind::TruncateIp),
    ("drop_value", Kind::DropValue),
    ("drop_attribute", Kind::DropAttribute),
    ("drop_record", Kind::DropRecord),
];

impl Actions {
    /// Reads the action at the top.
    pub(super) fn read(section: &mut Section<'_>, keys: Keys) -> Self {
        let text = "[REDACTED]".into();
        let mask = Written { kind: Kind::Mask, text, first: 0, last: 4, ipv4_prefix: 24, ipv6_prefix: 48 };
        let default = mask.read(section, &keys);
        Self { keys, default }
    }

    /// The action at the top.
    pub(super) fn default(&self) -> Action {
        self.default.action(&self.keys)
    }

    /// Reads an action elsewhere: what it does not say is as it is at the top.
    pub(super) fn read_another(&self, section: &mut Section<'_>) -> Action {
        self.default.read(section, &self.keys).action(&self.keys)
    }
}

impl Written {
    /// Reads an action; what it does not say is as it is here.
    fn read(&self, section: &mut Section<'_>, keys: &Keys) -> Self {
        let default = KINDS.iter().find(|(_, kind)| *kind == self.kind).map_or("mask", |(name, _)| name);
        let written = Self {
            kind: section.one_of("action", &KINDS, default),
            text: section.string("text", &self.text),
            first: section.integer("first", self.first),
            last: section.integer("last", self.last),
            ipv4_prefix: section.integer("ipv4_prefix", self.ipv4_prefix),
            ipv6_prefix: section.integer("ipv6_prefix", self.ipv6_prefix),
        };
        if written.text.len() > LONGEST_TEXT {
            section.problem("text", format!("must have at most {LONGEST_TEXT} bytes, found {}", written.text.len()));
        }
        if written.ipv4_prefix > 32 {
            section.problem("ipv4_prefix", format!("must be at most 32 bits, found {}", written.ipv4_prefix));
        }
        if written.ipv6_prefix > 128 {
            section.problem("ipv6_prefix", format!("must be at most 128 bits, found {}", written.ipv6_prefix));
        }
        if matches!(written.kind, Kind::Hmac | Kind::Token) && keys.secret.reveal().is_empty() {
            let what = "hmac and token need hmac::key, a secret of at least 16 bytes: without one, whoever has the telemetry \
                        finds the values by trying all there are";
            section.problem("action", what);
        }
        written.warn_of_what_has_no_effect(section);
        written
    }

    /// A setting of another action than the one that is written beside it is a mistake.
    fn warn_of_what_has_no_effect(&self, section: &Section<'_>) {
        let kind_of = |key: &str| match key {
            "text" => Kind::Text,
            "ipv4_prefix" | "ipv6_prefix" => Kind::TruncateIp,
            _ => Kind::Partial,
        };
        for key in ["text", "first", "last", "ipv4_prefix", "ipv6_prefix"] {
            let needed = kind_of(key);
            if section.has(key) && self.kind != needed {
                let name = KINDS.iter().find(|(_, kind)| *kind == needed).map_or("", |(name, _)| name);
                section.problem(key, format!("has no effect without `action: {name}`"));
            }
        }
    }

    fn action(&self, keys: &Keys) -> Action {
        use sluice_pii::Action as Replacement;
        Action::Replace(match self.kind {
            Kind::Mask => Replacement::Mask,
            Kind::Text => Replacement::Text(self.text.clone()),
            Kind::Hmac => Replacement::Hmac(keys.keyed()),
            Kind::Token => Replacement::Token(keys.keyed()),
            Kind::Partial => Replacement::Partial { first: self.first as usize, last: self.last as usize },
            Kind::TruncateIp => Replacement::TruncateIp { v4: self.ipv4_prefix, v6: self.ipv6_prefix },
            Kind::DropValue => return Action::DropValue,
            Kind::DropAttribute => return Action::DropAttribute,
            Kind::DropRecord => return Action::DropRecord,
        })
    }
}
