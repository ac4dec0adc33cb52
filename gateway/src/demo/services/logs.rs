//! The log records of an order.

use bytes::Bytes;
use opentelemetry_proto::tonic::collector::logs::v1::ExportLogsServiceRequest;
use opentelemetry_proto::tonic::common::v1::{AnyValue, any_value};
use opentelemetry_proto::tonic::logs::v1::{LogRecord, ResourceLogs, ScopeLogs, SeverityNumber};
use prost::Message;

use super::order::{Order, Outcome, nanos};
use super::{Service, int, text};

/// What a service has to say about an order.
pub(super) fn records(service: Service, order: &Order) -> Vec<LogRecord> {
    let (severity, name, body) = match (service, order.outcome) {
        (Service::Frontend, Outcome::Failed) => {
            (SeverityNumber::Error, "ERROR", "order could not be placed".to_owned())
        }
        (Service::Frontend, _) => (SeverityNumber::Info, "INFO", "order handled".to_owned()),
        (Service::Checkout, _) => (
            SeverityNumber::Info,
            "INFO",
            format!("order of {} items, receipt goes to {}", order.items, order.person.email),
        ),
        (Service::Payment, Outcome::Paid) => {
            (SeverityNumber::Info, "INFO", format!("charged {} cents to card {}", order.cents, order.person.card))
        }
        (Service::Payment, Outcome::Declined) => (SeverityNumber::Warn, "WARN", "card declined".to_owned()),
        (Service::Payment, Outcome::Failed) => {
            (SeverityNumber::Error, "ERROR", "bank.example: read timed out after 2 s".to_owned())
        }
    };
    let time = nanos(order.began_in(service) + order.duration_in(service));
    let server_span = match service {
        Service::Frontend => 0,
        Service::Checkout => 2,
        Service::Payment => 5,
    };
    vec![LogRecord {
        time_unix_nano: time,
        observed_time_unix_nano: time,
        severity_number: severity.into(),
        severity_text: name.into(),
        body: Some(AnyValue { value: Some(any_value::Value::StringValue(body)) }),
        attributes: vec![int("customer", order.customer.into()), text("logger", "shop")],
        flags: 1,
        trace_id: order.trace_id.to_vec(),
        span_id: order.span_id(server_span).to_vec(),
        ..LogRecord::default()
    }]
}

pub(super) fn request(service: Service, log_records: Vec<LogRecord>) -> (Bytes, usize) {
    let items = log_records.len();
    let scope_logs = vec![ScopeLogs { scope: Some(service.scope()), log_records, ..ScopeLogs::default() }];
    let resource = Some(service.resource());
    let resource_logs = vec![ResourceLogs { resource, scope_logs, ..ResourceLogs::default() }];
    (ExportLogsServiceRequest { resource_logs }.encode_to_vec().into(), items)
}
