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
    /// Log records.
    Logs,
}

impl Signal {
    /// The pipeline's name in the configuration: `traces`, `logs`.
    pub fn pipeline(self) -> &'static str {
        match self {
            Signal::Traces => "traces",
            Signal::Logs => "logs",
        }
    }

    /// The gRPC method that exports the signal.
    pub fn grpc_path(self) -> &'static str {
        match self {
            Signal::Traces => "/opentelemetry.proto.collector.trace.v1.TraceService/Export",
            Signal::Logs => "/opentelemetry.proto.collector.logs.v1.LogsService/Export",
        }
    }

    /// The path of the signal over OTLP/HTTP.
    pub fn http_path(self) -> &'static str {
        match self {
            Signal::Traces => "/v1/traces",
            Signal::Logs => "/v1/logs",
        }
    }

    /// The field of a record that holds its span id.
    fn span_id_field(self) -> u64 {
        match self {
            Signal::Traces => 2,
            Signal::Logs => 10,
        }
    }
}

/// The bytes are not the protobuf that was expected.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("not an OTLP request: a field goes past its message, or has an unknown wire type")]
pub struct Malformed;

/// Calls `item` with the mark of every record of an export request: the last byte of its span id, where the workload writes
/// the request's number in the pool; `None` for a record without a span id.
pub fn each_item(signal: Signal, request: &[u8], mut item: impl FnMut(Option<u8>)) -> Result<(), Malformed> {
    // Both signals nest alike: request 1 → resource 2 → scope 2 → record.
    each_message(request, 1, |resource| {
        each_message(resource, 2, |scope| {
            each_message(scope, 2, |record| {
                item(mark(signal, record)?);
                Ok(())
            })
        })
    })
}

fn mark(signal: Signal, record: &[u8]) -> Result<Option<u8>, Malformed> {
    let mut rest = record;
    while !rest.is_empty() {
        if let (field, Some(bytes)) = next_field(&mut rest)?
            && field == signal.span_id_field()
        {
            return Ok(bytes.last().copied());
        }
    }
    Ok(None)
}

fn each_message<'a>(
    message: &'a [u8],
    wanted: u64,
    mut found: impl FnMut(&'a [u8]) -> Result<(), Malformed>,
) -> Result<(), Malformed> {
    let mut rest = message;
    while !rest.is_empty() {
        if let (field, Some(bytes)) = next_field(&mut rest)?
            && field == wanted
        {
            found(bytes)?;
        }
    }
    Ok(())
}

/// The number of the next field, and its bytes when it is length-delimited.
fn next_field<'a>(rest: &mut &'a [u8]) -> Result<(u64, Option<&'a [u8]>), Malformed> {
    let tag = varint(rest)?;
    let bytes = match tag & 7 {
        0 => {
            varint(rest)?;
            None
        }
        1 => {
            take(rest, 8)?;
            None
        }
        2 => {
            let length = usize::try_from(varint(rest)?).map_err(|_| Malformed)?;
            Some(take(rest, length)?)
        }
        5 => {
            take(rest, 4)?;
            None
        }
        _ => return Err(Malformed),
    };
    Ok((tag >> 3, bytes))
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
