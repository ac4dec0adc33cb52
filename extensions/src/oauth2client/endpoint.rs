//! The token endpoint: one request, and what it answers.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use http::header::{ACCEPT, AUTHORIZATION};
use http::{HeaderMap, HeaderValue};
use serde_json::Value as Json;
use sluice_component::config::Secret;
use sluice_component::factory::Program;
use sluice_component::{BuildError, Context, Extensions};
use sluice_transport::client::http::{self as client, Client, Response};
use url::form_urlencoded::{Serializer, byte_serialize, parse};

use super::config::Config;
use crate::credentials::header_value;

/// Asks for tokens.
pub(super) struct Endpoint {
    config: Config,
    client: Client,
    /// Whether the server takes our credentials in the body alone, as found out at the first token.
    in_body: AtomicBool,
}

/// What is shown to backends until it expires.
pub(super) struct Token {
    pub(super) header: HeaderValue,
    /// `None` for a token that does not expire.
    pub(super) lifetime: Option<Duration>,
}

impl Endpoint {
    pub(super) fn new(config: &Config, program: &Program) -> Result<Self, BuildError> {
        let settings = client::Config::with_tls(config.tls.clone());
        let form = "application/x-www-form-urlencoded";
        let client = Client::new(&settings, &config.token_url, form, &program.user_agent(), &Extensions::default())?;
        Ok(Self { config: config.clone(), client, in_body: AtomicBool::new(false) })
    }

    /// Fetches a token.
    ///
    /// # Errors
    ///
    /// Why there is none, without a secret: of what the server says, its code for the error alone.
    pub(super) async fn token(&self) -> Result<Token, String> {
        let fetched = tokio::time::timeout(self.config.timeout, self.fetch()).await;
        let host = self.config.token_url.host().unwrap_or_default();
        let fetched = fetched.unwrap_or_else(|_| Err("it did not answer in time".into()));
        fetched.map_err(|problem| format!("failed to get security token from token endpoint {host}: {problem}"))
    }

    /// Servers should take credentials in the header, and some take them in the body only: what the first token was got
    /// with is kept.
    async fn fetch(&self) -> Result<Token, String> {
        // The files are read for each token: nothing is too old then, and it is seldom enough.
        let sources = [self.config.client_id.clone(), self.config.client_secret.clone()];
        let loaded = tokio::task::spawn_blocking(move || Ok(sources.map(|source| source.load())));
        let [id, secret] = loaded.await.unwrap_or_else(|_| Err("a file could not be read".to_owned()))?;
        let (id, secret) = (id?, secret?);
        if self.in_body.load(Ordering::Relaxed) {
            return self.ask_in_body(&id, &secret).await;
        }
        let in_header = self.ask_in_header(&id, &secret).await?;
        match read(&in_header) {
            Err(_) if in_header.status.is_client_error() => {
                let token = self.ask_in_body(&id, &secret).await?;
                self.in_body.store(true, Ordering::Relaxed);
                Ok(token)
            }
            read => read,
        }
    }

    async fn ask_in_header(&self, id: &Secret, secret: &Secret) -> Result<Response, String> {
        let encoded = |secret: &Secret| byte_serialize(secret.reveal().as_bytes()).collect::<String>();
        let packed = STANDARD.encode(format!("{}:{}", encoded(id), encoded(secret)));
        let mut headers = HeaderMap::new();
        headers.insert(AUTHORIZATION, header_value(format!("Basic {packed}").as_bytes())?);
        self.ask(headers, &[]).await
    }

    async fn ask_in_body(&self, id: &Secret, secret: &Secret) -> Result<Token, String> {
        read(&self.ask(HeaderMap::new(), &[("client_id", id), ("client_secret", secret)]).await?)
    }

    async fn ask(&self, mut headers: HeaderMap, credentials: &[(&str, &Secret)]) -> Result<Response, String> {
        headers.insert(ACCEPT, HeaderValue::from_static("application/json"));
        let body = self.body(credentials);
        self.client.post_with(&headers, &[body], &Context::default()).await.map_err(|failure| failure.to_string())
    }

    /// The parameters in the order of their names.
    fn body(&self, credentials: &[(&str, &Secret)]) -> Bytes {
        let given = &self.config.endpoint_params;
        let scope = self.config.scopes.join(" ");
        let mut params: Vec<(&str, &str)> = given.iter().map(|(name, value)| (&**name, value.reveal())).collect();
        params.extend(credentials.iter().map(|(name, value)| (*name, value.reveal())));
        if !scope.is_empty() {
            params.push(("scope", &scope));
        }
        // The user's own, for servers that call the grant otherwise.
        if !given.iter().any(|(name, _)| name == "grant_type") {
            params.push(("grant_type", "client_credentials"));
        }
        params.sort_by_key(|(name, _)| *name);
        Serializer::new(String::new()).extend_pairs(params).finish().into()
    }
}

/// Reads an answer in JSON, or as the form that some old servers send.
fn read(response: &Response) -> Result<Token, String> {
    let form = matches!(response.content_type().as_str(), "application/x-www-form-urlencoded" | "text/plain");
    let answer = match form {
        true => Json::Object(parse(&response.body).map(|(name, value)| (name.into(), value.into())).collect()),
        false => serde_json::from_slice(&response.body).unwrap_or_default(),
    };
    let text = |name: &str| answer[name].as_str().filter(|text| !text.is_empty());
    if !response.status.is_success() || text("error").is_some() {
        let error = text("error").map_or_else(String::new, |error| format!(", {}", harmless(error)));
        return Err(format!("it answered HTTP {}{error}", response.status));
    }
    let token = text("access_token").ok_or("its answer has no access_token")?;
    let scheme = scheme(text("token_type").unwrap_or_default());
    let header =
        header_value(format!("{scheme} {token}").as_bytes()).map_err(|problem| format!("its token {problem}"))?;
    let expires_in = &answer["expires_in"];
    let seconds = expires_in.as_f64().or_else(|| expires_in.as_str()?.parse().ok());
    let lifetime = seconds.filter(|&seconds| seconds > 0.0).and_then(|s| Duration::try_from_secs_f64(s).ok());
    Ok(Token { header, lifetime })
}

/// The scheme as it is usually written: many servers check the case.
fn scheme(token_type: &str) -> &str {
    match token_type {
        "" => "Bearer",
        text if text.eq_ignore_ascii_case("bearer") => "Bearer",
        text if text.eq_ignore_ascii_case("mac") => "MAC",
        text if text.eq_ignore_ascii_case("basic") => "Basic",
        text => text,
    }
}

/// A server's code for an error: what RFC 6749 lets be one, and not more of it than it may be long.
fn harmless(code: &str) -> String {
    code.chars().filter(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.')).take(64).collect()
}
