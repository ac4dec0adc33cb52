use tokio::io::{AsyncReadExt, AsyncWriteExt};

use super::*;

#[tokio::test]
async fn a_refused_connection_fails_at_once_and_says_where() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    drop(listener);
    let client = Client::new(&config(&address.to_string(), json!({})), "test/1", None, &Default::default()).unwrap();

    let message = format!("cannot connect to {address}: Connection refused (os error 111)");
    assert_eq!(call(&client, &[]).await, Err(Failure::Connection(message.into())));
}

#[tokio::test]
async fn a_name_that_nobody_has_fails_at_once() {
    let client =
        Client::within(&config("nobody.invalid:1", json!({})), "test/1", None, &Default::default(), |_| None).unwrap();

    let failure = call(&client, &[]).await.unwrap_err();

    let Failure::Connection(message) = failure else { panic!("{failure:?}") };
    assert!(message.starts_with("cannot find the address of nobody.invalid: "), "{message}");
}

#[tokio::test]
async fn wait_for_ready_waits_for_the_server_to_come() {
    let files = tempfile::tempdir().unwrap();
    let path = files.path().join("socket");
    let endpoint = format!("unix://{}", path.display());
    let hasty = Client::new(&config(&endpoint, json!({})), "test/1", None, &Default::default()).unwrap();
    let patient =
        Client::new(&config(&endpoint, json!({"wait_for_ready": true})), "test/1", None, &Default::default()).unwrap();
    assert!(matches!(call(&hasty, &[]).await, Err(Failure::Connection(_))));

    let listener = UnixListener::bind(&path).unwrap();
    tokio::spawn(async move {
        loop {
            let (stream, _) = listener.accept().await.unwrap();
            let script: Arc<Script> = Arc::new(|_, _| answer(b"pong", &ok()));
            tokio::spawn(serve(stream, Arc::default(), script, CancellationToken::new()));
        }
    });

    assert_eq!(call(&patient, &[]).await, Ok(Bytes::from_static(b"pong")));
}

#[tokio::test]
async fn a_server_that_sends_its_clients_away_loses_no_call() {
    let server = Arc::new(Server::new(|_, _| answer(b"pong", &ok())).await);
    let client = client(&server, json!({}));

    for round in 0..200 {
        if round % 20 == 10 {
            server.send_everybody_away();
        }
        assert_eq!(call(&client, &[b"ping"]).await, Ok(Bytes::from_static(b"pong")), "round {round}");
    }
}

#[tokio::test]
async fn a_server_that_gives_no_sign_of_life_is_given_up() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let mut settings = config(&listener.local_addr().unwrap().to_string(), json!({}));
    let (time, timeout) = (Duration::from_millis(20), Duration::from_millis(20));
    settings.keepalive = Some(Keepalive { time, timeout, permit_without_stream: false });
    let client = Client::new(&settings, "test/1", None, &Default::default()).unwrap();

    // The kernel takes the connection, and nobody ever reads from it.
    let failure = call(&client, &[b"ping"]).await.unwrap_err();

    assert!(matches!(failure, Failure::Connection(_)), "{failure:?}");
}

#[tokio::test]
async fn a_server_that_lives_is_not_given_up() {
    let (release, released) = std::sync::mpsc::channel::<()>();
    let released = Mutex::new(released);
    let server = Server::new(move |_, _| {
        // Several times longer than the silence that is allowed.
        let _ = released.lock().unwrap().recv_timeout(Duration::from_millis(300));
        answer(b"pong", &ok())
    });
    let server = std::thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
        (runtime.block_on(server), runtime)
    });
    let (server, _runtime) = server.join().unwrap();
    let mut settings = config(&server.address.to_string(), json!({}));
    let (time, timeout) = (Duration::from_millis(20), Duration::from_secs(5));
    settings.keepalive = Some(Keepalive { time, timeout, permit_without_stream: true });
    let client = Client::new(&settings, "test/1", None, &Default::default()).unwrap();

    assert_eq!(call(&client, &[b"ping"]).await, Ok(Bytes::from_static(b"pong")));

    drop(release);
    tokio::task::spawn_blocking(move || drop(_runtime)).await.unwrap();
}

#[tokio::test]
async fn speaks_tls_with_a_server_it_trusts_only() {
    let (ours, theirs) = (Authority::new("ours"), Authority::new("theirs"));
    let leaf = ours.leaf("127.0.0.1");
    let (tls, _) = read(json!({"cert_pem": leaf.certificate, "key_pem": leaf.key}), ServerConfig::read);
    let server = Server::with_tls(Some(tls), |_, _| answer(b"pong", &ok())).await;

    let trusting = client(&server, json!({"tls": {"ca_pem": ours.pem}}));
    assert_eq!(call(&trusting, &[]).await, Ok(Bytes::from_static(b"pong")));
    assert_eq!(server.request().0.uri.to_string(), format!("https://{}/package.Service/Method", server.address));
    let distrusting = client(&server, json!({"tls": {"ca_pem": theirs.pem}}));
    let fault = "invalid peer certificate: UnknownIssuer; tls::ca_file must name the authority that signed it";
    let message = format!("cannot connect to {}: {fault}", server.address);
    assert_eq!(call(&distrusting, &[]).await, Err(Failure::Connection(message.into())));
}

#[tokio::test]
async fn shows_its_certificate_to_a_server_that_demands_one() {
    let files = tempfile::tempdir().unwrap();
    let authority = Authority::new("ca");
    let (leaf, own) = (authority.leaf("127.0.0.1"), authority.leaf("gateway"));
    let ca_file = files.path().join("ca.pem");
    std::fs::write(&ca_file, &authority.pem).unwrap();
    let (tls, _) =
        read(json!({"cert_pem": leaf.certificate, "key_pem": leaf.key, "client_ca_file": ca_file}), ServerConfig::read);
    let server = Server::with_tls(Some(tls), |_, _| answer(b"pong", &ok())).await;

    let with = json!({"tls": {"ca_pem": authority.pem, "cert_pem": own.certificate, "key_pem": own.key}});
    assert_eq!(call(&client(&server, with), &[]).await, Ok(Bytes::from_static(b"pong")));
    let without = client(&server, json!({"tls": {"ca_pem": authority.pem}}));
    assert!(matches!(call(&without, &[]).await, Err(Failure::Connection(_))));
}

#[tokio::test]
async fn a_proxy_of_the_environment_is_gone_through() {
    let server = Server::new(|_, _| answer(b"pong", &ok())).await;
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let proxy = format!("http://user:pass@{}", listener.local_addr().unwrap());
    let address = server.address;
    let proxying = tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        let mut asked = Vec::new();
        while !asked.ends_with(b"\r\n\r\n") {
            asked.push(stream.read_u8().await.unwrap());
        }
        stream.write_all(b"HTTP/1.1 200 OK\r\n\r\n").await.unwrap();
        let mut backend = tokio::net::TcpStream::connect(address).await.unwrap();
        let _ = tokio::io::copy_bidirectional(&mut stream, &mut backend).await;
        String::from_utf8(asked).unwrap()
    });
    let environment = |name: &str| (name == "HTTPS_PROXY").then(|| proxy.clone());
    let client =
        Client::within(&config("backend.invalid:4317", json!({})), "test/1", None, &Default::default(), environment)
            .unwrap();

    assert_eq!(call(&client, &[b"ping"]).await, Ok(Bytes::from_static(b"pong")));

    drop(client);
    let asked = tokio::time::timeout(Duration::from_secs(20), proxying).await.unwrap().unwrap().to_lowercase();
    assert!(asked.starts_with("connect backend.invalid:4317 http/1.1\r\n"), "{asked}");
    assert!(asked.contains("proxy-authorization: basic dxnlcjpwyxnz\r\n"), "{asked}");
}
