//! For clients: the header of the moment.

use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::header::AUTHORIZATION;
use http::{HeaderMap, HeaderValue};
use sluice_component::config::Secret;
use sluice_component::factory::Extension;
use sluice_component::{BoxFuture, BuildError, ClientAuth, Context, NoCredentials, Offers, RunError, Stop};

use super::config::Credentials;
use crate::credentials::{Derived, header_value};

pub(super) struct Client(Arc<Header>);

struct Header(Arc<Derived<HeaderValue>>);

impl Client {
    pub(super) fn new(credentials: &Credentials) -> Result<Self, BuildError> {
        let sources = vec![credentials.username.clone(), credentials.password.clone()];
        let header = Derived::new(sources, |texts| header(&texts[0], &texts[1]));
        let header = header.map_err(|problem| BuildError::at("client_auth", problem))?;
        Ok(Self(Arc::new(Header(header))))
    }
}

fn header(username: &Secret, password: &Secret) -> Result<HeaderValue, String> {
    if username.reveal().contains(':') {
        return Err("the username must not have a colon in it".into());
    }
    let packed = STANDARD.encode(format!("{}:{}", username.reveal(), password.reveal()));
    header_value(format!("Basic {packed}").as_bytes())
}

impl Extension for Client {
    fn offers(&self) -> Offers {
        Offers { client_auth: Some(Arc::clone(&self.0) as _), ..Offers::default() }
    }

    fn run(self: Box<Self>, stop: Stop) -> BoxFuture<'static, Result<(), RunError>> {
        let header = Arc::clone(&self.0.0);
        Box::pin(async move {
            header.keep(stop).await;
            Ok(())
        })
    }
}

impl ClientAuth for Header {
    fn authorize<'a>(&'a self, headers: &'a mut HeaderMap, _: &'a Context) -> BoxFuture<'a, Result<(), NoCredentials>> {
        headers.insert(AUTHORIZATION, HeaderValue::clone(&self.0.current()));
        Box::pin(std::future::ready(Ok(())))
    }

    /// A file may have been written a moment ago.
    fn refused<'a>(&'a self, headers: &'a HeaderMap) -> BoxFuture<'a, bool> {
        Box::pin(async {
            self.0.renew().await;
            headers.get(AUTHORIZATION) != Some(&**self.0.current())
        })
    }

    fn needs_tls(&self) -> bool {
        true
    }
}
