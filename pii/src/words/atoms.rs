//! What a word of a key or of a text means, as far as it helps to tell what stands beside it.

use std::ops::BitOr;

/// Meanings of words: a set of at most 64.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Atoms(u64);

impl Atoms {
    pub(crate) const NONE: Self = Self(0);

    /// All of `other` are among these.
    pub(crate) const fn all(self, other: Self) -> bool {
        self.0 & other.0 == other.0
    }

    /// Some of `other` are among these.
    pub(crate) const fn any(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }

    pub(crate) const fn or(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    pub(crate) const fn without(self, other: Self) -> Self {
        Self(self.0 & !other.0)
    }
}

impl BitOr for Atoms {
    type Output = Self;

    fn bitor(self, other: Self) -> Self {
        self.or(other)
    }
}

macro_rules! atoms {
    ($($name:ident)*) => {
        #[allow(clippy::upper_case_acronyms, non_camel_case_types)]
        enum Place { $($name),* }
        $(pub(crate) const $name: Atoms = Atoms(1 << Place::$name as u8);)*
    };
}

atoms! {
    EMAIL CARD CVV NUMBER IBAN BANK ACCOUNT ROUTING PHONE IP CLIENT INFRA VERSION MAC SSN NATIONAL PERSONAL TAX PASSPORT
    LICENCE DRIVER BIRTH DATE NAME GIVEN PERSON ADDRESS STREET POSTAL ZIP LAT LON GEO USER LOGIN DEVICE IMEI VEHICLE PLATE
    WALLET PASSWORD SECRET TOKEN KEY API AUTH COOKIE SESSION META ID TIME HASH THING ORDER CODE TITLE URL CITY AGENT
}
