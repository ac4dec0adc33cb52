//! The judge's own reading of OTLP: how many items a request has, and which request of the pool each was made in.
//!
//! It knows nothing of `sluice-pdata`, because that is under test. A record is skipped by its length, so counting costs a few
//! nanoseconds an item.

use clap::ValueEnum;
use serde::Serialize;

/// What a workload is made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Signal {
    /// Spans.
    Traces,
    /// Data points, cumulative.
    Metrics,
    /// Data points of delta temporality, for those who take nothing twice.
    Deltas,
    /// Log records.
    Logs,
}

impl Signal {
    /// The pipeline's name in the configuration: `traces`, `metrics`, `logs`.
    pub fn pipeline(self) -> &'static str {
        match self {
            Signal::Traces => "traces",
            Signal::Metrics | Signal::Deltas => "metrics",
            Signal::Logs => "logs",
        }
    }

    /// The gRPC method that exports the signal.
    pub fn grpc_path(self) -> &'static str {
        match self {
            Signal::Traces => "/opentelemetry.proto.collector.trace.v1.TraceService/Export",
            Signal::Metrics | Signal::Deltas => "/opentelemetry.proto.collector.metrics.v1.MetricsService/Export",
            Signal::Logs => "/opentelemetry.proto.collector.logs.v1.LogsService/Export",
        }
    }

    /// The path of the signal over OTLP/HTTP.
    pub fn http_path(self) -> &'static str {
        match self {
            Signal::Traces => "/v1/traces",
            Signal::Metrics | Signal::Deltas => "/v1/metrics",
            Signal::Logs => "/v1/logs",
        }
    }
}

/// The bytes are not the protobuf that was expected.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("not what was expected: a field goes past its message, or has an unknown wire type")]
pub struct Malformed;

/// Calls `item` with the mark of every item of an export request, the number of the request in the pool, which the workload
/// writes into the last byte of a record's span id, or the lowest of a data point's time; `None` for one without.
pub fn each_item(signal: Signal, request: &[u8], mut item: impl FnMut(Option<u8>)) -> Result<(), Malformed> {
    let mut found = |mark| {
        item(mark);
        Ok(())
    };
    // All signals nest alike: request 1 → resource 2 → scope 2 → record or metric.
    each_message(request, 1, |resource| {
        each_message(resource, 2, |scope| {
            each_message(scope, 2, |record| match signal {
                Signal::Traces => found(span_id_mark(record, 2)?),
                Signal::Logs => found(span_id_mark(record, 10)?),
                Signal::Metrics | Signal::Deltas => each_point(record, &mut found),
            })
        })
    })
}

/// Fields 5 to 11 of a metric are its types, field 1 of each its points, field 3 of a point its time.
fn each_point(metric: &[u8], found: &mut impl FnMut(Option<u8>) -> Result<(), Malformed>) -> Result<(), Malformed> {
    each_field(metric, |number, value| match (number, value) {
        (5..=11, Value::Bytes(data)) => each_message(data, 1, |point| {
            let mut mark = None;
            each_field(point, |number, value| {
                if let (3, Value::Fixed64(time)) = (number, value) {
                    mark = Some(time as u8);
                }
                Ok(())
            })?;
            found(mark)
        }),
        _ => Ok(()),
    })
}

fn span_id_mark(record: &[u8], field: u64) -> Result<Option<u8>, Malformed> {
    let mut rest = record;
    while !rest.is_empty() {
        if let (number, Value::Bytes(bytes)) = next_field(&mut rest)?
            && number == field
        {
            return Ok(bytes.last().copied());
        }
    }
    Ok(None)
}

/// Calls `found` with every message in the field `wanted`.
pub(crate) fn each_message<'a>(
    message: &'a [u8],
    wanted: u64,
    mut found: impl FnMut(&'a [u8]) -> Result<(), Malformed>,
) -> Result<(), Malformed> {
    each_field(message, |number, value| match value {
        Value::Bytes(bytes) if number == wanted => found(bytes),
        _ => Ok(()),
    })
}

/// Calls `found` with the number and value of every field.
pub(crate) fn each_field<'a>(
    message: &'a [u8],
    mut found: impl FnMut(u64, Value<'a>) -> Result<(), Malformed>,
) -> Result<(), Malformed> {
    let mut rest = message;
    while !rest.is_empty() {
        let (number, value) = next_field(&mut rest)?;
        found(number, value)?;
    }
    Ok(())
}

/// The value of a field, by its wire type.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Value<'a> {
    Varint(u64),
    Fixed64(u64),
    Bytes(&'a [u8]),
    Fixed32,
}

fn next_field<'a>(rest: &mut &'a [u8]) -> Result<(u64, Value<'a>), Malformed> {
    let tag = varint(rest)?;
    let value = match tag & 7 {
        0 => Value::Varint(varint(rest)?),
        1 => Value::Fixed64(u64::from_le_bytes(*take(rest, 8)?.first_chunk().ok_or(Malformed)?)),
        2 => {
            let length = usize::try_from(varint(rest)?).map_err(|_| Malformed)?;
            Value::Bytes(take(rest, length)?)
        }
        5 => {
            take(rest, 4)?;
            Value::Fixed32
        }
        _ => return Err(Malformed),
    };
    Ok((tag >> 3, value))
}

fn varint(rest: &mut &[u8]) -> Result<u64, Malformed> {
    let mut value = 0;
    for shift in (0..64).step_by(7) {
        let byte = take(rest, 1)?[0];
        value |= u64::from(byte & 0x7f) << shift;
        if byte < 0x80 {
            return Ok(value);
        }
    }
    Err(Malformed)
}

fn take<'a>(rest: &mut &'a [u8], length: usize) -> Result<&'a [u8], Malformed> {
    let (head, tail) = rest.split_at_checked(length).ok_or(Malformed)?;
    *rest = tail;
    Ok(head)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_records_and_reads_their_marks() {
        // One resource, one scope, two spans: span id 7 bytes of zero and a mark; the second has a name only.
        let first = [0x12, 8, 0, 0, 0, 0, 0, 0, 0, 9];
        let second = [0x2a, 1, b'x'];
        let scope = [&[0x12, 10], &first[..], &[0x12, 3], &second[..]].concat();
        let resource = [&[0x0a, 0, 0x12, scope.len() as u8], &scope[..]].concat();
        let request = [&[0x0a, resource.len() as u8], &resource[..]].concat();

        let mut marks = Vec::new();
        each_item(Signal::Traces, &request, |mark| marks.push(mark)).unwrap();

        assert_eq!(marks, [Some(9), None]);
    }

    #[test]
    fn refuses_a_field_that_goes_past_its_message() {
        assert_eq!(each_item(Signal::Logs, &[0x0a, 5, 0], |_| ()), Err(Malformed));
    }
}
