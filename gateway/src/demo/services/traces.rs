//! The spans of an order.

use std::time::{Duration, SystemTime};

use bytes::Bytes;
use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceRequest;
use opentelemetry_proto::tonic::common::v1::KeyValue;
use opentelemetry_proto::tonic::trace::v1::span::{Event, SpanKind};
use opentelemetry_proto::tonic::trace::v1::status::StatusCode;
use opentelemetry_proto::tonic::trace::v1::{ResourceSpans, ScopeSpans, Span, Status};
use prost::Message;

use super::order::{Order, Outcome, nanos};
use super::{Service, int, text};

/// Places of spans in an order; a server's parent is its caller's client span.
const FRONTEND_SERVER: u8 = 0;
const FRONTEND_CLIENT: u8 = 1;
const CHECKOUT_SERVER: u8 = 2;
const CHECKOUT_DATABASE: u8 = 3;
const CHECKOUT_CLIENT: u8 = 4;
const PAYMENT_SERVER: u8 = 5;
const PAYMENT_CLIENT: u8 = 6;

/// What a service has to say about an order.
pub(super) fn spans(service: Service, order: &Order) -> Vec<Span> {
    match service {
        Service::Frontend => frontend(order),
        Service::Checkout => checkout(order),
        Service::Payment => payment(order),
    }
}

pub(super) fn request(service: Service, spans: Vec<Span>) -> (Bytes, usize) {
    let items = spans.len();
    let scope_spans = vec![ScopeSpans { scope: Some(service.scope()), spans, ..ScopeSpans::default() }];
    let resource = Some(service.resource());
    let resource_spans = vec![ResourceSpans { resource, scope_spans, ..ResourceSpans::default() }];
    (ExportTraceServiceRequest { resource_spans }.encode_to_vec().into(), items)
}

fn frontend(order: &Order) -> Vec<Span> {
    let (start, took) = (order.began_in(Service::Frontend), order.duration_in(Service::Frontend));
    let status = http_status(order);
    let server = vec![
        text("http.request.method", "POST"),
        text("http.route", "/api/orders"),
        text("url.path", "/api/orders"),
        text("url.scheme", "https"),
        int("http.response.status_code", status),
        text("user_agent.original", "Mozilla/5.0 (X11; Linux x86_64) demo"),
        int("enduser.id", order.customer.into()),
        text("client.address", &order.person.address),
        text("http.request.header.authorization", &order.person.token),
    ];
    let client = vec![
        text("rpc.system", "grpc"),
        text("rpc.service", "shop.Checkout"),
        text("rpc.method", "PlaceOrder"),
        text("server.address", "checkout"),
        int("server.port", 8080),
    ];
    let inner = order.duration_in(Service::Checkout);
    vec![
        span(order, FRONTEND_SERVER, None, "POST /api/orders", SpanKind::Server, (start, took), server),
        span(
            order,
            FRONTEND_CLIENT,
            Some(FRONTEND_SERVER),
            "shop.Checkout/PlaceOrder",
            SpanKind::Client,
            (order.began_in(Service::Checkout), inner),
            client,
        ),
    ]
}

fn checkout(order: &Order) -> Vec<Span> {
    let (start, took) = (order.began_in(Service::Checkout), order.duration_in(Service::Checkout));
    let server = vec![
        text("rpc.system", "grpc"),
        text("rpc.service", "shop.Checkout"),
        text("rpc.method", "PlaceOrder"),
        int("shop.order.items", order.items),
        int("shop.order.cents", order.cents),
    ];
    let database = vec![
        text("db.system.name", "postgresql"),
        text("db.operation.name", "INSERT"),
        text("db.collection.name", "orders"),
        text(
            "db.query.text",
            &format!("INSERT INTO orders (mail, items) VALUES ('{}', {})", order.person.email, order.items),
        ),
        text("server.address", "orders-db"),
    ];
    let client = vec![
        text("rpc.system", "grpc"),
        text("rpc.service", "shop.Payment"),
        text("rpc.method", "Charge"),
        text("server.address", "payment"),
        int("server.port", 8080),
    ];
    let before_payment = (took - order.duration_in(Service::Payment)) / 2;
    vec![
        span(
            order,
            CHECKOUT_SERVER,
            Some(FRONTEND_CLIENT),
            "shop.Checkout/PlaceOrder",
            SpanKind::Server,
            (start, took),
            server,
        ),
        span(
            order,
            CHECKOUT_DATABASE,
            Some(CHECKOUT_SERVER),
            "INSERT orders",
            SpanKind::Client,
            (start, before_payment),
            database,
        ),
        span(
            order,
            CHECKOUT_CLIENT,
            Some(CHECKOUT_SERVER),
            "shop.Payment/Charge",
            SpanKind::Client,
            (order.began_in(Service::Payment), order.duration_in(Service::Payment)),
            client,
        ),
    ]
}

fn payment(order: &Order) -> Vec<Span> {
    let (start, took) = (order.began_in(Service::Payment), order.duration_in(Service::Payment));
    let server = vec![
        text("rpc.system", "grpc"),
        text("rpc.service", "shop.Payment"),
        text("rpc.method", "Charge"),
        int("shop.order.cents", order.cents),
    ];
    let client = vec![
        text("http.request.method", "POST"),
        text("url.full", "https://bank.example/v1/charges"),
        text("server.address", "bank.example"),
        int("http.response.status_code", http_status(order)),
    ];
    let mut bank = span(
        order,
        PAYMENT_CLIENT,
        Some(PAYMENT_SERVER),
        "POST",
        SpanKind::Client,
        (start + took / 20, took - took / 10),
        client,
    );
    if order.fails() {
        bank.events.push(Event {
            time_unix_nano: bank.end_time_unix_nano,
            name: "exception".into(),
            attributes: vec![
                text("exception.type", "java.net.SocketTimeoutException"),
                text("exception.message", "Read timed out"),
            ],
            ..Event::default()
        });
    }
    vec![
        span(
            order,
            PAYMENT_SERVER,
            Some(CHECKOUT_CLIENT),
            "shop.Payment/Charge",
            SpanKind::Server,
            (start, took),
            server,
        ),
        bank,
    ]
}

fn span(
    order: &Order,
    place: u8,
    parent: Option<u8>,
    name: &str,
    kind: SpanKind,
    (start, took): (SystemTime, Duration),
    attributes: Vec<KeyValue>,
) -> Span {
    // A failed payment fails everybody who waits for it; the database does not.
    let failed = order.fails() && place != CHECKOUT_DATABASE;
    let status = failed.then(|| Status { code: StatusCode::Error.into(), message: "the bank does not answer".into() });
    Span {
        trace_id: order.trace_id.to_vec(),
        span_id: order.span_id(place).to_vec(),
        parent_span_id: parent.map(|parent| order.span_id(parent).to_vec()).unwrap_or_default(),
        flags: 1,
        name: name.into(),
        kind: kind.into(),
        start_time_unix_nano: nanos(start),
        end_time_unix_nano: nanos(start + took),
        attributes,
        status,
        ..Span::default()
    }
}

fn http_status(order: &Order) -> i64 {
    match order.outcome {
        Outcome::Paid => 201,
        Outcome::Declined => 402,
        Outcome::Failed => 504,
    }
}
