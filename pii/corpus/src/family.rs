//! The families of personal data and secrets as a judge would list them, whatever the detectors call them.

macro_rules! families {
    ($($(#[$doc:meta])* $variant:ident = $name:literal),* $(,)?) => {
        /// A family of personal data or secrets.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Family {
            $($(#[$doc])* $variant,)*
        }

        impl Family {
            /// All of them, in the order of tables.
            pub const ALL: &[Self] = &[$(Self::$variant),*];

            /// Its name in tables and label files.
            pub fn name(self) -> &'static str {
                match self {
                    $(Self::$variant => $name,)*
                }
            }
        }
    };
}

families! {
    /// E-mail addresses.
    Email = "email",
    /// Telephone numbers.
    Phone = "phone",
    /// Numbers of payment cards, and their tracks.
    Card = "card",
    /// International bank account numbers.
    Iban = "iban",
    /// Domestic bank accounts, routing numbers, bank codes.
    BankAccount = "bank_account",
    /// Addresses of wallets.
    CryptoWallet = "crypto_wallet",
    /// IPv4 addresses.
    Ipv4 = "ipv4",
    /// IPv6 addresses.
    Ipv6 = "ipv6",
    /// Hardware addresses.
    Mac = "mac",
    /// Serial numbers of telephones and SIM cards, advertising identifiers.
    DeviceId = "device_id",
    /// Vehicle identification numbers and licence plates.
    Vehicle = "vehicle",
    /// Social security and taxpayer numbers of the USA.
    UsSsn = "us_ssn",
    /// Identity, tax, insurance and health numbers of other countries.
    NationalId = "national_id",
    /// Numbers of passports.
    Passport = "passport",
    /// Numbers of driving licences.
    DriverLicence = "driver_licence",
    /// Dates of birth.
    BirthDate = "birth_date",
    /// Names of people.
    PersonName = "person_name",
    /// Street addresses and postal codes.
    Address = "address",
    /// Positions on the earth.
    Geo = "geo",
    /// Login names.
    UserName = "user_name",
    /// Passwords, pins, pass phrases.
    Password = "password",
    /// Keys and tokens that only their name gives away.
    ApiKey = "api_key",
    /// Keys and tokens in a format of their issuer.
    VendorToken = "vendor_token",
    /// JSON web tokens.
    Jwt = "jwt",
    /// Private keys.
    PrivateKey = "private_key",
    /// Credentials in an HTTP header.
    HttpAuth = "http_auth",
    /// User name and password within a URL.
    UrlCredentials = "url_credentials",
    /// Identifiers of sessions, and cookies.
    Session = "session",
}
