use std::sync::Arc;
use std::sync::atomic::Ordering;

use serde_json::json;
use sluice_component::config::Value;

use super::FACTORY;
use crate::testing::{Gateway, ask, configure, free_port, map};

async fn answer(ready: bool, path: &str, more: &[(&str, Value)]) -> (String, String) {
    let port = free_port();
    let mut settings = vec![("endpoint", Value::Text(format!("localhost:{port}").into()))];
    settings.extend_from_slice(more);
    let (config, problems) = configure(&FACTORY, &settings);
    assert_eq!(problems, [""; 0]);
    let gateway = Gateway::default();
    gateway.ready.store(ready, Ordering::Relaxed);
    ask(&*config, port, Arc::new(gateway), path).await
}

#[tokio::test]
async fn a_gateway_that_takes_data_is_available() {
    let (head, body) = answer(true, "/anything", &[]).await;

    let mut report: serde_json::Value = serde_json::from_str(&body).unwrap();
    assert_eq!(head, "HTTP/1.1 200 OK");
    assert!(report["uptime"].take().as_str().unwrap().ends_with('s'));
    assert_eq!(
        report,
        json!({
            "status": "Server available",
            "upSince": "2026-11-21T15:17:39.575000000Z",
            "uptime": null,
            "components": [
                {"kind": "exporter", "id": "otlp_http", "pipelines": ["traces/in"], "status": "recoverable_error", "error": "no \"route\""},
                {"kind": "receiver", "id": "otlp", "pipelines": ["traces/in"], "status": "ok"},
            ]
        })
    );
}

#[tokio::test]
async fn a_gateway_that_takes_none_is_not_available() {
    let (head, body) = answer(false, "/", &[]).await;

    let report: serde_json::Value = serde_json::from_str(&body).unwrap();
    assert_eq!(head, "HTTP/1.1 503 Service Unavailable");
    assert_eq!(report["status"], "Server not available");
    assert_eq!((&report["upSince"], &report["uptime"]), (&json!("0001-01-01T00:00:00Z"), &json!("")));
}

#[tokio::test]
async fn the_answer_may_be_a_text_of_the_users() {
    let texts = map(&[("healthy", Value::Text("fine".into()))]).value;

    let healthy = answer(true, "/up", &[("path", Value::Text("/up".into())), ("response_body", texts.clone())]).await;
    let other = answer(true, "/up/2", &[("path", Value::Text("/up".into())), ("response_body", texts)]).await;

    assert_eq!(healthy, ("HTTP/1.1 200 OK".into(), "fine".into()));
    assert_eq!(other, ("HTTP/1.1 404 Not Found".into(), "404 page not found\n".into()));
}

#[test]
fn what_it_cannot_do_is_refused_by_name() {
    let (_, problems) = configure(
        &FACTORY,
        &[
            ("endpoint", Value::Text("13133".into())),
            ("path", Value::Text("up".into())),
            ("auth", map(&[("authenticator", Value::Text("basicauth".into()))]).value),
            ("use_v2", Value::Bool(true)),
            ("check_collector_pipeline", map(&[]).value),
        ],
    );

    assert_eq!(
        problems,
        [
            r#"extensions::health_check::endpoint: must be host:port, found "13133""#,
            "extensions::health_check::auth: not supported by Sluice yet: listen on localhost, or ask for client certificates",
            r#"extensions::health_check::path: must start with /, found "up""#,
            "extensions::health_check::use_v2: not supported by Sluice yet: the settings of version 2 are not there",
        ]
    );
}
