//! Whatever the check accepts, prost accepts with the same meaning, apart from the documented differences, and the
//! other way round.

#![no_main]

use bytes::Bytes;
use libfuzzer_sys::fuzz_target;
use opentelemetry_proto::tonic::collector::{
    logs::v1::ExportLogsServiceRequest, metrics::v1::ExportMetricsServiceRequest, trace::v1::ExportTraceServiceRequest,
};
use prost::{DecodeError, Message};
use sluice_pdata::{Batch, Limits, Signal};

/// From how many bytes on prost is not asked: what it makes of a bomb has a hundred times its size.
const LARGE: usize = 64 * 1024;

fuzz_target!(|data: &[u8]| {
    let Some((first, data)) = data.split_first() else { return };
    let signal = Signal::ALL[usize::from(first % 3)];
    let checked = Batch::check(signal, Bytes::copy_from_slice(data), &Limits::default());
    if data.len() > LARGE {
        return;
    }
    match (checked, by_prost(signal, data)) {
        (Ok(batch), Ok(meaning)) => assert_eq!(by_prost(signal, &batch.to_bytes()), Ok(meaning)),
        (Ok(_), Err(error)) => {
            let text = error.to_string();
            assert!(text.contains("invalid wire type") || text.contains("recursion limit"), "{text}");
        }
        (Err(malformed), Ok(_)) => {
            let text = malformed.to_string();
            let documented = ["expected an id of", "found tag", "expected values nested", "elements"];
            assert!(documented.iter().any(|part| text.contains(part)), "{text}");
        }
        (Err(_), Err(_)) => {}
    }
});

fn by_prost(signal: Signal, message: &[u8]) -> Result<Vec<u8>, DecodeError> {
    Ok(match signal {
        Signal::Traces => ExportTraceServiceRequest::decode(message)?.encode_to_vec(),
        Signal::Metrics => ExportMetricsServiceRequest::decode(message)?.encode_to_vec(),
        _ => ExportLogsServiceRequest::decode(message)?.encode_to_vec(),
    })
}
