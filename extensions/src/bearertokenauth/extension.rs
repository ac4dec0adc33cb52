//! The extension: the tokens of the moment.

use std::sync::Arc;

use http::{HeaderMap, HeaderName, HeaderValue};
use sluice_component::config::Secret;
use sluice_component::factory::Extension;
use sluice_component::{
    AuthData, BoxFuture, BuildError, ClientAuth, Context, Denied, NoCredentials, Offers, RunError, ServerAuth, Stop,
};
use subtle::{Choice, ConstantTimeEq};

use super::config::{Config, From};
use crate::credentials::{Derived, header_value};

pub(super) struct BearerTokenAuth(Arc<Bearer>);

struct Bearer {
    header: HeaderName,
    /// The header as the user wrote it, for who does not send it.
    shown: String,
    tokens: Arc<Derived<Tokens>>,
}

/// What a header must be: one for each token.
pub(super) struct Tokens(Vec<HeaderValue>);

impl Tokens {
    /// # Errors
    ///
    /// A token cannot stand in a header.
    pub(super) fn new<'t>(scheme: &str, tokens: impl IntoIterator<Item = &'t str>) -> Result<Self, String> {
        let value = |token: &str| match scheme {
            "" => header_value(token.as_bytes()),
            scheme => header_value(format!("{scheme} {token}").as_bytes()),
        };
        let values: Result<_, _> = tokens.into_iter().map(value).collect();
        Ok(Self(values.map_err(|problem| format!("a token {problem}"))?))
    }

    /// The tokens of a text: the first word of each line.
    pub(super) fn lines(text: &Secret) -> impl Iterator<Item = &str> {
        text.reveal().lines().filter_map(|line| line.split_whitespace().next())
    }
}

impl BearerTokenAuth {
    pub(super) fn new(config: &Config) -> Result<Self, BuildError> {
        let scheme = config.scheme.clone();
        let tokens = match &config.tokens {
            From::List(tokens) => {
                let tokens = tokens.clone();
                Derived::new(Vec::new(), move |_| Tokens::new(&scheme, tokens.iter().map(Secret::reveal)))
            }
            From::Lines(source) => Derived::new(vec![source.clone()], move |texts| {
                Tokens::new(&scheme, texts.iter().flat_map(Tokens::lines))
            }),
        };
        let tokens = tokens.map_err(|problem| BuildError::at("filename", problem))?;
        Ok(Self(Arc::new(Bearer { header: config.header.clone(), shown: config.shown.clone(), tokens })))
    }
}

impl Extension for BearerTokenAuth {
    fn offers(&self) -> Offers {
        Offers { server_auth: Some(Arc::clone(&self.0) as _), client_auth: Some(Arc::clone(&self.0) as _) }
    }

    fn run(self: Box<Self>, stop: Stop) -> BoxFuture<'static, Result<(), RunError>> {
        let tokens = Arc::clone(&self.0.tokens);
        Box::pin(async move {
            tokens.keep(stop).await;
            Ok(())
        })
    }
}

impl ServerAuth for Bearer {
    fn authenticate<'a>(&'a self, headers: &'a HeaderMap) -> BoxFuture<'a, Result<AuthData, Denied>> {
        let judged =
            match headers.get(&self.header) {
                None => Err(format!("missing or empty authorization header: {}", self.shown).into()),
                Some(shown) => {
                    let right =
                        self.tokens.current().0.iter().fold(Choice::from(0), |right, expected| {
                            right | expected.as_bytes().ct_eq(shown.as_bytes())
                        });
                    let wrong = "provided authorization does not match expected scheme or token";
                    if right.into() { Ok(AuthData::NOTHING) } else { Err(wrong.into()) }
                }
            };
        Box::pin(std::future::ready(judged.map_err(Denied::Unauthenticated)))
    }
}

impl ClientAuth for Bearer {
    fn authorize<'a>(&'a self, headers: &'a mut HeaderMap, _: &'a Context) -> BoxFuture<'a, Result<(), NoCredentials>> {
        if let Some(value) = self.tokens.current().0.first() {
            headers.insert(&self.header, value.clone());
        }
        Box::pin(std::future::ready(Ok(())))
    }

    /// The file may have been written a moment ago.
    fn refused<'a>(&'a self, headers: &'a HeaderMap) -> BoxFuture<'a, bool> {
        Box::pin(async {
            self.tokens.renew().await;
            headers.get(&self.header) != self.tokens.current().0.first()
        })
    }

    fn needs_tls(&self) -> bool {
        true
    }
}
