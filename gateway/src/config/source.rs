//! Where configuration text comes from: the schemes of `--config` and of `${...}`.

use std::ffi::OsString;
use std::fmt;
use std::io::Read;

use super::http;
use super::yaml::MAX_BYTES;

/// Looks up an environment variable; `std::env::var_os`, except in tests.
pub type Environment<'a> = &'a dyn Fn(&str) -> Option<OsString>;

/// A source of text: `scheme:opaque`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Uri {
    pub(super) scheme: Scheme,
    pub(super) opaque: String,
}

/// What the part before the colon asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Scheme {
    File,
    Env,
    Yaml,
    Http,
    Https,
}

/// What a source gave.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Text {
    Found(String),
    /// The environment has no such variable, and no default was given.
    Unset(String),
}

const SCHEMES: [(&str, Scheme); 5] = [
    ("file", Scheme::File),
    ("env", Scheme::Env),
    ("yaml", Scheme::Yaml),
    ("http", Scheme::Http),
    ("https", Scheme::Https),
];

impl Uri {
    /// Reads the value of a `--config`: without a scheme, or with one of a letter (a Windows drive), it is a file.
    ///
    /// # Errors
    ///
    /// The scheme is unknown.
    pub(super) fn of_argument(text: &str) -> Result<Self, String> {
        match split(text) {
            None => Ok(Self { scheme: Scheme::File, opaque: text.into() }),
            Some((scheme, opaque)) => Self::known(scheme, opaque),
        }
    }

    /// Reads what stands in `${...}`: a name alone means the environment, and so does `NAME:-default`.
    ///
    /// # Errors
    ///
    /// The scheme is unknown, or the text is no URI.
    pub(super) fn of_reference(text: &str) -> Result<Self, String> {
        let env = || Self { scheme: Scheme::Env, opaque: text.into() };
        if !text.contains(':') {
            return Ok(env());
        }
        let known = split(text).and_then(|(scheme, opaque)| Self::known(scheme, opaque).ok());
        match (known, text.split_once(":-")) {
            (Some(uri), _) if uri.opaque.contains('$') => Err(format!("{text:?} must not contain '$'")),
            (Some(uri), _) => Ok(uri),
            (None, Some((name, _))) if is_name(name) => Ok(env()),
            (None, _) => match split(text) {
                Some((scheme, _)) => Err(unknown_scheme(scheme)),
                None => Err(format!("{text:?} is no URI")),
            },
        }
    }

    fn known(scheme: &str, opaque: &str) -> Result<Self, String> {
        let known = SCHEMES.iter().find(|(name, _)| *name == scheme);
        let &(_, scheme) = known.ok_or_else(|| unknown_scheme(scheme))?;
        Ok(Self { scheme, opaque: opaque.into() })
    }

    /// Fetches the text.
    ///
    /// # Errors
    ///
    /// It cannot be had, is no UTF-8, or is too long.
    pub(super) fn text(&self, environment: Environment<'_>) -> Result<Text, String> {
        match self.scheme {
            Scheme::File => read_file(&self.opaque).map(Text::Found),
            Scheme::Env => read_env(&self.opaque, environment),
            Scheme::Yaml => Ok(Text::Found(self.opaque.clone())),
            Scheme::Http | Scheme::Https => http::get(&self.to_string()).map(Text::Found),
        }
    }

    /// What to call the source in messages; holds no inline text, and no password or query of a URL.
    pub(super) fn label(&self) -> String {
        match self.scheme {
            Scheme::File => self.opaque.clone(),
            Scheme::Env => format!("env:{}", self.opaque.split(":-").next().unwrap_or_default()),
            Scheme::Yaml => "yaml".into(),
            Scheme::Http | Scheme::Https => http::without_secrets(&self.to_string()),
        }
    }
}

impl fmt::Display for Uri {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = SCHEMES.iter().find(|(_, scheme)| *scheme == self.scheme).map_or("", |(name, _)| name);
        write!(f, "{name}:{}", self.opaque)
    }
}

/// Cuts a scheme of two characters and more off its text.
fn split(text: &str) -> Option<(&str, &str)> {
    let (scheme, opaque) = text.split_once(':')?;
    let part = |c: char| c.is_ascii_alphanumeric() || matches!(c, '+' | '.' | '-');
    let ok = scheme.len() > 1 && scheme.starts_with(|c: char| c.is_ascii_alphabetic()) && scheme.chars().all(part);
    ok.then_some((scheme, opaque))
}

fn unknown_scheme(scheme: &str) -> String {
    let names: Vec<_> = SCHEMES.iter().map(|(name, _)| *name).collect();
    format!("scheme {scheme:?} is not supported, expected one of {}", names.join(", "))
}

fn read_file(path: &str) -> Result<String, String> {
    let failed = |error: std::io::Error| format!("cannot read file {path:?}: {error}");
    let file = std::fs::File::open(path).map_err(failed)?;
    let mut bytes = Vec::new();
    file.take(MAX_BYTES as u64 + 1).read_to_end(&mut bytes).map_err(failed)?;
    if bytes.len() > MAX_BYTES {
        return Err(format!("file {path:?} is longer than {} MiB", MAX_BYTES >> 20));
    }
    String::from_utf8(bytes).map_err(|_| format!("file {path:?} is not UTF-8"))
}

fn read_env(reference: &str, environment: Environment<'_>) -> Result<Text, String> {
    let (name, default) = match reference.split_once(":-") {
        Some((name, default)) => (name, Some(default)),
        None => (reference, None),
    };
    if !is_name(name) {
        return Err(format!(
            "environment variable {name:?} has an invalid name: it must be letters, digits and underscores, and not begin with a digit"
        ));
    }
    match (environment(name), default) {
        (Some(value), _) => {
            let value = value.into_string();
            value.map(Text::Found).map_err(|_| format!("environment variable {name:?} is not UTF-8"))
        }
        (None, Some(default)) => Ok(Text::Found(default.into())),
        (None, None) => Ok(Text::Unset(name.into())),
    }
}

fn is_name(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
        && text.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of_argument(text: &str) -> Result<(Scheme, String), String> {
        Uri::of_argument(text).map(|uri| (uri.scheme, uri.opaque))
    }

    #[test]
    fn an_argument_without_scheme_is_a_file() {
        assert_eq!(of_argument("a.yaml"), Ok((Scheme::File, "a.yaml".into())));
        assert_eq!(of_argument("C:\\a.yaml"), Ok((Scheme::File, "C:\\a.yaml".into())));
        assert_eq!(of_argument("/etc/a:b.yaml"), Ok((Scheme::File, "/etc/a:b.yaml".into())));
        assert_eq!(of_argument("file:a.yaml"), Ok((Scheme::File, "a.yaml".into())));
        assert_eq!(of_argument("yaml:a::b: 2"), Ok((Scheme::Yaml, "a::b: 2".into())));
        assert_eq!(of_argument("https://h/a"), Ok((Scheme::Https, "//h/a".into())));
    }

    #[test]
    fn an_unknown_scheme_is_refused() {
        let message = "scheme \"s3\" is not supported, expected one of file, env, yaml, http, https";

        assert_eq!(of_argument("s3://bucket/a.yaml"), Err(message.into()));
        assert_eq!(Uri::of_reference("s3:x"), Err(message.into()));
    }

    #[test]
    fn a_reference_without_scheme_is_the_environment() {
        for text in ["NAME", "NAME:-default", "MY_NAME:-", "HOST:-http://h:1"] {
            assert_eq!(Uri::of_reference(text), Ok(Uri { scheme: Scheme::Env, opaque: text.into() }));
        }
        assert_eq!(Uri::of_reference("env:X:-a:b"), Ok(Uri { scheme: Scheme::Env, opaque: "X:-a:b".into() }));
    }

    #[test]
    fn a_dollar_in_a_reference_is_refused() {
        assert_eq!(Uri::of_reference("env:$X"), Err("\"env:$X\" must not contain '$'".into()));
    }

    #[test]
    fn the_environment_gives_a_value_a_default_or_nothing() {
        let environment = |name: &str| (name == "SET").then(|| OsString::from("v"));
        let read = |text: &str| Uri::of_reference(text).and_then(|uri| uri.text(&environment));

        assert_eq!(read("SET:-d"), Ok(Text::Found("v".into())));
        assert_eq!(read("NOT:-d"), Ok(Text::Found("d".into())));
        assert_eq!(read("NOT"), Ok(Text::Unset("NOT".into())));
        assert!(
            read("env:a b")
                .is_err_and(|message| message.starts_with("environment variable \"a b\" has an invalid name"))
        );
    }
}
