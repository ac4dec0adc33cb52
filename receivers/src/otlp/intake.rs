//! What both transports do with a request once it is received.

use bytes::Bytes;
use http::HeaderMap;
use sluice_component::{Accepted, AuthData, Consumers, Context, Metadata, Transport};
use sluice_pdata::{Batch, Limits, Signal};
use sluice_transport::server::{Authenticator, Budget, Peer};
use sluice_transport::status::Status;

use super::refused::{Reason, Refused, Rejections};

/// Where requests go.
pub(super) struct Intake {
    pub(super) consumers: Consumers,
    pub(super) rejections: Rejections,
    pub(super) budget: Budget,
    pub(super) transport: Transport,
    /// Who says whom we serve; without one it is everybody.
    pub(super) auth: Option<Authenticator>,
    pub(super) include_metadata: bool,
    /// What a message may hold.
    pub(super) limits: Limits,
}

/// How a message is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Format {
    Protobuf,
    Json,
}

impl Intake {
    /// Finds out who sends a request, before its body is read.
    pub(super) async fn authenticate(&self, headers: &HeaderMap, query: Option<&str>) -> Result<AuthData, Refused> {
        match &self.auth {
            Some(auth) => Ok(auth.authenticate(headers, query).await?),
            None => Ok(AuthData::NOTHING),
        }
    }

    /// Checks a message, once and for all.
    pub(super) fn check(&self, signal: Signal, format: Format, message: Bytes) -> Result<Batch, Refused> {
        Ok(match format {
            Format::Protobuf => Batch::check(signal, message, &self.limits)?,
            Format::Json => Batch::check_json(signal, &message, &self.limits)?,
        })
    }

    /// Hands a batch to its pipelines. Without items there is nothing to hand on, and all is well.
    pub(super) async fn hand_on(&self, batch: Batch, context: Context) -> Result<Accepted, Status> {
        if batch.items() == 0 {
            return Ok(Accepted::ALL);
        }
        match self.consumers.get(batch.signal()) {
            Some(consumer) => consumer.consume(batch, context).await.map_err(|error| Status::from(&error)),
            None => Err(Status::new(sluice_component::Code::Unimplemented, "no pipeline takes this signal")),
        }
    }

    /// Who sends, for those behind.
    pub(super) fn context(&self, peer: Peer, auth: AuthData, authority: Option<&str>, headers: &HeaderMap) -> Context {
        let metadata = if self.include_metadata { metadata(authority, headers) } else { Metadata::default() };
        Context::new(self.transport, peer.address, metadata).with_auth(auth)
    }

    /// Counts a refusal, and says what the client is told.
    pub(super) fn refuse(&self, refused: Refused) -> (Reason, Status) {
        self.rejections.count(refused.reason);
        (refused.reason, refused.status)
    }
}

/// The headers of a request, but those of the transport itself and those that are not text.
fn metadata(authority: Option<&str>, headers: &HeaderMap) -> Metadata {
    let host = authority.filter(|_| !headers.contains_key(http::header::HOST)).map(|host| ("host", host));
    let others = headers.iter().filter(|(name, _)| !matches!(name.as_str(), "te" | "grpc-timeout" | "grpc-encoding"));
    host.into_iter().chain(others.filter_map(|(name, value)| Some((name.as_str(), value.to_str().ok()?)))).collect()
}
