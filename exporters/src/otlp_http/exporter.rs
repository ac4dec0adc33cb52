//! The exporter.

use bytes::Bytes;
use metrics::Label;
use sluice_component::factory::Settings;
use sluice_component::{Accepted, BoxFuture, BuildError, Code, ComponentId, ConsumeError, Context, Reason, Retry};
use sluice_pdata::{Batch, Signal};
use sluice_transport::client::http::{Client, Response};
use sluice_transport::status::Status;

use super::config::{Config, Encoding};
use crate::sending::{self, Push};
use crate::translating::translated;
use crate::{answers, otlp};

/// Posts the batches of one signal.
pub(super) struct Exporter {
    id: ComponentId,
    client: Client,
    encoding: Encoding,
    destination: Vec<Label>,
}

impl Exporter {
    pub(super) fn new(config: &Config, settings: &Settings, signal: Signal) -> Result<Self, BuildError> {
        let content_type = match config.encoding {
            Encoding::Proto => "application/x-protobuf",
            Encoding::Json => "application/json",
        };
        let url = config.url(signal)?;
        let user_agent = settings.program.user_agent();
        let client = Client::new(&config.client, &url, content_type, &user_agent, &settings.extensions)?;
        Ok(Self { id: settings.id.clone(), client, encoding: config.encoding, destination: sending::destination(&url) })
    }

    async fn send(&self, batch: Batch, context: Context) -> Result<Accepted, ConsumeError> {
        let response = match self.encoding {
            Encoding::Proto => self.client.post(batch.messages(), &context).await,
            Encoding::Json => self.client.post(&[self.json(batch).await?], &context).await,
        };
        let response = response.map_err(|failure| answers::no_answer(&self.id, failure))?;
        if response.status.is_success() { self.accepted(&response) } else { Err(self.refused(&response)) }
    }

    async fn json(&self, batch: Batch) -> Result<Bytes, ConsumeError> {
        let write = |batch: &Batch| {
            let mut json = Vec::new();
            batch.write_json(&mut json);
            Ok(Bytes::from(json))
        };
        translated(&self.id, batch, write).await
    }

    /// Reads what a backend says about a request that it took; of a type that is none of OTLP, nothing.
    fn accepted(&self, response: &Response) -> Result<Accepted, ConsumeError> {
        let read = match response.content_type().as_str() {
            "application/x-protobuf" => otlp::accepted(&response.body).map_err(|error| error.to_string()),
            "application/json" => otlp::accepted_json(&response.body).map_err(|error| error.to_string()),
            _ => Ok(Accepted::ALL),
        };
        read.map_err(|error| {
            let message = format!("the backend's answer cannot be read: {error}");
            ConsumeError::permanent(&self.id, Reason::Rejected, Code::Unknown, message)
        })
    }

    /// What a backend's status means.
    ///
    /// Source: the OTLP specification, "Failures" and "OTLP/HTTP Throttling".
    fn refused(&self, response: &Response) -> ConsumeError {
        let retry = match response.status.as_u16() {
            429 | 503 => answers::retry_as_told(response),
            502 | 504 => Retry::Now,
            _ => Retry::Never,
        };
        let said = match response.content_type().as_str() {
            "application/x-protobuf" => Status::from_protobuf(&response.body),
            "application/json" => Status::from_json(&response.body),
            _ => None,
        };
        answers::refused(&self.id, response, retry, said.as_ref().map_or("", |status| &status.message))
    }
}

impl Push for Exporter {
    fn push(&self, batch: Batch, context: Context) -> BoxFuture<'_, Result<Accepted, ConsumeError>> {
        Box::pin(self.send(batch, context))
    }

    fn destination(&self) -> Vec<Label> {
        self.destination.clone()
    }
}
