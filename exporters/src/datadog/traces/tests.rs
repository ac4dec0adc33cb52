//! What spans become, read with the Agent's own messages.

use std::collections::HashMap;

use libdd_trace_protobuf::pb;
use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceRequest;
use opentelemetry_proto::tonic::common::v1::any_value::Value;
use opentelemetry_proto::tonic::common::v1::{InstrumentationScope, KeyValue};
use opentelemetry_proto::tonic::resource::v1::Resource;
use opentelemetry_proto::tonic::trace::v1::{ResourceSpans, ScopeSpans, Span, Status, span};
use prost::Message;
use serde_json::json;
use sluice_pdata::{Batch, Limits, Signal};

use super::super::config::Config;
use super::super::testing::{attribute, attributes};
use super::pack::{LeftOut, Packed, pack_within};
use super::payload::MOST;
use super::rules::Rules;
use crate::testing::read;

const NOW: i64 = 1_787_306_400_000_000_000;

fn rules(mut traces: serde_json::Value) -> Rules {
    traces.as_object_mut().unwrap();
    let (config, problems) = read(json!({"api": {"key": "k"}, "traces": traces}), Config::read);
    assert_eq!(problems, [""; 0]);
    Rules::new(&config.traces, "gateway".into()).unwrap()
}

fn span(number: u8, parent: u8) -> Span {
    let id = |number| if number == 0 { Vec::new() } else { vec![0, 0, 0, 0, 0, 0, 0, number] };
    Span {
        trace_id: (1..=16).collect(),
        span_id: id(number),
        parent_span_id: id(parent),
        name: format!("span {number}"),
        kind: span::SpanKind::Internal as i32,
        start_time_unix_nano: NOW as u64 - 1_000,
        end_time_unix_nano: NOW as u64,
        ..Span::default()
    }
}

fn batch(resource: Vec<KeyValue>, spans: Vec<Span>) -> Batch {
    let scope = Some(InstrumentationScope { name: "library".into(), version: "1.0".into(), ..Default::default() });
    let resource_spans = vec![ResourceSpans {
        resource: Some(Resource { attributes: resource, ..Resource::default() }),
        scope_spans: vec![ScopeSpans { scope, spans, ..ScopeSpans::default() }],
        ..ResourceSpans::default()
    }];
    let request = ExportTraceServiceRequest { resource_spans }.encode_to_vec();
    Batch::check(Signal::Traces, request.into(), &Limits::default()).unwrap()
}

fn packed(rules: &Rules, batch: &Batch, most: usize) -> (Vec<pb::AgentPayload>, Packed) {
    let packed = pack_within(batch, rules, NOW, most, &mut |_, _, _| {});
    let decode = |body: &super::payload::Body| pb::AgentPayload::decode(body.bytes.as_slice()).unwrap();
    (packed.bodies.iter().map(decode).collect(), packed)
}

fn payload(rules: &Rules, resource: Vec<KeyValue>, spans: Vec<Span>) -> pb::AgentPayload {
    let (mut payloads, packed) = packed(rules, &batch(resource, spans), MOST);
    assert_eq!((payloads.len(), packed.left_out), (1, LeftOut::default()));
    payloads.remove(0)
}

/// What one span of a resource becomes.
fn mapped(resource: Vec<KeyValue>, span: Span) -> pb::Span {
    payload(&rules(json!({})), resource, vec![span]).tracer_payloads[0].chunks[0].spans[0].clone()
}

fn texts(pairs: &[(&str, &str)]) -> HashMap<String, String> {
    pairs.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect()
}

#[test]
fn a_span_has_its_ids_times_and_attributes() {
    let mut span = span(2, 0);
    span.kind = span::SpanKind::Server as i32;
    span.trace_state = "a=b".into();
    span.attributes = attributes(&[("http.request.method", "GET"), ("http.route", "/cart"), ("url.full", "http://h/")]);
    span.attributes.push(attribute("http.response.status_code", Value::IntValue(503)));
    span.attributes.push(attribute("load", Value::DoubleValue(0.5)));
    span.attributes.push(attribute("cached", Value::BoolValue(true)));
    span.status = Some(Status { code: 2, message: String::new() });
    let resource = attributes(&[
        ("service.name", "Cart"),
        ("service.version", "1.2"),
        ("deployment.environment.name", "Prod"),
        ("telemetry.sdk.language", "go"),
        ("telemetry.sdk.version", "1.30"),
        ("host.name", "web-1"),
        ("container.id", "c1"),
    ]);

    let payload = payload(&rules(json!({})), resource, vec![span]);

    let tracer = &payload.tracer_payloads[0];
    assert_eq!((payload.host_name.as_str(), payload.env.as_str()), ("gateway", "none"));
    assert_eq!((tracer.hostname.as_str(), tracer.env.as_str()), ("web-1", "prod"));
    assert_eq!((tracer.language_name.as_str(), tracer.tracer_version.as_str()), ("go", "otlp-1.30"));
    assert_eq!((tracer.app_version.as_str(), tracer.container_id.as_str()), ("1.2", "c1"));
    assert_eq!(tracer.tags, texts(&[("_dd.tags.container", "container_id:c1")]));
    let chunk = &tracer.chunks[0];
    assert_eq!((chunk.priority, &chunk.tags), (1, &texts(&[("_dd.otlp_sr", "1.00"), ("_dd.p.dm", "-9")])));
    let span = &chunk.spans[0];
    assert_eq!((span.trace_id, span.span_id, span.parent_id), (0x090a_0b0c_0d0e_0f10, 2, 0));
    assert_eq!((span.start, span.duration, span.error), (NOW - 1_000, 1_000, 1));
    assert_eq!(
        (span.service.as_str(), span.name.as_str(), span.resource.as_str(), span.r#type.as_str()),
        ("cart", "http.server.request", "GET /cart", "web")
    );
    let metrics = [("http.status_code", 503.0), ("load", 0.5), ("_top_level", 1.0)];
    assert_eq!(span.metrics, metrics.map(|(key, value)| (key.to_owned(), value)).into());
    assert_eq!(
        span.meta,
        texts(&[
            ("otel.trace_id", "0102030405060708090a0b0c0d0e0f10"),
            ("_dd.p.tid", "0102030405060708"),
            ("_dd.p.dm", "-9"),
            ("otel.status_code", "Error"),
            ("otel.library.name", "library"),
            ("otel.library.version", "1.0"),
            ("w3c.tracestate", "a=b"),
            ("span.kind", "server"),
            ("http.method", "GET"),
            ("http.route", "/cart"),
            ("http.url", "http://h/"),
            ("cached", "true"),
            ("version", "1.2"),
            ("env", "prod"),
            ("error.msg", "503 Service Unavailable"),
            ("service.version", "1.2"),
            ("deployment.environment.name", "Prod"),
            ("telemetry.sdk.language", "go"),
            ("telemetry.sdk.version", "1.30"),
            ("host.name", "web-1"),
            ("container.id", "c1"),
        ])
    );
}

#[test]
fn events_links_and_exceptions_are_texts() {
    let mut failed = span(1, 0);
    failed.status = Some(Status { code: 2, message: "failed".into() });
    failed.events = vec![
        span::Event { time_unix_nano: 7, name: "a\"b".into(), ..Default::default() },
        span::Event {
            name: "exception".into(),
            attributes: attributes(&[
                ("exception.type", "Oops"),
                ("exception.message", "no"),
                ("exception.stacktrace", "at\nb"),
            ]),
            dropped_attributes_count: 3,
            ..Default::default()
        },
    ];
    failed.links = vec![span::Link {
        trace_id: vec![0xab; 16],
        span_id: vec![0xcd; 8],
        trace_state: "x=y".into(),
        attributes: vec![attribute("n\n", Value::IntValue(1))],
        ..Default::default()
    }];

    let meta = mapped(Vec::new(), failed).meta;

    let json = |key: &str| serde_json::from_str::<serde_json::Value>(&meta[key]).unwrap();
    assert_eq!(
        json("events"),
        json!([
            {"time_unix_nano": 7, "name": "a\"b"},
            {"name": "exception", "dropped_attributes_count": 3,
             "attributes": {"exception.type": "Oops", "exception.message": "no", "exception.stacktrace": "at\nb"}},
        ])
    );
    assert_eq!(
        json("_dd.span_links"),
        json!([{"trace_id": "ab".repeat(16), "span_id": "cd".repeat(8), "tracestate": "x=y", "attributes": {"n\n": "1"}}])
    );
    let error = ["error.msg", "error.type", "error.stack", "_dd.span_events.has_exception"].map(|key| &*meta[key]);
    assert_eq!(error, ["failed", "Oops", "at\nb", "true"]);
}

#[test]
fn spans_are_named_by_what_they_do() {
    use span::SpanKind::{Client, Consumer, Internal, Producer, Server, Unspecified};
    for (kind, said, name, resource, of_type) in [
        (Server, [("http.method", "_OTHER"), ("http.route", "/r")], "http.server.request", "HTTP /r", "web"),
        (Client, [("http.method", "PUT"), ("http.route", "/r")], "http.client.request", "PUT", "http"),
        (Client, [("db.system", "postgresql"), ("db.statement", "SELECT 1")], "postgresql.query", "SELECT ?", "sql"),
        (Client, [("db.system", "redis"), ("db.query.text", "get k")], "redis.query", "GET", "redis"),
        (Client, [("db.system", "Other"), ("x", "y")], "other.query", "span 1", "db"),
        (Producer, [("messaging.system", "kafka"), ("messaging.operation", "send")], "kafka.send", "send", "custom"),
        (Consumer, [("messaging.operation", "get"), ("messaging.destination", "q")], "Consumer", "get q", "custom"),
        (Client, [("rpc.system", "grpc"), ("rpc.method", "M")], "grpc.client.request", "M", "http"),
        (Server, [("rpc.method", "M"), ("rpc.service", "S")], "server.request", "M S", "web"),
        (Client, [("rpc.system", "aws-api"), ("rpc.service", "S3")], "aws.s3.request", "span 1", "http"),
        (Client, [("faas.invoked_provider", "aws"), ("faas.invoked_name", "f")], "aws.f.invoke", "span 1", "http"),
        (Server, [("faas.trigger", "timer"), ("x", "y")], "timer.invoke", "span 1", "web"),
        (
            Internal,
            [("graphql.operation.type", "query"), ("graphql.operation.name", "n")],
            "graphql.server.request",
            "query n",
            "custom",
        ),
        (Server, [("network.protocol.name", "amqp"), ("x", "y")], "amqp.server.request", "span 1", "web"),
        (Internal, [("operation.name", "op"), ("resource.name", "res")], "op", "res", "custom"),
        (Unspecified, [("span.type", "worker"), ("x", "y")], "Internal", "span 1", "worker"),
        (Server, [("datadog.name", "n"), ("datadog.resource", "r")], "n", "r", "web"),
    ] {
        let mut span = span(1, 0);
        span.kind = kind as i32;
        span.attributes = attributes(&said);

        let mapped = mapped(Vec::new(), span);

        assert_eq!((&*mapped.name, &*mapped.resource, &*mapped.r#type), (name, resource, of_type), "{said:?}");
        assert_eq!(mapped.service, "otlpresourcenoservicename");
    }
}

#[test]
fn settings_name_operations_by_spans_and_libraries() {
    let name = |settings: serde_json::Value| {
        let payload = payload(&rules(settings), Vec::new(), vec![span(1, 0)]);
        payload.tracer_payloads[0].chunks[0].spans[0].name.clone()
    };

    assert_eq!(name(json!({"span_name_as_resource_name": true})), "span_1");
    assert_eq!(name(json!({"span_name_remappings": {"other": "x"}})), "library.internal");
    assert_eq!(name(json!({"span_name_remappings": {"library.internal": "mine"}})), "mine");
}

#[test]
fn of_a_key_that_comes_twice_the_nearest_to_the_span_counts() {
    let mut span = span(1, 0);
    span.attributes =
        attributes(&[("a", "span"), ("a", "again"), ("b", ""), ("env", "Span Env"), ("peer.service", "P Q")]);
    let resource =
        attributes(&[("a", "resource"), ("b", "resource"), ("c", "resource"), ("env", "r"), ("db.namespace", "d")]);

    let meta = mapped(resource, span).meta;

    let said = ["a", "b", "c", "env", "peer.service", "db.name"].map(|key| &*meta[key]);
    assert_eq!(said, ["span", "resource", "resource", "span_env", "p_q", "d"]);
}

#[test]
fn spans_are_grouped_by_trace_and_top_level_ones_are_marked() {
    let mut other_trace = span(9, 8);
    other_trace.trace_id = vec![7; 16];
    let mut other_service = span(3, 2);
    other_service.attributes = attributes(&[("service.name", "db")]);
    let spans = vec![span(2, 1), other_trace, other_service, span(4, 2), span(1, 0)];

    let payload = payload(&rules(json!({})), attributes(&[("service.name", "cart")]), spans);

    let chunks = &payload.tracer_payloads[0].chunks;
    let of = |chunk: &pb::TraceChunk| {
        let top = |span: &pb::Span| span.metrics.get("_top_level") == Some(&1.0);
        chunk.spans.iter().map(|span| (span.span_id, top(span))).collect::<Vec<_>>()
    };
    let chunks: Vec<_> = chunks.iter().map(of).collect();
    assert_eq!(chunks, [vec![(1, true), (2, false), (3, true), (4, false)], vec![(9, true)]]);
}

#[test]
fn by_kind_servers_and_consumers_are_top_level_and_clients_measured() {
    use span::SpanKind::{Client, Consumer, Internal, Producer, Server};
    let spans = [Internal, Server, Client, Producer, Consumer].into_iter().enumerate();
    let spans = spans.map(|(index, kind)| Span { kind: kind as i32, ..span(index as u8 + 1, 99) }).collect();

    let payload = payload(&rules(json!({"compute_top_level_by_span_kind": true})), Vec::new(), spans);

    let mut said: Vec<_> = payload.tracer_payloads[0].chunks[0]
        .spans
        .iter()
        .map(|span| (span.span_id, span.metrics.contains_key("_top_level"), span.metrics.contains_key("_dd.measured")))
        .collect();
    said.sort();
    let (f, t) = (false, true);
    assert_eq!(said, [(1, f, f), (2, t, f), (3, f, t), (4, f, t), (5, t, f)]);
}

#[test]
fn traces_that_the_user_does_not_want_are_left_out() {
    let with = |number: u8, key: &str, value: Value| Span {
        attributes: vec![attribute(key, value)],
        trace_id: vec![number; 16],
        ..span(number, 0)
    };
    let mut failed = with(5, "sampling.priority", Value::IntValue(0));
    failed.status = Some(Status { code: 2, ..Status::default() });
    let spans = vec![
        with(1, "resource.name", Value::StringValue("GET /health".into())),
        with(2, "sampling.priority", Value::IntValue(0)),
        with(3, "sampling.priority", Value::IntValue(-1)),
        with(4, "sampling.priority", Value::IntValue(2)),
        failed,
    ];

    let (payloads, packed) =
        packed(&rules(json!({"ignore_resources": ["^GET /health"]})), &batch(Vec::new(), spans), MOST);

    let kept: Vec<_> = payloads[0].tracer_payloads[0].chunks.iter().map(|chunk| chunk.spans[0].span_id).collect();
    assert_eq!((kept, packed.bodies[0].spans), (vec![4, 5], 2));
    assert_eq!(packed.left_out, LeftOut { unwanted: 3, ..LeftOut::default() });
    assert_eq!(payloads[0].tracer_payloads[0].chunks[0].tags["_dd.p.dm"], "-4");
}

#[test]
fn what_is_no_span_for_datadog_is_left_out_and_the_rest_is_not() {
    let spans = vec![
        Span { trace_id: Vec::new(), ..span(1, 0) },
        Span { span_id: Vec::new(), ..span(2, 0) },
        Span { trace_id: vec![0; 16], ..span(3, 0) },
        Span { name: String::new(), kind: 77, ..span(4, 0) },
    ];

    let (payloads, packed) = packed(&rules(json!({})), &batch(Vec::new(), spans), MOST);

    assert_eq!(packed.left_out, LeftOut { invalid: 3, ..LeftOut::default() });
    let span = &payloads[0].tracer_payloads[0].chunks[0].spans[0];
    assert_eq!(
        (span.span_id, &*span.name, &*span.resource, &*span.meta["span.kind"]),
        (4, "Internal", "Internal", "unspecified")
    );
}

#[test]
fn bodies_are_cut_between_spans_and_each_has_all_that_is_common() {
    let filler = |number: u8| Span { attributes: attributes(&[("filler", &"x".repeat(2_000))]), ..span(number, 0) };
    let mut giant = filler(30);
    giant.attributes =
        (0..5).map(|index| attribute(&format!("k{index}"), Value::StringValue("y".repeat(2_000)))).collect();
    let spans = (1..=20).map(filler).chain([giant]).collect();
    let resource = attributes(&[("service.name", "cart"), ("container.id", "c"), ("service.version", "1")]);

    let (payloads, packed) = packed(&rules(json!({})), &batch(resource, spans), 8_000);

    assert!(packed.bodies.iter().all(|body| body.bytes.len() <= 8_000));
    assert_eq!(packed.left_out, LeftOut { too_large: 1, ..LeftOut::default() });
    let mut ids = Vec::new();
    for (payload, body) in payloads.iter().zip(&packed.bodies) {
        let [tracer] = payload.tracer_payloads.as_slice() else { panic!("{payload:?}") };
        assert_eq!((tracer.container_id.as_str(), tracer.app_version.as_str()), ("c", "1"));
        let spans: Vec<_> = tracer.chunks.iter().flat_map(|chunk| &chunk.spans).map(|span| span.span_id).collect();
        assert_eq!(spans.len(), body.spans);
        ids.extend(spans);
    }
    ids.sort();
    assert_eq!(ids, (1..=20).collect::<Vec<_>>());
}

#[test]
fn keys_and_values_are_cut_where_the_agent_cuts_them() {
    let mut span = span(1, 0);
    let (key, value) = ("k".repeat(201), "ä".repeat(13_000));
    span.attributes = attributes(&[(&key, "v"), ("long", &value), ("_dd.x.json", &value)]);
    span.attributes.push(attribute(&key, Value::IntValue(1)));

    let span = mapped(Vec::new(), span);

    let cut = format!("{}...", "k".repeat(200));
    assert_eq!((&*span.meta[&cut], span.metrics[&cut]), ("v", 1.0));
    assert_eq!(span.meta["long"], format!("{}...", "ä".repeat(12_500)));
    assert_eq!(span.meta["_dd.x.json"], value);
}
