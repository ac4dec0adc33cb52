//! Telemetry that Loki has no place for is found in it as far as the README of the exporter says, and costs nothing beside it.

use opentelemetry_proto::tonic::common::v1::any_value::Value;
use opentelemetry_proto::tonic::logs::v1::LogRecord;
use sluice_integration::real::Loki;

use crate::sample::{any, attributes, line, list, logs, map, now, text};
use crate::{before, lines, lost, send};

#[tokio::test]
async fn bodies_of_every_kind_are_lines() {
    let Some(loki) = Loki::start().await else { return };
    let gateway = before(&loki, "format: raw, structured_metadata: false").await;
    let time = now();
    let bodies = [
        (None, ""),
        (Some(text("")), ""),
        (Some(text("\u{0}\u{7f}\u{fffd}\u{10ffff}")), "\u{0}\u{7f}\u{fffd}\u{10ffff}"),
        (Some(Value::BytesValue(vec![0, 255])), "AP8="),
        (Some(Value::DoubleValue(f64::NAN)), "NaN"),
        (Some(map(vec![("k", Value::DoubleValue(f64::INFINITY))])), r#"{"k":"Infinity"}"#),
        (Some(list(vec![Value::IntValue(1), map(vec![])])), "[1,{}]"),
    ];
    let record = |(at, body): (usize, Option<Value>)| LogRecord { body: body.map(any), ..line(time + at as u64, "") };
    let records = bodies.iter().map(|(body, _)| body.clone()).enumerate().map(record).collect();

    send(&gateway, &logs(vec![], records)).await;

    let found = lines(&loki, "", r#"{exporter="OTLP"}"#, time, bodies.len()).await;
    let found: Vec<_> = found[0].entries.iter().map(|entry| (entry.time - time, entry.line.as_str())).collect();
    let expected: Vec<_> = bodies.iter().enumerate().map(|(at, (_, line))| (at as u64, *line)).collect();
    assert_eq!(found, expected);
    assert!(lost(&gateway, 0).await.is_empty());
}

#[tokio::test]
async fn names_and_values_that_are_none_cost_no_line() {
    let Some(loki) = Loki::start().await else { return };
    let gateway = before(&loki, "format: raw").await;
    let time = now();
    let names = ["", "ü", "1st", "a b", "__x__", "c..d", "\"", "\u{0}", "é\n"];
    let mut odd = vec![("loki.attribute.labels", list(names.map(text).to_vec()))];
    odd.extend(names.map(|name| (name, text("\u{1}\"\\\n\u{7f}{}é"))));
    let many: Vec<_> = (0..40).map(|number| format!("label{number}")).collect();
    let mut crowd = vec![("loki.attribute.labels", text(&many.join(",")))];
    crowd.extend(many.iter().map(|name| (name.as_str(), text("1"))));
    let long = "é".repeat(5000);
    let long = vec![("loki.attribute.labels", text("long")), ("long", text(&long))];
    let records = [odd, crowd, long, vec![]]
        .into_iter()
        .zip(0..)
        .map(|(entries, at)| LogRecord { attributes: attributes(entries), ..line(time + at, "kept") });

    send(&gateway, &logs(vec![], records.collect())).await;

    let found = lines(&loki, "", r#"{exporter="OTLP"}"#, time, 4).await;
    let mut times: Vec<_> = found.iter().flat_map(|stream| &stream.entries).map(|entry| entry.time - time).collect();
    times.sort_unstable();
    assert_eq!(times, [0, 1, 2, 3]);
    // Everybody's label for it, with the value as it was.
    let odd = found.iter().find(|stream| stream.labels.contains_key("a_b")).expect("the label of \"a b\"");
    assert_eq!(odd.labels["a_b"], "\u{1}\"\\\n\u{7f}{}é");
    assert!(lost(&gateway, 0).await.is_empty());
}

#[tokio::test]
async fn thousands_of_label_sets_are_as_many_streams() {
    const STREAMS: u64 = 4500;
    let Some(loki) = Loki::start().await else { return };
    let gateway = before(&loki, "format: raw, structured_metadata: false").await;
    let time = now();
    let record = |number: u64| LogRecord {
        attributes: attributes(vec![("loki.attribute.labels", text("number")), ("number", text(&number.to_string()))]),
        ..line(time + number, "one of many")
    };

    send(&gateway, &logs(vec![], (0..STREAMS).map(record).collect())).await;

    let found = lines(&loki, "", r#"{exporter="OTLP"}"#, time, STREAMS as usize).await;
    assert_eq!(found.len(), STREAMS as usize);
    assert!(lost(&gateway, 0).await.is_empty());
}
