//! Against a token endpoint that keeps what it was sent, byte by byte.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use http::HeaderMap;
use serde_json::{Value as Json, json};
use sluice_component::{ClientAuth, Context, NoCredentials, Retry};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

use super::FACTORY;
use crate::testing::{authorized, build, read};

/// Answers each request with the next of its answers, on connections of one request each.
struct Server {
    url: String,
    requests: Arc<Mutex<Vec<String>>>,
}

impl Server {
    async fn start(answers: impl IntoIterator<Item = (u16, String)>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/oauth/token", listener.local_addr().unwrap());
        let requests = Arc::new(Mutex::new(Vec::new()));
        let mut answers: VecDeque<_> = answers.into_iter().collect();
        let seen = Arc::clone(&requests);
        tokio::spawn(async move {
            while let Some((status, body)) = answers.pop_front() {
                let (mut stream, _) = listener.accept().await.unwrap();
                let mut request = Vec::new();
                while !is_whole(&request) {
                    assert_ne!(stream.read_buf(&mut request).await.unwrap(), 0);
                }
                seen.lock().unwrap().push(String::from_utf8(request).unwrap());
                let answer = format!(
                    "HTTP/1.1 {status} Status\r\ncontent-type: application/json;charset=UTF-8\r\ncontent-length: {}\r\n\
                     connection: close\r\n\r\n{body}",
                    body.len()
                );
                stream.write_all(answer.as_bytes()).await.unwrap();
            }
        });
        Self { url, requests }
    }

    /// Head and body of a request, and how many there were.
    fn request(&self, index: usize) -> (String, String) {
        let requests = self.requests.lock().unwrap();
        let (head, body) = requests[index].split_once("\r\n\r\n").unwrap();
        (head.to_owned(), body.to_owned())
    }

    fn asked(&self) -> usize {
        self.requests.lock().unwrap().len()
    }

    fn auth(&self, more: Json) -> Arc<dyn ClientAuth> {
        let mut settings = json!({"client_id": "id", "client_secret": "hunter2", "token_url": self.url});
        settings.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        build(&FACTORY, settings).offers().client_auth.unwrap()
    }
}

fn is_whole(request: &[u8]) -> bool {
    let text = String::from_utf8_lossy(request);
    let Some((head, body)) = text.split_once("\r\n\r\n") else { return false };
    let length = head.lines().find_map(|line| line.strip_prefix("content-length: "));
    length.unwrap().parse() == Ok(body.len())
}

fn token(name: &str, expires_in: impl Into<Json>) -> (u16, String) {
    let answer = json!({"access_token": name, "token_type": "bearer", "expires_in": expires_in.into()});
    (200, answer.to_string())
}

async fn header(auth: &dyn ClientAuth) -> Result<String, NoCredentials> {
    let headers = authorized(auth, &[("authorization", "of the configuration")], &Context::default()).await?;
    let [(name, value)] = &headers[..] else { panic!("{headers:?}") };
    assert_eq!(name, "authorization");
    Ok(value.clone())
}

#[tokio::test]
async fn the_request_is_that_of_rfc_6749() {
    let server = Server::start([token("one", 3600)]).await;
    let auth = server.auth(json!({
        "client_id": "my client", "client_secret": "a:b/ü",
        "scopes": ["read", "write"], "endpoint_params": {"audience": "https://a.example", "resource": ["1", "2"]},
    }));

    assert_eq!(header(&*auth).await.unwrap(), "Bearer one");

    let (head, body) = server.request(0);
    let address = server.url.strip_prefix("http://").unwrap().strip_suffix("/oauth/token").unwrap();
    let mut lines: Vec<_> = head.lines().collect();
    assert_eq!(lines.remove(0), "POST /oauth/token HTTP/1.1");
    lines.sort_unstable();
    let platform = if cfg!(target_arch = "x86_64") { "linux/amd64" } else { "linux/arm64" };
    assert_eq!(
        lines,
        [
            "accept: application/json",
            // RFC 6749, 2.3.1: each half is encoded as a form first.
            "authorization: Basic bXkrY2xpZW50OmElM0FiJTJGJUMzJUJD",
            "content-length: 101",
            "content-type: application/x-www-form-urlencoded",
            &format!("host: {address}"),
            &format!("user-agent: Sluice <test>/1.2.3 ({platform})"),
        ]
    );
    assert_eq!(
        body,
        "audience=https%3A%2F%2Fa.example&grant_type=client_credentials&resource=1&resource=2&scope=read+write"
            .to_owned()
    );
}

#[tokio::test]
async fn a_server_that_wants_credentials_in_the_body_gets_them_there() {
    let refused = || (401, json!({"error": "invalid_client"}).to_string());
    let server = Server::start([refused(), token("one", 3600), token("two", 3600)]).await;
    let auth = server.auth(json!({}));
    let mut headers = HeaderMap::new();

    auth.authorize(&mut headers, &Context::default()).await.unwrap();
    assert!(auth.refused(&headers).await);
    assert_eq!(header(&*auth).await.unwrap(), "Bearer two");

    for index in [1, 2] {
        let (head, body) = server.request(index);
        assert!(!head.contains("authorization"), "{head}");
        assert_eq!(body, "client_id=id&client_secret=hunter2&grant_type=client_credentials");
    }
}

#[tokio::test]
async fn one_token_serves_all_until_shortly_before_its_end() {
    let server = Server::start([token("one", 3600), token("two", 3600)]).await;
    let auth = server.auth(json!({}));

    let all = futures_util::future::join_all((0..50).map(|_| header(&*auth))).await;
    assert!(all.iter().all(|header| header.as_deref() == Ok("Bearer one")));
    assert_eq!(server.asked(), 1);

    tokio::time::pause();
    tokio::time::advance(Duration::from_secs(3600 - 301)).await;
    assert_eq!(header(&*auth).await.unwrap(), "Bearer one");
    tokio::time::advance(Duration::from_secs(2)).await;
    tokio::time::resume();
    assert_eq!(header(&*auth).await.unwrap(), "Bearer two");
    assert_eq!(server.asked(), 2);
}

#[tokio::test]
async fn a_token_that_is_still_good_is_used_when_there_is_no_other() {
    let server = Server::start([token("one", "60"), (500, String::new()), token("two", 60)]).await;
    let auth = server.auth(json!({}));
    assert_eq!(header(&*auth).await.unwrap(), "Bearer one");

    // It lives shorter than the five minutes it should be replaced before its end: half its time is enough.
    tokio::time::pause();
    tokio::time::advance(Duration::from_secs(31)).await;
    tokio::time::resume();
    assert_eq!(header(&*auth).await.unwrap(), "Bearer one");
    assert_eq!(header(&*auth).await.unwrap(), "Bearer one");
    assert_eq!(server.asked(), 2);

    tokio::time::pause();
    tokio::time::advance(Duration::from_secs(2)).await;
    tokio::time::resume();
    assert_eq!(header(&*auth).await.unwrap(), "Bearer two");
}

#[tokio::test]
async fn a_refused_token_is_replaced_but_not_again_and_again() {
    let server = Server::start([token("one", 3600), token("two", 3600)]).await;
    let auth = server.auth(json!({}));
    let mut headers = HeaderMap::new();
    auth.authorize(&mut headers, &Context::default()).await.unwrap();
    let old = headers.clone();

    assert!(auth.refused(&headers).await);
    auth.authorize(&mut headers, &Context::default()).await.unwrap();

    assert_eq!(headers["authorization"], "Bearer two");
    assert!(!auth.refused(&headers).await);
    assert!(auth.refused(&old).await, "there is another by now");
    assert_eq!(server.asked(), 2);
}

#[tokio::test]
async fn without_a_token_the_attempt_may_be_repeated_and_the_reason_holds_no_secret() {
    let error = json!({"error": "invalid\u{1b}_client", "error_description": "hunter2 is wrong"}).to_string();
    let server = Server::start([(400, error.clone()), (400, error), (200, "hunter2".into())]).await;
    let auth = server.auth(json!({}));
    let outcome = header(&*auth).await.unwrap_err();
    let prefix = "failed to get security token from token endpoint 127.0.0.1: ";

    assert_eq!(outcome.retry, Retry::Now);
    assert_eq!(outcome.message, format!("{prefix}it answered HTTP 400 Bad Request, invalid_client"));
    // For a moment everybody gets the same answer, without being asked for.
    assert_eq!(header(&*auth).await.unwrap_err(), outcome);
    assert_eq!(server.asked(), 2);

    tokio::time::pause();
    tokio::time::advance(Duration::from_secs(2)).await;
    tokio::time::resume();
    assert_eq!(header(&*auth).await.unwrap_err().message, format!("{prefix}its answer has no access_token"));
}

#[tokio::test]
async fn who_gives_up_leaves_the_token_to_the_next() {
    let server = Server::start([token("one", 3600)]).await;
    let auth = server.auth(json!({}));

    let mut first = Box::pin(header(&*auth));
    assert!(futures_util::poll!(&mut first).is_pending());
    drop(first);

    assert_eq!(header(&*auth).await.unwrap(), "Bearer one");
    assert_eq!(server.asked(), 1);
}

#[tokio::test]
async fn credentials_in_files_are_read_for_each_token() {
    let directory = tempfile::tempdir().unwrap();
    let secret = directory.path().join("secret");
    std::fs::write(&secret, "old\n").unwrap();
    let server = Server::start([token("one", 3600), token("two", 3600)]).await;
    let auth = server.auth(json!({"client_secret_file": secret}));
    let mut headers = HeaderMap::new();

    auth.authorize(&mut headers, &Context::default()).await.unwrap();
    std::fs::write(&secret, "new").unwrap();
    assert!(auth.refused(&headers).await);
    header(&*auth).await.unwrap();

    assert!(server.request(0).0.contains("authorization: Basic aWQ6b2xk"));
    assert!(server.request(1).0.contains("authorization: Basic aWQ6bmV3"));
}

#[test]
fn every_mistake_is_named_without_the_secret() {
    let problems = |json: Json| read(&FACTORY, json).1;

    assert_eq!(
        problems(json!({})),
        [
            "oauth2client::client_id: must be set, or client_id_file",
            "oauth2client::client_secret: must be set, or client_secret_file",
            "oauth2client::token_url: must be a valid URL, such as http://localhost:4318",
        ]
    );
    assert_eq!(
        problems(json!({
            "client_id": "id", "client_secret": "hunter2", "token_url": "https://a.example/token", "scopes": ["a"],
            "endpoint_params": {"scope": "b", "n": {"a": 1}}, "claims": {},
            "grant_type": "urn:ietf:params:oauth:grant-type:jwt-bearer",
        })),
        [
            "oauth2client::grant_type: must be one of \"\", \"client_credentials\", found \
             \"urn:ietf:params:oauth:grant-type:jwt-bearer\"",
            "oauth2client::claims: not supported by Sluice yet: only the grant type client_credentials is there",
            "oauth2client::endpoint_params: \"n\" must be a text or a list of texts, found a map",
            "oauth2client::endpoint_params: must not set scope where there are scopes",
        ]
    );
}
