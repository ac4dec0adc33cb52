//! Numbers as text.

use crate::prometheus_model::write_number;

/// As [`write_number`], but what looks like a whole number gets `.0`: OpenMetrics tells them apart.
pub(super) fn write_float(out: &mut Vec<u8>, number: f64) {
    let begin = out.len();
    write_number(out, number);
    if number.is_finite() && !out[begin..].iter().any(|byte| matches!(byte, b'.' | b'e')) {
        out.extend_from_slice(b".0");
    }
}

/// Appends a whole number.
pub(super) fn write_integer(out: &mut Vec<u8>, number: impl itoa::Integer) {
    out.extend_from_slice(itoa::Buffer::new().format(number).as_bytes());
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
            assert_eq!((written(write_number).as_str(), written(write_float).as_str()), (expected, float));
        }
    }
}
