//! Traces reach Datadog in the shape that its own Agent sends: what the Agent's code makes of the same spans is compared span by
//! span and group by group, and the Collector's receiver for Datadog decodes what was sent.

mod compare;
mod intake;
mod sample;

use opentelemetry_proto::tonic::{
    collector::trace::v1::ExportTraceServiceRequest, common::v1::any_value::Value, trace::v1::Span,
};
use serde_json::Value as Json;
use sluice_integration::{Backend, Gateway, Telemetry, eventually, real::Decoder};

use intake::{Intake, Posted};

const TRACES: &str = "/api/v0.2/traces";
const STATS: &str = "/api/v0.2/stats";

async fn send(gateway: &Gateway, request: &ExportTraceServiceRequest) {
    let reply = gateway.grpc().send(&Telemetry::Traces(request.clone())).await;
    assert!(reply.is_accepted(), "{reply:?}");
}

/// What the intakes have when the gateway has sent all.
async fn sent(request: &ExportTraceServiceRequest) -> (Vec<Posted>, Vec<Posted>) {
    let intake = Intake::start().await;
    let mut gateway = Gateway::on("to/datadog.yaml").with("DATADOG", intake.address.clone()).start().await;
    send(&gateway, request).await;
    eventually("the spans", async || (!intake.posted(TRACES).is_empty()).then_some(())).await;
    assert!(gateway.stop().await.success());
    (intake.posted(TRACES), intake.posted(STATS))
}

#[tokio::test]
async fn spans_are_what_the_agent_makes_of_them() {
    let request = sample::spans();
    let Some(theirs) = compare::agent(&["map"], &prost::Message::encode_to_vec(&request)) else { return };

    let (traces, _) = sent(&request).await;

    let [posted] = traces.as_slice() else { panic!("{traces:?}") };
    let header = |name| posted.headers.get(name).and_then(|value| value.to_str().ok());
    assert_eq!(header("dd-api-key"), Some("an-api-key"));
    assert_eq!(header("content-type"), Some("application/x-protobuf"));
    assert_eq!(header("x-datadog-reported-languages"), Some("go"));
    let ours = compare::agent(&["traces"], &posted.body).expect("it was there a moment ago");
    let (mut ours, theirs) = (compare::spans(&ours), compare::spans(&theirs));
    assert_eq!(ours.keys().collect::<Vec<_>>(), theirs.keys().collect::<Vec<_>>());
    assert_eq!(ours.len(), 600);
    for (id, theirs) in &theirs {
        let ours = ours.get_mut(id).expect("the keys are the same");
        compare::without_ours(ours, theirs);
        assert_eq!(different(ours, theirs), Vec::<String>::new(), "span {id}: {ours:#}\n{theirs:#}");
    }
}

#[tokio::test]
async fn statistics_are_what_the_agent_counts() {
    let request = sample::spans();
    let Some(theirs) = compare::agent(&["map"], &prost::Message::encode_to_vec(&request)) else { return };

    let (_, stats) = sent(&request).await;

    let [posted] = stats.as_slice() else { panic!("{stats:?}") };
    let header = |name| posted.headers.get(name).and_then(|value| value.to_str().ok());
    assert_eq!(header("content-type"), Some("application/msgpack"));
    assert_eq!(header("content-encoding"), Some("gzip"));
    let ours = compare::agent(&["stats"], &posted.body).expect("it was there a moment ago");
    let (ours, theirs) = (compare::groups(&ours), compare::groups(&theirs));
    let missing: Vec<_> = theirs.keys().filter(|group| !ours.contains_key(*group)).collect();
    let added: Vec<_> = ours.keys().filter(|group| !theirs.contains_key(*group)).collect();
    assert!(missing.is_empty() && added.is_empty(), "missing: {missing:#?}, added: {added:#?}");
    assert!(ours.len() > 100, "{}", ours.len());
    for (group, theirs) in &theirs {
        assert_eq!(different(&ours[group], theirs), Vec::<String>::new(), "{group}: {}\n{theirs}", ours[group]);
    }
}

/// Where two documents differ; numbers may by rounding.
fn different(ours: &Json, theirs: &Json) -> Vec<String> {
    match (ours, theirs) {
        (Json::Object(ours), Json::Object(theirs)) => {
            let keys: std::collections::BTreeSet<_> = ours.keys().chain(theirs.keys()).collect();
            let of = |object: &serde_json::Map<String, Json>, key: &str| object.get(key).cloned().unwrap_or(Json::Null);
            keys.into_iter()
                .flat_map(|key| {
                    different(&of(ours, key), &of(theirs, key)).into_iter().map(move |below| format!("{key} {below}"))
                })
                .collect()
        }
        (Json::Number(ours), Json::Number(theirs)) if ours.as_f64() == theirs.as_f64() => Vec::new(),
        _ if ours == theirs => Vec::new(),
        _ => vec![format!("{ours} instead of {theirs}")],
    }
}

#[tokio::test]
async fn the_collector_decodes_what_is_sent() {
    let backend = Backend::start().await;
    let Some(decoder) = Decoder::start(&backend).await else { return };
    let mut gateway = Gateway::on("to/datadog.yaml").with("DATADOG", decoder.datadog().to_owned()).start().await;
    let request = sample::spans();

    send(&gateway, &request).await;

    backend.wait_for_items(600).await;
    assert!(gateway.stop().await.success());
    let mut decoded = std::collections::BTreeMap::new();
    for request in backend.requests() {
        let Telemetry::Traces(request) = request else { continue };
        for span in request.resource_spans.into_iter().flat_map(|it| it.scope_spans).flat_map(|it| it.spans) {
            assert!(decoded.insert(span.span_id.clone(), span).is_none(), "twice");
        }
    }
    for span in request.resource_spans.iter().flat_map(|it| &it.scope_spans).flat_map(|it| &it.spans) {
        assert_decoded(span, &decoded[&span.span_id]);
    }
    assert_eq!(decoded.len(), 600);
}

/// What the receiver keeps of a span: the low half of the trace's id, its parent, times, kind, whether it failed, links, and all
/// else as texts and numbers, of which some have Datadog's names.
fn assert_decoded(sent: &Span, decoded: &Span) {
    assert_eq!(decoded.trace_id[8..], sent.trace_id[8..]);
    assert_eq!(decoded.parent_span_id, sent.parent_span_id);
    assert_eq!(decoded.start_time_unix_nano, sent.start_time_unix_nano);
    assert_eq!(decoded.end_time_unix_nano, sent.end_time_unix_nano);
    let text = |key: &str| said(decoded, key);
    if sent.attributes.iter().all(|attribute| attribute.key != "datadog.span.kind") && sent.kind > 0 {
        assert_eq!(decoded.kind, sent.kind);
    }
    let failed = sent.status.as_ref().is_some_and(|status| status.code == 2);
    let is_datadogs = sent.attributes.iter().any(|attribute| attribute.key == "datadog.error");
    if !is_datadogs {
        let code = decoded.status.as_ref().map_or(0, |status| status.code);
        assert_eq!(code == 2, failed, "{sent:?}");
    }
    assert_eq!(text("otel.trace_id").as_deref(), Some(hex(&sent.trace_id).as_str()));
    for key in ["ratio", "yes", "bytes", "rpc.method", "faas.trigger", "graphql.operation.type", "link.key", "a.list"] {
        if let Some(attribute) = sent.attributes.iter().find(|attribute| attribute.key == key) {
            let value = attribute.value.clone().and_then(|value| value.value);
            let expected = match value {
                Some(Value::StringValue(text)) => text,
                Some(Value::BoolValue(flag)) => flag.to_string(),
                Some(Value::DoubleValue(number)) => number.to_string(),
                Some(Value::BytesValue(_)) => "AQL/".to_owned(),
                _ => r#"[1,"x"]"#.to_owned(),
            };
            assert_eq!(text(key), Some(expected), "{key}");
        }
    }
    assert_eq!(decoded.links.len(), sent.links.len());
    for (decoded, sent) in decoded.links.iter().zip(&sent.links) {
        assert_eq!((&decoded.trace_id, &decoded.span_id), (&sent.trace_id, &sent.span_id));
        assert_eq!(decoded.trace_state, sent.trace_state);
    }
    let events: Vec<Json> =
        text("events").map(|events| serde_json::from_str(&events).expect("events are JSON")).unwrap_or_default();
    assert_eq!(events.len(), sent.events.len());
    for (decoded, sent) in events.iter().zip(&sent.events) {
        assert_eq!(decoded["time_unix_nano"].as_u64(), Some(sent.time_unix_nano));
        assert_eq!(decoded["name"].as_str().unwrap_or_default(), sent.name);
        assert_eq!(decoded["attributes"].as_object().expect("each has some").len(), sent.attributes.len());
    }
}

fn said(span: &Span, key: &str) -> Option<String> {
    let attribute = span.attributes.iter().find(|attribute| attribute.key == key)?;
    match attribute.value.clone()?.value? {
        Value::StringValue(text) => Some(text),
        Value::DoubleValue(number) => Some(number.to_string()),
        other => panic!("{key}: {other:?}"),
    }
}

fn hex(id: &[u8]) -> String {
    id.iter().map(|byte| format!("{byte:02x}")).collect()
}
