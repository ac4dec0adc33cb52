//! What this crate's tests share.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use http::header::AUTHORIZATION;
use http::{HeaderMap, HeaderValue};
use serde_json::Value as Json;
use sluice_component::config::{Location, Node, Report, Section, Value};
use sluice_component::{BoxFuture, ClientAuth, Context, Extensions, NoCredentials, Offers, Retry};

/// Reads settings written as JSON, and returns what was read with the messages of all problems.
pub(crate) fn read<T>(settings: Json, read: impl for<'n> FnOnce(&mut Section<'n>) -> T) -> (T, Vec<String>) {
    let node = node(settings);
    let report = Report::default();
    let (value, _) = Section::read(&node, "", &report, read);
    (value, report.into_problems().iter().map(ToString::to_string).collect())
}

fn node(json: Json) -> Node {
    Node::new(match json {
        Json::Null => Value::Null,
        Json::Bool(value) => Value::Bool(value),
        Json::Number(number) => match number.as_i64() {
            Some(whole) => Value::Int(whole),
            None => Value::Float(number.as_f64().unwrap()),
        },
        Json::String(text) => Value::Text(text.into()),
        Json::Array(items) => Value::List(items.into_iter().map(node).collect()),
        Json::Object(entries) => Value::Map(
            entries.into_iter().map(|(key, value)| ((key.into(), Location::default()), node(value))).collect(),
        ),
    })
}

/// A certificate authority, as in a test of TLS.
pub(crate) struct Authority {
    issuer: rcgen::Issuer<'static, rcgen::KeyPair>,
    pub(crate) pem: String,
}

/// A certificate and its key, both in PEM.
pub(crate) struct Leaf {
    pub(crate) certificate: String,
    pub(crate) key: String,
}

impl Authority {
    pub(crate) fn new(name: &str) -> Self {
        let mut params = rcgen::CertificateParams::default();
        params.is_ca = rcgen::IsCa::Ca(rcgen::BasicConstraints::Unconstrained);
        params.distinguished_name.push(rcgen::DnType::CommonName, name);
        let key = rcgen::KeyPair::generate().unwrap();
        let pem = params.self_signed(&key).unwrap().pem();
        Self { issuer: rcgen::Issuer::new(params, key), pem }
    }

    /// A certificate for `name` that has signed itself and calls itself a CA, valid until `until`.
    pub(crate) fn self_signed(name: &str, until: (i32, u8, u8)) -> Leaf {
        let mut params = rcgen::CertificateParams::new(vec![name.to_owned()]).unwrap();
        params.is_ca = rcgen::IsCa::Ca(rcgen::BasicConstraints::Unconstrained);
        params.not_before = rcgen::date_time_ymd(2000, 1, 1);
        params.not_after = rcgen::date_time_ymd(until.0, until.1, until.2);
        let key = rcgen::KeyPair::generate().unwrap();
        Leaf { certificate: params.self_signed(&key).unwrap().pem(), key: key.serialize_pem() }
    }

    /// A certificate for `name` that is valid from the year 2000 until `until`.
    pub(crate) fn sign(&self, name: &str, until: (i32, u8, u8)) -> Leaf {
        let mut params = rcgen::CertificateParams::new(vec![name.to_owned()]).unwrap();
        params.not_before = rcgen::date_time_ymd(2000, 1, 1);
        params.not_after = rcgen::date_time_ymd(until.0, until.1, until.2);
        let key = rcgen::KeyPair::generate().unwrap();
        let certificate = params.signed_by(&key, &self.issuer).unwrap().pem();
        Leaf { certificate, key: key.serialize_pem() }
    }

    /// A certificate for `name` that is valid today.
    pub(crate) fn leaf(&self, name: &str) -> Leaf {
        self.sign(name, (4096, 1, 1))
    }
}

/// Shows a number, the next one after each that was refused, up to the newest. There is no number 0.
pub(crate) struct Numbered {
    number: AtomicUsize,
    newest: usize,
    needs_tls: bool,
}

impl ClientAuth for Numbered {
    fn authorize<'a>(
        &'a self,
        headers: &'a mut HeaderMap,
        context: &'a Context,
    ) -> BoxFuture<'a, Result<(), NoCredentials>> {
        let tenant = context.metadata().get_all("tenant").next().unwrap_or("nobody");
        let shown = match self.number.load(Ordering::Relaxed) {
            0 => Err(NoCredentials { message: "nothing to show".into(), retry: Retry::Now }),
            number => Ok(HeaderValue::try_from(format!("{number} of {tenant}")).unwrap()),
        };
        Box::pin(std::future::ready(shown.map(|value| drop(headers.insert(AUTHORIZATION, value)))))
    }

    fn refused<'a>(&'a self, _: &'a HeaderMap) -> BoxFuture<'a, bool> {
        let others = self.number.load(Ordering::Relaxed) < self.newest;
        self.number.fetch_add(usize::from(others), Ordering::Relaxed);
        Box::pin(std::future::ready(others))
    }

    fn needs_tls(&self) -> bool {
        self.needs_tls
    }
}

/// Offers it under the id `numbered`.
pub(crate) fn numbered(first: usize, newest: usize, needs_tls: bool) -> Extensions {
    let mut extensions = Extensions::default();
    let auth = Arc::new(Numbered { number: AtomicUsize::new(first), newest, needs_tls });
    extensions.insert("numbered".parse().unwrap(), Offers { client_auth: Some(auth), ..Offers::default() });
    extensions
}

/// The context of a batch of tenant `acme`.
pub(crate) fn of_acme() -> Context {
    Context::with_metadata([("tenant", "acme")].into_iter().collect())
}
