use std::time::Duration;

use serde_json::{Value as Json, json};
use sluice_component::Consumers;
use sluice_transport::server::{Address, Family};

use super::super::receiver::Otlp;
use super::rig::{read, settings};

#[test]
fn the_defaults_are_the_collectors() {
    let (config, problems) = read(json!({ "protocols": { "grpc": null, "http": null } }));

    assert_eq!(problems, [""; 0]);
    let (grpc, http) = (config.grpc.unwrap(), config.http.unwrap());
    let localhost = |port| Address::Tcp { host: "localhost".into(), port, family: Family::Any };
    assert_eq!((grpc.address, grpc.max_message), (localhost(4317), 4 << 20));
    assert_eq!((http.server.address, http.server.max_body), (localhost(4318), 20 << 20));
    assert!(grpc.tls.is_none() && http.server.tls.is_none() && http.server.cors.is_none());
}

#[test]
fn keepalive_follows_its_keys_and_zero_is_the_default() {
    let (config, problems) = read(json!({ "protocols": { "grpc": { "keepalive": {
        "server_parameters": {
            "max_connection_idle": "1m", "max_connection_age": "30m", "max_connection_age_grace": "10s",
            "time": "0s", "timeout": "5s",
        },
        "enforcement_policy": { "min_time": "10s", "permit_without_stream": true },
    } } } }));

    assert_eq!(problems, [""; 0]);
    let http2 = config.grpc.unwrap().limits.http2;
    assert_eq!((http2.idle, http2.age), (Some(Duration::from_secs(60)), Some(Duration::from_secs(1800))));
    assert_eq!((http2.age_grace, http2.ping), (Some(Duration::from_secs(10)), Duration::from_secs(60)));
    assert_eq!((http2.ping_answer, http2.pinged_every), (Duration::from_secs(5), Duration::from_secs(10)));
    assert!(http2.pinged_while_idle);
}

#[test]
fn every_mistake_is_named_with_its_path() {
    let http = |settings: Json| json!({ "protocols": { "http": settings } });
    let grpc = |settings: Json| json!({ "protocols": { "grpc": settings } });
    let cases = [
        (json!({}), "receivers::otlp: must specify at least one protocol when using the OTLP receiver"),
        (
            json!({ "protocols": { "http": null, "thrift": null } }),
            "receivers::otlp::protocols::thrift: unknown key, expected one of grpc, http",
        ),
        (
            grpc(json!({ "endpoint": "localhost" })),
            r#"receivers::otlp::protocols::grpc::endpoint: must be host:port, found "localhost""#,
        ),
        (
            grpc(json!({ "transport": "udp" })),
            r#"receivers::otlp::protocols::grpc::transport: must be one of "tcp", "tcp4", "tcp6", "unix", found "udp""#,
        ),
        (
            grpc(json!({ "auth": {} })),
            "receivers::otlp::protocols::grpc::auth::authenticator: must name an extension that is a server authenticator",
        ),
        (
            grpc(json!({ "auth": { "authenticator": "oidc", "request_params": ["token"] } })),
            "receivers::otlp::protocols::grpc::auth::request_params: unknown key, expected one of authenticator, enabled",
        ),
        (
            http(json!({ "auth": { "authenticator": "oidc", "request_params": ["a b"] } })),
            r#"receivers::otlp::protocols::http::auth::request_params: must be names of headers, found "a b""#,
        ),
        (
            http(json!({ "middlewares": [{ "id": "a" }] })),
            "receivers::otlp::protocols::http::middlewares: not supported by Sluice yet",
        ),
        (
            http(json!({ "compression_algorithms": ["brotli"] })),
            "receivers::otlp::protocols::http::compression_algorithms: must be any of \"\", \"gzip\", \"zstd\", \"zlib\", \
             \"snappy\", \"deflate\", \"lz4\", \"x-snappy-framed\", found \"brotli\"",
        ),
        (
            http(json!({ "response_headers": { "a b": "c" } })),
            r#"receivers::otlp::protocols::http::response_headers: "a b" is not the name of a header"#,
        ),
        (
            http(json!({ "cors": { "allowed_headers": ["a"] } })),
            "receivers::otlp::protocols::http::cors::allowed_headers: has no effect without allowed_origins",
        ),
        (
            http(json!({ "max_body_size": 1 })),
            r#"receivers::otlp::protocols::http::max_body_size: unknown key, did you mean "max_request_body_size"?"#,
        ),
    ];

    for (settings, expected) in cases {
        assert_eq!(read(settings).1, [expected]);
    }
}

#[tokio::test]
async fn a_taken_port_is_an_error_with_the_key() {
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let endpoint = taken.local_addr().unwrap().to_string();
    let (config, _) = read(json!({ "protocols": { "grpc": { "endpoint": endpoint } } }));

    let error = Otlp::bind(&config, &settings(), Consumers::default()).err().unwrap();

    assert_eq!(error.key, "protocols::grpc::endpoint");
    assert_eq!(error.message, format!("cannot listen at {endpoint}: Address already in use (os error 98)"));
}

#[tokio::test]
async fn a_certificate_that_is_not_there_is_an_error_with_the_key() {
    let tls = json!({ "cert_file": "/nonexistent/a.pem", "key_file": "/nonexistent/b.pem" });
    let http = json!({ "endpoint": "127.0.0.1:0", "tls": tls });
    let (config, problems) = read(json!({ "protocols": { "http": http } }));
    assert_eq!(problems, [""; 0]);

    let error = Otlp::bind(&config, &settings(), Consumers::default()).err().unwrap();

    assert!(error.key.starts_with("protocols::http::tls"), "{}", error.key);
}
