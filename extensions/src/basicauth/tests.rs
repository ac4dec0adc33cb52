use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::HeaderMap;
use http::header::AUTHORIZATION;
use serde_json::{Value as Json, json};
use sluice_component::{Context, Role, ServerAuth};

use super::FACTORY;
use crate::testing::{build, read};

/// Who is let in with these credentials, as name and password with a colon between.
async fn judged(auth: &dyn ServerAuth, credentials: &str) -> Result<String, String> {
    shown(auth, &format!("Basic {}", STANDARD.encode(credentials))).await
}

async fn shown(auth: &dyn ServerAuth, header: &str) -> Result<String, String> {
    let mut headers = HeaderMap::new();
    headers.insert(AUTHORIZATION, header.parse().unwrap());
    let judged = auth.authenticate(&headers).await;
    judged.map(|data| data.get("username").unwrap().to_owned()).map_err(|denied| denied.to_string())
}

#[tokio::test]
async fn a_server_lets_in_whom_it_knows_and_says_what_others_lack() {
    let inline = "ada:{SHA}5en6G6MezRroT3XKqkdPOmY/BfQ=\nbob:$2a$04$WilzCVFtBBCBG5TeGbaiK.dpGD2QcxLTGsGuePANWImmmWlGCz2I2\n\
                  no colon\ncol:a:b\n";
    let auth = build(&FACTORY, json!({"htpasswd": {"inline": inline}})).offers().server_auth.unwrap();
    let invalid = || Err("invalid credentials".to_owned());

    assert_eq!(judged(&*auth, "ada:secret").await, Ok("ada".into()));
    assert_eq!(judged(&*auth, "bob:secret").await, Ok("bob".into()));
    assert_eq!(judged(&*auth, "bob:secret").await, Ok("bob".into()));
    assert_eq!(judged(&*auth, "col:a:b").await, Ok("col".into()));
    for wrong in ["ada:", "ada:Secret", "bob:Secret", "bob:", "eve:secret", ":", "no colon:"] {
        assert_eq!(judged(&*auth, wrong).await, invalid(), "{wrong}");
    }
    assert_eq!(shown(&*auth, &format!("bAsIc {}", STANDARD.encode("ada:secret"))).await, Ok("ada".into()));
    assert_eq!(shown(&*auth, "").await, Err("no basic auth provided".into()));
    assert_eq!(shown(&*auth, "Bearer x").await, Err("invalid authorization scheme prefix".into()));
    assert_eq!(shown(&*auth, "Basic").await, Err("invalid authorization scheme prefix".into()));
    assert_eq!(shown(&*auth, "Basic x").await, Err("invalid authorization format".into()));
    assert_eq!(judged(&*auth, "ada").await, Err("invalid authorization format".into()));
    let none = auth.authenticate(&HeaderMap::new()).await.map(drop);
    assert_eq!(none.unwrap_err().to_string(), "no basic auth provided");
}

#[tokio::test]
async fn what_is_known_of_a_client_are_its_name_and_what_it_sent() {
    let auth = build(&FACTORY, json!({"htpasswd": {"inline": "ada:secret"}})).offers().server_auth.unwrap();
    let mut headers = HeaderMap::new();
    headers.insert(AUTHORIZATION, "Basic YWRhOnNlY3JldA==".parse().unwrap());

    let data = auth.authenticate(&headers).await.unwrap();

    assert_eq!(data.iter().collect::<Vec<_>>(), [("username", "ada"), ("raw", "YWRhOnNlY3JldA==")]);
}

#[tokio::test]
async fn a_line_of_the_configuration_wins_over_one_of_the_file() {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("htpasswd");
    std::fs::write(&file, "ada:old\r\nbob:of the file").unwrap();
    let auth = build(&FACTORY, json!({"htpasswd": {"file": file, "inline": "ada:new"}})).offers().server_auth.unwrap();

    assert_eq!(judged(&*auth, "ada:new").await, Ok("ada".into()));
    assert_eq!(judged(&*auth, "bob:of the file").await, Ok("bob".into()));
    assert!(judged(&*auth, "ada:old").await.is_err());
}

#[tokio::test]
async fn a_client_shows_what_its_files_hold_now() {
    let directory = tempfile::tempdir().unwrap();
    let password = directory.path().join("password");
    std::fs::write(&password, "secret\n").unwrap();
    let settings = json!({"client_auth": {"username": "ada", "password": "unused", "password_file": password}});
    let auth = build(&FACTORY, settings).offers().client_auth.unwrap();
    let mut headers = HeaderMap::new();
    headers.insert(AUTHORIZATION, "of the configuration".parse().unwrap());

    auth.authorize(&mut headers, &Context::default()).await.unwrap();
    assert_eq!(headers[AUTHORIZATION], "Basic YWRhOnNlY3JldA==");
    assert!(headers[AUTHORIZATION].is_sensitive() && auth.needs_tls());
    assert!(!auth.refused(&headers).await);
    std::fs::write(&password, "newer").unwrap();
    assert!(auth.refused(&headers).await);

    auth.authorize(&mut headers, &Context::default()).await.unwrap();
    assert_eq!(headers[AUTHORIZATION], format!("Basic {}", STANDARD.encode("ada:newer")));
}

#[test]
fn it_is_for_servers_or_for_clients() {
    let (server, _) = read(&FACTORY, json!({"htpasswd": {"inline": "ada:secret"}, "client_auth": null}));
    let (client, _) = read(&FACTORY, json!({"client_auth": {"username": "ada"}}));

    assert!(server.serves_as(Role::ServerAuth) && !server.serves_as(Role::GrpcClientAuth));
    assert!(!client.serves_as(Role::ServerAuth) && client.serves_as(Role::HttpClientAuth));
}

#[test]
fn every_mistake_is_named_without_the_password() {
    let problems = |json: Json| read(&FACTORY, json).1;

    assert_eq!(
        problems(json!({})),
        ["basicauth: no credential source provided, expected htpasswd (servers) or client_auth (clients)"]
    );
    assert_eq!(
        problems(json!({"htpasswd": {}})),
        ["basicauth::htpasswd: no credential source provided, expected file or inline"]
    );
    assert_eq!(
        problems(json!({"htpasswd": {"inline": "a:b"}, "client_auth": {"username": "a:b", "password": ["hunter2"]}})),
        [
            "basicauth::client_auth::password: must be a text, found a list",
            "basicauth::client_auth::username: must not have a colon in it",
            "basicauth: only one of `htpasswd` or `client_auth` can be specified",
        ]
    );
    let (config, _) = read(&FACTORY, json!({"htpasswd": {"file": "/does/not/exist"}}));
    let error = config.build(crate::testing::settings(), std::sync::Arc::new(crate::testing::Gateway::default()));
    let error = error.err().unwrap();
    assert_eq!(
        (&*error.key, &*error.message),
        ("htpasswd::file", "/does/not/exist: No such file or directory (os error 2)")
    );
}
