//! What an authenticator has to show.

use sluice_component::Retry;

use super::*;
use crate::testing::{numbered, of_acme};

async fn call(server: &Server, extensions: &Extensions) -> Result<Bytes, Failure> {
    let config =
        config(&server.address.to_string(), json!({"auth": {"authenticator": "numbered"}, "headers": {"a": "b"}}));
    let client = Client::new(&config, "test/1", None, extensions).unwrap();
    client.call(&client.method("/package.Service/Method"), &[Bytes::from_static(b"ping")], &of_acme()).await
}

/// Accepts one credential.
async fn knowing(credential: &'static str) -> Server {
    Server::new(move |head, _| match &head.headers["authorization"] {
        shown if shown == credential => answer(b"pong", &ok()),
        shown => answer(b"", &Status::new(Code::Unauthenticated, format!("not {}", shown.to_str().unwrap()))),
    })
    .await
}

fn shown(server: &Server) -> Vec<String> {
    let requests = server.requests.lock().unwrap();
    requests.iter().map(|(head, _)| head.headers["authorization"].to_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn a_refused_call_is_made_once_more_where_there_is_something_newer() {
    let server = knowing("2 of acme").await;

    assert_eq!(call(&server, &numbered(1, 3, false)).await.unwrap(), "pong");

    assert_eq!(shown(&server), ["1 of acme", "2 of acme"]);
    let (head, body) = server.request();
    assert_eq!((&head.headers["a"], &body[5..]), (&HeaderValue::from_static("b"), &b"ping"[..]));
}

#[tokio::test]
async fn a_call_that_is_refused_twice_or_for_good_has_failed() {
    let server = knowing("3 of acme").await;
    let failure = |number| Failure::Status(Status::new(Code::Unauthenticated, format!("not {number} of acme")));

    assert_eq!(call(&server, &numbered(1, 3, false)).await, Err(failure(2)));
    assert_eq!(call(&server, &numbered(1, 1, false)).await, Err(failure(1)));

    assert_eq!(shown(&server), ["1 of acme", "2 of acme", "1 of acme"]);
}

#[tokio::test]
async fn nothing_is_sent_where_there_is_nothing_to_show() {
    let server = knowing("1 of acme").await;

    let failure = call(&server, &numbered(0, 1, false)).await;

    let error = NoCredentials { message: "nothing to show".into(), retry: Retry::Now };
    assert_eq!(failure, Err(Failure::NoCredentials(error)));
    assert_eq!(shown(&server), [""; 0]);
}

#[tokio::test]
async fn credentials_that_need_tls_are_not_sent_without() {
    let config = config("localhost:1", json!({"auth": {"authenticator": "numbered"}}));
    let error = |extensions: &Extensions| Client::new(&config, "test/1", None, extensions).err().unwrap();

    let plain = error(&numbered(1, 1, true));
    let absent = error(&Extensions::default());

    assert_eq!((&*plain.key, &*absent.key), ("auth::authenticator", "auth::authenticator"));
    assert_eq!(plain.message, "the credentials require transport level security, without tls::insecure");
    assert_eq!(absent.message, "failed to resolve authenticator \"numbered\": authenticator not found");
}
