//! What a shop must not keep: who ordered, and how it was paid. All of it is made up.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

/// Whoever places an order.
pub(super) struct Person {
    pub(super) email: String,
    /// An address of those that are set aside for examples.
    pub(super) address: String,
    /// A number that no bank has given out, with the right check digit.
    pub(super) card: String,
    /// What the browser sends along.
    pub(super) token: String,
}

impl Person {
    pub(super) fn draw() -> Self {
        let pick = |names: &[&'static str]| names[fastrand::usize(..names.len())];
        let first = pick(&["anna", "ben", "chen", "dilek", "eva", "farid", "grace", "hugo", "ines", "jun"]);
        let last = pick(&["adler", "brown", "costa", "dubois", "eriksen", "fischer", "garcia", "haddad"]);
        let domain = pick(&["example.com", "example.net", "example.org"]);
        let claims = format!(r#"{{"sub":"{first}.{last}","exp":1900000000}}"#);
        let signature: [u8; 32] = std::array::from_fn(|_| fastrand::u8(..));
        let parts = [&br#"{"alg":"HS256","typ":"JWT"}"#[..], claims.as_bytes(), &signature];
        Self {
            email: format!("{first}.{last}@{domain}"),
            address: format!("203.0.113.{}", fastrand::u8(1..255)),
            card: card(fastrand::u64(..100_000_000_000)),
            token: format!("Bearer {}", parts.map(|part| URL_SAFE_NO_PAD.encode(part)).join(".")),
        }
    }
}

/// A card number that begins with 4000, in groups of four.
fn card(account: u64) -> String {
    let digits: Vec<u64> = format!("4000{account:011}").bytes().map(|digit| u64::from(digit - b'0')).collect();
    // Luhn: from the right, beginning beside the check digit, every second digit counts twice.
    let twice = |digit: u64| if digit > 4 { digit * 2 - 9 } else { digit * 2 };
    let sum: u64 =
        digits.iter().enumerate().map(|(index, digit)| if index % 2 == 0 { twice(*digit) } else { *digit }).sum();
    let number: Vec<String> = digits.iter().chain([&((10 - sum % 10) % 10)]).map(ToString::to_string).collect();
    number.chunks(4).map(<[String]>::concat).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn card_numbers_have_their_check_digit() {
        assert_eq!(card(0), "4000 0000 0000 0002");
        assert_eq!(card(5_665_566_555), "4000 0566 5566 5556");
    }
}
