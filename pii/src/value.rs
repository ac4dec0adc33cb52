//! Whether a value can be what its key says.

use crate::Detector;
use crate::text::{OneOf, begins};
use crate::words::atoms::*;
use crate::words::{Atoms, is_given_name};

/// Whether the value of a key that stands for a detector says something: no placeholder, no `true`, no number that counts.
pub(crate) fn is_plausible(detector: Detector, key: Atoms, value: &[u8]) -> bool {
    let value = value.trim_ascii();
    if is_placeholder(value) {
        return false;
    }
    let count = Count::of(value);
    let only = |marks: &[u8]| value.iter().all(|byte| byte.is_ascii_alphanumeric() || marks.contains(byte));
    match detector {
        Detector::Password => count.digits < value.len() || value.len() >= 4,
        Detector::PrivateKey | Detector::UrlCredentials | Detector::Jwt => true,
        Detector::ApiKey => {
            count.spaces == 0
                && memchr::memmem::find(value, b"://").is_none()
                && !(value.contains(&b';') && value.contains(&b'='))
                && (key.any(SECRET) && value.len() >= 4 || value.len() >= 6 && (count.digits > 0 || value.len() >= 16))
        }
        Detector::Authorization => value.len() >= 6 && (count.digits > 0 || value.len() >= 12),
        Detector::PersonName => is_name(value, count) && (key.any(GIVEN | PERSON) || is_full_name(value)),
        Detector::UserAccount => is_account(value, count),
        Detector::Phone => (6..=17).contains(&count.digits) && count.letters <= 5 && value.len() <= 40,
        Detector::CreditCard if key.any(CVV) => matches!(count.digits, 3 | 4) && value.len() == count.digits,
        Detector::CreditCard => (12..=19).contains(&count.digits) && count.letters == 0 && value.len() <= 30,
        Detector::Iban => value.len() >= 15 && value.len() <= 42 && count.digits >= 8 && only(b" -"),
        Detector::BankAccount if key.any(ROUTING) && (6..=11).contains(&value.len()) && only(b"- ") => true,
        Detector::BankAccount => (count.digits >= 5 || is_swift(value)) && value.len() <= 34 && only(b" -/."),
        Detector::UsSsn => count.digits == 9 && count.letters == 0 && value.len() <= 15,
        Detector::NationalId => count.digits >= 5 && value.len() <= 24 && only(b" -./+"),
        Detector::Passport | Detector::DriverLicence => {
            count.digits >= 4 && (6..=24).contains(&value.len()) && only(b" -/.+")
        }
        Detector::DateOfBirth => count.digits >= 4 && value.len() <= 40,
        Detector::PostalAddress if key.any(ZIP | CODE) => {
            count.digits >= 2 && (4..=10).contains(&value.len()) && only(b" -+")
        }
        Detector::PostalAddress => is_address(value, key, count),
        Detector::GeoLocation => is_coordinates(value),
        Detector::DeviceId => value.len() >= 8 && count.digits >= 4 && only(b"-:_"),
        Detector::Vehicle => (4..=17).contains(&value.len()) && count.digits >= 1 && count.letters >= 1 && only(b" -+"),
        Detector::CryptoWallet => value.len() >= 25 && only(b""),
        Detector::Email => {
            value.contains(&b'@') || memchr::memmem::find(value, b"%40").is_some() || is_spelled_out(value)
        }
        Detector::Mac => {
            value.iter().filter(|byte| byte.is_ascii_hexdigit()).count() == 12 && value.len() <= 17 && only(b":-.")
        }
        Detector::Ipv4 | Detector::Ipv6 => count.digits > 0,
    }
}

#[derive(Clone, Copy)]
struct Count {
    digits: usize,
    letters: usize,
    spaces: usize,
}

impl Count {
    fn of(value: &[u8]) -> Self {
        #[inline(always)]
        fn count(value: &[u8], is: impl Fn(u8) -> bool) -> usize {
            // Counted in bytes, many of which fit into one register; so few of them cannot overflow one.
            let in_chunk = |chunk: &[u8]| chunk.iter().map(|byte| u8::from(is(*byte))).sum::<u8>();
            value.chunks(128).map(|chunk| usize::from(in_chunk(chunk))).sum()
        }
        Self {
            digits: count(value, |byte| byte.is_ascii_digit()),
            letters: count(value, |byte| byte.is_ascii_alphabetic() || byte >= 0x80),
            spaces: count(value, |byte| byte.is_ascii_whitespace()),
        }
    }
}

/// Whether a value stands for one that is not there: nothing, `null`, `***`, `<redacted>`, `[EMAIL]`, `${PASSWORD}`, `%s`,
/// `?`, `$1`, `:name`.
pub(crate) fn is_placeholder(value: &[u8]) -> bool {
    static NONE: OneOf = OneOf::new(&[
        b"null",
        b"nil",
        b"none",
        b"undefined",
        b"nan",
        b"n/a",
        b"na",
        b"true",
        b"false",
        b"yes",
        b"no",
        b"on",
        b"off",
        b"redacted",
        b"masked",
        b"hidden",
        b"filtered",
        b"removed",
        b"unknown",
        b"empty",
        b"missing",
        b"default",
        b"required",
        b"optional",
        b"invalid",
        b"valid",
        b"string",
        b"str",
        b"int",
        b"bool",
        b"text",
        b"varchar",
        b"secret_ref",
        b"[redacted]",
        b"not set",
        b"amd64",
        b"arm64",
        b"armhf",
        b"i386",
        b"x86_64",
        b"latest",
        b"all",
        b"any",
        b"unset",
        b"ok",
    ]);
    let value = value.trim_ascii();
    let (Some(first), Some(last)) = (value.first(), value.last()) else { return true };
    // Most begin with a letter or a digit, and then few of these can be.
    let is_word = first.is_ascii_alphanumeric();
    let is_wrapped = !is_word
        && (matches!((first, last), (b'<', b'>') | (b'[', b']') | (b'{', b'}') | (b'(', b')') | (b'%', b'%'))
            || value.starts_with(b"${")
            || value.starts_with(b"#{")
            || value.starts_with(b"$(")
            || value.starts_with(b"{{")
            || value.starts_with(b"<%"));
    let is_yours = matches!(first, b'y' | b'Y') && (begins(value, b"your_") || begins(value, b"your-"))
        || *first == b'M'
            && begins(value, b"my_")
            && value.iter().all(|byte| byte.is_ascii_uppercase() || *byte == b'_');
    let is_bound =
        matches!(first, b'$' | b':' | b'@') && value.len() > 1 && value[1..].iter().all(|byte| byte.is_ascii_digit())
            || *first == b':' && value[1..].iter().all(|byte| byte.is_ascii_alphabetic() || *byte == b'_')
            || *first == b'$'
                && value.len() > 2
                && value[1..].iter().all(|byte| byte.is_ascii_uppercase() || *byte == b'_')
            || *first == b'%' && value.len() <= 3;
    let is_masked = value.iter().all(|byte| !byte.is_ascii_alphanumeric() && *byte < 0x80)
        || value.len() > 2 && value.iter().all(|byte| matches!(byte, b'x' | b'X' | b'*' | b'-' | b'#' | b' ' | b'.'))
        || memchr::memchr(b'*', value).is_some_and(|star| value[star..].windows(3).any(|window| window == b"***"))
        || value.starts_with("•••".as_bytes());
    is_wrapped || is_yours || is_bound || is_masked || NONE.contains(value)
}

fn is_name(value: &[u8], count: Count) -> bool {
    count.letters >= 2
        && count.digits == 0
        && count.spaces <= 5
        && value.len() <= 80
        && !value.iter().any(|byte| b"/\\=:<>{}@_;|#$%&*".contains(byte))
}

/// Two to four words with a capital each, of which the first is a name that is given to people: `Anna Schmidt`, `Anna+Schmidt`.
fn is_full_name(value: &[u8]) -> bool {
    let mut words = value.split(|byte| matches!(byte, b' ' | b'+')).filter(|word| !word.is_empty());
    let is_capital = |word: &[u8]| word[0].is_ascii_uppercase() || word[0] >= 0x80;
    (2..=4).contains(&words.clone().count()) && words.clone().all(is_capital) && words.next().is_some_and(is_given_name)
}

/// Accounts that are nobody's.
fn is_account(value: &[u8], count: Count) -> bool {
    static NOBODY: OneOf = OneOf::new(&[
        b"anonymous",
        b"guest",
        b"root",
        b"system",
        b"nobody",
        b"admin",
        b"administrator",
        b"postgres",
        b"default",
        b"service",
        b"daemon",
        b"mysql",
        b"sa",
        b"www-data",
        b"nginx",
        b"user",
        b"users",
        b"app",
        b"public",
        b"anonymoususer",
        b"internal",
        b"bot",
    ]);
    let is_long_enough = if count.digits == value.len() { count.digits >= 4 } else { value.len() >= 2 };
    // The time of the last login is nobody's name.
    let is_time =
        value.len() >= 10 && value[4] == b'-' && value[7] == b'-' && value[..4].iter().all(u8::is_ascii_digit);
    is_long_enough
        && !is_time
        && value.len() <= 128
        && count.spaces <= 3
        && !begins(value, b"system:")
        && !value.contains(&b'[')
        && !NOBODY.contains(value)
}

fn is_address(value: &[u8], key: Atoms, count: Count) -> bool {
    let is_network =
        value.iter().any(|byte| b"@_\\={}<>".contains(byte)) || memchr::memmem::find(value, b"://").is_some();
    if is_network || value.len() > 200 || count.letters < 3 {
        return false;
    }
    // `address` by itself may be anything's: it needs words and a number.
    let is_dense = count.letters > count.digits && value.iter().any(|byte| *byte >= 0xe3);
    key.any(STREET | PERSON | POSTAL) || (count.spaces > 0 || value.contains(&b'+') || is_dense) && count.digits > 0
}

/// `52.5200`, `-13.405`, `52.52,13.40`.
fn is_coordinates(value: &[u8]) -> bool {
    let mut parts = value.split(|byte| matches!(byte, b',' | b';' | b' ')).filter(|part| !part.is_empty());
    let is_degree = |part: &[u8]| {
        let degree = std::str::from_utf8(part).ok().and_then(|part| part.parse::<f64>().ok());
        part.contains(&b'.') && degree.is_some_and(|degree| degree.abs() <= 180.0)
    };
    parts.clone().count() <= 2 && parts.clone().next().is_some() && parts.all(is_degree)
}

/// `DEUTDEFF`, `DEUTDEFF500`.
fn is_swift(value: &[u8]) -> bool {
    matches!(value.len(), 8 | 11)
        && value[..6].iter().all(u8::is_ascii_uppercase)
        && value[6..].iter().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit())
}

/// `anna at example dot org`, `anna(at)example.org`.
fn is_spelled_out(value: &[u8]) -> bool {
    [&b" at "[..], b"(at)", b"[at]", b" AT "].iter().any(|at| memchr::memmem::find(value, at).is_some())
}
