//! Series and sketches as Datadog reads them.

use std::fmt::Write;

use prost::Message;

use crate::intake::Sent;

/// A value of a series, or a sketch.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Point {
    pub(crate) name: String,
    /// `count`, `gauge` or `sketch`.
    pub(crate) kind: String,
    pub(crate) host: String,
    /// In order.
    pub(crate) tags: Vec<String>,
    /// In seconds.
    pub(crate) time: u64,
    /// The value; of a sketch smallest, largest, sum and average.
    pub(crate) values: Vec<f64>,
    /// Of a sketch, how many values it has.
    pub(crate) count: i64,
    /// Of a sketch, keys and counts.
    pub(crate) bins: Vec<(i64, u64)>,
}

/// What a request has in it, but for that which says that we run.
pub(crate) fn points(sent: &Sent) -> Vec<Point> {
    let points = match &sent.path[..] {
        "/api/v2/series" => series(&sent.body),
        "/api/beta/sketches" => sketches(&sent.body),
        other => panic!("sent to {other}"),
    };
    points.into_iter().filter(|point| point.name != "otel.datadog_exporter.metrics.running").collect()
}

/// What one side has and the other has not. Numbers may differ in their last digits: Go has its own logarithm.
pub(crate) fn differences(mut expected: Vec<Point>, mut found: Vec<Point>) -> String {
    let mut differences = String::new();
    let key =
        |point: &Point| (point.name.clone(), point.kind.clone(), point.host.clone(), point.tags.clone(), point.time);
    expected.sort_by_key(key);
    found.sort_by_key(key);
    let (mut expected, mut found) = (expected.into_iter().peekable(), found.into_iter().peekable());
    loop {
        let ours = match (expected.peek(), found.peek()) {
            (None, None) => return differences,
            (Some(one), Some(other)) if is_same(one, other) => {
                expected.next();
                found.next();
                continue;
            }
            (Some(one), Some(other)) => key(other) <= key(one),
            (one, _) => one.is_none(),
        };
        let (side, point) = if ours { ("ours", found.next()) } else { ("the Agent's", expected.next()) };
        let _ = writeln!(differences, "{side} {point:?}");
    }
}

fn is_same(one: &Point, other: &Point) -> bool {
    let close = |(one, other): (&f64, &f64)| (one - other).abs() <= one.abs() * 1e-12;
    let alike = Point { values: Vec::new(), ..one.clone() } == Point { values: Vec::new(), ..other.clone() };
    alike && one.values.len() == other.values.len() && one.values.iter().zip(&other.values).all(close)
}

fn series(body: &[u8]) -> Vec<Point> {
    let payload = MetricPayload::decode(body).expect("a MetricPayload");
    let point = |mut series: Series| {
        let [point] = &series.points[..] else { panic!("{series:?}") };
        let (values, time) = (vec![point.value], point.timestamp as u64);
        series.tags.sort();
        Point {
            name: series.metric,
            kind: if series.kind == 1 { "count" } else { "gauge" }.to_owned(),
            host: series.resources.into_iter().map(|resource| resource.name).collect(),
            tags: series.tags,
            time,
            values,
            count: 0,
            bins: Vec::new(),
        }
    };
    payload.series.into_iter().map(point).collect()
}

fn sketches(body: &[u8]) -> Vec<Point> {
    let payload = SketchPayload::decode(body).expect("a SketchPayload");
    assert!(payload.metadata.is_some());
    let point = |mut sketch: Sketch| {
        let [dog] = &sketch.dogsketches[..] else { panic!("{sketch:?}") };
        let (keys, counts) = (dog.k.iter().map(|&key| i64::from(key)), dog.n.iter().map(|&count| u64::from(count)));
        let (bins, values, time) =
            (keys.zip(counts).collect(), vec![dog.min, dog.max, dog.sum, dog.avg], dog.ts as u64);
        let count = dog.cnt;
        sketch.tags.sort();
        Point {
            name: sketch.metric,
            kind: "sketch".to_owned(),
            host: sketch.host,
            tags: sketch.tags,
            time,
            values,
            count,
            bins,
        }
    };
    payload.sketches.into_iter().map(point).collect()
}

#[derive(Clone, PartialEq, Message)]
struct MetricPayload {
    #[prost(message, repeated, tag = "1")]
    series: Vec<Series>,
}

#[derive(Clone, PartialEq, Message)]
struct Series {
    #[prost(message, repeated, tag = "1")]
    resources: Vec<Resource>,
    #[prost(string, tag = "2")]
    metric: String,
    #[prost(string, repeated, tag = "3")]
    tags: Vec<String>,
    #[prost(message, repeated, tag = "4")]
    points: Vec<SeriesPoint>,
    #[prost(int32, tag = "5")]
    kind: i32,
}

#[derive(Clone, PartialEq, Message)]
struct Resource {
    #[prost(string, tag = "1")]
    kind: String,
    #[prost(string, tag = "2")]
    name: String,
}

#[derive(Clone, PartialEq, Message)]
struct SeriesPoint {
    #[prost(double, tag = "1")]
    value: f64,
    #[prost(int64, tag = "2")]
    timestamp: i64,
}

#[derive(Clone, PartialEq, Message)]
struct SketchPayload {
    #[prost(message, repeated, tag = "1")]
    sketches: Vec<Sketch>,
    #[prost(message, optional, tag = "2")]
    metadata: Option<Metadata>,
}

#[derive(Clone, PartialEq, Message)]
struct Metadata {}

#[derive(Clone, PartialEq, Message)]
struct Sketch {
    #[prost(string, tag = "1")]
    metric: String,
    #[prost(string, tag = "2")]
    host: String,
    #[prost(string, repeated, tag = "4")]
    tags: Vec<String>,
    #[prost(message, repeated, tag = "7")]
    dogsketches: Vec<Dogsketch>,
}

#[derive(Clone, PartialEq, Message)]
struct Dogsketch {
    #[prost(int64, tag = "1")]
    ts: i64,
    #[prost(int64, tag = "2")]
    cnt: i64,
    #[prost(double, tag = "3")]
    min: f64,
    #[prost(double, tag = "4")]
    max: f64,
    #[prost(double, tag = "5")]
    avg: f64,
    #[prost(double, tag = "6")]
    sum: f64,
    #[prost(sint32, repeated, tag = "7")]
    k: Vec<i32>,
    #[prost(uint32, repeated, tag = "8")]
    n: Vec<u32>,
}
