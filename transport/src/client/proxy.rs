//! Whether a request goes through a proxy.

use std::net::IpAddr;

use ::http::{HeaderValue, Uri};
use hyper_util::client::proxy::matcher::Matcher;

/// A proxy that requests go through.
#[derive(Clone, Debug)]
pub(super) struct Proxy {
    pub(super) uri: Uri,
    pub(super) authorization: Option<HeaderValue>,
    /// Whether it passes bytes on, as it must for TLS, rather than requests.
    pub(super) tunnel: bool,
}

impl Proxy {
    /// What the proxy wants to see in a request that it passes on.
    pub(super) fn forwards_with(&self) -> Option<HeaderValue> {
        self.authorization.clone().filter(|_| !self.tunnel)
    }
}

/// The proxy for `url`: the configured one, or the environment's.
///
/// `HTTP_PROXY`, `HTTPS_PROXY` and `NO_PROXY` are read, in upper or lower case, and nothing on this machine is reached
/// through a proxy of the environment.
///
/// # Errors
///
/// The configured one cannot be used.
///
/// Source: Go's `http.ProxyFromEnvironment`, which the Collector uses.
pub(super) fn choose(
    configured: Option<&str>,
    url: &Uri,
    environment: impl Fn(&str) -> Option<String>,
) -> Result<Option<Proxy>, String> {
    let variable = |upper: &str| {
        let text = environment(upper).or_else(|| environment(&upper.to_ascii_lowercase()));
        text.unwrap_or_default()
    };
    let matcher = match configured {
        Some(proxy) => Matcher::builder().all(proxy.to_owned()).build(),
        None if is_local(url) => return Ok(None),
        None => {
            let (http, https) = (variable("HTTP_PROXY"), variable("HTTPS_PROXY"));
            Matcher::builder().http(http).https(https).no(variable("NO_PROXY")).build()
        }
    };
    let found = match matcher.intercept(url) {
        Some(found) => found,
        None if configured.is_some() => return Err("must be a valid URL, such as http://proxy:3128".into()),
        None => return Ok(None),
    };
    if found.uri().scheme_str() != Some("http") {
        let scheme = found.uri().scheme_str().unwrap_or_default();
        return Err(format!("a proxy that is spoken to by {scheme} is not supported by Sluice yet, expected http"));
    }
    let tunnel = url.scheme_str() == Some("https");
    Ok(Some(Proxy { uri: found.uri().clone(), authorization: found.basic_auth().cloned(), tunnel }))
}

fn is_local(url: &Uri) -> bool {
    let host = url.host().unwrap_or_default();
    let bare = host.strip_prefix('[').and_then(|host| host.strip_suffix(']')).unwrap_or(host);
    bare.eq_ignore_ascii_case("localhost") || bare.parse().is_ok_and(|address: IpAddr| address.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chosen(configured: Option<&str>, url: &'static str, environment: &[(&str, &str)]) -> Result<String, String> {
        let variable =
            |name: &str| environment.iter().find(|(key, _)| *key == name).map(|(_, value)| value.to_string());
        let proxy = choose(configured, &Uri::from_static(url), variable)?;
        Ok(proxy.map_or("direct".into(), |proxy| format!("{} {}", proxy.uri, if proxy.tunnel { "tunnel" } else { "" })))
    }

    #[test]
    fn the_environment_decides_as_in_go() {
        let environment = [
            ("http_proxy", "http://plain:3128"),
            ("HTTPS_PROXY", "http://user:pass@secure:3128"),
            ("NO_PROXY", "internal.example, 10.0.0.0/8"),
            ("ALL_PROXY", "http://never:1"),
        ];
        for (url, proxy) in [
            ("http://backend.example/", "http://plain:3128/ "),
            ("https://backend.example/", "http://secure:3128/ tunnel"),
            ("http://internal.example/", "direct"),
            ("http://a.internal.example/", "direct"),
            ("http://10.1.2.3/", "direct"),
            ("http://localhost:4318/", "direct"),
            ("http://127.0.0.1:4318/", "direct"),
            ("http://[::1]:4318/", "direct"),
        ] {
            assert_eq!(chosen(None, url, &environment), Ok(proxy.into()), "{url}");
        }
        assert_eq!(chosen(None, "http://backend.example/", &[]), Ok("direct".into()));
    }

    #[test]
    fn a_configured_proxy_is_always_used() {
        let environment = [("HTTP_PROXY", "http://other:1"), ("NO_PROXY", "*")];

        assert_eq!(chosen(Some("http://p:1"), "http://localhost/", &environment), Ok("http://p:1/ ".into()));
        assert_eq!(
            chosen(Some("socks5://p:1"), "http://localhost/", &[]),
            Err("a proxy that is spoken to by socks5 is not supported by Sluice yet, expected http".into())
        );
    }
}
