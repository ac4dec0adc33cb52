//! Configuration over HTTP: one GET, no polling.
//!
//! `ureq` is the client: it blocks, so that reading a configuration needs no runtime, follows redirects and the proxy
//! variables as Go's client does, and shares `rustls` with everything else here.

use std::sync::Arc;
use std::time::Duration;

use rustls::crypto::ring;
use ureq::tls::{Certificate, RootCerts, TlsConfig, TlsProvider};

use super::yaml::MAX_BYTES;

/// From the first packet to the last.
const TIMEOUT: Duration = Duration::from_secs(30);

/// Fetches a text; the system's certificate authorities are trusted.
///
/// # Errors
///
/// There is no answer in 30 s, or one that is not 200, is longer than the longest configuration, or is not UTF-8.
pub(super) fn get(url: &str) -> Result<String, String> {
    let failed = |error: ureq::Error| match error {
        ureq::Error::StatusCode(code) => format!("cannot read {}: the answer is {code}", without_secrets(url)),
        error => format!("cannot read {}: {error}", without_secrets(url)),
    };
    let mut response = agent().get(url).call().map_err(failed)?;
    if response.status() != 200 {
        return Err(failed(ureq::Error::StatusCode(response.status().as_u16())));
    }
    response.body_mut().with_config().limit(MAX_BYTES as u64).read_to_string().map_err(failed)
}

/// The URL less what may be secret in it: user, password and query.
pub(super) fn without_secrets(url: &str) -> String {
    let end = url.find(['?', '#']).unwrap_or(url.len());
    let url = &url[..end];
    match url.split_once("//") {
        Some((scheme, rest)) => {
            let host_end = rest.find('/').unwrap_or(rest.len());
            let host = rest[..host_end].rsplit('@').next().unwrap_or_default();
            format!("{scheme}//{host}{}", &rest[host_end..])
        }
        None => url.into(),
    }
}

fn agent() -> ureq::Agent {
    let certificates = rustls_native_certs::load_native_certs().certs;
    let roots: Vec<_> = certificates.iter().map(|der| Certificate::from_der(der).to_owned()).collect();
    let tls = TlsConfig::builder()
        .provider(TlsProvider::Rustls)
        .unversioned_rustls_crypto_provider(Arc::new(ring::default_provider()))
        .root_certs(RootCerts::Specific(Arc::new(roots)))
        .build();
    ureq::Agent::config_builder().timeout_global(Some(TIMEOUT)).tls_config(tls).build().into()
}

#[cfg(test)]
mod tests {
    use std::io::{Read, Write};
    use std::net::TcpListener;
    use std::thread;

    use super::*;

    /// Answers one request with `response`; returns the URL.
    fn serve(response: &'static str) -> String {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://user:hunter2@{}/a.yaml?token=hunter2", listener.local_addr().unwrap());
        thread::spawn(move || {
            let (mut stream, _) = listener.accept().unwrap();
            let mut request = Vec::new();
            let mut chunk = [0; 1024];
            while !request.ends_with(b"\r\n\r\n") {
                let read = stream.read(&mut chunk).unwrap();
                request.extend_from_slice(&chunk[..read]);
            }
            stream.write_all(response.as_bytes()).unwrap();
        });
        url
    }

    #[test]
    fn a_body_with_status_200_is_the_text() {
        let url = serve("HTTP/1.1 200 OK\r\ncontent-length: 4\r\n\r\na: 1");

        assert_eq!(get(&url), Ok("a: 1".into()));
    }

    #[test]
    fn another_status_is_refused_and_the_message_holds_no_secret() {
        let url = serve("HTTP/1.1 404 Not Found\r\ncontent-length: 0\r\n\r\n");
        let shown = without_secrets(&url);

        assert_eq!(get(&url), Err(format!("cannot read {shown}: the answer is 404")));
        assert!(!shown.contains("hunter2"), "{shown}");
    }
}
