//! Without a queue the client learns what the backend said, whichever transports are on the two sides; with one, that it
//! is full. What can be tried again comes with the time to wait.

use std::time::Duration;

use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceResponse;
use prost::Message;
use sluice_integration::{Answer, Backend, Gateway, Program, Reply, telemetry};
use tonic::Code;

const SEVEN_SECONDS: Option<Duration> = Some(Duration::from_secs(7));

#[tokio::test]
async fn of_a_backend_over_grpc() {
    for (code, retry_after, status) in [
        (Code::InvalidArgument, None, 400),
        (Code::Unauthenticated, None, 401),
        (Code::PermissionDenied, None, 403),
        (Code::Internal, None, 500),
        (Code::Unavailable, None, 503),
        (Code::Unavailable, SEVEN_SECONDS, 503),
        (Code::ResourceExhausted, SEVEN_SECONDS, 429),
    ] {
        let [over_grpc, over_http] = answers("pass.yaml", Answer::Refuse { code, retry_after }).await;

        assert_eq!((over_grpc.code(), over_http.http_status()), (Some(code), status), "{over_grpc:?} {over_http:?}");
        assert_eq!([over_grpc.retry_after(), over_http.retry_after()], [retry_after; 2], "{over_grpc:?} {over_http:?}");
    }
}

#[tokio::test]
async fn of_a_backend_over_http() {
    for (answer, code, status) in [
        (400, Code::InvalidArgument, 400),
        (401, Code::Unauthenticated, 401),
        (403, Code::PermissionDenied, 403),
        (429, Code::ResourceExhausted, 429),
        (502, Code::Unavailable, 503),
        (503, Code::Unavailable, 503),
        (504, Code::Unavailable, 503),
    ] {
        let [over_grpc, over_http] = answers("pass_http.yaml", Answer::HttpStatus(answer)).await;

        let found = (over_grpc.code(), over_http.http_status());
        assert_eq!(found, (Some(code), status), "HTTP {answer}: {over_grpc:?} {over_http:?}");
    }
}

#[tokio::test]
async fn with_the_time_to_wait_of_a_backend_over_http() {
    // The Go Collector loses it.
    if Program::under_test() == Program::Collector {
        return;
    }
    for code in [Code::Unavailable, Code::ResourceExhausted] {
        let answer = Answer::Refuse { code, retry_after: SEVEN_SECONDS };
        let [over_grpc, over_http] = answers("pass_http.yaml", answer).await;

        assert_eq!(
            [over_grpc.retry_after(), over_http.retry_after()],
            [SEVEN_SECONDS; 2],
            "{over_grpc:?} {over_http:?}"
        );
    }
}

#[tokio::test]
async fn with_what_a_backend_took_only_in_part() {
    // The Go Collector never says so.
    if Program::under_test() == Program::Collector {
        return;
    }
    for file in ["pass.yaml", "pass_http.yaml"] {
        let answer = Answer::AcceptPart { rejected: 2, message: "two are too old".to_owned() };

        for reply in answers(file, answer).await {
            let (Reply::Grpc(Ok(body)) | Reply::Http { body, .. }) = &reply else { panic!("{reply:?}") };
            let response = ExportTraceServiceResponse::decode(body.as_ref()).unwrap();
            let partial = response.partial_success.expect("a partial success");
            assert_eq!((partial.rejected_spans, partial.error_message.as_str()), (2, "two are too old"), "{file}");
        }
    }
}

#[tokio::test]
async fn of_no_backend_at_all() {
    for file in ["pass.yaml", "pass_http.yaml"] {
        let mut backend = Backend::start().await;
        let gateway = Gateway::before(&backend, file).await;
        backend.stop().await;

        let over_grpc = gateway.grpc().send(&telemetry::spans(1..4)).await;
        let over_http = gateway.http().send(&telemetry::spans(1..4)).await;

        let found = (over_grpc.code(), over_http.http_status());
        assert_eq!(found, (Some(Code::Unavailable), 503), "{over_grpc:?} {over_http:?}");
    }
}

#[tokio::test]
async fn of_a_full_queue() {
    let backend = Backend::start().await;
    backend.answer_always(Answer::Hang);
    let gateway = Gateway::before(&backend, "small_queue.yaml").await;

    // One is with the sender at most, two are queued at most.
    for client in [gateway.grpc(), gateway.http()] {
        let mut last = client.send(&telemetry::spans(1..4)).await;
        for _ in 0..4 {
            last = client.send(&telemetry::spans(1..4)).await;
        }
        let retryable = [Some(Code::ResourceExhausted), Some(Code::Unavailable)].contains(&last.code())
            || [429, 503].contains(&last.http_status());
        assert!(retryable, "{last:?}");
        // The Go Collector gives no time, and RESOURCE_EXHAUSTED without one would tell the client to drop.
        assert!(last.retry_after().is_some() || Program::under_test() == Program::Collector, "{last:?}");
    }
}

/// What a client over gRPC and one over HTTP are told when the backend gives this answer.
async fn answers(file: &str, answer: Answer) -> [Reply; 2] {
    let backend = Backend::start().await;
    let gateway = Gateway::before(&backend, file).await;
    backend.answer_always(answer);
    let telemetry = telemetry::spans(1..4);
    [gateway.grpc().send(&telemetry).await, gateway.http().send(&telemetry).await]
}
