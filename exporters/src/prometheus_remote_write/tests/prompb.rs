//! The messages of remote write, as `prost` reads them, and their series as lines of text.

use prost::Message as _;

use crate::prometheus_remote_write::Message;

#[derive(Clone, PartialEq, prost::Message)]
pub(super) struct WriteRequest {
    #[prost(message, repeated, tag = "1")]
    pub(super) timeseries: Vec<TimeSeries>,
    #[prost(message, repeated, tag = "3")]
    pub(super) metadata: Vec<MetricMetadata>,
}

#[derive(Clone, PartialEq, prost::Message)]
pub(super) struct TimeSeries {
    #[prost(message, repeated, tag = "1")]
    labels: Vec<Label>,
    #[prost(message, repeated, tag = "2")]
    samples: Vec<Sample>,
    #[prost(message, repeated, tag = "3")]
    exemplars: Vec<Exemplar>,
    #[prost(message, repeated, tag = "4")]
    histograms: Vec<Histogram>,
}

#[derive(Clone, PartialEq, prost::Message)]
pub(super) struct Label {
    #[prost(string, tag = "1")]
    name: String,
    #[prost(string, tag = "2")]
    value: String,
}

#[derive(Clone, PartialEq, prost::Message)]
pub(super) struct Sample {
    #[prost(double, tag = "1")]
    value: f64,
    #[prost(int64, tag = "2")]
    timestamp: i64,
}

#[derive(Clone, PartialEq, prost::Message)]
pub(super) struct Exemplar {
    #[prost(message, repeated, tag = "1")]
    labels: Vec<Label>,
    #[prost(double, tag = "2")]
    value: f64,
    #[prost(int64, tag = "3")]
    timestamp: i64,
}

#[derive(Clone, PartialEq, prost::Message)]
pub(super) struct MetricMetadata {
    #[prost(int32, tag = "1")]
    pub(super) kind: i32,
    #[prost(string, tag = "2")]
    pub(super) metric_family_name: String,
    #[prost(string, tag = "4")]
    pub(super) help: String,
    #[prost(string, tag = "5")]
    pub(super) unit: String,
}

#[derive(Clone, PartialEq, prost::Message)]
pub(super) struct Histogram {
    #[prost(oneof = "Count", tags = "1, 2")]
    count: Option<Count>,
    #[prost(double, tag = "3")]
    sum: f64,
    #[prost(sint32, tag = "4")]
    schema: i32,
    #[prost(double, tag = "5")]
    zero_threshold: f64,
    #[prost(oneof = "ZeroCount", tags = "6, 7")]
    zero_count: Option<ZeroCount>,
    #[prost(message, repeated, tag = "8")]
    negative_spans: Vec<BucketSpan>,
    #[prost(sint64, repeated, tag = "9")]
    negative_deltas: Vec<i64>,
    #[prost(message, repeated, tag = "11")]
    positive_spans: Vec<BucketSpan>,
    #[prost(sint64, repeated, tag = "12")]
    positive_deltas: Vec<i64>,
    #[prost(int32, tag = "14")]
    reset_hint: i32,
    #[prost(int64, tag = "15")]
    timestamp: i64,
    #[prost(double, repeated, tag = "16")]
    custom_values: Vec<f64>,
}

#[derive(Clone, PartialEq, prost::Oneof)]
pub(super) enum Count {
    #[prost(uint64, tag = "1")]
    Int(u64),
    #[prost(double, tag = "2")]
    Float(f64),
}

#[derive(Clone, PartialEq, prost::Oneof)]
pub(super) enum ZeroCount {
    #[prost(uint64, tag = "6")]
    Int(u64),
    #[prost(double, tag = "7")]
    Float(f64),
}

#[derive(Clone, PartialEq, prost::Message)]
pub(super) struct BucketSpan {
    #[prost(sint32, tag = "1")]
    offset: i32,
    #[prost(uint32, tag = "2")]
    length: u32,
}

#[derive(Clone, PartialEq, prost::Message)]
pub(super) struct Request {
    #[prost(string, repeated, tag = "4")]
    pub(super) symbols: Vec<String>,
    #[prost(message, repeated, tag = "5")]
    pub(super) timeseries: Vec<TimeSeries2>,
}

#[derive(Clone, PartialEq, prost::Message)]
pub(super) struct TimeSeries2 {
    #[prost(uint32, repeated, tag = "1")]
    labels_refs: Vec<u32>,
    #[prost(message, repeated, tag = "2")]
    samples: Vec<Sample>,
    #[prost(message, repeated, tag = "3")]
    histograms: Vec<Histogram>,
    #[prost(message, repeated, tag = "4")]
    exemplars: Vec<Exemplar2>,
    #[prost(message, optional, tag = "5")]
    metadata: Option<Metadata>,
}

#[derive(Clone, PartialEq, prost::Message)]
pub(super) struct Exemplar2 {
    #[prost(uint32, repeated, tag = "1")]
    labels_refs: Vec<u32>,
    #[prost(double, tag = "2")]
    value: f64,
    #[prost(int64, tag = "3")]
    timestamp: i64,
}

#[derive(Clone, PartialEq, prost::Message)]
pub(super) struct Metadata {
    #[prost(int32, tag = "1")]
    kind: i32,
    #[prost(uint32, tag = "3")]
    help_ref: u32,
    #[prost(uint32, tag = "4")]
    unit_ref: u32,
}

/// The series of a request, a line each: `name{label=value,...} value@millis ...`, native histograms with all that is in them,
/// and behind a `#` the exemplars.
pub(super) fn lines(message: Message, body: &[u8]) -> Vec<String> {
    match message {
        Message::V1 => WriteRequest::decode(body).unwrap().timeseries.iter().map(line).collect(),
        Message::V2 => {
            let request = Request::decode(body).unwrap();
            assert_eq!(request.symbols[0], "");
            request.timeseries.iter().map(|series| line(&first(&request.symbols, series))).collect()
        }
    }
}

/// What 2.0 says besides, a line for each series: `name type help unit`.
pub(super) fn metadata_of(body: &[u8]) -> Vec<String> {
    let request = Request::decode(body).unwrap();
    let symbol = |index: u32| request.symbols[index as usize].as_str();
    let described = request.timeseries.iter().map(|series| {
        let metadata = series.metadata.clone().unwrap();
        let name = labels(&request.symbols, &series.labels_refs).into_iter().find(|label| label.name == "__name__");
        let (help, unit) = (symbol(metadata.help_ref), symbol(metadata.unit_ref));
        format!("{} {} {help:?} {unit:?}", name.unwrap().value, metadata.kind)
    });
    described.collect()
}

/// A series of 2.0 as 1.0 has it.
fn first(symbols: &[String], series: &TimeSeries2) -> TimeSeries {
    let exemplars = series.exemplars.iter().map(|exemplar| Exemplar {
        labels: labels(symbols, &exemplar.labels_refs),
        value: exemplar.value,
        timestamp: exemplar.timestamp,
    });
    TimeSeries {
        labels: labels(symbols, &series.labels_refs),
        samples: series.samples.clone(),
        exemplars: exemplars.collect(),
        histograms: series.histograms.clone(),
    }
}

fn labels(symbols: &[String], refs: &[u32]) -> Vec<Label> {
    let symbol = |index: u32| symbols[index as usize].clone();
    refs.chunks(2).map(|pair| Label { name: symbol(pair[0]), value: symbol(pair[1]) }).collect()
}

fn line(series: &TimeSeries) -> String {
    assert!(series.labels.is_sorted_by(|one, other| one.name < other.name), "{:?}", series.labels);
    assert!(series.labels.iter().all(|label| !label.value.is_empty()), "{:?}", series.labels);
    let name = series.labels.iter().find(|label| label.name == "__name__").unwrap();
    let others = series.labels.iter().filter(|label| label.name != "__name__").cloned().collect::<Vec<_>>();
    let mut line = format!("{}{}", name.value, joined(&others));
    for sample in &series.samples {
        line += &format!(" {}@{}", value(sample.value), sample.timestamp);
    }
    for histogram in &series.histograms {
        line += &format!(" {}@{}", native(histogram), histogram.timestamp);
    }
    for exemplar in &series.exemplars {
        line += &format!(" #{} {}@{}", joined(&exemplar.labels), value(exemplar.value), exemplar.timestamp);
    }
    line
}

fn joined(labels: &[Label]) -> String {
    let labels: Vec<_> = labels.iter().map(|label| format!("{}={}", label.name, label.value)).collect();
    format!("{{{}}}", labels.join(","))
}

fn value(value: f64) -> String {
    if value.to_bits() == 0x7ff0_0000_0000_0002 { "stale".into() } else { value.to_string() }
}

fn native(histogram: &Histogram) -> String {
    let Some(Count::Int(count)) = histogram.count else { panic!("{histogram:?}") };
    let Some(ZeroCount::Int(zeros)) = histogram.zero_count else { panic!("{histogram:?}") };
    assert_eq!(histogram.reset_hint, 0);
    let side = |spans: &[BucketSpan], deltas: &[i64]| {
        let spans: Vec<_> = spans.iter().map(|span| format!("{}+{}", span.offset, span.length)).collect();
        format!("{}{deltas:?}", spans.join(","))
    };
    let (positive, negative) = (
        side(&histogram.positive_spans, &histogram.positive_deltas),
        side(&histogram.negative_spans, &histogram.negative_deltas),
    );
    let (schema, sum, threshold) = (histogram.schema, value(histogram.sum), histogram.zero_threshold);
    let custom =
        if histogram.custom_values.is_empty() { String::new() } else { format!(" {:?}", histogram.custom_values) };
    format!("[{count}/{sum} s{schema} {zeros}<={threshold:?} +{positive} -{negative}{custom}]")
}
