//! Asking an authenticator before a request is read.

use std::borrow::Cow;
use std::sync::Arc;

use http::{HeaderMap, HeaderName, HeaderValue};
use sluice_component::config::{Presence, Section};
use sluice_component::{AuthData, BuildError, ComponentId, Denied, Extensions, Role, ServerAuth};

/// What the user writes under `auth`.
#[derive(Clone, Debug)]
pub struct AuthConfig {
    authenticator: ComponentId,
    request_params: Vec<Param>,
}

/// A parameter of the query that stands for the header of its name.
#[derive(Clone, Debug)]
struct Param {
    /// As it stands in the query, in this case.
    name: String,
    header: HeaderName,
}

impl AuthConfig {
    /// Reads `auth` of a gRPC server.
    pub fn read_grpc(section: &mut Section<'_>) -> Option<Self> {
        let read = |section: &mut Section<'_>| {
            let authenticator = section.extension("authenticator", Role::ServerAuth)?;
            Some(Self { authenticator, request_params: Vec::new() })
        };
        section.optional("auth", Presence::OnWhenSet, read).flatten()
    }

    /// Reads `auth` of an HTTP server.
    pub fn read_http(section: &mut Section<'_>) -> Option<Self> {
        let read = |section: &mut Section<'_>| {
            let authenticator = section.extension("authenticator", Role::ServerAuth);
            let request_params = read_params(section);
            Some(Self { authenticator: authenticator?, request_params })
        };
        section.optional("auth", Presence::OnWhenSet, read).flatten()
    }
}

fn read_params(section: &mut Section<'_>) -> Vec<Param> {
    const KEY: &str = "request_params";
    let mut params = Vec::new();
    for name in section.strings(KEY, &[]) {
        match HeaderName::try_from(&name) {
            Ok(header) => params.push(Param { name, header }),
            Err(_) => section.problem(KEY, format!("must be names of headers, found {name:?}")),
        }
    }
    params
}

/// Asks the configured authenticator.
pub struct Authenticator {
    auth: Arc<dyn ServerAuth>,
    request_params: Vec<Param>,
}

impl Authenticator {
    /// Finds the authenticator that the configuration names.
    ///
    /// # Errors
    ///
    /// It does not run, or judges no requests.
    pub fn new(config: &AuthConfig, extensions: &Extensions) -> Result<Self, BuildError> {
        let auth = extensions.server_auth(&config.authenticator);
        let auth = auth.map_err(|error| BuildError::at("auth::authenticator", error.message))?;
        Ok(Self { auth, request_params: config.request_params.clone() })
    }

    /// Judges a request by its headers, and by the parameters of its `query` that stand for headers.
    ///
    /// # Errors
    ///
    /// The request is not to be answered.
    pub async fn authenticate(&self, headers: &HeaderMap, query: Option<&str>) -> Result<AuthData, Denied> {
        let headers = match query {
            Some(query) if !self.request_params.is_empty() => self.with_params(headers, query),
            _ => Cow::Borrowed(headers),
        };
        self.auth.authenticate(&headers).await
    }

    /// A parameter wins over the header of its name.
    fn with_params<'h>(&self, headers: &'h HeaderMap, query: &str) -> Cow<'h, HeaderMap> {
        let mut headers = Cow::Borrowed(headers);
        for param in &self.request_params {
            let mut values = url::form_urlencoded::parse(query.as_bytes()).filter(|(name, _)| *name == param.name);
            let Some((_, value)) = values.next() else { continue };
            match HeaderValue::from_bytes(value.as_bytes()) {
                Ok(value) => drop(headers.to_mut().insert(&param.header, value)),
                // No credentials look like that.
                Err(_) => drop(headers.to_mut().remove(&param.header)),
            }
        }
        headers
    }
}

#[cfg(test)]
mod tests {
    use sluice_component::{BoxFuture, Offers};

    use super::*;

    /// Lets in whoever has a token, and knows it.
    struct Token;

    impl ServerAuth for Token {
        fn authenticate<'a>(&'a self, headers: &'a HeaderMap) -> BoxFuture<'a, Result<AuthData, Denied>> {
            let token = headers.get_all("x-token").iter().map(|value| String::from_utf8_lossy(value.as_bytes()));
            let token = token.collect::<Vec<_>>().join("|");
            let judged = match token.as_str() {
                "" => Err(Denied::Unauthenticated("no token".into())),
                token => Ok([("token", token)].into_iter().collect()),
            };
            Box::pin(std::future::ready(judged))
        }
    }

    fn authenticator(params: &[&str]) -> Authenticator {
        let mut extensions = Extensions::default();
        let id: ComponentId = "token".parse().unwrap();
        extensions.insert(id.clone(), Offers { server_auth: Some(Arc::new(Token)), ..Offers::default() });
        let param = |name: &&str| Param { name: name.to_string(), header: HeaderName::try_from(*name).unwrap() };
        let config = AuthConfig { authenticator: id, request_params: params.iter().map(param).collect() };
        Authenticator::new(&config, &extensions).unwrap()
    }

    async fn token(params: &[&str], header: Option<&'static str>, query: Option<&str>) -> Result<String, String> {
        let mut headers = HeaderMap::new();
        headers.extend(header.map(|value| (HeaderName::from_static("x-token"), HeaderValue::from_static(value))));
        let judged = authenticator(params).authenticate(&headers, query).await;
        judged.map(|data| data.get("token").unwrap_or_default().to_owned()).map_err(|denied| denied.to_string())
    }

    #[tokio::test]
    async fn a_parameter_of_the_query_stands_for_a_header_where_that_is_asked_for() {
        let of_header = || Ok("header".to_owned());
        let of_query = || Ok("of the query".to_owned());
        let query = Some("a=1&X-Token=of+the%20query&X-Token=2");

        assert_eq!(token(&[], Some("header"), query).await, of_header());
        assert_eq!(token(&[], None, query).await, Err("no token".into()));
        assert_eq!(token(&["X-Token"], Some("header"), query).await, of_query());
        assert_eq!(token(&["X-Token"], None, query).await, of_query());
        assert_eq!(token(&["x-token"], Some("header"), query).await, of_header());
        assert_eq!(token(&["X-Token"], Some("header"), Some("a=1")).await, of_header());
        assert_eq!(token(&["X-Token"], Some("header"), Some("X-Token=%0a")).await, Err("no token".into()));
    }
}
