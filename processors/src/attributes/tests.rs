use std::sync::Arc;

use bytes::Bytes;
use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceRequest;
use opentelemetry_proto::tonic::trace::v1::span::Event;
use opentelemetry_proto::tonic::trace::v1::{ResourceSpans, ScopeSpans, Span};
use prost::Message;
use serde_json::{Value as Json, json};
use sluice_component::Context;
use sluice_component::factory::ProcessorConfig;
use sluice_pdata::{Batch, Limits, Signal};

use super::config::Config;
use crate::testing::{Sink, configure_json, settings};

const INSERT: &str = r#"[{"key": "k", "action": "insert", "value": 1}]"#;

/// Two spans with an event each.
fn spans() -> Batch {
    let span = |name: &str| Span { name: name.into(), events: vec![Event::default()], ..Span::default() };
    let scope_spans = vec![ScopeSpans { spans: vec![span("a"), span("b")], ..ScopeSpans::default() }];
    let request =
        ExportTraceServiceRequest { resource_spans: vec![ResourceSpans { scope_spans, ..Default::default() }] };
    Batch::check(Signal::Traces, Bytes::from(request.encode_to_vec()), &Limits::default()).unwrap()
}

async fn passed(config: &Json, batch: Batch) -> Batch {
    let (config, problems) = configure_json("attributes", config, Config::read);
    assert_eq!(problems, [""; 0]);
    let sink = Arc::new(Sink::default());
    let processor = config.build(settings("attributes"), Signal::Traces, sink.clone()).unwrap();
    processor.consume(batch, Context::default()).await.unwrap();
    let mut taken = sink.taken();
    assert_eq!(taken.len(), 1);
    taken.remove(0).0
}

#[tokio::test]
async fn only_what_is_included_is_changed_and_events_are_not() {
    let actions: Json = serde_json::from_str(INSERT).unwrap();
    let config = json!({"include": {"match_type": "strict", "span_names": ["b"]}, "actions": actions});

    let edited = passed(&config, spans()).await;

    let spans = edited.resource_spans().flat_map(|resource| resource.scopes()).flat_map(|scope| scope.spans());
    let counts = |span: sluice_pdata::view::Span<'_>| {
        (span.attributes().count(), span.events().map(|event| event.attributes().count()).sum())
    };
    assert_eq!(spans.map(counts).collect::<Vec<(usize, usize)>>(), [(0, 0), (1, 0)]);
}

#[tokio::test]
async fn a_batch_of_which_nothing_is_meant_keeps_its_bytes() {
    let actions: Json = serde_json::from_str(INSERT).unwrap();
    let config = json!({"exclude": {"match_type": "regexp", "span_names": ["."]}, "actions": actions});
    let batch = spans();

    let passed = passed(&config, batch.clone()).await;

    assert_eq!(passed.messages()[0].as_ptr(), batch.messages()[0].as_ptr());
}

#[test]
fn a_property_of_another_signal_is_told_by_its_place() {
    let actions: Json = serde_json::from_str(INSERT).unwrap();
    let config = json!({"exclude": {"match_type": "strict", "log_bodies": ["a"]}, "actions": actions});
    let (config, _) = configure_json("attributes", &config, Config::read);

    let error = config.build(settings("attributes"), Signal::Traces, Arc::new(Sink::default())).err().unwrap();

    assert_eq!((&*error.key, error.message.contains("traces")), ("exclude::log_bodies", true));
}
