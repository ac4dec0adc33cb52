//! What Loki's answers mean. The texts are those of Loki 3.7.

use bytes::Bytes;
use http::{HeaderMap, StatusCode};
use sluice_component::{Accepted, Retry};
use sluice_transport::client::http::Response;
use sluice_transport::compression::{self, Compressor};

use super::super::answer::{Verdict, judge};
use super::super::repack::Packing;
use super::*;
use crate::sending::{Parcel, Receipt};

const PROTOBUF: Packing = Packing { encoding: Encoding::Protobuf, compressor: None };

/// A parcel of three lines in two streams, all with structured metadata.
fn parcel(packing: &Packing) -> Parcel {
    let record =
        |body: &str, severity: i32| json!({"body": body, "severityNumber": severity, "spanId": "0102030405060708"});
    let batch = logs(json!({}), [record("1", 9), record("2", 9), record("3", 17)]);
    let config = config(json!({}));
    let mut translation = translate(&batch, &config.rules, packing.encoding, None, now());
    let body = translation.bodies.pop().unwrap();
    Parcel { body: packing.pack(body.bytes).unwrap(), items: body.lines, ..Parcel::default() }
}

fn answer(packing: &Packing, status: u16, headers: &[(&'static str, &'static str)], said: &str) -> Verdict {
    let headers = headers.iter().map(|(name, value)| (name.parse().unwrap(), value.parse().unwrap()));
    let headers: HeaderMap = headers.collect();
    let status = StatusCode::from_u16(status).unwrap();
    let response = Response { status, headers, body: Bytes::copy_from_slice(said.as_bytes()) };
    judge(&"loki/2".parse().unwrap(), &response, &parcel(packing), packing)
}

/// How many lines an answer refuses for good, and why.
fn refused(said: &str) -> (u64, String) {
    match answer(&PROTOBUF, 400, &[], said) {
        Verdict::Settled(Ok(Receipt::Taken(Accepted { rejected, message }))) => {
            (rejected, message.unwrap().to_string())
        }
        other => panic!("{other:?}"),
    }
}

/// The lines in a parcel.
fn lines(parcel: &Parcel, packing: &Packing) -> Vec<String> {
    super::super::repack::lines(parcel, packing)
}

#[test]
fn lines_that_are_refused_for_good_are_counted_and_the_others_are_stored() {
    let stream = r#"{exporter="OTLP", level="INFO"}"#;
    let too_old = |at: &str| {
        format!(
            "entry for stream '{stream}' has timestamp too old: {at}, oldest acceptable timestamp is: 2026-11-14T00:00:00Z"
        )
    };

    assert_eq!(
        refused(&format!(
            "entry with timestamp 2026-11-21 10:00:00 +0000 UTC ignored, reason: 'entry too far behind, entry timestamp is: \
             2026-11-21T10:00:00Z, oldest acceptable timestamp is: 2026-11-21T11:00:00Z',\nuser 'fake', total ignored: 2 out of 3 \
             for stream: {stream}"
        )),
        (2, "lines were refused: entry too far behind".into())
    );
    assert_eq!(
        refused(&format!(
            "entry with timestamp x ignored, reason: 'entry out of order',\nuser 'fake', total ignored: 1 out of 3 for stream: {stream}"
        )),
        (1, "lines were refused: entry out of order".into())
    );
    assert_eq!(refused(&too_old("a")), (1, "lines were refused: timestamp too old".into()));
    assert_eq!(
        refused(&format!("2 errors like: {}; 1 errors like: {}", too_old("a"), too_old("b"))),
        (3, "lines were refused: timestamp too old".into())
    );
}

#[test]
fn what_is_said_of_a_stream_is_said_of_all_of_its_lines() {
    let too_many = r#"entry for stream '{exporter="OTLP", level="INFO"}' has 16 label names; limit 15"#;
    assert_eq!(refused(too_many), (2, "lines were refused: too many labels".into()));

    let both = format!(
        r#"1 errors like: {too_many}; 1 errors like: stream '{{exporter="OTLP", level="ERROR"}}' has label value too long: 'x'"#
    );
    assert_eq!(refused(&both), (3, "lines were refused: label value too long".into()));

    let unknown = "stream '{other=\"1\"}' has label name too long: 'x'";
    assert_eq!(refused(unknown), (1, "lines were refused: label name too long".into()));
}

#[test]
fn each_status_is_repeated_or_not() {
    let outcome = |status: u16, headers: &[(&'static str, &'static str)]| match answer(&PROTOBUF, status, headers, "") {
        Verdict::Settled(Ok(Receipt::Taken(accepted))) => Ok(accepted.rejected),
        Verdict::Settled(Err(error)) => Err(error.retry),
        other => panic!("{other:?}"),
    };

    for (status, expected) in [
        (200, Ok(0)),
        (204, Ok(0)),
        // An operator blocks what comes, and has it look well.
        (260, Ok(3)),
        (301, Err(Retry::Never)),
        (400, Err(Retry::Never)),
        (401, Err(Retry::Never)),
        (403, Err(Retry::Never)),
        (404, Err(Retry::Never)),
        (422, Err(Retry::Never)),
        (429, Err(Retry::Now)),
        (500, Err(Retry::Now)),
        (502, Err(Retry::Now)),
        (503, Err(Retry::Now)),
        (504, Err(Retry::Now)),
    ] {
        assert_eq!(outcome(status, &[]), expected, "{status}");
    }
    let seven = Err(Retry::After(Duration::from_secs(7)));
    assert_eq!(outcome(429, &[("retry-after", "7")]), seven);
    assert_eq!(outcome(503, &[("retry-after", "7")]), seven);
}

#[test]
fn what_loki_says_is_passed_on_without_the_values_in_it() {
    let message = |status: u16, said: &str| match answer(&PROTOBUF, status, &[], said) {
        Verdict::Settled(Err(error)) => error.message.to_string(),
        other => panic!("{other:?}"),
    };

    assert_eq!(message(401, "no org id\n"), "the backend answered HTTP 401 Unauthorized: no org id");
    assert_eq!(
        message(
            429,
            "maximum active stream limit exceeded when trying to create stream {user=\"ada\"}, reduce the number"
        ),
        "the backend answered HTTP 429 Too Many Requests: maximum active stream limit exceeded when trying to create stream …, reduce the number"
    );
    assert_eq!(
        message(400, "error at 'ada lovelace': \"x\" is {a=\"}"),
        "the backend answered HTTP 400 Bad Request: error at …: … is …"
    );
}

#[test]
fn what_is_too_large_is_halved_until_one_line_is_left() {
    let gzip = Compressor::new(compression::Encoding::Gzip, None).unwrap();
    for packing in [
        PROTOBUF,
        Packing { compressor: Some(gzip), ..PROTOBUF },
        Packing { encoding: Encoding::Json, compressor: Some(gzip) },
        Packing { encoding: Encoding::Json, compressor: None },
    ] {
        let Verdict::Settled(Ok(Receipt::Instead(halves))) = answer(&packing, 413, &[], "") else { panic!() };
        let line = |body: &str| format!(r#"{{"body":"{body}","spanid":"0102030405060708"}}"#);
        assert_eq!(halves.iter().map(|half| half.items).collect::<Vec<_>>(), [1, 2]);
        assert_eq!(lines(&halves[0], &packing), [line("1")]);
        assert_eq!(lines(&halves[1], &packing), [line("2"), line("3")]);
    }
    let one = Parcel { items: 1, ..parcel(&PROTOBUF) };
    let response = Response { status: StatusCode::PAYLOAD_TOO_LARGE, headers: HeaderMap::new(), body: Bytes::new() };
    let Verdict::Settled(Err(error)) = judge(&"loki".parse().unwrap(), &response, &one, &PROTOBUF) else { panic!() };
    assert_eq!(error.retry, Retry::Never);
}

#[test]
fn where_structured_metadata_is_not_allowed_the_lines_go_without() {
    let said = "3 errors like: stream '{exporter=\"OTLP\"}' includes structured metadata, but this feature is disallowed. Please see \
                `limits_config.allow_structured_metadata` or contact your Loki administrator to enable it";
    for packing in [PROTOBUF, Packing { encoding: Encoding::Json, compressor: None }] {
        let Verdict::WithoutMetadata(instead) = answer(&packing, 400, &[], said) else { panic!() };
        assert_eq!((instead.len(), instead[0].items), (1, 3));
        assert_eq!(lines(&instead[0], &packing), lines(&parcel(&packing), &packing));
        let response = Response {
            status: StatusCode::BAD_REQUEST,
            headers: HeaderMap::new(),
            body: Bytes::from_static(said.as_bytes()),
        };
        // There is nothing more to take away.
        let Verdict::Settled(Ok(_)) = judge(&"loki".parse().unwrap(), &response, &instead[0], &packing) else {
            panic!()
        };
    }
}
