use std::path::Path;
use std::time::Duration;

use serde_json::{Value as Json, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt, DuplexStream};

use super::*;
use crate::testing::{Authority, Leaf, read};

fn client(settings: Json) -> ClientConfig {
    let (config, problems) = read(settings, ClientConfig::read);
    assert_eq!(problems, [""; 0]);
    config
}

fn server(settings: Json) -> ServerConfig {
    let (config, problems) = read(settings, ServerConfig::read);
    assert_eq!(problems, [""; 0]);
    config
}

fn serving(leaf: &Leaf) -> ServerConfig {
    server(json!({"cert_pem": leaf.certificate, "key_pem": leaf.key}))
}

fn acceptor(config: &ServerConfig) -> Acceptor {
    Acceptor::watching(config, &["h2", "http/1.1"], Duration::ZERO).unwrap()
}

fn connector(config: &ClientConfig) -> Connector {
    Connector::new(config, &["h2"]).unwrap()
}

/// Shakes hands over a pipe and lets the server greet; returns what the client read, or the client's error.
///
/// With TLS 1.3 a refused client learns of it with its first read only.
async fn greet(acceptor: &Acceptor, connector: &Connector, host: &str) -> Result<ClientStream<DuplexStream>, String> {
    let (near, far) = tokio::io::duplex(64 * 1024);
    let serve = async {
        if let Ok(mut stream) = acceptor.accept(far).await {
            stream.write_all(b"hello").await.unwrap();
            stream.shutdown().await.unwrap();
        }
    };
    let call = async {
        let mut stream = connector.connect(host, near).await?;
        let mut greeting = String::new();
        stream.read_to_string(&mut greeting).await?;
        assert_eq!(greeting, "hello");
        Ok::<_, std::io::Error>(stream)
    };
    let ((), called) = tokio::join!(serve, call);
    called.map_err(|error| error.to_string())
}

/// The certificate that the server showed.
fn shown(stream: &ClientStream<DuplexStream>) -> Vec<u8> {
    stream.stream.get_ref().1.peer_certificates().unwrap()[0].to_vec()
}

fn write(path: &Path, leaf: &Leaf) {
    std::fs::write(path.join("cert.pem"), &leaf.certificate).unwrap();
    std::fs::write(path.join("key.pem"), &leaf.key).unwrap();
}

#[tokio::test]
async fn trusts_a_certificate_of_its_authority_and_agrees_on_a_protocol() {
    let authority = Authority::new("ca");
    let acceptor = acceptor(&serving(&authority.leaf("localhost")));
    let connector = connector(&client(json!({"ca_pem": authority.pem})));

    let stream = greet(&acceptor, &connector, "localhost").await.unwrap();

    assert_eq!(stream.alpn_protocol(), Some(&b"h2"[..]));
}

#[tokio::test]
async fn refuses_a_certificate_of_another_authority() {
    let acceptor = acceptor(&serving(&Authority::new("theirs").leaf("localhost")));
    let connector = connector(&client(json!({"ca_pem": Authority::new("ours").pem})));

    let error = greet(&acceptor, &connector, "localhost").await.unwrap_err();

    assert_eq!(error, "invalid peer certificate: UnknownIssuer; tls::ca_file must name the authority that signed it");
}

#[tokio::test]
async fn refuses_an_expired_certificate() {
    let authority = Authority::new("ca");
    let acceptor = acceptor(&serving(&authority.sign("localhost", (2020, 1, 1))));
    let connector = connector(&client(json!({"ca_pem": authority.pem})));

    let error = greet(&acceptor, &connector, "localhost").await.unwrap_err();

    assert!(error.starts_with("invalid peer certificate: certificate expired: "), "{error}");
}

#[tokio::test]
async fn refuses_a_certificate_for_another_name_unless_that_name_is_expected() {
    let authority = Authority::new("ca");
    let acceptor = acceptor(&serving(&authority.leaf("backend.example")));
    let plain = connector(&client(json!({"ca_pem": authority.pem})));
    let overriding = connector(&client(json!({"ca_pem": authority.pem, "server_name_override": "backend.example"})));

    let error = greet(&acceptor, &plain, "localhost").await.unwrap_err();
    assert!(error.starts_with("invalid peer certificate: certificate not valid for name \"localhost\""), "{error}");
    greet(&acceptor, &overriding, "localhost").await.unwrap();
}

#[tokio::test]
async fn takes_a_certificate_for_an_address() {
    let authority = Authority::new("ca");
    let acceptor = acceptor(&serving(&authority.leaf("::1")));
    let connector = connector(&client(json!({"ca_pem": authority.pem})));

    greet(&acceptor, &connector, "[::1]").await.unwrap();
}

#[tokio::test]
async fn takes_a_self_signed_ca_as_the_servers_own_if_it_is_named() {
    let (own, other) = (Authority::self_signed("localhost", (4096, 1, 1)), Authority::new("other"));
    let expired = Authority::self_signed("localhost", (2020, 1, 1));
    let trusting = |pem: &str| connector(&client(json!({"ca_pem": pem})));
    let serving_own = acceptor(&serving(&own));

    greet(&serving_own, &trusting(&own.certificate), "localhost").await.unwrap();
    let error = greet(&serving_own, &trusting(&own.certificate), "elsewhere").await.unwrap_err();
    assert!(error.starts_with("invalid peer certificate: certificate not valid for name \"elsewhere\""), "{error}");
    let error = greet(&serving_own, &trusting(&other.pem), "localhost").await.unwrap_err();
    assert_eq!(error, "invalid peer certificate: Other(OtherError(CaUsedAsEndEntity))");
    let error = greet(&acceptor(&serving(&expired)), &trusting(&expired.certificate), "localhost").await.unwrap_err();
    assert!(error.starts_with("invalid peer certificate: certificate expired: "), "{error}");
}

#[tokio::test]
async fn insecure_skip_verify_takes_any_certificate() {
    let acceptor = acceptor(&serving(&Authority::new("theirs").sign("elsewhere", (2020, 1, 1))));
    let connector = connector(&client(json!({"insecure_skip_verify": true})));

    greet(&acceptor, &connector, "localhost").await.unwrap();
}

#[tokio::test]
async fn client_ca_file_demands_a_certificate_of_that_authority() {
    let files = tempfile::tempdir().unwrap();
    let (servers, clients) = (Authority::new("servers"), Authority::new("clients"));
    let ca_file = files.path().join("clients.pem");
    std::fs::write(&ca_file, &clients.pem).unwrap();
    let leaf = servers.leaf("localhost");
    let acceptor =
        acceptor(&server(json!({"cert_pem": leaf.certificate, "key_pem": leaf.key, "client_ca_file": ca_file})));
    let with = |leaf: Leaf| {
        connector(&client(json!({"ca_pem": servers.pem, "cert_pem": leaf.certificate, "key_pem": leaf.key})))
    };
    let without = connector(&client(json!({"ca_pem": servers.pem})));

    greet(&acceptor, &with(clients.leaf("agent")), "localhost").await.unwrap();
    let error = greet(&acceptor, &without, "localhost").await.unwrap_err();
    let wanted = "the server wants a certificate, which tls::cert_file and tls::key_file name";
    assert_eq!(error, format!("received fatal alert: CertificateRequired; {wanted}"));
    assert_eq!(without.refusal(), Some(error));
    let error = greet(&acceptor, &with(servers.leaf("agent")), "localhost").await.unwrap_err();
    assert_eq!(error, "received fatal alert: UnknownCA; the server does not take the certificate of tls::cert_file");
}

#[tokio::test]
async fn a_changed_client_ca_file_holds_from_the_next_handshake_on() {
    let files = tempfile::tempdir().unwrap();
    let (servers, former, newer) = (Authority::new("servers"), Authority::new("former"), Authority::new("the newer"));
    let ca_file = files.path().join("clients.pem");
    std::fs::write(&ca_file, &former.pem).unwrap();
    let leaf = servers.leaf("localhost");
    let acceptor = acceptor(&server(json!({
        "cert_pem": leaf.certificate, "key_pem": leaf.key,
        "client_ca_file": ca_file, "client_ca_file_reload": true,
    })));
    let with = |leaf: Leaf| {
        connector(&client(json!({"ca_pem": servers.pem, "cert_pem": leaf.certificate, "key_pem": leaf.key})))
    };
    let (old_client, new_client) = (with(former.leaf("agent")), with(newer.leaf("agent")));

    greet(&acceptor, &old_client, "localhost").await.unwrap();
    std::fs::write(&ca_file, "not a certificate").unwrap();
    greet(&acceptor, &old_client, "localhost").await.unwrap();
    std::fs::write(&ca_file, &newer.pem).unwrap();
    greet(&acceptor, &new_client, "localhost").await.unwrap();
    greet(&acceptor, &old_client, "localhost").await.unwrap_err();
}

#[tokio::test]
async fn a_renewed_certificate_is_shown_and_a_broken_one_is_not() {
    let files = tempfile::tempdir().unwrap();
    let authority = Authority::new("ca");
    write(files.path(), &authority.leaf("localhost"));
    let (cert_file, key_file) = (files.path().join("cert.pem"), files.path().join("key.pem"));
    let acceptor = acceptor(&server(json!({
        "cert_file": cert_file, "key_file": key_file, "reload_interval": "1ns",
    })));
    let trusting = client(json!({"ca_pem": authority.pem}));
    // A fresh client each time: a resumed session shows no certificate.
    let certificate = async || shown(&greet(&acceptor, &connector(&trusting), "localhost").await.unwrap());

    let first = certificate().await;
    std::fs::write(&cert_file, "half a certif").unwrap();
    let second = certificate().await;
    write(files.path(), &authority.leaf("localhost"));
    let third = certificate().await;

    assert!(first == second);
    assert!(second != third);
}

#[tokio::test]
async fn a_changed_ca_file_holds_from_the_next_handshake_on() {
    let files = tempfile::tempdir().unwrap();
    let (theirs, other) = (Authority::new("theirs"), Authority::new("other"));
    let acceptor = acceptor(&serving(&theirs.leaf("localhost")));
    let ca_file = files.path().join("ca.pem");
    std::fs::write(&ca_file, &other.pem).unwrap();
    let connector = connector(&client(json!({"ca_file": ca_file, "reload_interval": "1ns"})));

    greet(&acceptor, &connector, "localhost").await.unwrap_err();
    std::fs::write(&ca_file, &theirs.pem).unwrap();
    greet(&acceptor, &connector, "localhost").await.unwrap();
    std::fs::write(&ca_file, "not a certificate").unwrap();
    greet(&acceptor, &connector, "localhost").await.unwrap();
}

#[tokio::test]
async fn a_client_shows_its_renewed_certificate() {
    let files = tempfile::tempdir().unwrap();
    let (servers, clients) = (Authority::new("servers"), Authority::new("clients"));
    let ca_file = files.path().join("clients.pem");
    std::fs::write(&ca_file, &clients.pem).unwrap();
    let leaf = servers.leaf("localhost");
    let acceptor =
        acceptor(&server(json!({"cert_pem": leaf.certificate, "key_pem": leaf.key, "client_ca_file": ca_file})));
    write(files.path(), &servers.leaf("agent"));
    let connector = connector(&client(json!({
        "ca_pem": servers.pem,
        "cert_file": files.path().join("cert.pem"), "key_file": files.path().join("key.pem"),
        "reload_interval": "1ns",
    })));

    greet(&acceptor, &connector, "localhost").await.unwrap_err();
    assert!(connector.refusal().is_some());
    write(files.path(), &clients.leaf("agent"));
    greet(&acceptor, &connector, "localhost").await.unwrap();
    assert_eq!(connector.refusal(), None);
}

#[tokio::test]
async fn no_common_version_is_no_connection() {
    let authority = Authority::new("ca");
    let leaf = authority.leaf("localhost");
    let acceptor = acceptor(&server(json!({"cert_pem": leaf.certificate, "key_pem": leaf.key, "min_version": "1.3"})));
    let connector = connector(&client(json!({"ca_pem": authority.pem, "max_version": "1.2"})));

    let error = greet(&acceptor, &connector, "localhost").await.unwrap_err();

    assert_eq!(error, "received fatal alert: ProtocolVersion");
}

#[tokio::test]
async fn speaks_the_suite_and_curve_that_it_is_told_to() {
    let authority = Authority::new("ca");
    let acceptor = acceptor(&serving(&authority.leaf("localhost")));
    let connector = connector(&client(json!({
        "ca_pem": authority.pem, "max_version": "1.2",
        "cipher_suites": ["TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384"], "curve_preferences": ["P384"],
    })));

    let stream = greet(&acceptor, &connector, "localhost").await.unwrap();

    let session = stream.stream.get_ref().1;
    let suite = session.negotiated_cipher_suite().unwrap().suite();
    assert_eq!(suite, rustls::CipherSuite::TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384);
    assert_eq!(session.negotiated_key_exchange_group().unwrap().name(), rustls::NamedGroup::secp384r1);
}

#[test]
fn every_mistake_of_a_client_is_named() {
    let (_, problems) = read(
        json!({
            "min_version": "1.0", "max_version": "2", "cipher_suites": ["TLS_RSA_WITH_RC4_128_SHA"],
            "curve_preferences": ["P521", "P1"], "ca_file": "a", "ca_pem": "b", "cert_file": "c",
            "tpm": {"enabled": true}, "server_name_override": "two words",
        }),
        ClientConfig::read,
    );

    assert_eq!(
        problems,
        [
            "ca_pem: excludes ca_file",
            "min_version: TLS 1.0 is broken and not supported by Sluice, use \"1.2\" or \"1.3\"",
            "max_version: must be \"1.2\" or \"1.3\", found \"2\"",
            "cipher_suites: \"TLS_RSA_WITH_RC4_128_SHA\" is not supported by Sluice, expected TLS_AES_256_GCM_SHA384, \
             TLS_AES_128_GCM_SHA256, TLS_CHACHA20_POLY1305_SHA256, TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384, \
             TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256, TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256, \
             TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384, TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256, \
             TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256",
            "curve_preferences: P521 is not supported by Sluice yet, expected X25519, P256 or P384",
            "curve_preferences: must be X25519, P256 or P384, found \"P1\"",
            "tpm: not supported by Sluice yet: give the key as key_file or key_pem",
            "cert_file: needs its key: key_file or key_pem",
            "server_name_override: must be a host name, found \"two words\"",
        ]
    );
}

#[test]
fn a_server_needs_a_certificate_and_ordered_versions() {
    let (_, problems) = read(json!({"min_version": "1.3", "max_version": "1.2", "ca_file": "x"}), ServerConfig::read);

    assert_eq!(
        problems,
        [
            "ca_file: has no effect on a server; client_ca_file demands client certificates",
            "min_version: must not be greater than max_version",
            "a server needs a certificate: cert_file and key_file, or cert_pem and key_pem",
        ]
    );
}

#[test]
fn what_cannot_be_used_is_named_when_building() {
    let files = tempfile::tempdir().unwrap();
    let authority = Authority::new("ca");
    let (leaf, other) = (authority.leaf("a"), authority.leaf("b"));
    let empty = files.path().join("empty.pem");
    std::fs::write(&empty, "").unwrap();
    let missing = files.path().join("missing.pem");
    let failure = |settings: Json| {
        let error = Connector::new(&client(settings), &[]).err().unwrap();
        (error.key.into_owned(), error.message.into_owned())
    };

    let no_file = format!("cannot read {}: No such file or directory (os error 2)", missing.display());
    assert_eq!(failure(json!({"ca_file": missing})), ("tls::ca_file".into(), no_file));
    let no_certificate = format!("{} holds no certificate in PEM form", empty.display());
    assert_eq!(failure(json!({"ca_file": empty})), ("tls::ca_file".into(), no_certificate));
    assert_eq!(
        failure(json!({"ca_pem": authority.pem, "cert_pem": leaf.certificate, "key_pem": leaf.certificate})),
        ("tls::key_pem".into(), "the text holds no private key in PEM form that is not encrypted".into())
    );
    assert_eq!(
        failure(json!({"ca_pem": authority.pem, "cert_pem": leaf.certificate, "key_pem": other.key})),
        ("tls::key_pem".into(), "the text does not belong to the certificate".into())
    );
}
