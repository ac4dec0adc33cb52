//! What the operating system asks of the gateway.

use std::io;

use tokio::sync::mpsc;

/// Something is asked of the service.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Event {
    /// To end; how it was asked.
    Stop(&'static str),
    /// To load the configuration again.
    Reload,
}

/// What is asked of the service, in order.
pub type Events = mpsc::Receiver<Event>;

/// `SIGTERM` and `SIGINT` ask for the end, `SIGHUP` for a reload. Called inside a tokio runtime.
///
/// # Errors
///
/// The system does not let itself be listened to.
#[cfg(unix)]
pub fn signals() -> io::Result<Events> {
    use tokio::signal::unix::{SignalKind, signal};

    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    let mut hangup = signal(SignalKind::hangup())?;
    let (sender, events) = mpsc::channel(4);
    tokio::spawn(async move {
        loop {
            let event = tokio::select! {
                _ = terminate.recv() => Event::Stop("terminated"),
                _ = interrupt.recv() => Event::Stop("interrupt"),
                _ = hangup.recv() => Event::Reload,
            };
            if sender.send(event).await.is_err() {
                return;
            }
        }
    });
    Ok(events)
}

/// Ctrl-C asks for the end. Called inside a tokio runtime.
///
/// # Errors
///
/// The system does not let itself be listened to.
#[cfg(not(unix))]
pub fn signals() -> io::Result<Events> {
    let (sender, events) = mpsc::channel(4);
    tokio::spawn(async move {
        while tokio::signal::ctrl_c().await.is_ok() && sender.send(Event::Stop("interrupt")).await.is_ok() {}
    });
    Ok(events)
}
