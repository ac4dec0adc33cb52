//! What the views say is what prost decodes, of arbitrary messages and of arbitrary changes to them.

use opentelemetry_proto::tonic::collector::{
    logs::v1::ExportLogsServiceRequest, metrics::v1::ExportMetricsServiceRequest, trace::v1::ExportTraceServiceRequest,
};
use opentelemetry_proto::tonic::common::v1 as common;
use opentelemetry_proto::tonic::common::v1::any_value;
use opentelemetry_proto::tonic::resource::v1 as resource;
use opentelemetry_proto::tonic::{logs::v1 as logs, metrics::v1 as metrics, trace::v1 as traces};
use proptest::prelude::*;
use prost::Message as _;

use super::*;
use crate::arbitrary::{by_prost, mutated, request};
use crate::{Batch, Limits, Signal};

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_000))]

    #[test]
    fn views_say_what_prost_decodes(signal in signal(), seed: u64) {
        let message = request(signal, seed);

        let batch = Batch::check(signal, message.clone(), &Limits::default()).expect("arbitrary requests are valid");

        prop_assert_eq!(Ok(by_views(&batch)), by_prost(signal, &message));
    }

    #[test]
    fn views_of_mutated_bytes_say_what_prost_decodes(signal in signal(), seed: u64) {
        let message = mutated(&request(signal, seed), seed);

        if let (Ok(batch), Ok(meaning)) =
            (Batch::check(signal, message.clone(), &Limits::default()), by_prost(signal, &message))
        {
            prop_assert_eq!(by_views(&batch), meaning);
        }
    }

    #[test]
    fn views_of_noise_end(signal in signal(), bytes: Vec<u8>) {
        by_views(&Batch::trusted(signal, bytes.into(), 0));
    }
}

fn signal() -> impl Strategy<Value = Signal> {
    prop::sample::select(vec![Signal::Traces, Signal::Metrics, Signal::Logs])
}

/// Everything that the views say, as prost writes it.
fn by_views(batch: &Batch) -> Vec<u8> {
    match batch.signal() {
        Signal::Traces => {
            ExportTraceServiceRequest { resource_spans: batch.resource_spans().map(resource_spans).collect() }
                .encode_to_vec()
        }
        Signal::Metrics => {
            ExportMetricsServiceRequest { resource_metrics: batch.resource_metrics().map(resource_metrics).collect() }
                .encode_to_vec()
        }
        _ => ExportLogsServiceRequest { resource_logs: batch.resource_logs().map(resource_logs).collect() }
            .encode_to_vec(),
    }
}

fn resource_spans(view: ResourceSpans<'_>) -> traces::ResourceSpans {
    let scope_spans = view.scopes().map(|view| traces::ScopeSpans {
        scope: view.scope().map(scope),
        spans: view.spans().map(span).collect(),
        schema_url: view.schema_url().into(),
    });
    traces::ResourceSpans {
        resource: view.resource().map(resource),
        scope_spans: scope_spans.collect(),
        schema_url: view.schema_url().into(),
    }
}

fn span(view: Span<'_>) -> traces::Span {
    let events = view.events().map(|view| traces::span::Event {
        time_unix_nano: view.time_unix_nano(),
        name: view.name().into(),
        attributes: attributes(view.attributes()),
        dropped_attributes_count: view.dropped_attributes_count(),
    });
    let links = view.links().map(|view| traces::span::Link {
        trace_id: view.trace_id().into(),
        span_id: view.span_id().into(),
        trace_state: view.trace_state().into(),
        attributes: attributes(view.attributes()),
        dropped_attributes_count: view.dropped_attributes_count(),
        flags: view.flags(),
    });
    let status = view.status().map(|view| traces::Status { message: view.message().into(), code: view.code() });
    traces::Span {
        trace_id: view.trace_id().into(),
        span_id: view.span_id().into(),
        trace_state: view.trace_state().into(),
        parent_span_id: view.parent_span_id().into(),
        flags: view.flags(),
        name: view.name().into(),
        kind: view.kind(),
        start_time_unix_nano: view.start_time_unix_nano(),
        end_time_unix_nano: view.end_time_unix_nano(),
        attributes: attributes(view.attributes()),
        dropped_attributes_count: view.dropped_attributes_count(),
        events: events.collect(),
        dropped_events_count: view.dropped_events_count(),
        links: links.collect(),
        dropped_links_count: view.dropped_links_count(),
        status,
    }
}

fn resource_logs(view: ResourceLogs<'_>) -> logs::ResourceLogs {
    let scope_logs = view.scopes().map(|view| logs::ScopeLogs {
        scope: view.scope().map(scope),
        log_records: view.log_records().map(log_record).collect(),
        schema_url: view.schema_url().into(),
    });
    logs::ResourceLogs {
        resource: view.resource().map(resource),
        scope_logs: scope_logs.collect(),
        schema_url: view.schema_url().into(),
    }
}

fn log_record(view: LogRecord<'_>) -> logs::LogRecord {
    let one_by_one = log_fields(view);
    let fields = view.fields();
    let at_once = logs::LogRecord {
        time_unix_nano: fields.time_unix_nano,
        observed_time_unix_nano: fields.observed_time_unix_nano,
        severity_number: fields.severity_number,
        severity_text: fields.severity_text.into(),
        body: fields.body.map(any_value),
        attributes: attributes(view.attributes()),
        dropped_attributes_count: fields.dropped_attributes_count,
        flags: fields.flags,
        trace_id: fields.trace_id.into(),
        span_id: fields.span_id.into(),
        event_name: fields.event_name.into(),
    };
    // By their bytes: a number that is none equals nothing.
    assert_eq!(at_once.encode_to_vec(), one_by_one.encode_to_vec());
    one_by_one
}

fn log_fields(view: LogRecord<'_>) -> logs::LogRecord {
    logs::LogRecord {
        time_unix_nano: view.time_unix_nano(),
        observed_time_unix_nano: view.observed_time_unix_nano(),
        severity_number: view.severity_number(),
        severity_text: view.severity_text().into(),
        body: view.body().map(any_value),
        attributes: attributes(view.attributes()),
        dropped_attributes_count: view.dropped_attributes_count(),
        flags: view.flags(),
        trace_id: view.trace_id().into(),
        span_id: view.span_id().into(),
        event_name: view.event_name().into(),
    }
}

fn resource_metrics(view: ResourceMetrics<'_>) -> metrics::ResourceMetrics {
    let scope_metrics = view.scopes().map(|view| metrics::ScopeMetrics {
        scope: view.scope().map(scope),
        metrics: view.metrics().map(metric).collect(),
        schema_url: view.schema_url().into(),
    });
    metrics::ResourceMetrics {
        resource: view.resource().map(resource),
        scope_metrics: scope_metrics.collect(),
        schema_url: view.schema_url().into(),
    }
}

fn metric(view: Metric<'_>) -> metrics::Metric {
    use metrics::metric::Data as Decoded;
    let data = view.data().map(|data| match data {
        Data::Gauge { points } => Decoded::Gauge(metrics::Gauge { data_points: points.map(number_point).collect() }),
        Data::Sum { points, temporality, is_monotonic } => Decoded::Sum(metrics::Sum {
            data_points: points.map(number_point).collect(),
            aggregation_temporality: number_of(temporality),
            is_monotonic,
        }),
        Data::Histogram { points, temporality } => Decoded::Histogram(metrics::Histogram {
            data_points: points.map(histogram_point).collect(),
            aggregation_temporality: number_of(temporality),
        }),
        Data::ExponentialHistogram { points, temporality } => {
            Decoded::ExponentialHistogram(metrics::ExponentialHistogram {
                data_points: points.map(exponential_histogram_point).collect(),
                aggregation_temporality: number_of(temporality),
            })
        }
        Data::Summary { points } => {
            Decoded::Summary(metrics::Summary { data_points: points.map(summary_point).collect() })
        }
    });
    metrics::Metric {
        name: view.name().into(),
        description: view.description().into(),
        unit: view.unit().into(),
        metadata: attributes(view.metadata()),
        data,
    }
}

fn number_of(temporality: Temporality) -> i32 {
    match temporality {
        Temporality::Unspecified => 0,
        Temporality::Delta => 1,
        Temporality::Cumulative => 2,
        Temporality::Other(number) => number,
    }
}

fn number_point(view: NumberPoint<'_>) -> metrics::NumberDataPoint {
    use metrics::number_data_point::Value as Decoded;
    metrics::NumberDataPoint {
        attributes: attributes(view.attributes()),
        start_time_unix_nano: view.start_time_unix_nano(),
        time_unix_nano: view.time_unix_nano(),
        exemplars: view.exemplars().map(exemplar).collect(),
        flags: view.flags(),
        value: view.value().map(|value| match value {
            Number::Int(value) => Decoded::AsInt(value),
            Number::Double(value) => Decoded::AsDouble(value),
        }),
    }
}

fn histogram_point(view: HistogramPoint<'_>) -> metrics::HistogramDataPoint {
    metrics::HistogramDataPoint {
        attributes: attributes(view.attributes()),
        start_time_unix_nano: view.start_time_unix_nano(),
        time_unix_nano: view.time_unix_nano(),
        count: view.count(),
        sum: view.sum(),
        bucket_counts: view.bucket_counts().collect(),
        explicit_bounds: view.explicit_bounds().collect(),
        exemplars: view.exemplars().map(exemplar).collect(),
        flags: view.flags(),
        min: view.min(),
        max: view.max(),
    }
}

fn exponential_histogram_point(view: ExponentialHistogramPoint<'_>) -> metrics::ExponentialHistogramDataPoint {
    let buckets = |view: Buckets<'_>| metrics::exponential_histogram_data_point::Buckets {
        offset: view.offset(),
        bucket_counts: view.bucket_counts().collect(),
    };
    metrics::ExponentialHistogramDataPoint {
        attributes: attributes(view.attributes()),
        start_time_unix_nano: view.start_time_unix_nano(),
        time_unix_nano: view.time_unix_nano(),
        count: view.count(),
        sum: view.sum(),
        scale: view.scale(),
        zero_count: view.zero_count(),
        positive: view.positive().map(buckets),
        negative: view.negative().map(buckets),
        flags: view.flags(),
        exemplars: view.exemplars().map(exemplar).collect(),
        min: view.min(),
        max: view.max(),
        zero_threshold: view.zero_threshold(),
    }
}

fn summary_point(view: SummaryPoint<'_>) -> metrics::SummaryDataPoint {
    let quantile_values = view
        .quantile_values()
        .map(|view| metrics::summary_data_point::ValueAtQuantile { quantile: view.quantile(), value: view.value() });
    metrics::SummaryDataPoint {
        attributes: attributes(view.attributes()),
        start_time_unix_nano: view.start_time_unix_nano(),
        time_unix_nano: view.time_unix_nano(),
        count: view.count(),
        sum: view.sum(),
        quantile_values: quantile_values.collect(),
        flags: view.flags(),
    }
}

fn exemplar(view: Exemplar<'_>) -> metrics::Exemplar {
    use metrics::exemplar::Value as Decoded;
    metrics::Exemplar {
        filtered_attributes: attributes(view.filtered_attributes()),
        time_unix_nano: view.time_unix_nano(),
        span_id: view.span_id().into(),
        trace_id: view.trace_id().into(),
        value: view.value().map(|value| match value {
            Number::Int(value) => Decoded::AsInt(value),
            Number::Double(value) => Decoded::AsDouble(value),
        }),
    }
}

fn resource(view: Resource<'_>) -> resource::Resource {
    let entity_refs = view.entity_refs().map(|view| common::EntityRef {
        schema_url: view.schema_url().into(),
        r#type: view.kind().into(),
        id_keys: view.id_keys().map(Into::into).collect(),
        description_keys: view.description_keys().map(Into::into).collect(),
    });
    resource::Resource {
        attributes: attributes(view.attributes()),
        dropped_attributes_count: view.dropped_attributes_count(),
        entity_refs: entity_refs.collect(),
    }
}

fn scope(view: Scope<'_>) -> common::InstrumentationScope {
    common::InstrumentationScope {
        name: view.name().into(),
        version: view.version().into(),
        attributes: attributes(view.attributes()),
        dropped_attributes_count: view.dropped_attributes_count(),
    }
}

fn attributes(view: Attributes<'_>) -> Vec<common::KeyValue> {
    view.map(|view| {
        assert_eq!(view.key().as_bytes(), view.key_bytes());
        if let Some((key, value)) = view.plain() {
            assert_eq!(key, view.key_bytes());
            match (value, view.value()) {
                (Plain::Text(plain), Some(Value::String(text))) => assert_eq!(plain, text.as_bytes()),
                (Plain::Int(plain), Some(Value::Int(number))) => assert_eq!(plain, number),
                (Plain::Double(plain), Some(Value::Double(number))) => assert_eq!(plain.to_bits(), number.to_bits()),
                (plain, value) => assert!(matches!((plain, &value), (Plain::Bool, Some(Value::Bool(_)))), "{value:?}"),
            }
        }
        common::KeyValue { key: view.key().into(), value: view.value().map(any_value), key_strindex: view.key_index() }
    })
    .collect()
}

fn any_value(view: Value<'_>) -> common::AnyValue {
    use any_value::Value as Decoded;
    let value = match view {
        Value::Empty => None,
        Value::String(text) => Some(Decoded::StringValue(text.into())),
        Value::Bool(value) => Some(Decoded::BoolValue(value)),
        Value::Int(value) => Some(Decoded::IntValue(value)),
        Value::Double(value) => Some(Decoded::DoubleValue(value)),
        Value::Array(values) => {
            Some(Decoded::ArrayValue(common::ArrayValue { values: values.map(any_value).collect() }))
        }
        Value::Map(entries) => Some(Decoded::KvlistValue(common::KeyValueList { values: attributes(entries) })),
        Value::Bytes(bytes) => Some(Decoded::BytesValue(bytes.into())),
        Value::StringIndex(index) => Some(Decoded::StringValueStrindex(index)),
    };
    common::AnyValue { value }
}
