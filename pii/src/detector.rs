//! The families of personal data and secrets.

/// A family of personal data or secrets that is found by the same name, counted together, and can be switched off.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum Detector {
    /// E-mail addresses.
    Email,
    /// Payment card numbers, and by key their verification codes.
    CreditCard,
    /// International bank account numbers.
    Iban,
    /// National account, routing and sort numbers, and SWIFT codes.
    BankAccount,
    /// Telephone numbers.
    Phone,
    /// IPv4 addresses.
    Ipv4,
    /// IPv6 addresses.
    Ipv6,
    /// Hardware addresses of network interfaces.
    Mac,
    /// Social security numbers of the United States.
    UsSsn,
    /// Identity, insurance and tax numbers of people in other countries.
    NationalId,
    /// Passport numbers.
    Passport,
    /// Driving licence numbers.
    DriverLicence,
    /// Dates of birth.
    DateOfBirth,
    /// Names of people.
    PersonName,
    /// Postal addresses and their parts.
    PostalAddress,
    /// Coordinates.
    GeoLocation,
    /// Login names and identifiers of users, and home directories.
    UserAccount,
    /// Identifiers of telephones and other devices: IMEI, IMSI, advertising identifiers.
    DeviceId,
    /// Vehicle identification numbers and licence plates.
    Vehicle,
    /// Addresses of cryptocurrency wallets.
    CryptoWallet,
    /// JSON web tokens.
    Jwt,
    /// Keys and tokens of programming interfaces.
    ApiKey,
    /// Private keys in PEM.
    PrivateKey,
    /// Passwords.
    Password,
    /// Credentials of HTTP: authorization headers, cookies, session identifiers.
    Authorization,
    /// User and password in a URL.
    UrlCredentials,
}

impl Detector {
    /// All of them, in the order in which they are listed to users.
    pub const ALL: &[Self] = &[
        Self::Email,
        Self::CreditCard,
        Self::Iban,
        Self::BankAccount,
        Self::Phone,
        Self::Ipv4,
        Self::Ipv6,
        Self::Mac,
        Self::UsSsn,
        Self::NationalId,
        Self::Passport,
        Self::DriverLicence,
        Self::DateOfBirth,
        Self::PersonName,
        Self::PostalAddress,
        Self::GeoLocation,
        Self::UserAccount,
        Self::DeviceId,
        Self::Vehicle,
        Self::CryptoWallet,
        Self::Jwt,
        Self::ApiKey,
        Self::PrivateKey,
        Self::Password,
        Self::Authorization,
        Self::UrlCredentials,
    ];

    /// Its name in configuration, metrics and `explain`, in lower snake case.
    pub fn name(self) -> &'static str {
        match self {
            Self::Email => "email",
            Self::CreditCard => "credit_card",
            Self::Iban => "iban",
            Self::BankAccount => "bank_account",
            Self::Phone => "phone",
            Self::Ipv4 => "ipv4",
            Self::Ipv6 => "ipv6",
            Self::Mac => "mac",
            Self::UsSsn => "us_ssn",
            Self::NationalId => "national_id",
            Self::Passport => "passport",
            Self::DriverLicence => "driver_licence",
            Self::DateOfBirth => "date_of_birth",
            Self::PersonName => "person_name",
            Self::PostalAddress => "postal_address",
            Self::GeoLocation => "geo_location",
            Self::UserAccount => "user_account",
            Self::DeviceId => "device_id",
            Self::Vehicle => "vehicle",
            Self::CryptoWallet => "crypto_wallet",
            Self::Jwt => "jwt",
            Self::ApiKey => "api_key",
            Self::PrivateKey => "private_key",
            Self::Password => "password",
            Self::Authorization => "authorization",
            Self::UrlCredentials => "url_credentials",
        }
    }

    /// The detector of a name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|detector| detector.name() == name)
    }

    /// What stands in the place of what it found, where nothing else is asked for: `[EMAIL]`. No detector finds anything
    /// in it.
    pub fn mask(self) -> &'static str {
        match self {
            Self::Email => "[EMAIL]",
            Self::CreditCard => "[CREDIT_CARD]",
            Self::Iban => "[IBAN]",
            Self::BankAccount => "[BANK_ACCOUNT]",
            Self::Phone => "[PHONE]",
            Self::Ipv4 => "[IPV4]",
            Self::Ipv6 => "[IPV6]",
            Self::Mac => "[MAC]",
            Self::UsSsn => "[US_SSN]",
            Self::NationalId => "[NATIONAL_ID]",
            Self::Passport => "[PASSPORT]",
            Self::DriverLicence => "[DRIVER_LICENCE]",
            Self::DateOfBirth => "[DATE_OF_BIRTH]",
            Self::PersonName => "[PERSON_NAME]",
            Self::PostalAddress => "[POSTAL_ADDRESS]",
            Self::GeoLocation => "[GEO_LOCATION]",
            Self::UserAccount => "[USER_ACCOUNT]",
            Self::DeviceId => "[DEVICE_ID]",
            Self::Vehicle => "[VEHICLE]",
            Self::CryptoWallet => "[CRYPTO_WALLET]",
            Self::Jwt => "[JWT]",
            Self::ApiKey => "[API_KEY]",
            Self::PrivateKey => "[PRIVATE_KEY]",
            Self::Password => "[PASSWORD]",
            Self::Authorization => "[AUTHORIZATION]",
            Self::UrlCredentials => "[URL_CREDENTIALS]",
        }
    }
}

/// Some of the detectors.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DetectorSet(pub(crate) u64);

impl DetectorSet {
    /// None of them.
    pub const NONE: Self = Self(0);

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

    /// These and those of another set.
    pub const fn union(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// These without one.
    pub const fn without(self, detector: Detector) -> Self {
        Self(self.0 & !(1 << detector as u8))
    }

    /// Whether it is one of these.
    pub const fn contains(self, detector: Detector) -> bool {
        self.0 & 1 << detector as u8 != 0
    }

    /// Each of these, in the order in which they are listed to users.
    pub fn iter(self) -> impl Iterator<Item = Detector> {
        Detector::ALL.iter().copied().filter(move |detector| self.contains(*detector))
    }
}
