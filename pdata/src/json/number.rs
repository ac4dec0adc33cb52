//! Numbers in JSON, exactly.

/// The whole number that a decimal text says, `1e3` and `5.0` included; none if it has a fraction or is no number of at
/// most 64 bits and a sign.
pub(super) fn whole(text: &[u8]) -> Option<i128> {
    let (negative, digits) = match text {
        [b'-', digits @ ..] => (true, digits),
        _ => (false, text),
    };
    let magnitude = match plain(digits) {
        Some(magnitude) => magnitude,
        None => scaled(digits)?,
    };
    Some(if negative { -i128::from(magnitude) } else { i128::from(magnitude) })
}

fn plain(digits: &[u8]) -> Option<u64> {
    if digits.is_empty() {
        return None;
    }
    digits.iter().try_fold(0_u64, |number, digit| {
        let digit = digit.is_ascii_digit().then(|| u64::from(digit - b'0'))?;
        number.checked_mul(10)?.checked_add(digit)
    })
}

/// Reads digits with a fraction or an exponent.
fn scaled(text: &[u8]) -> Option<u64> {
    let (mantissa, exponent) = match text.iter().position(|byte| matches!(byte, b'e' | b'E')) {
        Some(at) => (&text[..at], parse_exponent(&text[at + 1..])?),
        None => (text, 0),
    };
    let (whole, fraction) = match mantissa.iter().position(|byte| *byte == b'.') {
        Some(at) => (&mantissa[..at], &mantissa[at + 1..]),
        None => (mantissa, &[][..]),
    };
    if whole.is_empty() {
        return None;
    }
    // The number is all digits in a row times ten to the power of `scale`.
    let mut number = 0_u64;
    let mut zeros = 0_i64;
    for digit in whole.iter().chain(fraction) {
        match digit {
            // Zeros count once a further digit follows them.
            b'0' => zeros += 1,
            b'1'..=b'9' => {
                number = shifted(number, zeros + 1)?.checked_add(u64::from(digit - b'0'))?;
                zeros = 0;
            }
            _ => return None,
        }
    }
    let scale = zeros + exponent - i64::try_from(fraction.len()).ok()?;
    shifted(number, scale)
}

/// Multiplies by a power of ten, if the result is whole and fits.
fn shifted(number: u64, power: i64) -> Option<u64> {
    if number == 0 {
        return Some(0);
    }
    number.checked_mul(10_u64.checked_pow(u32::try_from(power).ok()?)?)
}

fn parse_exponent(text: &[u8]) -> Option<i64> {
    let (negative, digits) = match text {
        [b'-', digits @ ..] => (true, digits),
        [b'+', digits @ ..] => (false, digits),
        _ => (false, text),
    };
    let magnitude = i64::try_from(plain(digits)?).ok()?.min(i64::from(u32::MAX));
    Some(if negative { -magnitude } else { magnitude })
}

/// The number that a decimal text says; none if it is none, or too large.
pub(super) fn double(text: &str) -> Option<f64> {
    if !text.starts_with(|first: char| first == '-' || first.is_ascii_digit()) {
        return None;
    }
    text.parse().ok().filter(|number: &f64| number.is_finite())
}

#[cfg(test)]
mod tests {
    use super::{double, whole};

    #[test]
    fn whole_numbers_are_read_exactly() {
        for (text, number) in [
            ("0", Some(0)),
            ("-0", Some(0)),
            ("-0.0", Some(0)),
            ("0e999999999999", Some(0)),
            ("18446744073709551615", Some(u64::MAX.into())),
            ("18446744073709551616", None),
            ("1.8446744073709551615e19", Some(u64::MAX.into())),
            ("-9223372036854775808", Some(i64::MIN.into())),
            ("1e3", Some(1000)),
            ("1E+3", Some(1000)),
            ("5.0", Some(5)),
            ("5.10", None),
            ("1200e-2", Some(12)),
            ("1200e-3", None),
            ("0.5e1", Some(5)),
            ("0.05", None),
            ("1e999", None),
            ("1e99999999999999999999", None),
            ("", None),
            ("-", None),
            ("e3", None),
            (".", None),
            ("0x10", None),
            ("1 ", None),
            ("NaN", None),
        ] {
            assert_eq!(whole(text.as_bytes()), number, "{text}");
        }
    }

    #[test]
    fn doubles_are_finite_decimals() {
        assert_eq!(double("-0.0").map(f64::to_bits), Some((-0.0_f64).to_bits()));
        assert_eq!(double("1e3"), Some(1000.0));
        for text in ["1e999", "inf", "-inf", "-NaN", "", "+1", "0x1"] {
            assert_eq!(double(text), None, "{text}");
        }
    }
}
