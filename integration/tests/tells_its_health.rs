//! Orchestrators learn from `health_check` whether the gateway serves, in the Collector's words.

use http::Method;
use sluice_integration::{Client, Gateway, Reply, free_port};

#[tokio::test]
async fn with_the_status_page() {
    let gateway = start().await;

    let reply = get(&gateway.value("HEALTH"), "/").await;

    assert_eq!((reply.http_status(), reply.header("content-type")), (200, Some("application/json")), "{reply:?}");
    let body: serde_json::Value = serde_json::from_str(&reply.message()).unwrap();
    assert_eq!(body["status"], "Server available");
    assert!(body["upSince"].is_string() && body["uptime"].is_string(), "{body}");
}

#[tokio::test]
async fn in_the_words_of_the_file() {
    let gateway = start().await;

    let reply = get(&gateway.value("SECOND"), "/health").await;

    assert_eq!((reply.http_status(), reply.message().as_str()), (200, "it flows"));
}

async fn start() -> Gateway {
    Gateway::on("health.yaml").with("SECOND", format!("127.0.0.1:{}", free_port())).start().await
}

async fn get(address: &str, path: &str) -> Reply {
    Client::http(address).post(Method::GET, path, None, Vec::new()).await
}
