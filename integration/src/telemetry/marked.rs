//! Requests whose items can be told apart in whatever an exporter makes of them.

use std::{
    collections::BTreeSet,
    ops::Range,
    time::{SystemTime, UNIX_EPOCH},
};

use opentelemetry_proto::tonic::{
    collector::{
        logs::v1::ExportLogsServiceRequest, metrics::v1::ExportMetricsServiceRequest,
        trace::v1::ExportTraceServiceRequest,
    },
    common::v1::{AnyValue, KeyValue, any_value::Value},
    logs::v1::{LogRecord, ResourceLogs, ScopeLogs},
    metrics::v1::{Gauge, Metric, NumberDataPoint, ResourceMetrics, ScopeMetrics, metric::Data, number_data_point},
    resource::v1::Resource,
    trace::v1::{ResourceSpans, ScopeSpans, Span},
};

use super::{Signal, Telemetry};

const MARK: &str = "item-";
const DIGITS: usize = 6;

/// Items that have their numbers in a text: spans in their names, log records in their bodies, data points in an attribute. They are
/// of now: some backends do not want to know of the past.
pub fn marked(signal: Signal, numbers: Range<usize>) -> Telemetry {
    let now = now();
    let resource = Some(Resource { attributes: vec![text("service.name", "shop")], ..Resource::default() });
    let marks = numbers.clone().map(|number| format!("{MARK}{number:0DIGITS$}"));
    match signal {
        Signal::Traces => {
            let spans = marks.zip(numbers).map(|(name, number)| Span {
                trace_id: (u128::from(now) << 64 | 1).to_be_bytes().to_vec(),
                span_id: (number as u64 + 1).to_be_bytes().to_vec(),
                name,
                start_time_unix_nano: now,
                end_time_unix_nano: now + 1_000_000,
                ..Span::default()
            });
            let scope_spans = vec![ScopeSpans { spans: spans.collect(), ..ScopeSpans::default() }];
            let resource_spans = vec![ResourceSpans { resource, scope_spans, schema_url: String::new() }];
            Telemetry::Traces(ExportTraceServiceRequest { resource_spans })
        }
        Signal::Metrics => {
            let points = marks.map(|mark| NumberDataPoint {
                attributes: vec![text("item", &mark)],
                time_unix_nano: now,
                value: Some(number_data_point::Value::AsInt(1)),
                ..NumberDataPoint::default()
            });
            let data = Some(Data::Gauge(Gauge { data_points: points.collect() }));
            let metrics = vec![Metric { name: "stock".to_owned(), data, ..Metric::default() }];
            let scope_metrics = vec![ScopeMetrics { metrics, ..ScopeMetrics::default() }];
            let resource_metrics = vec![ResourceMetrics { resource, scope_metrics, schema_url: String::new() }];
            Telemetry::Metrics(ExportMetricsServiceRequest { resource_metrics })
        }
        Signal::Logs => {
            let records = marks.map(|mark| LogRecord {
                time_unix_nano: now,
                severity_number: 9,
                body: text("", &mark).value,
                ..LogRecord::default()
            });
            let scope_logs = vec![ScopeLogs { log_records: records.collect(), ..ScopeLogs::default() }];
            let resource_logs = vec![ResourceLogs { resource, scope_logs, schema_url: String::new() }];
            Telemetry::Logs(ExportLogsServiceRequest { resource_logs })
        }
    }
}

fn text(key: &str, text: &str) -> KeyValue {
    let value = Some(AnyValue { value: Some(Value::StringValue(text.to_owned())) });
    KeyValue { key: key.to_owned(), value, key_strindex: 0 }
}

/// The numbers of the items that a body holds.
pub fn marks(body: &[u8]) -> BTreeSet<usize> {
    let number = |at: usize| {
        let digits = body.get(at + MARK.len()..at + MARK.len() + DIGITS)?;
        std::str::from_utf8(digits).ok()?.parse().ok()
    };
    memchr::memmem::find_iter(body, MARK).filter_map(number).collect()
}

/// The time in Unix nanoseconds.
pub fn now() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).expect("it is after 1970");
    u64::try_from(since.as_nanos()).expect("it is before 2554")
}
