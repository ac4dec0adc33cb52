//! Who is served, where an authenticator says so.

use std::sync::Arc;
use std::time::Duration;

use http::HeaderMap;
use serde_json::json;
use sluice_component::{AuthData, BoxFuture, Code, Denied, Offers, ServerAuth};
use sluice_transport::status::Status;

use super::rig::*;

/// Serves who shows a name; `busy` is to come back, and about `slow` it never makes up its mind.
struct Names;

impl ServerAuth for Names {
    fn authenticate<'a>(&'a self, headers: &'a HeaderMap) -> BoxFuture<'a, Result<AuthData, Denied>> {
        Box::pin(async {
            match headers.get("x-name").and_then(|value| value.to_str().ok()) {
                None => Err(Denied::Unauthenticated("no name".into())),
                Some("busy") => Err(Denied::Overloaded),
                Some("slow") => std::future::pending().await,
                Some(name) => Ok([("username", name)].into_iter().collect()),
            }
        })
    }
}

/// What the rig offers under the id `names`.
pub(super) fn names() -> Offers {
    Offers { server_auth: Some(Arc::new(Names)), ..Offers::default() }
}

async fn asking() -> Rig {
    let auth = json!({"authenticator": "names"});
    let cors = json!({"allowed_origins": ["https://app.example"]});
    let params = json!({"authenticator": "names", "request_params": ["x-name"]});
    rig(json!({ "auth": auth }), json!({ "auth": params, "cors": cors, "write_timeout": "100ms" })).await
}

const EXPORT: &str = "/opentelemetry.proto.collector.trace.v1.TraceService/Export";
const PROTOBUF: (&str, &str) = ("content-type", "application/x-protobuf");
const GRPC: (&str, &str) = ("content-type", "application/grpc");

#[tokio::test]
async fn who_shows_himself_is_served_and_known_to_those_behind() {
    let rig = asking().await;

    let posted = rig.post("/v1/traces", &[PROTOBUF, ("x-name", "ada")], &encoded(1)).await;
    let by_query = rig.post("/v1/traces?x-name=bob", &[PROTOBUF, ("x-name", "ada")], &encoded(1)).await;
    let called = rig.call(EXPORT, &[GRPC, ("x-name", "eve")], &framed(false, &encoded(1))).await;

    assert_eq!((posted.status(), by_query.status()), (http::StatusCode::OK, http::StatusCode::OK));
    assert_eq!(called.trailers["grpc-status"], "0");
    let taken = rig.backend.taken.lock().unwrap();
    let names: Vec<_> = taken.iter().map(|(_, context)| context.auth().get("username").unwrap()).collect();
    assert_eq!(names, ["ada", "bob", "eve"]);
}

#[tokio::test]
async fn who_does_not_is_refused_before_his_body_is_read() {
    let rig = asking().await;

    // None of the announced bytes is sent.
    let head =
        "POST /v1/nowhere HTTP/1.1\r\nhost: test\r\ncontent-type: application/json\r\ncontent-length: 1000\r\n\r\n";
    let answer = tokio::time::timeout(Duration::from_secs(10), exchange(rig.http(), head.as_bytes())).await.unwrap();
    let called = rig.call(EXPORT, &[GRPC], b"no message").await;

    assert_eq!(answer.status(), 401);
    assert_eq!(answer.headers()["content-type"], "application/json");
    assert_eq!(answer.body(), r#"{"code":16,"message":"no name"}"#);
    assert_eq!((called.failure().code(), called.failure().message()), (tonic::Code::Unauthenticated, "no name"));
    assert!(rig.backend.messages().is_empty());
}

#[tokio::test]
async fn who_cannot_be_judged_now_is_told_to_come_back() {
    let rig = asking().await;

    let posted = rig.post("/v1/traces", &[PROTOBUF, ("x-name", "busy")], &encoded(1)).await;
    let called = rig.call(EXPORT, &[GRPC, ("x-name", "busy")], &framed(false, &encoded(1))).await;
    let late = rig.post("/v1/traces", &[PROTOBUF, ("x-name", "slow")], &encoded(1)).await;

    assert_eq!((posted.status().as_u16(), &posted.headers()["retry-after"]), (429, &"1".parse().unwrap()));
    let status = Status::from_trailers(&called.headers).unwrap();
    assert_eq!((status.code, status.retry_after), (Code::ResourceExhausted, Some(Duration::from_secs(1))));
    assert_eq!(status.message, "too many requests are being authenticated at once");
    assert_eq!(late.status(), 503);
}

#[tokio::test]
async fn a_browser_asks_what_it_may_send_without_showing_itself() {
    let rig = asking().await;
    let request = "OPTIONS /v1/traces HTTP/1.1\r\nhost: test\r\norigin: https://app.example\r\n\
                   access-control-request-method: POST\r\nconnection: close\r\n\r\n";

    let answer = exchange(rig.http(), request.as_bytes()).await;

    assert_eq!(answer.status(), 204);
    assert_eq!(answer.headers()["access-control-allow-origin"], "https://app.example");
}

#[test]
fn an_authenticator_that_does_not_run_is_named() {
    let (config, problems) = read(json!({"protocols": {"http": {"auth": {"authenticator": "nobody"}}}}));
    assert_eq!(problems, [""; 0]);

    let error = super::super::receiver::Otlp::bind(&config, &settings(), Default::default()).err().unwrap();

    assert_eq!(error.key, "protocols::http::auth::authenticator");
    assert_eq!(error.message, "failed to resolve authenticator \"nobody\": authenticator not found");
}
