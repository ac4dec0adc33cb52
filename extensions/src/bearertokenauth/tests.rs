use http::{HeaderMap, HeaderName, HeaderValue};
use serde_json::{Value as Json, json};
use sluice_component::{Context, ServerAuth};

use super::FACTORY;
use crate::testing::{authorized, build, read};

async fn judged(auth: &dyn ServerAuth, header: &'static str, value: Option<&'static str>) -> Result<(), String> {
    let mut headers = HeaderMap::new();
    headers.extend(value.map(|value| (HeaderName::from_static(header), HeaderValue::from_static(value))));
    auth.authenticate(&headers).await.map(drop).map_err(|denied| denied.to_string())
}

async fn sent(json: Json) -> Vec<(String, String)> {
    let auth = build(&FACTORY, json).offers().client_auth.unwrap();
    authorized(&*auth, &[("authorization", "of the configuration")], &Context::default()).await.unwrap()
}

#[tokio::test]
async fn a_server_lets_in_who_shows_one_of_the_tokens() {
    let wrong = || Err("provided authorization does not match expected scheme or token".to_owned());
    let auth = build(&FACTORY, json!({"tokens": ["one", "two"]})).offers().server_auth.unwrap();

    assert_eq!(judged(&*auth, "authorization", Some("Bearer one")).await, Ok(()));
    assert_eq!(judged(&*auth, "authorization", Some("Bearer two")).await, Ok(()));
    for value in ["Bearer three", "Bearer on", "Bearer onee", "bearer one", "one", ""] {
        assert_eq!(judged(&*auth, "authorization", Some(value)).await, wrong(), "{value}");
    }
    assert_eq!(
        judged(&*auth, "authorization", None).await,
        Err("missing or empty authorization header: Authorization".into())
    );
}

#[tokio::test]
async fn header_and_scheme_are_the_users_to_choose() {
    let auth = build(&FACTORY, json!({"token": "one", "header": "X-API-Key", "scheme": ""}));
    let auth = auth.offers().server_auth.unwrap();

    assert_eq!(judged(&*auth, "x-api-key", Some("one")).await, Ok(()));
    assert_eq!(
        judged(&*auth, "authorization", Some("Bearer one")).await,
        Err("missing or empty authorization header: X-API-Key".into())
    );
    let pair = |name: &str, value: &str| (name.to_owned(), value.to_owned());
    assert_eq!(
        sent(json!({"token": "one", "header": "X-API-Key", "scheme": ""})).await,
        [pair("authorization", "of the configuration"), pair("x-api-key", "one")]
    );
    assert_eq!(sent(json!({"token": "one"})).await, [pair("authorization", "Bearer one")]);
    assert_eq!(sent(json!({"tokens": ["one", "two"]})).await, [pair("authorization", "Bearer one")]);
}

#[tokio::test]
async fn a_refused_token_is_read_again_from_its_file() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("token");
    std::fs::write(&path, "one remark\n\n two\n").unwrap();
    let offers = build(&FACTORY, json!({"filename": path})).offers();
    let (client, server) = (offers.client_auth.unwrap(), offers.server_auth.unwrap());
    let mut headers = HeaderMap::new();
    client.authorize(&mut headers, &Context::default()).await.unwrap();

    assert_eq!(headers["authorization"], "Bearer one");
    assert!(headers["authorization"].is_sensitive());
    assert_eq!(judged(&*server, "authorization", Some("Bearer two")).await, Ok(()));
    assert!(!client.refused(&headers).await);
    std::fs::write(&path, "three").unwrap();
    assert!(client.refused(&headers).await);

    client.authorize(&mut headers, &Context::default()).await.unwrap();
    assert_eq!(headers["authorization"], "Bearer three");
    assert!(judged(&*server, "authorization", Some("Bearer two")).await.is_err());
}

#[test]
fn every_mistake_is_named_without_the_token() {
    let problems = |json: Json| read(&FACTORY, json).1;

    assert_eq!(problems(json!({})), ["bearertokenauth: no bearer token provided"]);
    assert_eq!(
        problems(json!({"token": "hunter2", "tokens": ["hunter2"]})),
        ["bearertokenauth: either tokens or token should be provided, not both"]
    );
    assert_eq!(
        problems(json!({"tokens": ["hunter2\n"], "header": "a b", "file_retry": {"enabled": true}})),
        [
            "bearertokenauth::header: \"a b\" is no name of a header",
            "bearertokenauth::file_retry: not supported by Sluice yet: the file must be there at the start, and is then \
             read every second",
            "bearertokenauth: a token has characters that a header cannot have",
        ]
    );
    assert_eq!(
        problems(json!({"token": "a", "filename": "/f"})),
        ["bearertokenauth::token: is not used, because filename is there"]
    );
    assert_eq!(
        problems(json!({"tokens": ["a"], "filename": "/f"})),
        ["bearertokenauth::filename: is not read, because tokens are there"]
    );
}
