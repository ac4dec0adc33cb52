use std::sync::Arc;

use http::HeaderMap;
use serde_json::{Value as Json, json};
use sluice_component::{Context, Extensions, Metadata, NoCredentials, Retry, Transport};

use super::FACTORY;
use crate::bearertokenauth;
use crate::testing::{Gateway, authorized, build, read, settings};

const SENT: [(&str, &str); 2] = [("authorization", "of the configuration"), ("x-old", "old")];

fn context(metadata: &[(&'static str, &'static str)]) -> Context {
    let metadata: Metadata = metadata.iter().copied().collect();
    Context::new(Transport::Grpc, None, metadata).with_auth([("username", "ada")].into_iter().collect())
}

async fn sent(headers: Json, context: &Context) -> Result<Vec<(String, String)>, NoCredentials> {
    let auth = build(&FACTORY, json!({ "headers": headers })).offers().client_auth.unwrap();
    assert!(!auth.needs_tls());
    authorized(&*auth, &SENT, context).await
}

fn pairs(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
    pairs.iter().map(|(name, value)| (name.to_string(), value.to_string())).collect()
}

#[tokio::test]
async fn each_action_does_what_its_name_says() {
    let headers = json!([
        {"action": "insert", "key": "x-old", "value": "inserted"},
        {"action": "insert", "key": "X-New", "value": "inserted"},
        {"action": "update", "key": "x-new", "value": "updated"},
        {"action": "update", "key": "x-none", "value": "updated"},
        {"action": "delete", "key": "authorization"},
        {"key": "x-other", "value": "upserted"},
    ]);

    let sent = sent(headers, &Context::default()).await.unwrap();

    let mut sent = sent;
    sent.sort_unstable();
    assert_eq!(sent, pairs(&[("x-new", "updated"), ("x-old", "old"), ("x-other", "upserted")]));
}

#[tokio::test]
async fn values_come_from_the_client_where_it_has_them() {
    let headers = json!([
        {"key": "x-old", "from_context": "X-Tenant", "default_value": "nobody"},
        {"key": "authorization", "from_attribute": "username"},
        {"key": "x-subject", "from_attribute": "subject", "default_value": "none"},
    ]);
    let subject = ("x-subject", "none");

    let known = sent(headers.clone(), &context(&[("x-tenant", "acme")])).await.unwrap();
    let unknown = sent(headers.clone(), &context(&[])).await.unwrap();
    let two = sent(headers, &context(&[("x-tenant", "acme"), ("x-tenant", "globex")])).await.unwrap_err();

    assert_eq!(known, pairs(&[("authorization", "ada"), ("x-old", "acme"), subject]));
    assert_eq!(unknown, pairs(&[("authorization", "ada"), ("x-old", "nobody"), subject]));
    assert_eq!(two.retry, Retry::Never);
    assert_eq!(two.message, "2 source keys found in the context, can't determine which one to use: X-Tenant");
}

#[tokio::test]
async fn another_authenticator_may_come_first() {
    let mut settings = settings();
    let bearer = build(&bearertokenauth::FACTORY, json!({"token": "one"}));
    settings.extensions.insert("bearertokenauth".parse().unwrap(), bearer.offers());
    let json = json!({
        "headers": [{"action": "insert", "key": "authorization", "value": "inserted"}, {"key": "x-tenant", "value": "acme"}],
        "additional_auth": "bearertokenauth",
    });
    let (config, problems) = read(&FACTORY, json.clone());
    assert_eq!(problems, [""; 0]);

    let auth = config.build(settings.clone(), Arc::new(Gateway::default())).unwrap().offers().client_auth.unwrap();
    let sent = authorized(&*auth, &[], &Context::default()).await.unwrap();

    assert_eq!(sent, pairs(&[("authorization", "Bearer one"), ("x-tenant", "acme")]));
    assert!(auth.needs_tls());
    settings.extensions = Extensions::default();
    let error = config.build(settings, Arc::new(Gateway::default())).err().unwrap();
    assert_eq!(error.message, "failed to resolve authenticator \"bearertokenauth\": authenticator not found");
}

#[tokio::test]
async fn a_value_may_stand_in_a_file_that_changes() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("key");
    std::fs::write(&path, "one\n").unwrap();
    let extension = build(&FACTORY, json!({"headers": [{"key": "api-key", "value_file": path}]}));
    let auth = extension.offers().client_auth.unwrap();
    let mut headers = HeaderMap::new();
    auth.authorize(&mut headers, &Context::default()).await.unwrap();
    assert_eq!(headers["api-key"], "one");

    assert!(!auth.refused(&headers).await);
    std::fs::write(&path, "two").unwrap();
    assert!(auth.refused(&headers).await);

    auth.authorize(&mut headers, &Context::default()).await.unwrap();
    assert_eq!(headers["api-key"], "two");
}

#[test]
fn every_mistake_is_named_with_its_place() {
    let problems = |json: Json| read(&FACTORY, json).1;
    let expected = "from_context, from_attribute, value, or value_file";

    assert_eq!(problems(json!({})), ["headers_setter::headers: missing headers configuration"]);
    assert_eq!(
        problems(json!({
            "headers": [
                {"value": "hunter2\n"},
                {"key": "a b", "value": "1", "from_context": "2"},
                {"key": "a", "action": "replace"},
                {"key": "Content-Length", "value": "1"},
                {"key": "a", "action": "delete"},
            ],
            "additional_auth": 1,
        })),
        [
            "headers_setter::headers::0::key: missing header name".to_owned(),
            "headers_setter::headers::0::value: has characters that a header cannot have".to_owned(),
            "headers_setter::headers::1::key: \"a b\" is no name of a header".to_owned(),
            format!("headers_setter::headers::1: invalid header source, must be only one of {expected}"),
            "headers_setter::headers::2::action: must be one of \"insert\", \"update\", \"upsert\", \"delete\", \"\", found \
             \"replace\"".to_owned(),
            format!("headers_setter::headers::2: missing header source, must be {expected}"),
            "headers_setter::headers::3::key: \"Content-Length\" belongs to the connection".to_owned(),
            "headers_setter::additional_auth: must be a text, found 1, write it in quotes".to_owned(),
        ]
    );
}
