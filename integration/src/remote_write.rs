//! A receiver of Prometheus remote write that keeps what it took, in lines that can be compared.

mod messages;

use std::collections::BTreeSet;
use std::convert::Infallible;
use std::sync::{Arc, Mutex};

use bytes::Bytes;
use http::{Request, Response};
use http_body_util::{BodyExt, Full};
use hyper::{body::Incoming, server::conn::http1, service::service_fn};
use hyper_util::rt::TokioIo;
use prost::Message;
use tokio::net::TcpListener;

use messages::{Histogram, Label, Request as Second, Sample, TimeSeries, WriteRequest};

/// A running receiver. It takes every request.
pub struct Receiver {
    address: String,
    taken: Arc<Mutex<BTreeSet<String>>>,
}

impl Receiver {
    /// Starts it.
    pub async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let address = listener.local_addr().expect("it is bound").to_string();
        let taken = Arc::new(Mutex::new(BTreeSet::new()));
        let serving = Arc::clone(&taken);
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let taken = Arc::clone(&serving);
                let service = service_fn(move |request| take(request, Arc::clone(&taken)));
                tokio::spawn(http1::Builder::new().serve_connection(TokioIo::new(stream), service));
            }
        });
        Self { address, taken }
    }

    /// Where it takes requests.
    pub fn url(&self) -> String {
        format!("http://{}/api/v1/write", self.address)
    }

    /// What it took: a line for each sample, native histogram (by the indices of its buckets, empty ones left out), exemplar
    /// and description of a metric.
    pub fn taken(&self) -> BTreeSet<String> {
        self.taken.lock().expect("nothing panics with it").clone()
    }
}

async fn take(
    request: Request<Incoming>,
    taken: Arc<Mutex<BTreeSet<String>>>,
) -> Result<Response<Full<Bytes>>, Infallible> {
    let (head, body) = request.into_parts();
    let header = |name: &str| head.headers.get(name).map_or("", |value| value.to_str().unwrap_or_default());
    assert_eq!(header("content-encoding"), "snappy");
    let body = body.collect().await.map(|body| body.to_bytes()).unwrap_or_default();
    let body = snap::raw::Decoder::new().decompress_vec(&body).expect("snappy");
    let lines = match (header("x-prometheus-remote-write-version"), header("content-type")) {
        ("0.1.0", "application/x-protobuf") => first(WriteRequest::decode(&*body).expect("a request of 1.0")),
        ("2.0.0", "application/x-protobuf;proto=io.prometheus.write.v2.Request") => {
            second(Second::decode(&*body).expect("a request of 2.0"))
        }
        other => panic!("not remote write: {other:?}"),
    };
    taken.lock().expect("nothing panics with it").extend(lines);
    let written =
        ["samples", "histograms", "exemplars"].map(|what| format!("x-prometheus-remote-write-{what}-written"));
    let response = written.iter().fold(Response::builder(), |response, name| response.header(name, "1"));
    Ok(response.body(Full::default()).expect("a response"))
}

fn first(request: WriteRequest) -> Vec<String> {
    let described = request.metadata.iter().map(|metadata| {
        format!("described {} {} {:?} {:?}", metadata.metric_family_name, metadata.kind, metadata.help, metadata.unit)
    });
    described.chain(request.timeseries.iter().flat_map(series)).collect()
}

fn second(request: Second) -> Vec<String> {
    let symbol = |index: u32| request.symbols[index as usize].clone();
    let labels = |refs: &[u32]| -> Vec<Label> {
        refs.chunks(2).map(|pair| Label { name: symbol(pair[0]), value: symbol(pair[1]) }).collect()
    };
    let mut lines = Vec::new();
    for one in &request.timeseries {
        let exemplars = one.exemplars.iter().map(|exemplar| messages::Exemplar {
            labels: labels(&exemplar.labels_refs),
            value: exemplar.value,
            timestamp: exemplar.timestamp,
        });
        let as_first = TimeSeries {
            labels: labels(&one.labels_refs),
            samples: one.samples.clone(),
            exemplars: exemplars.collect(),
            histograms: one.histograms.clone(),
        };
        let metadata = one.metadata.clone().unwrap_or_default();
        let (name, kind) = (name(&as_first.labels), metadata.kind);
        lines.push(format!("described {name} {kind} {:?} {:?}", symbol(metadata.help_ref), symbol(metadata.unit_ref)));
        lines.extend(series(&as_first));
    }
    lines
}

fn name(labels: &[Label]) -> &str {
    labels.iter().find(|label| label.name == "__name__").map_or("", |label| &label.value)
}

fn series(series: &TimeSeries) -> Vec<String> {
    let name =
        format!("{}{}", name(&series.labels), joined(series.labels.iter().filter(|label| label.name != "__name__")));
    let samples =
        series.samples.iter().map(|Sample { value, timestamp }| format!("{name} {} @{timestamp}", number(*value)));
    let histograms = series.histograms.iter().map(|histogram| format!("{name} {}", native(histogram)));
    let exemplars = series.exemplars.iter().map(|exemplar| {
        format!("{name} # {} {} @{}", joined(&exemplar.labels), number(exemplar.value), exemplar.timestamp)
    });
    samples.chain(histograms).chain(exemplars).collect()
}

/// Labels in the order of their names.
fn joined<'l>(labels: impl IntoIterator<Item = &'l Label>) -> String {
    let mut labels: Vec<_> = labels.into_iter().map(|label| format!("{}={:?}", label.name, label.value)).collect();
    labels.sort();
    format!("{{{}}}", labels.join(","))
}

fn number(value: f64) -> String {
    if value.to_bits() == 0x7ff0_0000_0000_0002 { "stale".into() } else { value.to_string() }
}

fn native(histogram: &Histogram) -> String {
    let Histogram { sum, schema, timestamp, custom_values, .. } = histogram;
    if number(*sum) == "stale" {
        return format!("schema {schema} stale @{timestamp}");
    }
    let buckets = |spans: &[messages::BucketSpan], deltas: &[i64]| {
        let (mut next, mut count, mut deltas, mut buckets) = (0, 0, deltas.iter(), Vec::new());
        for span in spans {
            next += i64::from(span.offset);
            for index in next..next + i64::from(span.length) {
                count += deltas.next().expect("a delta for each bucket");
                if count != 0 {
                    buckets.push(format!("{index}:{count}"));
                }
            }
            next += i64::from(span.length);
        }
        buckets.join(",")
    };
    let positive = buckets(&histogram.positive_spans, &histogram.positive_deltas);
    let negative = buckets(&histogram.negative_spans, &histogram.negative_deltas);
    let (count, zeros, threshold) = (&histogram.count, &histogram.zero_count, histogram.zero_threshold);
    let bounds = if custom_values.is_empty() { String::new() } else { format!(" bounds {custom_values:?}") };
    format!(
        "schema {schema} count {count:?} sum {sum} zeros {zeros:?} below {threshold:e} +[{positive}] -[{negative}]{bounds} \
            hint {} @{timestamp}",
        histogram.reset_hint
    )
}
