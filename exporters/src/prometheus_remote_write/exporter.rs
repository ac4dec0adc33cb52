//! The exporter.

use std::sync::Arc;
use std::time::Duration;

use http::{HeaderMap, HeaderName, HeaderValue, Uri, header};
use metrics::{Counter, Label, counter, gauge};
use sluice_component::factory::Settings;
use sluice_component::{
    Accepted, BoxFuture, BuildError, Code, ComponentId, ConsumeError, Context, Reason, Retry, Throttle, count_lost,
};
use sluice_pdata::{Batch, Signal};
use sluice_transport::client::http::{Client, Response};

use super::config::{Config, Message};
use super::loss::Losses;
use super::requests::Packed;
use super::translate::{Translated, Translator};
use crate::answers;
use crate::sending::{self, Deliver, Parcel, Receipt};
use crate::translating::translated;

/// How often it is logged that data points cannot be sent.
const LOG_INTERVAL: Duration = Duration::from_secs(10);

/// Writes the metrics of batches to a receiver.
pub(super) struct Exporter {
    id: ComponentId,
    client: Client,
    translator: Arc<Translator>,
    message: Message,
    metadata_keys: Vec<HeaderName>,
    headers: HeaderMap,
    parallelism: usize,
    destination: Vec<Label>,
    telemetry: Telemetry,
}

/// What is counted besides what every exporter counts; names and labels are the Collector's.
struct Telemetry {
    translated: Counter,
    failed: Counter,
    sent: Counter,
    written: [(HeaderName, Counter); 3],
    inexpressible: Throttle,
}

impl Exporter {
    pub(super) fn new(config: &Config, settings: &Settings) -> Result<Self, BuildError> {
        let Some(url) = &config.endpoint else {
            return Err(BuildError::at("endpoint", "must be the URL that metrics are written to"));
        };
        let (content_type, version) = match config.message {
            Message::V1 => ("application/x-protobuf", "0.1.0"),
            Message::V2 => ("application/x-protobuf;proto=io.prometheus.write.v2.Request", "2.0.0"),
        };
        let user_agent = settings.program.user_agent();
        let client = Client::new(&config.client, url, content_type, &user_agent, &settings.extensions)?;
        let translator = Translator::new(config).map_err(|error| BuildError::new(error.to_string()))?;
        // These are not the user's to change.
        let headers = [
            (header::CONTENT_TYPE, HeaderValue::from_static(content_type)),
            (header::CONTENT_ENCODING, HeaderValue::from_static("snappy")),
            (HeaderName::from_static("x-prometheus-remote-write-version"), HeaderValue::from_static(version)),
        ];
        Ok(Self {
            id: settings.id.clone(),
            client,
            translator: Arc::new(translator),
            message: config.message,
            metadata_keys: config.metadata_keys.clone(),
            headers: headers.into_iter().collect(),
            parallelism: config.parallelism,
            destination: sending::destination(url),
            telemetry: Telemetry::new(&settings.id, url, config.parallelism),
        })
    }

    async fn translate(&self, batch: Batch, headers: HeaderMap) -> Result<Vec<Parcel>, ConsumeError> {
        let translator = Arc::clone(&self.translator);
        let translate = move |batch: &Batch| translator.translate(batch).map_err(|_| "a request cannot be packed");
        let Translated { requests, losses, series } = translated(&self.id, batch, translate).await?;
        self.telemetry.translated.increment(series as u64);
        self.say(&losses);
        let parcel = |packed: Packed| Parcel {
            body: packed.body,
            headers: headers.clone(),
            items: packed.items,
            ..Parcel::default()
        };
        Ok(requests.into_iter().map(parcel).collect())
    }

    /// Counts what is not sent, and says it now and then.
    fn say(&self, losses: &Losses) {
        if losses.total() == 0 {
            return;
        }
        self.telemetry.failed.increment(1);
        for (cause, points) in losses.iter() {
            count_lost(&self.id, Signal::Metrics, cause.reason(), points);
        }
        if let Some(suppressed) = self.telemetry.inexpressible.admit() {
            let causes: Vec<_> = losses.iter().map(|(cause, points)| format!("{}: {points}", cause.as_str())).collect();
            tracing::warn!(exporter = %self.id, dropped_items = losses.total(), causes = causes.join(", "), suppressed,
                "Data points that remote write cannot express are dropped.");
        }
    }

    /// The headers of remote write, and what a client said that is to be passed on.
    fn headers_of(&self, context: &Context) -> HeaderMap {
        let mut headers = self.headers.clone();
        for name in &self.metadata_keys {
            for value in context.metadata().get_all(name.as_str()) {
                if let Ok(value) = HeaderValue::from_str(value) {
                    headers.append(name.clone(), value);
                }
            }
        }
        headers
    }

    async fn post(&self, parcel: &Parcel, context: &Context) -> Result<Receipt, ConsumeError> {
        let answer = self.client.post_with(&parcel.headers, std::slice::from_ref(&parcel.body), context).await;
        self.telemetry.sent.increment(1);
        let response = answer.map_err(|failure| answers::no_answer(&self.id, failure))?;
        let confirmed = self.count_written(&response);
        if !response.status.is_success() {
            return Err(self.refused(&response));
        }
        if self.message == Message::V2 && !confirmed {
            let message = "the backend did not confirm what it wrote, so it does not know remote write 2.0: \
                set protobuf_message to prometheus.WriteRequest";
            return Err(ConsumeError::permanent(&self.id, Reason::Rejected, Code::Unimplemented, message));
        }
        Ok(Receipt::Taken(Accepted::ALL))
    }

    /// Counts what a receiver says that it wrote; whether it says anything, as one of 2.0 has to.
    fn count_written(&self, response: &Response) -> bool {
        let mut said = false;
        for (name, counter) in &self.telemetry.written {
            let value = response.headers.get(name).and_then(|value| value.to_str().ok()?.trim().parse().ok());
            if let Some(value) = value {
                counter.increment(value);
                said = true;
            }
        }
        said
    }

    /// What a receiver's status means.
    ///
    /// Source: the Remote-Write specifications, "Retries & Backoff".
    fn refused(&self, response: &Response) -> ConsumeError {
        let number = response.status.as_u16();
        let retry = if number == 429 || number >= 500 { answers::retry_as_told(response) } else { Retry::Never };
        let text = String::from_utf8_lossy(&response.body);
        let mut error = answers::refused(&self.id, response, retry, text.lines().next().unwrap_or_default());
        if number == 415 && self.message == Message::V2 {
            let hint = "it may not know remote write 2.0: set protobuf_message to prometheus.WriteRequest";
            error.message = format!("{}; {hint}", error.message).into();
        }
        error
    }
}

impl Deliver for Exporter {
    fn prepare(&self, batch: Batch, context: &Context) -> BoxFuture<'_, Result<Vec<Parcel>, ConsumeError>> {
        let headers = self.headers_of(context);
        Box::pin(self.translate(batch, headers))
    }

    fn deliver<'a>(&'a self, parcel: &'a Parcel, context: &'a Context) -> BoxFuture<'a, Result<Receipt, ConsumeError>> {
        Box::pin(self.post(parcel, context))
    }

    fn at_once(&self) -> usize {
        self.parallelism
    }

    /// A receiver refuses samples that are older than the last of their series.
    fn in_order(&self) -> bool {
        true
    }

    fn destination(&self) -> Vec<Label> {
        self.destination.clone()
    }
}

impl Telemetry {
    fn new(id: &ComponentId, url: &Uri, parallelism: usize) -> Self {
        let labels = [Label::new("exporter", id.to_string()), Label::new("endpoint", without_credentials(url))];
        let name = |name: &str| format!("otelcol_exporter_prometheusremotewrite_{name}");
        let count = |what: &str| counter!(name(what), labels.iter());
        gauge!(name("consumers"), labels.iter()).set(parallelism as f64);
        let header = |what: &'static str| HeaderName::from_static(what);
        Self {
            translated: count("translated_time_series"),
            failed: count("failed_translations"),
            sent: count("sent_batches"),
            written: [
                (header("x-prometheus-remote-write-samples-written"), count("written_samples")),
                (header("x-prometheus-remote-write-histograms-written"), count("written_histograms")),
                (header("x-prometheus-remote-write-exemplars-written"), count("written_exemplars")),
            ],
            inexpressible: Throttle::new(LOG_INTERVAL),
        }
    }
}

/// A URL without name, password and query, any of which may hold a secret.
fn without_credentials(url: &Uri) -> String {
    let authority = url.authority().map_or("", |authority| authority.as_str());
    let host = authority.rsplit_once('@').map_or(authority, |(_, host)| host);
    format!("{}://{host}{}", url.scheme_str().unwrap_or_default(), url.path())
}
