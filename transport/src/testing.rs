//! What this crate's tests share.

use serde_json::Value as Json;
use sluice_component::config::{Location, Node, Report, Section, Value};

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
