//! The families of personal data and secrets.

/// A family of personal data or secrets that is found by the same name, counted together, and can be switched off.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum Detector {
    /// E-mail addresses.
    Email,
}

impl Detector {
    /// All of them, in the order in which they are listed to users.
    pub const ALL: &[Self] = &[Self::Email];

    /// Its name in configuration, metrics and `explain`, in lower snake case.
    pub fn name(self) -> &'static str {
        match self {
            Self::Email => "email",
        }
    }

    /// What stands in the place of what it found, where nothing else is asked for: `[EMAIL]`.
    pub fn mask(self) -> &'static str {
        match self {
            Self::Email => "[EMAIL]",
        }
    }
}

/// Some of the detectors.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DetectorSet(u64);

impl DetectorSet {
    /// None of them.
    pub const NONE: Self = Self(0);
    /// All of them.
    pub const ALL: Self = Self::NONE.with_each(Detector::ALL);

    /// These and one more.
    pub const fn with(self, detector: Detector) -> Self {
        Self(self.0 | 1 << detector as u8)
    }

    /// These and some more.
    pub const fn with_each(mut self, detectors: &[Detector]) -> Self {
        let mut index = 0;
        while index < detectors.len() {
            self = self.with(detectors[index]);
            index += 1;
        }
        self
    }

    /// These without one.
    pub const fn without(self, detector: Detector) -> Self {
        Self(self.0 & !(1 << detector as u8))
    }

    /// Whether it is one of these.
    pub const fn contains(self, detector: Detector) -> bool {
        self.0 & 1 << detector as u8 != 0
    }
}
