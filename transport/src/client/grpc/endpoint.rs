//! Where a gRPC client connects to, in the forms that gRPC and the Collector know.

use std::path::PathBuf;

/// The target of a client.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Endpoint {
    pub(super) target: Target,
    /// Whether it was written with `https://`.
    pub(super) https: bool,
}

/// What to connect to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Target {
    /// All addresses of a host.
    Host { host: String, port: u16 },
    /// A socket in the file system.
    Unix(PathBuf),
}

impl Endpoint {
    /// Parses `host:port`, `http://host:port`, `https://host:port`, `dns:///host:port`, `passthrough:///host:port`,
    /// `unix:path` and `unix:///path`.
    ///
    /// # Errors
    ///
    /// What was expected instead.
    pub(super) fn parse(text: &str) -> Result<Self, String> {
        let expected = || format!("must be host:port, found {text:?}");
        if let Some(path) = text.strip_prefix("unix:") {
            let path = path.strip_prefix("//").unwrap_or(path);
            if path.is_empty() {
                return Err(format!("must be unix:path or unix:///path, found {text:?}"));
            }
            return Ok(Self { target: Target::Unix(path.into()), https: false });
        }
        let (https, rest) = match scheme(text) {
            ("https", rest) => (true, rest),
            ("http", rest) => (false, rest),
            ("dns" | "passthrough", rest) => match rest.strip_prefix('/') {
                Some(rest) => (false, rest),
                None => {
                    return Err(format!("a DNS server in the endpoint is not supported by Sluice yet, found {text:?}"));
                }
            },
            ("", rest) => (false, rest.strip_prefix("dns:").or(rest.strip_prefix("passthrough:")).unwrap_or(rest)),
            _ => return Err(expected()),
        };
        let (host, port) = rest.rsplit_once(':').ok_or_else(expected)?;
        let bare = host.strip_prefix('[').and_then(|host| host.strip_suffix(']'));
        if bare.is_none() && host.contains([':', '/', '[', ']']) {
            return Err(expected());
        }
        // As in Go, no host means this one.
        let host = match bare.unwrap_or(host) {
            "" => "localhost",
            host => host,
        };
        let port = port.parse().map_err(|_| format!("invalid port {port:?} in {text:?}"))?;
        Ok(Self { target: Target::Host { host: host.to_owned(), port }, https })
    }

    /// What a certificate must be for.
    pub(super) fn host(&self) -> &str {
        match &self.target {
            Target::Host { host, .. } => host,
            Target::Unix(_) => "localhost",
        }
    }

    /// `:authority`, unless something else is configured.
    pub(super) fn authority(&self) -> String {
        match &self.target {
            Target::Host { host, port } if host.contains(':') => format!("[{host}]:{port}"),
            Target::Host { host, port } => format!("{host}:{port}"),
            Target::Unix(_) => "localhost".into(),
        }
    }
}

/// The text before `://` and the text behind it.
fn scheme(text: &str) -> (&str, &str) {
    text.split_once("://").unwrap_or(("", text))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_form_leads_to_its_target() {
        for (text, host, port, https) in [
            ("tempo:4317", "tempo", 4317, false),
            ("http://tempo:4317", "tempo", 4317, false),
            ("https://tempo:443", "tempo", 443, true),
            ("dns:///tempo:4317", "tempo", 4317, false),
            ("dns:tempo:4317", "tempo", 4317, false),
            ("passthrough:///10.0.0.1:1", "10.0.0.1", 1, false),
            ("[::1]:4317", "::1", 4317, false),
            (":4317", "localhost", 4317, false),
        ] {
            let target = Target::Host { host: host.into(), port };
            assert_eq!(Endpoint::parse(text), Ok(Endpoint { target, https }), "{text}");
        }
        for (text, path) in [("unix:///run/s", "/run/s"), ("unix:/run/s", "/run/s"), ("unix:s", "s")] {
            let target = Target::Unix(path.into());
            assert_eq!(Endpoint::parse(text), Ok(Endpoint { target, https: false }), "{text}");
        }
    }

    #[test]
    fn anything_else_is_refused() {
        for (text, message) in [
            ("backup", "must be host:port, found \"backup\""),
            ("::1:4317", "must be host:port, found \"::1:4317\""),
            ("tempo:otlp", "invalid port \"otlp\" in \"tempo:otlp\""),
            ("http://tempo:4317/v1", "invalid port \"4317/v1\" in \"http://tempo:4317/v1\""),
            ("ftp://tempo:21", "must be host:port, found \"ftp://tempo:21\""),
            ("unix:", "must be unix:path or unix:///path, found \"unix:\""),
            (
                "dns://8.8.8.8/tempo:1",
                "a DNS server in the endpoint is not supported by Sluice yet, found \"dns://8.8.8.8/tempo:1\"",
            ),
        ] {
            assert_eq!(Endpoint::parse(text), Err(message.into()), "{text}");
        }
    }

    #[test]
    fn the_authority_is_what_was_written() {
        for (text, authority) in [("http://tempo:1", "tempo:1"), ("[::1]:2", "[::1]:2"), ("unix:s", "localhost")] {
            assert_eq!(Endpoint::parse(text).unwrap().authority(), authority);
        }
    }
}
