//! What this crate's tests share.

use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceRequest;
use opentelemetry_proto::tonic::trace::v1::{ResourceSpans, ScopeSpans, Span};
use prost::Message;
use serde_json::Value as Json;
use sluice_component::ComponentId;
use sluice_component::config::{Location, Node, Report, Section, Value};
use sluice_component::factory::{Program, Settings};
use sluice_pdata::{Batch, Signal};

/// Reads settings written as JSON, and returns what was read with the messages of all problems.
pub(crate) fn read<T>(settings: Json, read: impl for<'n> FnOnce(&mut Section<'n>) -> T) -> (T, Vec<String>) {
    let node = node(settings);
    let report = Report::default();
    let (value, _) = Section::read(&node, "", &report, read);
    (value, report.into_problems().iter().map(ToString::to_string).collect())
}

fn node(json: Json) -> Node {
    Node::new(match json {
        Json::Null => Value::Null,
        Json::Bool(value) => Value::Bool(value),
        Json::Number(number) => match number.as_i64() {
            Some(whole) => Value::Int(whole),
            None => Value::Float(number.as_f64().unwrap()),
        },
        Json::String(text) => Value::Text(text.into()),
        Json::Array(items) => Value::List(items.into_iter().map(node).collect()),
        Json::Object(entries) => Value::Map(
            entries.into_iter().map(|(key, value)| ((key.into(), Location::default()), node(value))).collect(),
        ),
    })
}

/// What a component named `id` is given.
pub(crate) fn settings(id: &str) -> Settings {
    Settings {
        id: id.parse::<ComponentId>().unwrap(),
        program: Program { name: "sluice", description: "Sluice", version: "1.2.3" },
        status: Default::default(),
        extensions: Default::default(),
    }
}

/// A batch of spans with these names.
pub(crate) fn spans<'a>(names: impl IntoIterator<Item = &'a str>) -> Batch {
    let spans: Vec<_> = names.into_iter().map(|name| Span { name: name.into(), ..Span::default() }).collect();
    let items = spans.len();
    let scope_spans = vec![ScopeSpans { spans, ..ScopeSpans::default() }];
    let resource_spans = vec![ResourceSpans { scope_spans, ..ResourceSpans::default() }];
    let request = ExportTraceServiceRequest { resource_spans };
    Batch::trusted(Signal::Traces, request.encode_to_vec().into(), items)
}

/// The names of the spans in a batch, in order.
pub(crate) fn names(batch: &Batch) -> Vec<String> {
    let request = ExportTraceServiceRequest::decode(batch.to_bytes()).unwrap();
    let scopes = request.resource_spans.into_iter().flat_map(|resource| resource.scope_spans);
    scopes.flat_map(|scope| scope.spans).map(|span| span.name).collect()
}
