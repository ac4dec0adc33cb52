//! Sets of detectors that have a name.

use crate::{Detector, DetectorSet};

impl DetectorSet {
    /// All of them.
    pub const ALL: Self = Self::NONE.with_each(Detector::ALL);

    /// What a handler of payment cards must keep out of its logs.
    pub const PCI: Self = Self::NONE.with_each(&[Detector::CreditCard, Detector::Iban, Detector::BankAccount]);

    /// What gives access to something.
    pub const SECRETS: Self = Self::NONE.with_each(&[
        Detector::Jwt,
        Detector::ApiKey,
        Detector::PrivateKey,
        Detector::Password,
        Detector::Authorization,
        Detector::UrlCredentials,
    ]);

    /// What points to a person: everything but the secrets.
    pub const GDPR: Self = Self(Self::ALL.0 & !Self::SECRETS.0);

    /// The names of the presets.
    pub const PRESETS: &[(&'static str, Self)] =
        &[("all", Self::ALL), ("gdpr", Self::GDPR), ("pci", Self::PCI), ("secrets", Self::SECRETS)];

    /// The preset of a name.
    pub fn preset(name: &str) -> Option<Self> {
        Self::PRESETS.iter().find(|(preset, _)| *preset == name).map(|(_, detectors)| *detectors)
    }
}
