//! From `tracing` to lines.

use std::time::SystemTime;

use tracing::level_filters::LevelFilter;
use tracing::subscriber::Interest;
use tracing::{Level, Metadata, Subscriber};
use tracing_subscriber::layer::Context;

use super::line::{Event, Style, push_pair, texts};
use super::output::Output;
use super::sampler::Sampler;
use super::{Config, current};

/// Libraries that tell every frame and header at `debug`: telemetry and secrets among them. Only their warnings are of
/// interest here.
const CHATTY: &[&str] = &[
    "h2",
    "hyper",
    "hyper_util",
    "mio",
    "rustls",
    "tokio",
    "tokio_util",
    "tonic",
    "tower",
    "tower_http",
    "ureq",
    "want",
];

/// Hands every event to the [`Lines`] of the moment.
pub(super) struct Layer;

/// One configuration of the log, in use.
pub(super) struct Lines {
    level: LevelFilter,
    sampler: Option<Sampler>,
    style: Style,
    output: Output,
}

impl Lines {
    pub(super) fn new(config: &Config, resource: &[(String, String)]) -> std::io::Result<Self> {
        let mut common = String::new();
        if !config.disable_resource {
            let mut resource = resource.to_vec();
            resource.sort_unstable();
            push_pair(&mut common, "resource", &format!("{{{}}}", texts(&resource)));
        }
        if !config.initial_fields.is_empty() {
            let separator = if common.is_empty() { "" } else { ", " };
            common = format!("{common}{separator}{}", texts(&config.initial_fields));
        }
        Ok(Self {
            level: config.level,
            sampler: config.sampling.map(Sampler::new),
            style: Style { encoding: config.encoding, disable_caller: config.disable_caller, common },
            output: Output::open(&config.output_paths)?,
        })
    }

    pub(super) fn finish(&self) {
        self.say_what_is_missing();
        self.output.finish();
    }

    fn shows(&self, metadata: &Metadata<'_>) -> bool {
        let library = metadata.target().split("::").next().unwrap_or_default();
        let limit = if CHATTY.contains(&library) { self.level.min(LevelFilter::WARN) } else { self.level };
        *metadata.level() <= limit
    }

    fn write(&self, metadata: &Metadata<'_>, event: &Event) {
        if self.sampler.as_ref().is_some_and(|sampler| !sampler.admits(*metadata.level(), &event.message)) {
            return;
        }
        self.say_what_is_missing();
        self.output.write(self.style.line(metadata, event));
    }

    fn say_what_is_missing(&self) {
        let lines = self.output.take_left_out();
        if lines > 0 {
            let event = Event { message: format!("{lines} log lines were left out"), ..Event::default() };
            self.output.write(self.style.line_at(SystemTime::now(), Level::WARN, module_path!(), &event));
        }
    }
}

impl<S: Subscriber> tracing_subscriber::Layer<S> for Layer {
    fn register_callsite(&self, metadata: &'static Metadata<'static>) -> Interest {
        let shown = metadata.is_event() && current().load().as_ref().is_some_and(|lines| lines.shows(metadata));
        if shown { Interest::always() } else { Interest::never() }
    }

    fn enabled(&self, metadata: &Metadata<'_>, _: Context<'_, S>) -> bool {
        metadata.is_event() && current().load().as_ref().is_some_and(|lines| lines.shows(metadata))
    }

    fn max_level_hint(&self) -> Option<LevelFilter> {
        Some(current().load().as_ref().map_or(LevelFilter::OFF, |lines| lines.level))
    }

    fn on_event(&self, event: &tracing::Event<'_>, _: Context<'_, S>) {
        if let Some(lines) = current().load().as_ref() {
            let mut read = Event::default();
            event.record(&mut read);
            lines.write(event.metadata(), &read);
        }
    }
}

#[cfg(test)]
mod tests;
