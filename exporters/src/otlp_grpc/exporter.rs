//! The exporter.

use std::borrow::Cow;
use std::time::Duration;

use metrics::Label;
use sluice_component::factory::Settings;
use sluice_component::{Accepted, BoxFuture, BuildError, Code, ComponentId, ConsumeError, Context, Reason, Retry};
use sluice_pdata::{Batch, Signal};
use sluice_transport::client::grpc::{Client, Failure, Method};
use sluice_transport::status::Status;

use super::config::Config;
use crate::sending::Push;
use crate::{answers, otlp};

/// Calls the export method of one signal.
pub(super) struct Exporter {
    id: ComponentId,
    client: Client,
    method: Method,
    destination: Vec<Label>,
}

impl Exporter {
    pub(super) fn new(config: &Config, settings: &Settings, signal: Signal) -> Result<Self, BuildError> {
        let user_agent = settings.program.user_agent();
        let client = Client::new(&config.client, &user_agent, config.sending.timeout, &settings.extensions)?;
        let method = client.method(otlp::method(signal));
        let server = config.client.server();
        let destination = server.map(|(host, port)| {
            vec![Label::new("server_address", host.to_owned()), Label::new("server_port", port.to_string())]
        });
        Ok(Self { id: settings.id.clone(), client, method, destination: destination.unwrap_or_default() })
    }

    fn error(&self, failure: Failure) -> ConsumeError {
        match failure {
            Failure::Status(status) | Failure::Answer(status) => self.refused(status),
            Failure::Connection(message) => ConsumeError::retryable(&self.id, Reason::Unavailable, Retry::Now, message),
            Failure::Internal(message) => ConsumeError::permanent(&self.id, Reason::Internal, Code::Internal, message),
            Failure::NoCredentials(error) => answers::no_credentials(&self.id, error),
        }
    }

    /// What a backend's status means.
    ///
    /// Source: the OTLP specification, "Failures" and "OTLP/gRPC Throttling".
    fn refused(&self, status: Status) -> ConsumeError {
        let retry = match status.retry_after {
            _ if !status.is_retryable() => Retry::Never,
            Some(delay) if delay > Duration::ZERO => Retry::After(delay),
            _ => Retry::Now,
        };
        let reason = match status.code {
            _ if retry == Retry::Never => Reason::Rejected,
            Code::DeadlineExceeded => Reason::DeadlineExceeded,
            _ => Reason::Unavailable,
        };
        let message: Cow<'static, str> = match answers::shortened(&status.message) {
            "" => format!("the backend answered {:?}", status.code).into(),
            message => format!("the backend answered {:?}: {message}", status.code).into(),
        };
        ConsumeError { component: self.id.clone(), reason, code: status.code, retry, message }
    }
}

impl Push for Exporter {
    fn push(&self, batch: Batch, context: Context) -> BoxFuture<'_, Result<Accepted, ConsumeError>> {
        Box::pin(async move {
            let answer = self
                .client
                .call(&self.method, batch.messages(), &context)
                .await
                .map_err(|failure| self.error(failure))?;
            otlp::accepted(&answer).map_err(|error| {
                let message = format!("the backend's answer cannot be read: {error}");
                ConsumeError::permanent(&self.id, Reason::Rejected, Code::Internal, message)
            })
        })
    }

    fn destination(&self) -> Vec<Label> {
        self.destination.clone()
    }
}
