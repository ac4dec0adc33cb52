//! Numbers as text.

use std::io::Write;

/// Appends a number as Go writes it with the verb `g`: the shortest digits that read back, with an exponent below 1e-4
/// and from 1e+06 on.
pub(super) fn write(out: &mut Vec<u8>, number: f64) {
    if number.is_nan() {
        out.extend_from_slice(b"NaN");
    } else if number.is_infinite() {
        out.extend_from_slice(if number > 0.0 { b"+Inf" } else { b"-Inf" });
    } else if number.abs() < 1e6 && number.fract() == 0.0 && (number != 0.0 || number.is_sign_positive()) {
        write_integer(out, number as i64);
    } else {
        write_digits(out, number);
    }
}

/// As [`write`], but what looks like a whole number gets `.0`: OpenMetrics tells them apart.
pub(super) fn write_float(out: &mut Vec<u8>, number: f64) {
    let begin = out.len();
    write(out, number);
    if number.is_finite() && !out[begin..].iter().any(|byte| matches!(byte, b'.' | b'e')) {
        out.extend_from_slice(b".0");
    }
}

/// Appends a whole number.
pub(super) fn write_integer(out: &mut Vec<u8>, number: impl itoa::Integer) {
    out.extend_from_slice(itoa::Buffer::new().format(number).as_bytes());
}

fn write_digits(out: &mut Vec<u8>, number: f64) {
    let begin = out.len();
    // Writing to memory cannot fail.
    let _ = write!(out, "{number:e}");
    let Some(place) = out[begin..].iter().position(|byte| *byte == b'e') else { return };
    let exponent = std::str::from_utf8(&out[begin + place + 1..]).ok().and_then(|text| text.parse::<i32>().ok());
    let exponent = exponent.unwrap_or(0);
    if (-4..6).contains(&exponent) {
        out.truncate(begin);
        let _ = write!(out, "{number}");
    } else {
        out.truncate(begin + place);
        let sign = if exponent < 0 { '-' } else { '+' };
        let _ = write!(out, "e{sign}{:02}", exponent.abs());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// As `strconv.FormatFloat(number, 'g', -1, 64)` says them.
    #[test]
    fn numbers_are_written_as_go_writes_them() {
        for (number, expected, float) in [
            (0.0, "0", "0.0"),
            (-0.0, "-0", "-0.0"),
            (1.0, "1", "1.0"),
            (-42.0, "-42", "-42.0"),
            (0.5, "0.5", "0.5"),
            (0.0001, "0.0001", "0.0001"),
            (0.00001, "1e-05", "1e-05"),
            (999_999.0, "999999", "999999.0"),
            (1_000_000.0, "1e+06", "1e+06"),
            (1_234_567.5, "1.2345675e+06", "1.2345675e+06"),
            (123_456.75, "123456.75", "123456.75"),
            (1e21, "1e+21", "1e+21"),
            (f64::MAX, "1.7976931348623157e+308", "1.7976931348623157e+308"),
            (f64::MIN_POSITIVE, "2.2250738585072014e-308", "2.2250738585072014e-308"),
            (f64::NAN, "NaN", "NaN"),
            (f64::INFINITY, "+Inf", "+Inf"),
            (f64::NEG_INFINITY, "-Inf", "-Inf"),
        ] {
            let written = |write: fn(&mut Vec<u8>, f64)| {
                let mut out = Vec::new();
                write(&mut out, number);
                String::from_utf8(out).unwrap()
            };
            assert_eq!((written(write).as_str(), written(write_float).as_str()), (expected, float));
        }
    }
}
