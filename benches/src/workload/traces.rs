//! Spans of about 545 bytes with ten attributes: HTTP servers, and the database calls below them.

use fastrand::Rng;
use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceRequest;
use opentelemetry_proto::tonic::common::v1::KeyValue;
use opentelemetry_proto::tonic::trace::v1::{ResourceSpans, ScopeSpans, Span, Status, span::SpanKind};
use prost::Message;

use super::{SERVICES, Service, hex, number, pick, recent, resource, scope, share, span_id, text, trace_id};

pub(super) fn request(items: usize, mark: u8, rng: &mut Rng) -> Vec<u8> {
    let resource_spans = SERVICES.iter().enumerate().filter(|(index, _)| share(items, *index) > 0);
    let resource_spans = resource_spans.map(|(index, service)| ResourceSpans {
        resource: Some(resource(service, rng)),
        scope_spans: vec![ScopeSpans {
            scope: Some(scope()),
            spans: (0..share(items, index)).map(|_| span(service, mark, rng)).collect(),
            ..ScopeSpans::default()
        }],
        ..ResourceSpans::default()
    });
    ExportTraceServiceRequest { resource_spans: resource_spans.collect() }.encode_to_vec()
}

fn span(service: &Service, mark: u8, rng: &mut Rng) -> Span {
    let start = recent(rng);
    let route = pick(rng, &service.routes);
    let method = pick(rng, &["GET", "GET", "POST", "PUT"]);
    let (name, kind, attributes) = match rng.bool() {
        true => (format!("{method} {route}"), SpanKind::Server, server_attributes(method, route, rng)),
        false => (format!("SELECT shop.{}", service.name), SpanKind::Client, database_attributes(service, rng)),
    };
    Span {
        trace_id: trace_id(rng),
        span_id: span_id(rng, mark),
        parent_span_id: rng.u64(1..).to_be_bytes().to_vec(),
        flags: 0x101,
        name,
        kind: kind.into(),
        start_time_unix_nano: start,
        end_time_unix_nano: start + rng.u64(50_000..80_000_000),
        attributes,
        status: Some(Status::default()),
        ..Span::default()
    }
}

fn server_attributes(method: &str, route: &str, rng: &mut Rng) -> Vec<KeyValue> {
    vec![
        text("http.request.method", method),
        text("http.route", route),
        text("url.scheme", "https"),
        text("url.path", format!("{}/{}", route.trim_end_matches("/{id}"), hex(rng, 24))),
        text("server.address", "storefront.eu-central-1.example.com"),
        text("network.protocol.version", "1.1"),
        number("http.response.status_code", pick(rng, &[200, 200, 200, 201, 204, 302, 404, 503])),
        text("client.address", format!("10.{}.{}.{}", rng.u8(..), rng.u8(..), rng.u8(..))),
        text(
            "user_agent.original",
            format!(
                "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/{}.0.0.0 Safari/537.36",
                rng.u8(100..145)
            ),
        ),
        number("enduser.cart.items", rng.i64(0..4000)),
    ]
}

fn database_attributes(service: &Service, rng: &mut Rng) -> Vec<KeyValue> {
    vec![
        text("db.system.name", "postgresql"),
        text("db.namespace", "shop"),
        text("db.collection.name", service.name),
        text("db.operation.name", "SELECT"),
        text(
            "db.query.text",
            format!(
                "SELECT id, sku, state, updated_at FROM {} WHERE account = $1 AND state <> $2 ORDER BY updated_at LIMIT 50 OFFSET $3",
                service.name
            ),
        ),
        text("server.address", format!("pg-{}.eu-central-1.example.internal", rng.u8(0..8))),
        number("server.port", 5432),
        number("db.response.returned_rows", rng.i64(0..50)),
        text("db.client.connection.pool.name", format!("{}-primary", service.name)),
        text("thread.name", format!("worker-{}", rng.u8(0..64))),
    ]
}
