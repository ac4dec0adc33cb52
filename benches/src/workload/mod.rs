//! The load: a pool of OTLP requests made in advance, each different, sent round and round.
//!
//! Three services, names and attributes after the semantic conventions, random ids (so that a compressor meets the entropy
//! that it meets in life). The last byte of every record's span id is the number of its request in the pool; of data points it
//! is the lowest byte of the time, and `service.instance.id` ends with it in hex.

mod logs;
mod metrics;
mod traces;

use std::io;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use bytes::{BufMut, Bytes, BytesMut};
use fastrand::Rng;
use opentelemetry_proto::tonic::common::v1::{AnyValue, InstrumentationScope, KeyValue, any_value::Value};
use opentelemetry_proto::tonic::metrics::v1::AggregationTemporality::{Cumulative, Delta};
use opentelemetry_proto::tonic::resource::v1::Resource;

use crate::compression::Compression;
use crate::wire::Signal;

/// The pool stays below this many bytes, so that the generator reads it from the cache and not from memory.
const POOL_BYTES: usize = 8 << 20;
const MAX_POOL: usize = 64;
const MIN_POOL: usize = 8;

/// A pool of requests of one shape.
#[derive(Clone, Debug)]
pub struct Workload {
    /// What the requests hold.
    pub signal: Signal,
    /// Items in each request.
    pub items: usize,
    /// How the bodies are compressed.
    pub compression: Compression,
    /// The requests; a request's place here is its mark.
    pub requests: Vec<Request>,
}

/// One request, ready for the wire.
#[derive(Clone, Debug)]
pub struct Request {
    /// The gRPC body: the five-byte prefix and the message.
    pub grpc: Bytes,
    /// Length of the message before compression.
    pub uncompressed: usize,
}

impl Request {
    /// The message without the gRPC prefix: what goes over HTTP.
    pub fn message(&self) -> Bytes {
        self.grpc.slice(5..)
    }
}

impl Workload {
    /// Makes a pool of 8 to 64 requests of `items` each; the same seed makes the same pool.
    pub fn new(signal: Signal, items: usize, compression: Compression, seed: u64) -> io::Result<Workload> {
        let mut rng = Rng::with_seed(seed);
        let mut requests = Vec::new();
        let mut bytes = 0;
        while requests.len() < MIN_POOL || (requests.len() < MAX_POOL && bytes < POOL_BYTES) {
            let mark = requests.len() as u8;
            let message = match signal {
                Signal::Traces => traces::request(items, mark, &mut rng),
                Signal::Metrics => metrics::request(Cumulative, items, mark, &mut rng),
                Signal::Deltas => metrics::request(Delta, items, mark, &mut rng),
                Signal::Logs => logs::request(items, mark, &mut rng),
            };
            let wire = compression.compress(&message)?;
            bytes += wire.len();
            requests.push(Request { grpc: grpc_body(compression, &wire), uncompressed: message.len() });
        }
        Ok(Workload { signal, items, compression, requests })
    }

    /// Mean length of an item before compression, the request's own overhead included.
    pub fn bytes_per_item(&self) -> f64 {
        let bytes: usize = self.requests.iter().map(|request| request.uncompressed).sum();
        bytes as f64 / (self.items * self.requests.len()) as f64
    }
}

fn grpc_body(compression: Compression, message: &[u8]) -> Bytes {
    let mut body = BytesMut::with_capacity(message.len() + 5);
    body.put_u8((compression != Compression::None).into());
    body.put_u32(message.len() as u32);
    body.put_slice(message);
    body.freeze()
}

struct Service {
    name: &'static str,
    routes: [&'static str; 4],
}

const SERVICES: [Service; 3] = [
    Service { name: "frontend", routes: ["/", "/product/{id}", "/cart", "/cart/checkout"] },
    Service { name: "checkout", routes: ["/v1/orders", "/v1/orders/{id}", "/v1/payments", "/v1/shipping/quote"] },
    Service { name: "inventory", routes: ["/v1/stock", "/v1/stock/{sku}", "/v1/reservations", "/v1/warehouses/{id}"] },
];

/// How many of `items` the service with this number gets: a third, the first ones one more where it does not divide.
fn share(items: usize, service: usize) -> usize {
    items / SERVICES.len() + usize::from(service < items % SERVICES.len())
}

fn resource(service: &Service, rng: &mut Rng) -> Resource {
    let attributes = vec![
        text("service.name", service.name),
        text("service.namespace", "shop"),
        text("service.version", "2.14.3"),
        text("service.instance.id", hex(rng, 32)),
        text("deployment.environment.name", "production"),
        text("host.name", format!("node-{}.eu-central-1.example.internal", rng.u8(0..40))),
        text("k8s.pod.name", format!("{}-{}-{}", service.name, hex(rng, 10), hex(rng, 5))),
        text("telemetry.sdk.language", "go"),
        text("telemetry.sdk.name", "opentelemetry"),
        text("telemetry.sdk.version", "1.38.0"),
    ];
    Resource { attributes, ..Resource::default() }
}

fn scope() -> InstrumentationScope {
    InstrumentationScope {
        name: "go.opentelemetry.io/contrib/instrumentation/net/http/otelhttp".into(),
        version: "0.63.0".into(),
        ..InstrumentationScope::default()
    }
}

fn text(key: &str, value: impl Into<String>) -> KeyValue {
    attribute(key, Value::StringValue(value.into()))
}

fn number(key: &str, value: i64) -> KeyValue {
    attribute(key, Value::IntValue(value))
}

fn attribute(key: &str, value: Value) -> KeyValue {
    KeyValue { key: key.into(), value: Some(AnyValue { value: Some(value) }), ..KeyValue::default() }
}

fn trace_id(rng: &mut Rng) -> Vec<u8> {
    rng.u128(1..).to_be_bytes().to_vec()
}

fn span_id(rng: &mut Rng, mark: u8) -> Vec<u8> {
    let mut id = rng.u64(1..).to_be_bytes();
    id[7] = mark;
    id.to_vec()
}

fn hex(rng: &mut Rng, digits: usize) -> String {
    (0..digits).map(|_| char::from(b"0123456789abcdef"[rng.usize(0..16)])).collect()
}

fn pick<T: Copy>(rng: &mut Rng, from: &[T]) -> T {
    from[rng.usize(0..from.len())]
}

/// Nanoseconds since the epoch, some seconds ago.
fn recent(rng: &mut Rng) -> u64 {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or(Duration::ZERO);
    now.as_nanos() as u64 - rng.u64(0..5_000_000_000)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::each_item;

    #[test]
    fn every_item_carries_the_number_of_its_request() {
        for signal in [Signal::Traces, Signal::Metrics, Signal::Deltas, Signal::Logs] {
            let workload = Workload::new(signal, 100, Compression::None, 1).unwrap();

            for (index, request) in workload.requests.iter().enumerate() {
                let mut marks = Vec::new();
                each_item(signal, &request.message(), |mark| marks.push(mark)).unwrap();
                assert_eq!(marks, vec![Some(index as u8); 100]);
            }
        }
    }

    #[test]
    fn items_have_the_size_that_the_published_figures_were_measured_with() {
        let spans = Workload::new(Signal::Traces, 1000, Compression::None, 1).unwrap().bytes_per_item();
        let logs = Workload::new(Signal::Logs, 1000, Compression::None, 1).unwrap().bytes_per_item();
        let points = Workload::new(Signal::Metrics, 1000, Compression::None, 1).unwrap().bytes_per_item();

        assert!((535.0..555.0).contains(&spans), "{spans} bytes a span");
        assert!((210.0..230.0).contains(&points), "{points} bytes a data point");
        assert!((350.0..370.0).contains(&logs), "{logs} bytes a log record");
    }
}
