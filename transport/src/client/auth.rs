//! Showing a server who we are.

use std::sync::Arc;

use ::http::HeaderMap;
use sluice_component::config::{Presence, Section};
use sluice_component::{BuildError, ClientAuth, ComponentId, Context, Extensions, NoCredentials, Role};

/// Reads `auth`: the extension that is asked at each attempt.
pub(super) fn read(section: &mut Section<'_>, role: Role) -> Option<ComponentId> {
    let read = |section: &mut Section<'_>| section.extension("authenticator", role);
    section.optional("auth", Presence::OnWhenSet, read).flatten()
}

/// The authenticator of this id.
pub(super) fn find(
    id: Option<&ComponentId>,
    role: Role,
    extensions: &Extensions,
) -> Result<Option<Arc<dyn ClientAuth>>, BuildError> {
    let found = id.map(|id| extensions.client_auth(id, role)).transpose();
    found.map_err(|error| BuildError::at("auth::authenticator", error.message))
}

/// The headers of one request to a server.
pub(super) struct Authorized<'a> {
    auth: Option<&'a dyn ClientAuth>,
    /// Those of every request.
    common: &'a HeaderMap,
    context: &'a Context,
    /// Those of this one, where they differ.
    own: Option<HeaderMap>,
    /// Whether other credentials were tried already.
    repeated: bool,
}

impl<'a> Authorized<'a> {
    /// Asks the authenticator, if there is one.
    pub(super) async fn new(
        auth: Option<&'a Arc<dyn ClientAuth>>,
        common: &'a HeaderMap,
        context: &'a Context,
    ) -> Result<Self, NoCredentials> {
        let auth = auth.map(|auth| &**auth);
        let mut authorized = Self { auth, common, context, own: None, repeated: false };
        authorized.ask().await?;
        Ok(authorized)
    }

    /// What to send.
    pub(super) fn headers(&self) -> &HeaderMap {
        self.own.as_ref().unwrap_or(self.common)
    }

    /// Whether the request, whose credentials the server has refused, is to be sent again, with what [`headers`] are now.
    ///
    /// [`headers`]: Self::headers
    pub(super) async fn has_others(&mut self) -> Result<bool, NoCredentials> {
        let Some(auth) = self.auth.filter(|_| !self.repeated) else { return Ok(false) };
        if !auth.refused(self.headers()).await {
            return Ok(false);
        }
        self.repeated = true;
        self.ask().await?;
        Ok(true)
    }

    async fn ask(&mut self) -> Result<(), NoCredentials> {
        if let Some(auth) = self.auth {
            let mut headers = self.common.clone();
            auth.authorize(&mut headers, self.context).await?;
            self.own = Some(headers);
        }
        Ok(())
    }
}
