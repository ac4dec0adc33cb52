//! Log records of about 360 bytes: a line of text, severity, trace context and six attributes.

use fastrand::Rng;
use opentelemetry_proto::tonic::collector::logs::v1::ExportLogsServiceRequest;
use opentelemetry_proto::tonic::common::v1::{AnyValue, any_value::Value};
use opentelemetry_proto::tonic::logs::v1::{LogRecord, ResourceLogs, ScopeLogs, SeverityNumber};
use prost::Message;

use super::{SERVICES, Service, hex, number, pick, recent, resource, scope, share, span_id, text, trace_id};

pub(super) fn request(items: usize, mark: u8, rng: &mut Rng) -> Vec<u8> {
    let resource_logs = SERVICES.iter().enumerate().filter(|(index, _)| share(items, *index) > 0);
    let resource_logs = resource_logs.map(|(index, service)| ResourceLogs {
        resource: Some(resource(service, rng)),
        scope_logs: vec![ScopeLogs {
            scope: Some(scope()),
            log_records: (0..share(items, index)).map(|_| record(service, mark, rng)).collect(),
            ..ScopeLogs::default()
        }],
        ..ResourceLogs::default()
    });
    ExportLogsServiceRequest { resource_logs: resource_logs.collect() }.encode_to_vec()
}

fn record(service: &Service, mark: u8, rng: &mut Rng) -> LogRecord {
    let time = recent(rng);
    let route = pick(rng, &service.routes);
    let (severity, name) = pick(
        rng,
        &[
            (SeverityNumber::Info, "INFO"),
            (SeverityNumber::Info, "INFO"),
            (SeverityNumber::Warn, "WARN"),
            (SeverityNumber::Error, "ERROR"),
        ],
    );
    let line = format!(
        "request {} to {route} for account {} took {} ms, cache miss",
        hex(rng, 12),
        rng.u32(..),
        rng.u16(1..900)
    );
    LogRecord {
        time_unix_nano: time,
        observed_time_unix_nano: time + 1_000_000,
        severity_number: severity.into(),
        severity_text: name.into(),
        body: Some(AnyValue { value: Some(Value::StringValue(line)) }),
        attributes: vec![
            text("http.request.method", pick(rng, &["GET", "POST", "PUT"])),
            text("http.route", route),
            number("http.response.status_code", pick(rng, &[200, 201, 404, 503])),
            text("code.file.path", format!("internal/{}/handler.go", service.name)),
            number("code.line.number", rng.i64(10..900)),
            text("thread.name", format!("http-worker-{}", rng.u8(10..64))),
        ],
        flags: 1,
        trace_id: trace_id(rng),
        span_id: span_id(rng, mark),
        ..LogRecord::default()
    }
}
