//! Nothing personal leaves a gateway with the processor `pii`, wherever a client put it, and the rest leaves as it came.

use opentelemetry_proto::tonic::common::v1::{AnyValue, InstrumentationScope, KeyValue, any_value::Value};
use opentelemetry_proto::tonic::metrics::v1::{Exemplar, Metric, metric::Data};
use opentelemetry_proto::tonic::resource::v1::Resource;
use sluice_integration::{Backend, Client, Gateway, Program, Signal, Telemetry, difference, telemetry};

const CARD: i64 = 4_111_111_111_111_111;

/// What a client says of people, and what the gateway makes of it.
const PERSONAL: [(&str, &str); 3] = [
    ("anna.meier@example.org", "[EMAIL]"),
    ("4111 1111 1111 1111", "[CREDIT_CARD]"),
    ("DE89 3704 0044 0532 0130 00", "[IBAN]"),
];

#[tokio::test]
async fn over_grpc() {
    nothing_personal_leaves(Gateway::grpc).await;
}

#[tokio::test]
async fn over_http() {
    nothing_personal_leaves(Gateway::http).await;
}

async fn nothing_personal_leaves(client: impl Fn(&Gateway) -> Client) {
    if Program::under_test() == Program::Collector {
        return;
    }
    let backend = Backend::start().await;
    let gateway = Gateway::before(&backend, "pii.yaml").await;
    let client = client(&gateway);

    let mut expected = Vec::new();
    for signal in Signal::ALL {
        for (personal, mask) in PERSONAL {
            let reply = client.send(&planted(signal, personal, &Value::IntValue(CARD))).await;
            assert!(reply.is_accepted(), "{signal:?}: {reply:?}");
            expected.extend(planted(signal, mask, &Value::StringValue("[CREDIT_CARD]".to_owned())).items());
        }
    }

    assert_eq!(difference(&expected, &backend.items()), "");
    let metrics = gateway.metrics().await;
    for (signal, detector, place) in [
        ("traces", "email", "span_link.attribute"),
        ("metrics", "credit_card", "exemplar.attribute"),
        ("logs", "iban", "log.body"),
    ] {
        let series = metrics.lines().find(|line| {
            line.starts_with("otelcol_processor_pii_findings")
                && [signal, detector, place].iter().all(|value| line.contains(&format!("=\"{value}\"")))
        });
        assert!(series.is_some(), "{signal} {detector} {place}\n{metrics}");
    }
    let said = [gateway.process.lines().join("\n"), metrics].concat();
    for (personal, _) in PERSONAL {
        assert!(!said.contains(personal), "the gateway says {personal}");
    }
}

#[tokio::test]
async fn what_is_too_large_to_be_looked_at_is_refused() {
    if Program::under_test() == Program::Collector {
        return;
    }
    let backend = Backend::start().await;
    let gateway = Gateway::before(&backend, "pii.yaml").await;
    let Telemetry::Logs(mut request) = telemetry::logs(1..2) else { panic!("no logs") };
    let record = &mut request.resource_logs[0].scope_logs[0].log_records[0];
    record.body = Some(string(&"x".repeat(100_001)));

    for client in [gateway.grpc(), gateway.http()] {
        let reply = client.send(&Telemetry::Logs(request.clone())).await;

        assert!(!reply.is_accepted(), "{reply:?}");
        // Over HTTP it stands in a Status.
        assert!(reply.message().ends_with("pii: a value is too large to be scanned for personal data"), "{reply:?}");
    }
    assert_eq!(backend.items(), []);
    assert!(gateway.metrics().await.contains("otelcol_processor_pii_unscanned_values"));
}

/// A request with a text at every place that takes one, and a number beside it.
fn planted(signal: Signal, text: &str, number: &Value) -> Telemetry {
    let plant = Plant { text, number };
    let mut telemetry = telemetry::one_of_each(signal);
    match &mut telemetry {
        Telemetry::Traces(request) => {
            for resource in &mut request.resource_spans {
                plant.resource(&mut resource.resource);
                for scope in &mut resource.scope_spans {
                    plant.scope(&mut scope.scope);
                    for span in &mut scope.spans {
                        plant.attributes(&mut span.attributes);
                        span.name = plant.text();
                        span.trace_state = format!("vendor={text}");
                        span.events.iter_mut().for_each(|event| {
                            event.name = plant.text();
                            plant.attributes(&mut event.attributes);
                        });
                        span.links.iter_mut().for_each(|link| plant.attributes(&mut link.attributes));
                        span.status.iter_mut().for_each(|status| status.message = plant.text());
                    }
                }
            }
        }
        Telemetry::Metrics(request) => {
            for resource in &mut request.resource_metrics {
                plant.resource(&mut resource.resource);
                for scope in &mut resource.scope_metrics {
                    plant.scope(&mut scope.scope);
                    scope.metrics.iter_mut().for_each(|metric| plant.metric(metric));
                }
            }
        }
        Telemetry::Logs(request) => {
            for resource in &mut request.resource_logs {
                plant.resource(&mut resource.resource);
                for scope in &mut resource.scope_logs {
                    plant.scope(&mut scope.scope);
                    for record in &mut scope.log_records {
                        plant.attributes(&mut record.attributes);
                        record.body = Some(string(&plant.text()));
                        record.event_name = plant.text();
                    }
                }
            }
        }
    }
    telemetry
}

struct Plant<'t> {
    text: &'t str,
    number: &'t Value,
}

impl Plant<'_> {
    fn text(&self) -> String {
        format!("said by {} yesterday", self.text)
    }

    fn resource(&self, resource: &mut Option<Resource>) {
        self.attributes(&mut resource.get_or_insert_default().attributes);
    }

    fn scope(&self, scope: &mut Option<InstrumentationScope>) {
        let scope = scope.get_or_insert_default();
        scope.name = self.text();
        self.attributes(&mut scope.attributes);
    }

    fn metric(&self, metric: &mut Metric) {
        metric.description = self.text();
        self.attributes(&mut metric.metadata);
        match &mut metric.data {
            Some(Data::Gauge(data)) => {
                data.data_points.iter_mut().for_each(|point| self.point(&mut point.attributes, &mut point.exemplars));
            }
            Some(Data::Sum(data)) => {
                data.data_points.iter_mut().for_each(|point| self.point(&mut point.attributes, &mut point.exemplars));
            }
            Some(Data::Histogram(data)) => {
                data.data_points.iter_mut().for_each(|point| self.point(&mut point.attributes, &mut point.exemplars));
            }
            Some(Data::ExponentialHistogram(data)) => {
                data.data_points.iter_mut().for_each(|point| self.point(&mut point.attributes, &mut point.exemplars));
            }
            Some(Data::Summary(data)) => {
                data.data_points.iter_mut().for_each(|point| self.attributes(&mut point.attributes));
            }
            None => {}
        }
    }

    fn point(&self, attributes: &mut Vec<KeyValue>, exemplars: &mut [Exemplar]) {
        self.attributes(attributes);
        exemplars.iter_mut().for_each(|exemplar| self.attributes(&mut exemplar.filtered_attributes));
    }

    /// Adds attributes, and puts the text into the lists and maps that are there.
    fn attributes(&self, attributes: &mut Vec<KeyValue>) {
        for attribute in attributes.iter_mut() {
            match attribute.value.as_mut().and_then(|value| value.value.as_mut()) {
                Some(Value::ArrayValue(list)) => list.values.push(string(&self.text())),
                Some(Value::KvlistValue(map)) => map.values.push(entry("told", string(&self.text()))),
                _ => {}
            }
        }
        attributes.push(entry("told", string(&self.text())));
        attributes.push(entry(&self.text(), string("as a key")));
        attributes.push(entry("raw", AnyValue { value: Some(Value::BytesValue(self.text().into_bytes())) }));
        attributes.push(entry("amount", AnyValue { value: Some(self.number.clone()) }));
    }
}

fn string(text: &str) -> AnyValue {
    AnyValue { value: Some(Value::StringValue(text.to_owned())) }
}

fn entry(key: &str, value: AnyValue) -> KeyValue {
    KeyValue { key: key.to_owned(), value: Some(value), ..KeyValue::default() }
}
