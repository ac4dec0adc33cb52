//! Basic authentication and bearer tokens, on both ends of a hop, with the Go Collector on either: who shows himself is
//! served, who does not learns why, and a token is changed without a loss.

use std::fs;
use std::time::{Duration, Instant};

use sluice_integration::{
    Backend, Certificates, Client, Gateway, Identity, Program, Signal, difference, peers::Peer, telemetry,
};
use tonic::Code;

#[tokio::test]
async fn the_gateway_shows_itself_to_a_collector() {
    if Peer::Collector.find().is_some() {
        assert_passes(Program::Sluice, Program::Collector).await;
    }
}

#[tokio::test]
async fn a_collector_shows_itself_to_the_gateway() {
    if Peer::Collector.find().is_some() {
        assert_passes(Program::Collector, Program::Sluice).await;
    }
}

#[tokio::test]
async fn a_gateway_shows_itself_to_another() {
    assert_passes(Program::under_test(), Program::under_test()).await;
}

/// The texts are the Collector's: with `SLUICE_GATEWAY=collector` this holds, too.
#[tokio::test]
async fn who_shows_nothing_or_something_wrong_learns_what_he_lacks() {
    let certificates = certificates();
    let backend = Backend::start().await;
    let hub = hub(Program::under_test(), &certificates, &backend).await;
    let tls = || certificates.client(Identity::None);
    let refused = async |client: Client| {
        let reply = client.send(&telemetry::one_of_each(Signal::Traces)).await;
        assert!(!reply.is_accepted(), "{reply:?}");
        reply
    };

    for (header, message) in [
        (None, "no basic auth provided"),
        (Some("Bearer one"), "invalid authorization scheme prefix"),
        (Some("Basic one"), "invalid authorization format"),
        (Some("Basic YWRhOndyb25n"), "invalid credentials"),
        (Some("Basic ZXZlOnNlY3JldA=="), "invalid credentials"),
    ] {
        let client = Client::grpc_tls(&hub.value("GRPC"), tls());
        let client = match header {
            None => client,
            Some(header) => client.with_header("authorization", header.as_bytes()),
        };
        let reply = refused(client).await;
        assert_eq!((reply.code(), reply.message().as_str()), (Some(Code::Unauthenticated), message), "{reply:?}");
    }
    assert!(backend.items().is_empty());
    let right = Client::grpc_tls(&hub.value("GRPC"), tls()).with_header("authorization", b"Basic YWRhOnNlY3JldA==");
    assert!(right.send(&telemetry::one_of_each(Signal::Traces)).await.is_accepted());
}

#[tokio::test]
async fn a_token_is_changed_under_load_without_a_loss() {
    let certificates = certificates();
    let tokens = |name: &str, text: &str| {
        let folder = certificates.folder();
        fs::write(folder.join("written"), text).expect("the folder is ours");
        fs::rename(folder.join("written"), folder.join(name)).expect("the folder is ours");
    };
    tokens("tokens", "one the old\ntwo the new\n");
    let backend = Backend::start().await;
    let hub = hub(Program::under_test(), &certificates, &backend).await;
    let edge = edge(Program::under_test(), &certificates, &hub).await;
    let client = edge.grpc();
    let logs = telemetry::one_of_each(Signal::Logs);
    let mut sent = 0;
    let mut send_for = async |time: Duration| {
        let began = Instant::now();
        while began.elapsed() < time {
            let reply = client.send(&logs).await;
            assert!(reply.is_accepted(), "{reply:?}");
            sent += logs.items().len();
        }
        sent
    };

    send_for(Duration::from_millis(200)).await;
    // Each end reads its file when it pleases, and the hub forgets the old token at once when it does.
    tokens("token", "two");
    tokens("tokens", "two");
    send_for(Duration::from_millis(2500)).await;
    assert!(backend.headers().len() > 10);
    // By now nobody knows the first any more.
    tokens("token", "one");
    let last_good = send_for(Duration::ZERO).await;
    assert_eq!(backend.wait_for_items(last_good).await.len(), last_good);
    let refused = sluice_integration::eventually("the wrong token", async || {
        let reply = client.send(&logs).await;
        (!reply.is_accepted()).then_some(reply)
    });
    assert_eq!(refused.await.code(), Some(Code::Unauthenticated));
}

/// Everything that the edge takes arrives behind the hub.
async fn assert_passes(at_the_edge: Program, in_the_middle: Program) {
    let certificates = certificates();
    let backend = Backend::start().await;
    let hub = hub(in_the_middle, &certificates, &backend).await;
    let edge = edge(at_the_edge, &certificates, &hub).await;

    let mut sent = Vec::new();
    for signal in Signal::ALL {
        let telemetry = telemetry::one_of_each(signal);
        let reply = edge.grpc().send(&telemetry).await;
        assert!(reply.is_accepted(), "{signal:?}: {reply:?}");
        sent.extend(telemetry.items());
    }
    assert_eq!(difference(&sent, &backend.items()), "");
}

/// The files of both ends: `ada` has the password `secret`, the token is `one`.
fn certificates() -> Certificates {
    let certificates = Certificates::new();
    certificates.issue("server");
    for (name, text) in [
        ("htpasswd", "ada:$2a$04$WilzCVFtBBCBG5TeGbaiK.dpGD2QcxLTGsGuePANWImmmWlGCz2I2\n"),
        ("password", "secret\n"),
        ("tokens", "one\n"),
        ("token", "one\n"),
    ] {
        fs::write(certificates.folder().join(name), text).expect("the folder is ours");
    }
    certificates
}

async fn hub(program: Program, certificates: &Certificates, backend: &Backend) -> Gateway {
    let setup = Gateway::on("asks_who_sends.yaml").program(program);
    setup.with("CERTIFICATES", certificates.folder()).with("BACKEND", backend.address()).start().await
}

async fn edge(program: Program, certificates: &Certificates, hub: &Gateway) -> Gateway {
    let setup = Gateway::on("says_who_sends.yaml").program(program).with("CERTIFICATES", certificates.folder());
    setup.with("HUB_GRPC", hub.value("GRPC")).with("HUB_HTTP", hub.value("HTTP")).start().await
}
