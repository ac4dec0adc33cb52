use bytes::Bytes;
use serde_json::{Value as Json, json};
use sluice_pdata::{Batch, Limits, Signal};
use sluice_transport::compression::{Encoding, decompress};

use super::*;
use crate::testing::read;

mod bad_input;
mod config;
mod delivery;
mod prompb;
mod translation;

/// The settings with an endpoint, which must be without fault.
fn config(mut json: Json) -> Config {
    json.as_object_mut().unwrap().entry("endpoint").or_insert("http://localhost:9090/api/v1/write".into());
    let (config, problems) = read(json, Config::read);
    assert_eq!(problems, [""; 0]);
    config
}

/// A batch of one resource with these attributes, and a scope with these metrics.
fn batch(attributes: Json, metrics: Json) -> Batch {
    request(json!([{ "resource": { "attributes": attributes }, "scopeMetrics": [{ "metrics": metrics }] }]))
}

fn request(resource_metrics: Json) -> Batch {
    let json = json!({ "resourceMetrics": resource_metrics }).to_string();
    Batch::check_json(Signal::Metrics, json.as_bytes(), &Limits::default()).unwrap()
}

fn text(key: &str, value: &str) -> Json {
    json!({ "key": key, "value": { "stringValue": value } })
}

/// Milliseconds as OTLP has times.
fn at(millis: u64) -> Json {
    json!((millis * 1_000_000).to_string())
}

fn gauge(name: &str, points: Json) -> Json {
    json!({ "name": name, "gauge": { "dataPoints": points } })
}

fn point(millis: u64, value: f64) -> Json {
    json!({ "timeUnixNano": at(millis), "asDouble": value })
}

/// Gauges of 1, as many as there are, each a series of its own.
fn many(count: usize) -> Json {
    let point = |index: usize| json!({ "timeUnixNano": at(1), "asInt": "1", "attributes": [text("host", &format!("host-{index}"))] });
    gauge("some.metric", (0..count).map(point).collect())
}

/// What becomes of a batch, as lines of [`prompb::lines`] and losses: by 1.0 and 2.0 the same.
fn translated(settings: Json, batch: &Batch) -> (Vec<String>, Vec<(Cause, usize)>) {
    let [one, two] = ["prometheus.WriteRequest", "io.prometheus.write.v2.Request"].map(|message| {
        let mut settings = settings.clone();
        settings["protobuf_message"] = message.into();
        let config = config(settings);
        let translated = Translator::new(&config).unwrap().translate(batch).unwrap();
        let items: usize = translated.requests.iter().map(|request| request.items).sum();
        assert_eq!(items + translated.losses.total(), batch.items(), "every data point is sent or counted");
        let lines = translated.requests.iter().flat_map(|request| prompb::lines(config.message, &body(&request.body)));
        let mut lines: Vec<_> = lines.collect();
        lines.sort();
        (lines, translated.losses)
    });
    assert_eq!(one.0, two.0, "1.0 and 2.0 say the same");
    assert_eq!(one.1, two.1);
    (one.0, causes(one.1))
}

fn causes(losses: Losses) -> Vec<(Cause, usize)> {
    losses.iter().collect()
}

fn body(packed: &[u8]) -> Bytes {
    decompress(Encoding::Snappy, packed, 1 << 28).unwrap()
}
