//! Numbers and times as Go prints them.

use std::fmt;
use std::fmt::Write;

/// Go's `%v` of a float: the shortest digits, with an exponent below 1e-4 and from 1e21 or seven digits on.
pub(super) struct Shortest(pub(super) f64);

/// Go's `%f`: six places.
pub(super) struct Fixed(pub(super) f64);

/// Nanoseconds since 1970 as Go's `time.Time` prints them, in UTC.
pub(super) struct Time(pub(super) u64);

impl fmt::Display for Shortest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match unusual(self.0) {
            Some(name) => f.write_str(name),
            None => {
                let (mantissa, exponent) = scientific(self.0);
                if (-4..6).contains(&exponent) || (self.0 == 0.0) {
                    write!(f, "{}", self.0)
                } else {
                    write!(f, "{mantissa}e{}{:02}", if exponent < 0 { '-' } else { '+' }, exponent.abs())
                }
            }
        }
    }
}

impl fmt::Display for Fixed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match unusual(self.0) {
            Some(name) => f.write_str(name),
            None => write!(f, "{:.6}", self.0),
        }
    }
}

impl fmt::Display for Time {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // As Go does: numbers past the largest signed one are before 1970.
        let nanos = self.0 as i64;
        let (year, month, day) = date(nanos.div_euclid(NANOS_A_DAY));
        let in_day = nanos.rem_euclid(NANOS_A_DAY);
        let (seconds, nanos) = (in_day / 1_000_000_000, in_day % 1_000_000_000);
        let (hour, minute, second) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
        write!(f, "{year:04}-{month:02}-{day:02} {hour:02}:{minute:02}:{second:02}")?;
        if nanos != 0 {
            f.write_char('.')?;
            f.write_str(format!("{nanos:09}").trim_end_matches('0'))?;
        }
        f.write_str(" +0000 UTC")
    }
}

const NANOS_A_DAY: i64 = 86_400_000_000_000;

/// Go's names of what is no number.
fn unusual(number: f64) -> Option<&'static str> {
    match number {
        number if number.is_nan() => Some("NaN"),
        f64::INFINITY => Some("+Inf"),
        f64::NEG_INFINITY => Some("-Inf"),
        _ => None,
    }
}

/// The shortest digits as `1.25`, and the exponent of ten.
fn scientific(number: f64) -> (String, i32) {
    let text = format!("{number:e}");
    let (mantissa, exponent) = text.split_once('e').expect("the format has an exponent");
    (mantissa.to_owned(), exponent.parse().expect("the exponent is a number"))
}

/// The date of a day since 1970.
///
/// Source: Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms", `civil_from_days`.
fn date(day: i64) -> (i64, i64, i64) {
    let shifted = day + 719_468;
    let era = shifted.div_euclid(146_097);
    let day_of_era = shifted.rem_euclid(146_097);
    let year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted_month = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * shifted_month + 2) / 5 + 1;
    let month = if shifted_month < 10 { shifted_month + 3 } else { shifted_month - 9 };
    (year_of_era + era * 400 + i64::from(month <= 2), month, day)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_the_calendars() {
        for (nanos, text) in [
            (0, "1970-01-01 00:00:00 +0000 UTC"),
            (951_782_400_000_000_000, "2000-02-29 00:00:00 +0000 UTC"),
            (1_772_323_199_999_000_000, "2026-02-28 23:59:59.999 +0000 UTC"),
            (4_107_542_400_000_000_001, "2100-03-01 00:00:00.000000001 +0000 UTC"),
            (u64::MAX, "1969-12-31 23:59:59.999999999 +0000 UTC"),
            (1 << 63, "1677-09-21 00:12:43.145224192 +0000 UTC"),
        ] {
            assert_eq!(Time(nanos).to_string(), text);
        }
    }
}
