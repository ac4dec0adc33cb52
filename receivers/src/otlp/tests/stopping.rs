use std::sync::Arc;
use std::time::{Duration, Instant};

use opentelemetry_proto::tonic::collector::trace::v1::trace_service_client::TraceServiceClient;
use serde_json::json;
use sluice_component::Accepted;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpStream, UnixStream};
use tokio::sync::Semaphore;

use super::rig::*;

#[tokio::test]
async fn what_is_under_way_is_answered_and_nothing_new_is_taken() {
    let gate = Arc::new(Semaphore::new(0));
    let opened = Arc::clone(&gate);
    let rig = rig_answering(json!({}), json!({}), move || {
        let gate = Arc::clone(&opened);
        Box::pin(async move {
            gate.acquire().await.unwrap().forget();
            Ok(Accepted::ALL)
        })
    })
    .await;
    let mut client = TraceServiceClient::connect(format!("http://{}", rig.grpc())).await.unwrap();
    let grpc = tokio::spawn(async move { client.export(spans(1)).await });
    let http = rig.http();
    let request = "POST /v1/traces HTTP/1.1\r\nhost: a\r\ncontent-type: application/x-protobuf\r\ncontent-length: ";
    let request = [format!("{request}{}\r\n\r\n", encoded(1).len()).as_bytes(), &encoded(1)].concat();
    let http = tokio::spawn(async move { exchange(http, &request).await });
    until(|| rig.backend.taken.lock().unwrap().len() == 2).await;

    rig.stop.stop(Instant::now() + Duration::from_secs(30));
    let (grpc_port, http_port) = (rig.grpc(), rig.http());
    for port in [grpc_port, http_port] {
        let refused = tokio::time::timeout(Duration::from_secs(5), async {
            while TcpStream::connect(port).await.is_ok() {
                tokio::task::yield_now().await;
            }
        });
        refused.await.expect("the port is closed");
    }
    assert!(!rig.running.is_finished());
    gate.add_permits(2);

    assert!(grpc.await.unwrap().is_ok());
    assert_eq!(http.await.unwrap().status(), 200);
    assert!(rig.running.await.unwrap().is_ok());
}

#[tokio::test]
async fn what_is_not_done_at_the_deadline_is_cut_off() {
    let rig = rig_answering(json!({}), json!({}), || Box::pin(std::future::pending())).await;
    let mut client = TraceServiceClient::connect(format!("http://{}", rig.grpc())).await.unwrap();
    let call = tokio::spawn(async move { client.export(spans(1)).await });
    until(|| rig.backend.taken.lock().unwrap().len() == 1).await;

    rig.stop.stop(Instant::now() + Duration::from_millis(20));

    let stopped = tokio::time::timeout(Duration::from_secs(5), rig.running).await;
    assert!(stopped.expect("it stops in time").unwrap().is_ok());
    assert!(call.await.unwrap().is_err());
}

#[tokio::test]
async fn idle_connections_do_not_hold_up_the_end() {
    let rig = rig(json!({}), json!({})).await;
    let mut silent = TcpStream::connect(rig.http()).await.unwrap();
    let mut client = TraceServiceClient::connect(format!("http://{}", rig.grpc())).await.unwrap();
    client.export(spans(1)).await.unwrap();

    rig.stop.stop(Instant::now() + Duration::from_secs(30));

    let stopped = tokio::time::timeout(Duration::from_secs(5), rig.running).await;
    assert!(stopped.expect("it stops at once").unwrap().is_ok());
    assert_eq!(silent.read(&mut [0]).await.unwrap(), 0);
}

#[tokio::test]
async fn a_unix_socket_is_served_and_removed() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("otlp.sock");
    let rig = rig(json!({}), json!({ "transport": "unix", "endpoint": path })).await;
    assert_eq!(rig.path(), path);

    let mut stream = UnixStream::connect(&path).await.unwrap();
    let request = "POST /v1/traces HTTP/1.1\r\ncontent-type: application/json\r\ncontent-length: 2\r\nconnection: close\r\n\r\n{}";
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).await.unwrap();
    rig.stop.stop(Instant::now());
    rig.running.await.unwrap().unwrap();

    assert_eq!(parse(&answer).status(), 200);
    assert!(!path.exists());
}
