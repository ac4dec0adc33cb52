//! Values that have to go, one file a subject.

mod bank;
mod card;
mod crypto;
mod device;
mod email;
mod identity;
mod national;
mod network;
mod person;
mod phone;
mod secret;
mod vendor;

use crate::Family;
use crate::dice::Dice;
use crate::value::Value;

/// A value of a family.
pub(crate) fn value(family: Family, dice: &mut Dice) -> Value {
    match family {
        Family::Email => email::email(dice),
        Family::Phone => phone::phone(dice),
        Family::Card => card::card(dice),
        Family::Iban => bank::iban(dice),
        Family::BankAccount => bank::account(dice),
        Family::CryptoWallet => crypto::wallet(dice),
        Family::Ipv4 => network::ipv4(dice),
        Family::Ipv6 => network::ipv6(dice),
        Family::Mac => network::mac(dice),
        Family::DeviceId => device::device_id(dice),
        Family::Vehicle => device::vehicle(dice),
        Family::UsSsn => identity::us_ssn(dice),
        Family::NationalId => national::national_id(dice),
        Family::Passport => identity::passport(dice),
        Family::DriverLicence => identity::driver_licence(dice),
        Family::BirthDate => person::birth_date(dice),
        Family::PersonName => person::name(dice),
        Family::Address => person::address(dice),
        Family::Geo => person::geo(dice),
        Family::UserName => person::user_name(dice),
        Family::Password => secret::password(dice),
        Family::ApiKey => secret::api_key(dice),
        Family::VendorToken => vendor::token(dice),
        Family::Jwt => secret::jwt(dice),
        Family::PrivateKey => secret::private_key(dice),
        Family::HttpAuth => secret::http_auth(dice),
        Family::UrlCredentials => secret::url_credentials(dice),
        Family::Session => secret::session(dice),
    }
}
