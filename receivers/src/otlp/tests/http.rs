use std::time::Duration;

use bytes::Bytes;
use http::Response;
use serde_json::{Value as Json, json};
use sluice_component::{Accepted, Code, Retry, Transport};
use sluice_pdata::Signal;
use sluice_transport::compression::{Compressor, Encoding};
use sluice_transport::status::Status;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use super::rig::*;

type Header = (&'static str, &'static str);

const PROTOBUF: Header = ("content-type", "application/x-protobuf");
const JSON: Header = ("content-type", "application/json");
const TRACES: &str = r#"{"resourceSpans":[{"scopeSpans":[{"spans":[{"name":"GET"}]}]}]}"#;

fn json_status(response: &Response<Bytes>) -> Status {
    assert_eq!(response.headers()["content-type"], "application/json");
    Status::from_json(response.body()).unwrap()
}

fn protobuf_status(response: &Response<Bytes>) -> Status {
    assert_eq!(response.headers()["content-type"], "application/x-protobuf");
    Status::from_protobuf(response.body()).unwrap()
}

fn packed(encoding: Encoding, body: impl Into<Bytes>) -> Vec<u8> {
    let mut out = Vec::new();
    Compressor::new(encoding, None).unwrap().compress(&[body.into()], &mut out).unwrap();
    out
}

#[tokio::test]
async fn takes_protobuf_and_answers_in_kind() {
    let rig = rig(json!({}), json!({})).await;

    let response = rig.post("/v1/traces", &[("content-type", "Application/X-Protobuf; a=b")], &encoded(2)).await;

    assert_eq!((response.status().as_u16(), response.body()), (200, &Bytes::new()));
    assert_eq!(response.headers()["content-type"], "application/x-protobuf");
    assert_eq!(rig.backend.messages(), [(Signal::Traces, encoded(2))]);
    let taken = rig.backend.taken.lock().unwrap();
    assert_eq!((taken[0].0.items(), taken[0].1.transport()), (2, Transport::Http));
}

#[tokio::test]
async fn takes_json_and_answers_in_kind() {
    let rig = rig(json!({}), json!({})).await;
    let logs = r#"{"resourceLogs":[{"scopeLogs":[{"logRecords":[{"severityNumber":9}]}]}]}"#;

    let traces =
        rig.post("/v1/traces", &[("content-type", "application/json; charset=utf-8")], TRACES.as_bytes()).await;
    rig.post("/v1/logs", &[JSON], logs.as_bytes()).await;

    assert_eq!((traces.status().as_u16(), traces.body()), (200, &Bytes::from_static(b"{}")));
    assert_eq!(traces.headers()["content-type"], "application/json");
    let taken = rig.backend.taken.lock().unwrap();
    let taken: Vec<_> = taken.iter().map(|(batch, _)| (batch.signal(), batch.items())).collect();
    assert_eq!(taken, [(Signal::Traces, 1), (Signal::Logs, 1)]);
}

#[tokio::test]
async fn takes_every_compression_under_every_name() {
    let rig = rig(json!({}), json!({})).await;
    let names = Encoding::ALL.map(|encoding| (encoding, encoding.http_name()));
    let others = [(Encoding::Gzip, "x-gzip"), (Encoding::Gzip, "GZIP"), (Encoding::SnappyFramed, "snappy")];

    for (encoding, name) in names.into_iter().chain(others) {
        let body = packed(encoding, encoded(7));
        let response = rig.post("/v1/traces", &[PROTOBUF, ("content-encoding", name)], &body).await;
        assert_eq!(response.status(), 200, "{name}");
    }
    for name in ["identity", ""] {
        let response = rig.post("/v1/traces", &[PROTOBUF, ("content-encoding", name)], &encoded(7)).await;
        assert_eq!(response.status(), 200, "{name}");
    }

    assert_eq!(rig.backend.messages(), vec![(Signal::Traces, encoded(7)); 12]);
}

#[tokio::test]
async fn every_refusal_is_a_status_in_the_requests_encoding() {
    let rig = rig(json!({}), json!({ "max_request_body_size": 1000 })).await;
    let bomb = packed(Encoding::Gzip, vec![0; 100_000]);
    let gzip = ("content-encoding", "gzip");
    type Case<'a> = (&'a str, &'a [Header], &'a [u8], u16, Code);
    let cases: [Case<'_>; 8] = [
        ("/v1/other", &[], b"", 404, Code::Unimplemented),
        ("/v1development/profiles", &[], b"", 404, Code::Unimplemented),
        ("/v1/traces", &[], b"\xff", 400, Code::InvalidArgument),
        ("/v1/traces", &[gzip], b"no gzip", 400, Code::InvalidArgument),
        ("/v1/traces", &[("content-encoding", "br")], b"", 400, Code::InvalidArgument),
        ("/v1/traces", &[("content-encoding", "gzip, gzip")], b"", 400, Code::InvalidArgument),
        ("/v1/traces", &[], &[0; 1001], 413, Code::ResourceExhausted),
        ("/v1/traces", &[gzip], &bomb, 413, Code::ResourceExhausted),
    ];

    for (path, headers, body, expected, code) in cases {
        let json = rig.post(path, &[headers, &[JSON]].concat(), body).await;
        let protobuf = rig.post(path, &[headers, &[PROTOBUF]].concat(), body).await;

        assert_eq!((json.status().as_u16(), protobuf.status().as_u16()), (expected, expected), "{path} {headers:?}");
        let (json, protobuf) = (json_status(&json), protobuf_status(&protobuf));
        assert_eq!((json.code, protobuf.code), (code, code), "{path} {headers:?}");
        assert!(!json.message.is_empty() && json.retry_after.is_none());
        assert_eq!(json.violations.is_empty(), expected != 400, "{path} {headers:?}");
    }
    assert!(rig.backend.messages().is_empty());
}

#[tokio::test]
async fn an_unknown_content_type_is_415_whatever_it_is() {
    let rig = rig(json!({}), json!({})).await;

    for content_type in ["text/plain", "application/protobuf", "", "über/alles", "application/jsonx"] {
        let response = rig.post("/v1/traces", &[("content-type", content_type)], TRACES.as_bytes()).await;

        assert_eq!(response.status(), 415, "{content_type}");
        assert_eq!(json_status(&response).code, Code::InvalidArgument);
    }
    let none = rig.post("/v1/traces", &[], TRACES.as_bytes()).await;
    let expected = r#"content type must be application/x-protobuf or application/json, found """#;
    assert_eq!((none.status().as_u16(), &*json_status(&none).message), (415, expected));
}

#[tokio::test]
async fn another_method_is_405_and_told_which_is_allowed() {
    let rig = rig(json!({}), json!({})).await;

    for method in ["GET", "PUT", "OPTIONS"] {
        let request = format!("{method} /v1/traces HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n");
        let response = exchange(rig.http(), request.as_bytes()).await;

        assert_eq!((response.status().as_u16(), &response.headers()["allow"]), (405, &"POST".parse().unwrap()));
        assert_eq!(json_status(&response).message, format!("method {method} is not allowed, only POST"));
    }
}

#[tokio::test]
async fn json_that_is_wrong_is_400_with_the_place() {
    let rig = rig(json!({}), json!({})).await;
    let wrong: [&[u8]; 6] = [
        b"",
        b"\xef\xbb\xbf{}",
        b"{\"resourceSpans\":[{\"schemaUrl\":\"\xff\"}]}",
        b"{} {}",
        b"[]",
        br#"{"resourceSpans":[{"resource":{"attributes":[{"value":{"intValue":1,"boolValue":true}}]}}]}"#,
    ];

    for body in wrong {
        let response = rig.post("/v1/traces", &[JSON], body).await;

        assert_eq!(response.status(), 400, "{}", body.escape_ascii());
        let status = json_status(&response);
        assert_eq!((status.code, status.violations.len()), (Code::InvalidArgument, 1), "{}", body.escape_ascii());
        assert!(status.message.contains("at line 1 column"), "{}", status.message);
    }
}

#[tokio::test]
async fn expect_continue_is_answered_by_the_announced_length() {
    let rig = rig(json!({}), json!({ "max_request_body_size": 1000 })).await;
    let request = |length: usize| {
        format!(
            "POST /v1/traces HTTP/1.1\r\nhost: a\r\ncontent-type: application/x-protobuf\r\n\
             content-length: {length}\r\nexpect: 100-continue\r\nconnection: close\r\n\r\n"
        )
    };

    let large = exchange(rig.http(), request(1001).as_bytes()).await;
    let mut stream = TcpStream::connect(rig.http()).await.unwrap();
    let body = encoded(1);
    stream.write_all(request(body.len()).as_bytes()).await.unwrap();
    let mut interim = [0; 25];
    stream.read_exact(&mut interim).await.unwrap();
    stream.write_all(&body).await.unwrap();
    let mut rest = Vec::new();
    stream.read_to_end(&mut rest).await.unwrap();

    assert_eq!(large.status(), 413);
    assert_eq!(&interim, b"HTTP/1.1 100 Continue\r\n\r\n");
    assert_eq!(parse(&rest).status(), 200);
}

#[tokio::test]
async fn a_client_that_goes_on_sending_still_reads_why_it_was_refused() {
    let rig = rig(json!({}), json!({ "max_request_body_size": 1000 })).await;

    let response = rig.post("/v1/traces", &[PROTOBUF], &vec![0; 8 << 20]).await;

    assert_eq!(response.status(), 413);
    assert_eq!(protobuf_status(&response).message, "the body is longer than 1000 bytes");
}

#[tokio::test]
async fn a_backends_error_keeps_its_meaning_and_its_advice() {
    let soon = Retry::After(Duration::from_millis(1200));
    let cases = [
        (Code::ResourceExhausted, soon, 429, Some("2")),
        (Code::Unavailable, soon, 503, Some("2")),
        (Code::Unavailable, Retry::Now, 503, None),
        (Code::DeadlineExceeded, Retry::Now, 503, None),
        (Code::InvalidArgument, Retry::Never, 400, None),
        (Code::Unauthenticated, Retry::Never, 401, None),
        (Code::PermissionDenied, Retry::Never, 403, None),
        (Code::Internal, Retry::Never, 500, None),
        // 429 would be tried again, and 413 is not.
        (Code::ResourceExhausted, Retry::Never, 413, None),
    ];

    for (code, retry, expected, advice) in cases {
        let answer = move || Box::pin(std::future::ready(Err(refusal(code, retry)))) as _;
        let rig = rig_answering(json!({}), json!({}), answer).await;
        let response = rig.post("/v1/traces", &[JSON], TRACES.as_bytes()).await;

        assert_eq!(response.status(), expected, "{code:?} {retry:?}");
        let after = response.headers().get("retry-after").map(|value| value.to_str().unwrap());
        assert_eq!(after, advice, "{code:?} {retry:?}");
        let status = json_status(&response);
        assert_eq!((status.code, &*status.message), (code, "otlp_grpc/backup: the queue is full"));
    }
}

#[tokio::test]
async fn a_backends_partial_success_reaches_the_client() {
    let accepted = Accepted { rejected: 2, message: Some("too old".into()) };
    let rig = rig_answering(json!({}), json!({}), move || Box::pin(std::future::ready(Ok(accepted.clone())))).await;

    let response = rig.post("/v1/traces", &[JSON], TRACES.as_bytes()).await;

    let body: Json = serde_json::from_slice(response.body()).unwrap();
    assert_eq!(body, json!({ "partialSuccess": { "rejectedSpans": "2", "errorMessage": "too old" } }));
}

#[tokio::test]
async fn a_panic_costs_one_request() {
    let rig = rig_answering(json!({}), json!({}), || panic!("for the test")).await;

    let response = rig.post("/v1/traces", &[PROTOBUF], &encoded(1)).await;
    let empty = rig.post("/v1/traces", &[PROTOBUF], b"").await;

    assert_eq!(response.status(), 500);
    assert_eq!(protobuf_status(&response), Status::new(Code::Internal, "the request met a defect in the gateway"));
    assert_eq!(empty.status(), 200);
}

#[tokio::test]
async fn a_request_without_items_succeeds_and_goes_nowhere() {
    let rig = rig(json!({}), json!({})).await;

    for body in ["{}", r#"{"resourceMetrics":[{"scopeMetrics":[{"metrics":[{"name":"a"}]}]}]}"#] {
        let response = rig.post("/v1/metrics", &[JSON], body.as_bytes()).await;

        assert_eq!((response.status().as_u16(), response.body()), (200, &Bytes::from_static(b"{}")));
    }

    assert!(rig.backend.messages().is_empty());
}

#[tokio::test]
async fn paths_and_response_headers_are_the_users() {
    let http = json!({ "traces_url_path": "in/spans", "response_headers": { "x-served-by": "sluice" } });
    let rig = rig(json!({}), http).await;

    let own = rig.post("/in/spans?key=1", &[JSON], TRACES.as_bytes()).await;
    let former = rig.post("/v1/traces", &[JSON], TRACES.as_bytes()).await;

    assert_eq!((own.status().as_u16(), former.status().as_u16()), (200, 404));
    assert_eq!([&own, &former].map(|response| response.headers()["x-served-by"].clone()), ["sluice", "sluice"]);
}

#[tokio::test]
async fn only_listed_compressions_are_taken() {
    let rig = rig(json!({}), json!({ "compression_algorithms": ["gzip"] })).await;

    let gzip = packed(Encoding::Gzip, encoded(1));
    let gzip = rig.post("/v1/traces", &[PROTOBUF, ("content-encoding", "gzip")], &gzip).await;
    let zstd = rig.post("/v1/traces", &[JSON, ("content-encoding", "zstd")], b"").await;
    let none = rig.post("/v1/traces", &[PROTOBUF], &encoded(1)).await;

    assert_eq!([&gzip, &zstd, &none].map(|response| response.status().as_u16()), [200, 400, 400]);
    assert_eq!(json_status(&zstd).message, r#"content encoding "zstd" is not supported, only gzip"#);
}

#[tokio::test]
async fn browsers_are_told_what_they_may_do() {
    let rig = rig(json!({}), json!({ "cors": { "allowed_origins": ["https://*.example"], "max_age": 60 } })).await;
    let preflight = "OPTIONS /v1/traces HTTP/1.1\r\nhost: a\r\norigin: https://b.example\r\nconnection: close\r\n\
        access-control-request-method: POST\r\naccess-control-request-headers: content-type\r\n\r\n";
    let origin = |origin| ("origin", origin);

    let preflight = exchange(rig.http(), preflight.as_bytes()).await;
    let allowed = rig.post("/v1/traces", &[JSON, origin("https://b.example")], TRACES.as_bytes()).await;
    let other = rig.post("/v1/traces", &[JSON, origin("https://b.test")], TRACES.as_bytes()).await;

    assert_eq!(preflight.status(), 204);
    assert_eq!(preflight.headers()["access-control-allow-headers"], "content-type");
    assert_eq!(preflight.headers()["access-control-max-age"], "60");
    assert_eq!(allowed.headers()["access-control-allow-origin"], "https://b.example");
    assert_eq!(allowed.headers()["access-control-allow-credentials"], "true");
    assert_eq!((other.status().as_u16(), other.headers().get("access-control-allow-origin")), (200, None));
}

#[tokio::test]
async fn headers_beyond_the_limit_are_431() {
    let rig = rig(json!({}), json!({})).await;
    let long = "a".repeat(20_000);
    let many: String = (0..101).map(|n| format!("x-{n}: 1\r\n")).collect();

    let long = rig.post("/v1/traces", &[("x-long", &long)], b"").await;
    let many = exchange(rig.http(), format!("POST /v1/traces HTTP/1.1\r\n{many}\r\n").as_bytes()).await;

    assert_eq!((long.status().as_u16(), many.status().as_u16()), (431, 431));
}

#[tokio::test]
async fn http2_by_prior_knowledge_is_served_too() {
    let rig = rig(json!({}), json!({})).await;
    let stream = TcpStream::connect(rig.http()).await.unwrap();
    let (client, connection) = h2::client::handshake(stream).await.unwrap();
    tokio::spawn(connection);

    let request =
        http::Request::post("http://a/v1/traces").header("content-type", "application/json").body(()).unwrap();
    let (response, mut body) = client.ready().await.unwrap().send_request(request, false).unwrap();
    body.send_data(TRACES.into(), true).unwrap();

    assert_eq!(response.await.unwrap().status(), 200);
}

#[tokio::test]
async fn an_answer_that_takes_longer_than_write_timeout_is_given_up() {
    let rig = rig_answering(json!({}), json!({ "write_timeout": "20ms" }), || Box::pin(std::future::pending())).await;

    let response = rig.post("/v1/traces", &[JSON], TRACES.as_bytes()).await;

    assert_eq!((response.status().as_u16(), json_status(&response).code), (503, Code::DeadlineExceeded));
}

#[tokio::test]
async fn a_connection_is_kept_for_the_next_request() {
    let rig = rig(json!({}), json!({})).await;
    let mut stream = TcpStream::connect(rig.http()).await.unwrap();
    let body = encoded(1);
    let head = format!(
        "POST /v1/traces HTTP/1.1\r\nhost: a\r\ncontent-type: application/x-protobuf\r\ncontent-length: {}\r\n\r\n",
        body.len()
    );

    for _ in 0..3 {
        stream.write_all(&[head.as_bytes(), &body].concat()).await.unwrap();
        let mut answer = Vec::new();
        while !answer.ends_with(b"\r\n\r\n") {
            answer.push(stream.read_u8().await.unwrap());
        }
        assert_eq!(parse(&answer).status(), 200);
    }

    assert_eq!(rig.backend.messages().len(), 3);
}
