//! Over HTTP.

use std::sync::Arc;

use bytes::Bytes;
use http::{Request, Response};
use http_body_util::{BodyExt, Empty};
use hyper_util::rt::TokioIo;
use sluice_component::{Consumer, Context};
use sluice_transport::compression::{Encoding, decompress};
use tokio::net::TcpStream;

use super::super::FACTORY;
use super::*;
use crate::testing::settings;

/// A port that is free: nobody else is told of it.
fn free() -> String {
    std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().to_string()
}

fn exporter(address: &str, mut json: Json) -> Arc<dyn Consumer> {
    json["endpoint"] = json!(address);
    let (config, problems) = read(json, FACTORY.configure);
    assert_eq!(problems, [""; 0]);
    config.build(settings("prometheus"), Signal::Metrics).unwrap()
}

async fn get(address: &str, path: &str, headers: &[(&str, &str)]) -> Response<Bytes> {
    let stream = TcpStream::connect(address).await.unwrap();
    let (mut sender, connection) = hyper::client::conn::http1::handshake(TokioIo::new(stream)).await.unwrap();
    tokio::spawn(connection);
    let mut request = Request::get(path).header("host", address);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let response = sender.send_request(request.body(Empty::<Bytes>::new()).unwrap()).await.unwrap();
    let (head, body) = response.into_parts();
    Response::from_parts(head, body.collect().await.unwrap().to_bytes())
}

fn one_of(names: &[&str]) -> Batch {
    let metrics: Json = names.iter().map(|name| gauge(name, json!([{"asInt": 1}]))).collect();
    let request = json!({"resourceMetrics": [{"scopeMetrics": [{"metrics": metrics}]}]}).to_string();
    Batch::check_json(Signal::Metrics, request.as_bytes(), &Default::default()).unwrap()
}

#[tokio::test]
async fn a_scraper_gets_what_was_sent() {
    let address = free();
    let exporter = exporter(&address, json!({"response_headers": {"x-from": "here"}, "write_timeout": "30s"}));
    exporter.consume(one_of(&["a", "b"]), Context::default()).await.unwrap();
    let both = "# HELP a \n# TYPE a gauge\na 1\n# HELP b \n# TYPE b gauge\nb 1\n";

    let plain = get(&address, "/metrics", &[]).await;
    let packed = get(&address, "/metrics?x=1", &[("accept-encoding", "gzip")]).await;
    let one = get(&address, "/metrics?name[]=b&name%5B%5D=c", &[]).await;
    let nothing = get(&address, "/", &[]).await;

    assert_eq!((plain.status().as_u16(), &plain.body()[..]), (200, both.as_bytes()));
    assert_eq!(plain.headers()["content-type"], "text/plain; version=0.0.4; charset=utf-8; escaping=underscores");
    assert_eq!(plain.headers()["x-from"], "here");
    assert_eq!(packed.headers()["content-encoding"], "gzip");
    assert_eq!(decompress(Encoding::Gzip, packed.body(), 1 << 20).unwrap(), both);
    assert_eq!(one.body(), "# HELP b \n# TYPE b gauge\nb 1\n");
    assert_eq!((nothing.status().as_u16(), &nothing.body()[..]), (404, &b"404 page not found\n"[..]));
}

#[tokio::test]
async fn open_metrics_is_offered_where_that_is_configured() {
    let accept = [("accept", "application/openmetrics-text;version=1.0.0,text/plain;q=0.1")];
    for (offered, begin) in [(true, "application/openmetrics-text; version=1.0.0;"), (false, "text/plain;")] {
        let address = free();
        let _exporter = exporter(&address, json!({"enable_open_metrics": offered}));

        let response = get(&address, "/metrics", &accept).await;

        let content_type = response.headers()["content-type"].to_str().unwrap();
        assert!(content_type.starts_with(begin), "{content_type}");
        assert_eq!(response.body(), if offered { "# EOF\n" } else { "" });
    }
}

#[tokio::test]
async fn after_a_stop_the_port_is_free_again() {
    let address = free();
    let first = exporter(&address, json!({"sending_queue": {}}));
    first.consume(one_of(&["a"]), Context::default()).await.unwrap();

    let lost = first.flush(std::time::Instant::now() + Duration::from_secs(5)).await;
    let second = exporter(&address, json!({}));

    assert_eq!(lost, 0);
    assert_eq!(get(&address, "/metrics", &[]).await.body(), "");
    assert_eq!(second.flush(std::time::Instant::now() + Duration::from_secs(5)).await, 0);
}
