use metrics::{counter, gauge, histogram};

use super::*;
use crate::telemetry::metrics::registry::Registry;
use crate::telemetry::metrics::{Level, snapshot};

/// What a registry shows at a level, less the lines about this very process.
fn rendered(level: Level, options: &PrometheusPull, record: impl FnOnce()) -> String {
    let registry = Registry::default();
    metrics::with_local_recorder(&registry, record);
    let mut snapshot = snapshot::take(&registry, level, std::time::Instant::now());
    snapshot.retain(|name, _| !name.starts_with("otelcol_process_"));
    let resource =
        [("service.name".to_owned(), "sluice".to_owned()), ("service.version".to_owned(), "1.2.3".to_owned())];
    render(&snapshot, &resource, options, "1.2.3")
}

fn record_some() {
    counter!("otelcol_receiver_accepted_spans", "transport" => "grpc", "receiver" => "otlp/2").increment(20);
    gauge!("otelcol_exporter_queue_size", "exporter" => "a\"b\\c\n", "data_type" => "traces").set(1_500_000.0);
    histogram!("otelcol_processor_batch_batch_send_size_bytes", "processor" => "batch").record(200.0);
}

#[test]
fn names_are_the_collectors_and_labels_are_in_order() {
    let text = rendered(Level::Normal, &PrometheusPull::default(), record_some);

    assert_eq!(
        text,
        r#"# HELP otelcol_exporter_queue_size How much is in the sending queue, in the unit of its sizer.
# TYPE otelcol_exporter_queue_size gauge
otelcol_exporter_queue_size{data_type="traces",exporter="a\"b\\c\n"} 1.5e+06
# HELP otelcol_receiver_accepted_spans Spans that the receiver brought and the pipelines took.
# TYPE otelcol_receiver_accepted_spans counter
otelcol_receiver_accepted_spans{receiver="otlp/2",transport="grpc"} 20
# HELP target_info Target metadata
# TYPE target_info gauge
target_info{service_name="sluice",service_version="1.2.3"} 1
"#
    );
}

#[test]
fn the_detailed_level_shows_more() {
    let text = rendered(Level::Detailed, &PrometheusPull::default(), record_some);

    let buckets: Vec<_> = text.lines().filter(|line| line.starts_with("otelcol_processor_batch_batch")).collect();
    assert_eq!(buckets.len(), 21);
    assert_eq!(buckets[0], r#"otelcol_processor_batch_batch_send_size_bytes_bucket{processor="batch",le="128"} 0"#);
    assert_eq!(buckets[1], r#"otelcol_processor_batch_batch_send_size_bytes_bucket{processor="batch",le="256"} 1"#);
    assert_eq!(
        buckets[13],
        r#"otelcol_processor_batch_batch_send_size_bytes_bucket{processor="batch",le="1.048576e+06"} 1"#
    );
    assert_eq!(buckets[18], r#"otelcol_processor_batch_batch_send_size_bytes_bucket{processor="batch",le="+Inf"} 1"#);
    assert_eq!(buckets[19], r#"otelcol_processor_batch_batch_send_size_bytes_sum{processor="batch"} 200"#);
    assert_eq!(buckets[20], r#"otelcol_processor_batch_batch_send_size_bytes_count{processor="batch"} 1"#);
}

#[test]
fn suffixes_and_scope_come_when_they_are_asked_for() {
    let options = PrometheusPull {
        without_scope_info: false,
        without_units: false,
        without_type_suffix: false,
        ..PrometheusPull::default()
    };

    let text = rendered(Level::Basic, &options, || {
        counter!("otelcol_exporter_sent_spans", "exporter" => "debug").increment(3);
        gauge!("otelcol_exporter_queue_size").set(2.0);
    });

    assert_eq!(
        text,
        r#"# HELP otelcol_exporter_queue_size How much is in the sending queue, in the unit of its sizer.
# TYPE otelcol_exporter_queue_size gauge
otelcol_exporter_queue_size{otel_scope_name="sluice",otel_scope_version="1.2.3"} 2
# HELP otelcol_exporter_sent_spans_total Spans that the backend took.
# TYPE otelcol_exporter_sent_spans_total counter
otelcol_exporter_sent_spans_total{exporter="debug",otel_scope_name="sluice",otel_scope_version="1.2.3"} 3
# HELP target_info Target metadata
# TYPE target_info gauge
target_info{service_name="sluice",service_version="1.2.3"} 1
"#
    );
}

#[test]
fn the_process_says_how_it_is() {
    let snapshot = snapshot::take(&Registry::default(), Level::Basic, std::time::Instant::now());

    let names: Vec<_> = snapshot.keys().map(String::as_str).collect();
    #[cfg(target_os = "linux")]
    assert_eq!(
        names,
        [
            "otelcol_process_cpu_seconds",
            "otelcol_process_memory_rss",
            "otelcol_process_runtime_heap_alloc_bytes",
            "otelcol_process_uptime"
        ]
    );
    assert!(names.contains(&"otelcol_process_uptime"));
}

#[test]
fn numbers_look_as_go_writes_them() {
    for (value, text) in [
        (0.0, "0"),
        (20.0, "20"),
        (0.14, "0.14"),
        (22.939130869, "22.939130869"),
        (999_999.0, "999999"),
        (1_000_000.0, "1e+06"),
        (44_343_296.0, "4.4343296e+07"),
        (0.0001, "0.0001"),
        (0.000127707, "0.000127707"),
        (0.00001, "1e-05"),
        (f64::INFINITY, "+Inf"),
    ] {
        assert_eq!(number(value), text);
    }
}
