//! Numbers and times.

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
