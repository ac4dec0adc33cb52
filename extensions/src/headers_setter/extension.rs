//! The extension: headers, one after the other.

use std::sync::Arc;

use futures_util::future::join_all;
use http::header::Entry;
use http::{HeaderMap, HeaderName, HeaderValue};
use sluice_component::factory::{Extension, Settings};
use sluice_component::{
    BoxFuture, BuildError, ClientAuth, Context, NoCredentials, Offers, Retry, Role, RunError, Stop,
};

use super::config::{self, Action, Config};
use crate::credentials::{Derived, header_value};

pub(super) struct HeadersSetter(Arc<Setter>);

struct Setter {
    headers: Vec<Header>,
    additional: Option<Arc<dyn ClientAuth>>,
}

struct Header {
    key: HeaderName,
    action: Action,
    value: Value,
}

enum Value {
    Fixed(Arc<Derived<HeaderValue>>),
    Context { name: String, default: HeaderValue },
    Attribute { name: String, default: HeaderValue },
    None,
}

impl HeadersSetter {
    pub(super) fn new(config: &Config, settings: &Settings) -> Result<Self, BuildError> {
        let additional = config.additional_auth.as_ref();
        let additional = additional.map(|id| settings.extensions.client_auth(id, Role::ClientAuth)).transpose();
        let additional = additional.map_err(|error| BuildError::at("additional_auth", error.message))?;
        let header = |(index, header): (usize, &config::Header)| {
            let value = Value::new(&header.value);
            let value = value.map_err(|problem| BuildError::at(format!("headers::{index}"), problem))?;
            Ok(Header { key: header.key.clone(), action: header.action, value })
        };
        let headers = config.headers.iter().enumerate().map(header).collect::<Result<_, BuildError>>()?;
        Ok(Self(Arc::new(Setter { headers, additional })))
    }
}

impl Extension for HeadersSetter {
    fn offers(&self) -> Offers {
        Offers { client_auth: Some(Arc::clone(&self.0) as _), ..Offers::default() }
    }

    fn run(self: Box<Self>, stop: Stop) -> BoxFuture<'static, Result<(), RunError>> {
        let kept: Vec<_> = self.0.fixed().map(|value| Arc::clone(value).keep(stop.clone())).collect();
        Box::pin(async move {
            join_all(kept).await;
            stop.requested().await;
            Ok(())
        })
    }
}

impl Setter {
    fn fixed(&self) -> impl Iterator<Item = &Arc<Derived<HeaderValue>>> {
        self.headers.iter().filter_map(|header| match &header.value {
            Value::Fixed(value) => Some(value),
            _ => None,
        })
    }

    fn set(&self, headers: &mut HeaderMap, context: &Context) -> Result<(), NoCredentials> {
        for Header { key, action, value } in &self.headers {
            match (action, headers.entry(key)) {
                (Action::Delete, Entry::Occupied(entry)) => drop(entry.remove_entry_mult()),
                (Action::Update | Action::Upsert, Entry::Occupied(mut entry)) => {
                    entry.insert(value.get(context)?);
                }
                (Action::Insert | Action::Upsert, Entry::Vacant(entry)) => {
                    entry.insert(value.get(context)?);
                }
                (Action::Insert, Entry::Occupied(_)) | (Action::Update | Action::Delete, Entry::Vacant(_)) => {}
            }
        }
        Ok(())
    }
}

impl Value {
    fn new(value: &config::Value) -> Result<Self, String> {
        Ok(match value {
            config::Value::Fixed(source) => {
                Self::Fixed(Derived::new(vec![source.clone()], |texts| header_value(texts[0].reveal().as_bytes()))?)
            }
            config::Value::Context { name, default } => {
                Self::Context { name: name.clone(), default: header_value(default.reveal().as_bytes())? }
            }
            config::Value::Attribute { name, default } => {
                Self::Attribute { name: name.clone(), default: header_value(default.reveal().as_bytes())? }
            }
            config::Value::None => Self::None,
        })
    }

    fn get(&self, context: &Context) -> Result<HeaderValue, NoCredentials> {
        let never = |message: String| NoCredentials { message: message.into(), retry: Retry::Never };
        let known = |text: &str, name: &str| {
            header_value(text.as_bytes()).map_err(|problem| never(format!("{name} of the client {problem}")))
        };
        match self {
            Self::Fixed(value) => Ok(HeaderValue::clone(&value.current())),
            Self::Context { name, default } => {
                let mut values = context.metadata().get_all(name);
                match (values.next(), values.count()) {
                    (None, _) => Ok(default.clone()),
                    (Some(value), 0) => known(value, name),
                    (Some(_), others) => Err(never(format!(
                        "{} source keys found in the context, can't determine which one to use: {name}",
                        others + 1
                    ))),
                }
            }
            Self::Attribute { name, default } => match context.auth().get(name) {
                None => Ok(default.clone()),
                Some(value) => known(value, name),
            },
            // Only of what is removed, which takes no value.
            Self::None => Ok(HeaderValue::from_static("")),
        }
    }
}

impl ClientAuth for Setter {
    fn authorize<'a>(
        &'a self,
        headers: &'a mut HeaderMap,
        context: &'a Context,
    ) -> BoxFuture<'a, Result<(), NoCredentials>> {
        match &self.additional {
            None => Box::pin(std::future::ready(self.set(headers, context))),
            Some(additional) => Box::pin(async move {
                additional.authorize(headers, context).await?;
                self.set(headers, context)
            }),
        }
    }

    /// A file may have been written a moment ago; and the other authenticator may have something new.
    fn refused<'a>(&'a self, headers: &'a HeaderMap) -> BoxFuture<'a, bool> {
        Box::pin(async move {
            let before: Vec<_> = self.fixed().map(|value| value.current().clone()).collect();
            join_all(self.fixed().map(Derived::renew)).await;
            let renewed = self.fixed().zip(before).any(|(value, before)| **value.current() != *before);
            let others = match &self.additional {
                Some(additional) => additional.refused(headers).await,
                None => false,
            };
            renewed || others
        })
    }

    fn needs_tls(&self) -> bool {
        self.additional.as_ref().is_some_and(|additional| additional.needs_tls())
    }
}
