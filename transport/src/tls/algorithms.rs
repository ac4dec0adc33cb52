//! Versions, cipher suites and curves, by the names that Go gives them.

use std::sync::Arc;

use rustls::crypto::{CryptoProvider, SupportedKxGroup, ring};
use rustls::version::{TLS12, TLS13};
use rustls::{SupportedCipherSuite, SupportedProtocolVersion};
use sluice_component::config::Section;

/// What a connection may agree on.
#[derive(Clone, Debug)]
pub(super) struct Algorithms {
    pub(super) versions: Vec<&'static SupportedProtocolVersion>,
    /// The suites for TLS 1.2; empty means all that we have. Those of TLS 1.3 are always offered, as in Go.
    suites: Vec<SupportedCipherSuite>,
    /// Empty means all that we have.
    curves: Vec<&'static dyn SupportedKxGroup>,
}

impl Algorithms {
    /// Reads `min_version`, `max_version`, `cipher_suites`, `include_insecure_cipher_suites` and `curve_preferences`.
    pub(super) fn read(section: &mut Section<'_>) -> Self {
        let min = version(section, "min_version", "1.2", Version::Tls12);
        let max = version(section, "max_version", "", Version::Tls13);
        if min > max {
            section.problem("min_version", "must not be greater than max_version");
        }
        let mut versions: Vec<&SupportedProtocolVersion> = Vec::new();
        if max == Version::Tls13 {
            versions.push(&TLS13);
        }
        if min == Version::Tls12 {
            versions.push(&TLS12);
        }
        Self { versions, suites: suites(section), curves: curves(section) }
    }

    /// `ring`, restricted to these suites and curves.
    pub(super) fn provider(&self) -> Arc<CryptoProvider> {
        let mut provider = ring::default_provider();
        if !self.suites.is_empty() {
            provider.cipher_suites.retain(|suite| suite.tls13().is_some());
            provider.cipher_suites.extend(self.suites.iter().filter(|suite| suite.tls13().is_none()));
        }
        if !self.curves.is_empty() {
            provider.kx_groups.clone_from(&self.curves);
        }
        Arc::new(provider)
    }
}

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Version {
    Tls12,
    Tls13,
}

fn version(section: &mut Section<'_>, key: &'static str, default: &str, absent: Version) -> Version {
    match section.string(key, default).as_str() {
        "" => absent,
        "1.2" => Version::Tls12,
        "1.3" => Version::Tls13,
        old @ ("1.0" | "1.1") => {
            section.problem(key, format!("TLS {old} is broken and not supported by Sluice, use \"1.2\" or \"1.3\""));
            absent
        }
        other => {
            section.problem(key, format!("must be \"1.2\" or \"1.3\", found {other:?}"));
            absent
        }
    }
}

fn suites(section: &mut Section<'_>) -> Vec<SupportedCipherSuite> {
    // Whatever Go calls insecure we do not have, so the permission changes nothing: a name from there is refused below.
    section.bool("include_insecure_cipher_suites", false);
    let mut suites = Vec::new();
    for name in section.strings("cipher_suites", &[]) {
        match ring::ALL_CIPHER_SUITES.iter().find(|suite| go_name(suite) == name) {
            Some(suite) => suites.push(*suite),
            None => {
                let known: Vec<_> = ring::ALL_CIPHER_SUITES.iter().map(go_name).collect();
                let known = known.join(", ");
                section.problem("cipher_suites", format!("{name:?} is not supported by Sluice, expected {known}"));
            }
        }
    }
    suites
}

/// Go's name of a suite: the registered one, where `rustls` writes `TLS13_` for `TLS_`.
fn go_name(suite: &SupportedCipherSuite) -> String {
    let name = format!("{:?}", suite.suite());
    name.strip_prefix("TLS13_").map(|rest| format!("TLS_{rest}")).unwrap_or(name)
}

fn curves(section: &mut Section<'_>) -> Vec<&'static dyn SupportedKxGroup> {
    let mut curves = Vec::new();
    for name in section.strings("curve_preferences", &[]) {
        match name.as_str() {
            "X25519" => curves.push(ring::kx_group::X25519),
            "P256" => curves.push(ring::kx_group::SECP256R1),
            "P384" => curves.push(ring::kx_group::SECP384R1),
            "P521" | "X25519MLKEM768" => {
                let message = format!("{name} is not supported by Sluice yet, expected X25519, P256 or P384");
                section.problem("curve_preferences", message);
            }
            _ => section.problem("curve_preferences", format!("must be X25519, P256 or P384, found {name:?}")),
        }
    }
    curves
}
