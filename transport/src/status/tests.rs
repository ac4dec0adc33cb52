use sluice_component::{ComponentId, Reason};
use tonic_types::StatusExt as _;

use super::*;

fn full() -> Status {
    Status {
        retry_after: Some(Duration::from_millis(1500)),
        ..Status::bad_request("body", "100 % wrong: ü\nsecond line")
    }
}

#[test]
fn a_status_survives_every_form() {
    let status = full();

    assert_eq!(Status::from_protobuf(&status.to_protobuf()), Some(status.clone()));
    assert_eq!(Status::from_json(&status.to_json()), Some(status.clone()));
    let mut trailers = HeaderMap::new();
    status.write_trailers(&mut trailers);
    assert_eq!(Status::from_trailers(&trailers), Some(status));
}

#[test]
fn tonic_reads_our_trailers() {
    let mut trailers = HeaderMap::new();
    full().write_trailers(&mut trailers);

    let status = tonic::Status::from_header_map(&trailers).unwrap();

    assert_eq!(status.code(), tonic::Code::InvalidArgument);
    assert_eq!(status.message(), "100 % wrong: ü\nsecond line");
    let details = status.get_error_details();
    assert_eq!(details.retry_info().unwrap().retry_delay, Some(Duration::from_millis(1500)));
    assert_eq!(details.bad_request().unwrap().field_violations[0].field, "body");
}

#[test]
fn we_read_tonics_trailers() {
    let details = tonic_types::ErrorDetails::with_retry_info(Some(Duration::from_secs(7)));
    let status = tonic::Status::with_error_details(tonic::Code::ResourceExhausted, "später", details);
    let mut trailers = HeaderMap::new();
    status.add_header(&mut trailers).unwrap();

    let read = Status::from_trailers(&trailers).unwrap();

    assert_eq!(read, Status::new(Code::ResourceExhausted, "später").retry_after(Duration::from_secs(7)));
    assert!(read.is_retryable());
}

#[test]
fn the_json_form_is_that_of_protobuf() {
    assert_eq!(
        full().to_json(),
        r#"{"code":3,"details":[{"@type":"type.googleapis.com/google.rpc.RetryInfo","retryDelay":"1.500s"},{"@type":"type.googleapis.com/google.rpc.BadRequest","fieldViolations":[{"description":"100 % wrong: ü\nsecond line","field":"body"}]}],"message":"100 % wrong: ü\nsecond line"}"#
    );
    assert_eq!(Status::new(Code::Internal, "x").to_json(), r#"{"code":13,"message":"x"}"#);
}

#[test]
fn a_long_message_is_cut_between_characters() {
    let mut trailers = HeaderMap::new();
    Status::bad_request("f", "ü".repeat(100_000)).write_trailers(&mut trailers);

    let size: usize = trailers.values().map(HeaderValue::len).sum();
    assert!(size < 8 * 1024, "{size}");
    assert_eq!(Status::from_trailers(&trailers).unwrap().message, "ü".repeat(512));
}

#[test]
fn a_peer_that_says_nonsense_is_survived() {
    let mut trailers = HeaderMap::new();
    assert_eq!(Status::from_trailers(&trailers), None);
    trailers.insert(GRPC_STATUS, HeaderValue::from_static("many"));
    trailers.insert(GRPC_MESSAGE, HeaderValue::from_bytes(b"%f\xff%zz").unwrap());
    trailers.insert(GRPC_DETAILS, HeaderValue::from_static("!!!"));

    assert_eq!(Status::from_trailers(&trailers).unwrap().code, Code::Unknown);
    assert_eq!(Status::from_json(b"[1]"), None);
    assert_eq!(Status::from_json(b"{}"), Some(Status::new(Code::Unknown, "")));
    assert_eq!(Status::from_protobuf(b"\xff"), None);
}

#[test]
fn retry_after_is_whole_seconds_rounded_up_and_only_where_http_knows_it() {
    let delay = Duration::from_millis(1001);
    let header = |code| Status::new(code, "").retry_after(delay).retry_after_header();

    assert_eq!(header(Code::ResourceExhausted).unwrap(), "2");
    assert_eq!(header(Code::Unavailable).unwrap(), "2");
    assert_eq!(header(Code::InvalidArgument), None);
    assert_eq!(Status::new(Code::Unavailable, "").retry_after_header(), None);
}

#[test]
fn what_a_client_sees_of_a_consumers_error_agrees_with_its_advice() {
    let id: ComponentId = "otlp_grpc".parse().unwrap();
    let seen = |code, retry| {
        let error =
            ConsumeError { component: id.clone(), reason: Reason::Unavailable, code, retry, message: "m".into() };
        let status = Status::from(&error);
        (status.code, status.retry_after)
    };
    let second = Duration::from_secs(1);

    assert_eq!(seen(Code::Unavailable, Retry::Now), (Code::Unavailable, None));
    assert_eq!(seen(Code::ResourceExhausted, Retry::After(second)), (Code::ResourceExhausted, Some(second)));
    assert_eq!(seen(Code::ResourceExhausted, Retry::Now), (Code::ResourceExhausted, Some(Duration::ZERO)));
    assert_eq!(seen(Code::ResourceExhausted, Retry::Never), (Code::ResourceExhausted, None));
    assert_eq!(seen(Code::InvalidArgument, Retry::Never), (Code::InvalidArgument, None));
    assert_eq!(seen(Code::Unavailable, Retry::Never), (Code::Internal, None));
    assert_eq!(seen(Code::Internal, Retry::Now), (Code::Unavailable, None));
}

#[test]
fn http_and_grpc_agree_on_what_is_tried_again() {
    for number in 1..=16 {
        let code = Code::from_number(number);
        let retried = matches!(http_status(code).as_u16(), 429 | 502 | 503 | 504);

        let status = Status::new(code, "").retry_after(Duration::ZERO);
        assert_eq!(status.is_retryable(), retried, "{code:?}");
    }
    assert_eq!(code_of_http(http::StatusCode::BAD_GATEWAY), Code::Unavailable);
}
