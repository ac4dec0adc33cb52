//! `google.rpc.Status` in the JSON form of protobuf.

use std::time::Duration;

use bytes::Bytes;
use serde_json::{Value, json};
use sluice_component::Code;

use super::{BAD_REQUEST, RETRY_INFO, Status};

pub(super) fn write(status: &Status) -> Bytes {
    let mut details = Vec::new();
    if let Some(delay) = status.retry_after {
        details.push(json!({ "@type": RETRY_INFO, "retryDelay": seconds(delay) }));
    }
    if !status.violations.is_empty() {
        let violations = status.violations.iter();
        let violations: Vec<_> = violations.map(|(f, d)| json!({ "field": f, "description": d })).collect();
        details.push(json!({ "@type": BAD_REQUEST, "fieldViolations": violations }));
    }
    let mut object = json!({ "code": status.code as i32, "message": status.message });
    if !details.is_empty() {
        object["details"] = details.into();
    }
    object.to_string().into()
}

pub(super) fn read(bytes: &[u8]) -> Option<Status> {
    let object: Value = serde_json::from_slice(bytes).ok()?;
    let members = object.as_object()?;
    let code = members.get("code").and_then(Value::as_i64).map_or(Code::Unknown, code);
    let mut status = Status::new(code, text(&object, "message"));
    for detail in members.get("details").and_then(Value::as_array).into_iter().flatten() {
        match detail.get("@type").and_then(Value::as_str) {
            Some(RETRY_INFO) => {
                let delay = detail.get("retryDelay").and_then(Value::as_str).and_then(parse_seconds);
                status.retry_after = Some(delay.unwrap_or_default());
            }
            Some(BAD_REQUEST) => {
                let violations = detail.get("fieldViolations").and_then(Value::as_array).into_iter().flatten();
                status.violations = violations.map(|v| (text(v, "field"), text(v, "description"))).collect();
            }
            _ => {}
        }
    }
    Some(status)
}

fn code(number: i64) -> Code {
    i32::try_from(number).map_or(Code::Unknown, Code::from_number)
}

fn text(object: &Value, key: &str) -> String {
    object.get(key).and_then(Value::as_str).unwrap_or_default().to_owned()
}

/// A duration as `1.5s`: with no, three, six or nine digits behind the point.
fn seconds(duration: Duration) -> String {
    let (seconds, nanos) = (duration.as_secs(), duration.subsec_nanos());
    match nanos {
        0 => format!("{seconds}s"),
        _ if nanos % 1_000_000 == 0 => format!("{seconds}.{:03}s", nanos / 1_000_000),
        _ if nanos % 1000 == 0 => format!("{seconds}.{:06}s", nanos / 1000),
        _ => format!("{seconds}.{nanos:09}s"),
    }
}

fn parse_seconds(text: &str) -> Option<Duration> {
    let seconds: f64 = text.strip_suffix('s')?.parse().ok()?;
    Duration::try_from_secs_f64(seconds).ok()
}
