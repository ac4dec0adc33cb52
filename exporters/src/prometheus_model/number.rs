//! Numbers and times.

use std::io::Write;

/// The bits of the value that ends a series: a NaN of its own.
///
/// Source: Prometheus' `model/value`.
pub const STALE: f64 = f64::from_bits(0x7ff0_0000_0000_0002);

/// Nanoseconds since 1970 in milliseconds, the rest cut off.
pub fn millis(nanos: u64) -> i64 {
    // Of no u64 does the thousandth of a thousandth exceed an i64.
    (nanos / 1_000_000) as i64
}

/// A bound or quantile as a label's value: the shortest digits that say the number, without an exponent.
pub fn bound_text(bound: f64) -> String {
    match bound {
        f64::INFINITY => "+Inf".to_owned(),
        f64::NEG_INFINITY => "-Inf".to_owned(),
        _ => bound.to_string(),
    }
}

/// Appends a number as Go writes it with the verb `g`: the shortest digits that read back, with an exponent below 1e-4
/// and from 1e+06 on.
pub fn write_number(out: &mut Vec<u8>, number: f64) {
    if number.is_nan() {
        out.extend_from_slice(b"NaN");
    } else if number.is_infinite() {
        out.extend_from_slice(if number > 0.0 { b"+Inf" } else { b"-Inf" });
    } else if number.abs() < 1e6 && number.fract() == 0.0 && (number != 0.0 || number.is_sign_positive()) {
        out.extend_from_slice(itoa::Buffer::new().format(number as i64).as_bytes());
    } else {
        write_digits(out, number);
    }
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
