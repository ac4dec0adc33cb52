//! Where a value comes from.

use std::borrow::Cow;

use sluice_component::Context;
use sluice_pdata::edit::put_value;
use sluice_pdata::view::Value;

use super::{Action, Actions};

/// Where the value of an attribute comes from.
pub(super) enum Source {
    /// It stands in the configuration.
    Value(Vec<u8>),
    /// It is that of another attribute.
    Attribute { key: Box<str>, default: Option<Vec<u8>> },
    /// It is known about the request.
    Context { of: FromContext, default: Option<Vec<u8>> },
}

/// What may be known about a request.
pub(super) enum FromContext {
    /// `client.address`: the client's IP address, or the empty text.
    ClientAddress,
    /// `auth.…`: what the receiver's authenticator knows of the client.
    Auth(Box<str>),
    /// `metadata.…`, or anything else: the request's headers of this name, joined by `;`.
    Metadata(Box<str>),
}

impl FromContext {
    /// What a configuration names so.
    pub(super) fn named(name: &str) -> Self {
        match name {
            "client.address" => Self::ClientAddress,
            name => match name.strip_prefix("auth.") {
                Some(attribute) => Self::Auth(attribute.into()),
                None => Self::Metadata(name.strip_prefix("metadata.").unwrap_or(name).into()),
            },
        }
    }

    fn find(&self, context: &Context) -> Option<String> {
        match self {
            Self::Auth(name) => context.auth().get(name).map(str::to_owned),
            Self::ClientAddress => {
                Some(context.peer().map(|peer| peer.ip().to_canonical().to_string()).unwrap_or_default())
            }
            Self::Metadata(name) => {
                let mut values = context.metadata().get_all(name).peekable();
                values.peek()?;
                Some(values.collect::<Vec<_>>().join(";"))
            }
        }
    }
}

/// The actions, with what is known before a record is seen.
pub(crate) struct Prepared<'p> {
    steps: Vec<Step<'p>>,
    /// The keys that the actions name.
    keys: Vec<&'p [u8]>,
    /// A bit for each length that one of them has; the last is for all that are longer.
    lengths: u64,
    has_pattern: bool,
}

/// An action, and the value that it sets if no attribute says another: the message `AnyValue`.
pub(super) struct Step<'p> {
    pub(super) action: &'p Action,
    pub(super) value: Option<Cow<'p, [u8]>>,
}

impl Actions {
    /// Gets ready for the records of a request.
    pub(crate) fn prepare(&self, context: &Context) -> Prepared<'_> {
        let step = |action| Step { action, value: known_value(action, context) };
        let keys: Vec<_> = self.0.iter().flat_map(Action::keys).map(str::as_bytes).collect();
        Prepared {
            steps: self.0.iter().map(step).collect(),
            lengths: keys.iter().fold(0, |lengths, key| lengths | bit_of_length(key)),
            keys,
            has_pattern: self.0.iter().any(Action::has_pattern),
        }
    }
}

impl<'p> Prepared<'p> {
    pub(super) fn steps(&self) -> &[Step<'p>] {
        &self.steps
    }

    /// Whether an attribute of this key may be changed, or read.
    #[inline]
    pub(super) fn concern(&self, key: &[u8]) -> bool {
        self.has_pattern || (self.lengths & bit_of_length(key) != 0 && self.keys.contains(&key))
    }
}

fn bit_of_length(key: &[u8]) -> u64 {
    1 << key.len().min(63)
}

fn known_value<'p>(action: &'p Action, context: &Context) -> Option<Cow<'p, [u8]>> {
    let Action::Put { source, .. } = action else { return None };
    match source {
        Source::Value(value) => Some(Cow::Borrowed(value)),
        Source::Attribute { default, .. } => default.as_deref().map(Cow::Borrowed),
        Source::Context { of, default } => match of.find(context) {
            None => default.as_deref().map(Cow::Borrowed),
            Some(text) => {
                let mut value = Vec::with_capacity(text.len() + 3);
                put_value(&mut value, &Value::String(&text));
                Some(Cow::Owned(value))
            }
        },
    }
}

#[cfg(test)]
mod tests {
    use sluice_component::Transport;

    use super::*;

    #[test]
    fn what_is_known_of_a_request_is_found_by_name() {
        let metadata = [("x-tenant", "a"), ("x-tenant", "b")].into_iter().collect();
        let context =
            Context::new(Transport::Grpc, None, metadata).with_auth([("username", "ada")].into_iter().collect());
        let find = |name: &str| FromContext::named(name).find(&context);

        assert_eq!(find("auth.username").as_deref(), Some("ada"));
        assert_eq!(find("auth.subject"), None);
        assert_eq!(find("metadata.X-Tenant").as_deref(), Some("a;b"));
        assert_eq!(find("x-tenant").as_deref(), Some("a;b"));
        assert_eq!(find("client.address").as_deref(), Some(""));
    }
}
