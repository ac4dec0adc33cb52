//! The receiver: one server a protocol.

use std::io;
use std::sync::Arc;

use sluice_component::factory::Settings;
use sluice_component::{BoxFuture, BuildError, Consumers, Health, Receiver, RunError, StatusReporter, Stop, Transport};
use sluice_pdata::Limits;
use sluice_transport::server::{AuthConfig, Authenticator, Budget, Handler, Local, Protocols, Server};

use super::config::{self, Config};
use super::grpc::Grpc;
use super::http::Http;
use super::intake::Intake;
use super::refused::Rejections;

/// The receiver, bound.
pub(super) struct Otlp {
    grpc: Option<Server<Grpc>>,
    http: Option<Server<Http>>,
    status: StatusReporter,
}

impl Otlp {
    /// Binds what the configuration asks for.
    pub(super) fn bind(config: &Config, settings: &Settings, consumers: Consumers) -> Result<Self, BuildError> {
        let intake = |transport, auth, include_metadata, max_message| Intake {
            consumers: consumers.clone(),
            rejections: Rejections::new(&settings.id, transport),
            budget: Budget::of_the_process(),
            transport,
            auth,
            include_metadata,
            limits: Limits::for_messages_of(max_message),
        };
        let within = |protocol: &'static str| {
            move |error: BuildError| BuildError::at(format!("protocols::{protocol}::{}", error.key), error.message)
        };
        let authenticator = |config: &Option<AuthConfig>| {
            config.as_ref().map(|config| Authenticator::new(config, &settings.extensions)).transpose()
        };
        let bind_grpc = |grpc: &config::Grpc| {
            let auth = authenticator(&grpc.auth)?;
            let handler = Grpc::new(grpc, intake(Transport::Grpc, auth, grpc.include_metadata, grpc.max_message));
            let limits = grpc.limits.clone();
            Server::bind(&grpc.address, grpc.tls.as_ref(), Protocols::Http2, limits, Arc::new(handler))
        };
        let bind_http = |http: &config::Http| {
            let server = &http.server;
            let auth = authenticator(&server.auth)?;
            let handler = Http::new(http, intake(Transport::Http, auth, server.include_metadata, server.max_body));
            let limits = server.limits.clone();
            Server::bind(&server.address, server.tls.as_ref(), Protocols::Both, limits, Arc::new(handler))
        };
        let grpc = config.grpc.as_ref().map(bind_grpc).transpose().map_err(within("grpc"))?;
        let http = config.http.as_ref().map(bind_http).transpose().map_err(within("http"))?;
        let otlp = Self { grpc, http, status: settings.status.clone() };
        for (protocol, address) in otlp.locals() {
            tracing::info!(receiver = %settings.id, protocol, %address, "bound");
        }
        Ok(otlp)
    }

    /// What is spoken where.
    pub(super) fn locals(&self) -> impl Iterator<Item = (&'static str, Local)> {
        let grpc = self.grpc.as_ref().map(|server| ("grpc", server.local()));
        let http = self.http.as_ref().map(|server| ("http", server.local()));
        grpc.into_iter().chain(http)
    }
}

impl Receiver for Otlp {
    fn run(self: Box<Self>, stop: Stop) -> BoxFuture<'static, Result<(), RunError>> {
        let Self { grpc, http, status } = *self;
        Box::pin(async move {
            status.report(Health::Ok);
            let served = tokio::try_join!(run(grpc, &stop), run(http, &stop));
            status.report(Health::Stopping);
            served.map(drop).map_err(|error| RunError(format!("cannot serve: {error}").into()))
        })
    }
}

async fn run<H: Handler>(server: Option<Server<H>>, stop: &Stop) -> io::Result<()> {
    match server {
        Some(server) => server.run(stop.clone()).await,
        None => Ok(()),
    }
}
