//! `sluice demo`: a gateway to look at, in one command and without a backend.
//!
//! Writes a configuration into a folder and runs it, sends it the telemetry of three services over real OTLP, shows
//! what moves and what is taken out of it, and listens for the newcomer's own programs.

mod figures;
mod folder;
mod load;
mod samples;
mod screen;
mod services;

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::mpsc;
use tokio_util::sync::{CancellationToken, DropGuard};

use folder::Folder;
use samples::Samples;
use screen::Screen;

use crate::config::{self, Request};
use crate::service::{self, Event, Events, Load, Options, ServiceError};

/// What the demo is told.
#[derive(Clone, Debug)]
pub(crate) struct Settings {
    /// Where everything is written.
    pub(crate) directory: PathBuf,
    /// How long it runs; `None` until it is asked to end.
    pub(crate) duration: Option<Duration>,
    /// How many orders a second the three services handle.
    pub(crate) orders_per_second: u32,
    /// Where OTLP over gRPC is taken.
    pub(crate) grpc: String,
    /// Where OTLP over HTTP is taken.
    pub(crate) http: String,
    /// Where the gateway's own metrics are, as host and port.
    pub(crate) metrics: (String, u16),
    /// Where the pages are that show it from within.
    pub(crate) pages: String,
}

/// Why there was no demo.
#[derive(Debug, thiserror::Error)]
pub(crate) enum DemoError {
    #[error("cannot write to {0}: {1}")]
    Folder(PathBuf, std::io::Error),
    #[error("cannot send: {0}")]
    Load(String),
    #[error("{0}")]
    Service(#[from] ServiceError),
    #[error("{0}\n\n{1}")]
    Port(ServiceError, &'static str),
}

/// How long the end waits for what the three services are sending.
const PATIENCE: Duration = Duration::from_secs(2);

/// What to do about a port that is taken.
const PORT_HINT: &str = "Another program has this port, perhaps an OpenTelemetry Collector: end it, or give the demo other \
                         ports, for instance\n  --grpc localhost:5317 --http localhost:5318 --metrics localhost:9888 \
                         --pages localhost:56679";

/// Runs the demo until `signals` or its duration end it.
pub(crate) async fn run(settings: &Settings, options: &Options, signals: Events) -> Result<(), DemoError> {
    let folder_error = |error| DemoError::Folder(settings.directory.clone(), error);
    let folder = Folder::prepare(settings).map_err(folder_error)?;
    let (ending, sent) = (CancellationToken::new(), CancellationToken::new());
    let events = until(signals, settings.duration, ending.clone(), sent.clone());
    let gateway = async {
        let ended = service::run(options, loading(&folder, options), events).await;
        ending.cancel();
        ended
    };

    let (ended, shown) = tokio::join!(gateway, show(settings, options, &folder, &ending, sent.drop_guard()));

    if let Some(screen) = shown? {
        screen.summary();
    }
    ended.map_err(explain)
}

/// Sends and shows from when the gateway is ready until the end.
async fn show(
    settings: &Settings,
    options: &Options,
    folder: &Folder,
    ending: &CancellationToken,
    sent: DropGuard,
) -> Result<Option<Screen>, DemoError> {
    tokio::select! {
        () = options.ready.notified() => {}
        () = ending.cancelled() => return Ok(None),
    }
    let sender = load::Sender::build(settings, options).map_err(|error| DemoError::Load(error.message.into_owned()))?;
    let samples = Samples::new();
    let mut screen = Screen::open(settings, folder.clone(), samples.clone());
    let sending = async {
        sender.send_until(ending, settings.orders_per_second, &samples).await;
        drop(sent);
    };
    tokio::join!(sending, screen.refresh_until(ending));
    Ok(Some(screen))
}

/// The events of the service: what the user asks, or the end when the time is over. The sending ends first.
fn until(
    mut signals: Events,
    duration: Option<Duration>,
    ending: CancellationToken,
    sent: CancellationToken,
) -> Events {
    let (sender, events) = mpsc::channel(4);
    tokio::spawn(async move {
        let over = async {
            match duration {
                Some(duration) => tokio::time::sleep(duration).await,
                None => std::future::pending().await,
            }
        };
        let first = tokio::select! {
            Some(event) = signals.recv() => event,
            () = over => Event::Stop("the time of the demo is over"),
            () = sent.cancelled() => Event::Stop("there is nothing to show"),
        };
        let mut next = Some(first);
        while let Some(event) = next {
            if matches!(event, Event::Stop(_)) {
                ending.cancel();
                // What is under way ends by itself, or with the gateway.
                let _ = tokio::time::timeout(PATIENCE, sent.cancelled()).await;
            }
            if sender.send(event).await.is_err() {
                return;
            }
            next = signals.recv().await;
        }
        sender.closed().await;
    });
    events
}

fn loading(folder: &Folder, options: &Options) -> Load {
    let (file, components, gates) = (folder.configuration(), options.components.clone(), options.gates.for_config());
    Arc::new(move || {
        let configs = [file.display().to_string()];
        let environment = |name: &str| std::env::var_os(name);
        let request = Request { configs: &configs, sets: &[], gates, environment: &environment };
        config::load(&request, &components)
    })
}

fn explain(error: ServiceError) -> DemoError {
    let text = error.to_string().to_lowercase();
    if text.contains("in use") { DemoError::Port(error, PORT_HINT) } else { DemoError::Service(error) }
}

#[cfg(test)]
mod tests;
