//! Points in time as texts.

use std::time::{Duration, SystemTime};

/// `2026-11-21T15:17:39.575Z`: UTC, to the millisecond; what is before 1970 is 1970.
pub fn rfc3339_millis(time: SystemTime) -> String {
    let since = since_1970(time);
    format!("{}.{:03}Z", whole_seconds(since), since.subsec_millis())
}

/// `2026-11-21T15:17:39.575000001Z`: UTC, to the nanosecond; what is before 1970 is 1970.
pub fn rfc3339_nanos(time: SystemTime) -> String {
    let since = since_1970(time);
    format!("{}.{:09}Z", whole_seconds(since), since.subsec_nanos())
}

fn since_1970(time: SystemTime) -> Duration {
    time.duration_since(SystemTime::UNIX_EPOCH).unwrap_or(Duration::ZERO)
}

fn whole_seconds(since: Duration) -> String {
    let seconds = since.as_secs();
    let (year, month, day) = date(seconds / 86_400);
    let (hour, minute, second) = (seconds / 3600 % 24, seconds / 60 % 60, seconds % 60);
    format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}")
}

/// Year, month and day of a number of days since 1970.
///
/// Counts in years that begin in March, so that the leap day is the last. Source: Howard Hinnant,
/// "chrono-Compatible Low-Level Date Algorithms", `civil_from_days`.
fn date(days: u64) -> (u64, u64, u64) {
    const DAYS_IN_400_YEARS: u64 = 146_097;
    const FROM_MARCH_OF_YEAR_0_TO_1970: u64 = 719_468;

    let days = days + FROM_MARCH_OF_YEAR_0_TO_1970;
    let (era, day_of_era) = (days / DAYS_IN_400_YEARS, days % DAYS_IN_400_YEARS);
    let year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month_from_march = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month_from_march + 2) / 5 + 1;
    let month = if month_from_march < 10 { month_from_march + 3 } else { month_from_march - 9 };
    (400 * era + year_of_era + u64::from(month <= 2), month, day)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_utc() {
        for (millis, text) in [
            (0, "1970-01-01T00:00:00.000Z"),
            (951_782_400_001, "2000-02-29T00:00:00.001Z"),
            (1_795_274_259_575, "2026-11-21T15:17:39.575Z"),
            (4_102_444_799_999, "2099-12-31T23:59:59.999Z"),
        ] {
            assert_eq!(rfc3339_millis(SystemTime::UNIX_EPOCH + Duration::from_millis(millis)), text);
        }
        let time = SystemTime::UNIX_EPOCH + Duration::new(1_795_274_259, 1);
        assert_eq!(rfc3339_nanos(time), "2026-11-21T15:17:39.000000001Z");
    }
}
