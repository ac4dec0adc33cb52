//! Which texts are dates.

/// Whether Go's `yaml.v3` takes a plain scalar for a point in time: `2006-1-2`, `2006-1-2T15:4:5.9+07:00`, `2006-1-2 15:4:5.9`.
pub fn is_timestamp(text: &str) -> bool {
    let date_end = text.find(['T', 't', ' ']).unwrap_or(text.len());
    let (date, time) = text.split_at(date_end);
    let mut parts = date.split('-');
    let number = |text: Option<&str>, lengths: std::ops::RangeInclusive<usize>, most: u32| {
        let text = text.filter(|text| lengths.contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit()))?;
        text.parse().ok().filter(|value| *value <= most)
    };
    let year = number(parts.next(), 4..=4, 9999);
    let month = number(parts.next(), 1..=2, 12).filter(|&month| month > 0);
    let day = number(parts.next(), 1..=2, 31).filter(|&day| day > 0);
    let (Some(year), Some(month), Some(day), None) = (year, month, day, parts.next()) else {
        return false;
    };
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let days = match month {
        2 => 28 + u32::from(leap),
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    };
    day <= days && (time.is_empty() || is_time_of_day(time))
}

/// `T15:4:5.9Z`, `t15:4:5+02:00` or ` 15:4:5`.
fn is_time_of_day(time: &str) -> bool {
    let zoned = !time.starts_with(' ');
    let clock = match (zoned, &time[1..]) {
        (false, clock) => clock,
        (true, clock) => match clock.strip_suffix('Z') {
            Some(clock) => clock,
            None => match clock.rfind(['+', '-']) {
                Some(at) if is_offset(&clock[at + 1..]) => &clock[..at],
                _ => return false,
            },
        },
    };
    let (clock, fraction) = clock.split_once('.').unwrap_or((clock, "0"));
    let parts: Vec<_> = clock.split(':').collect();
    let below = |text: &str, limit: u32| {
        (1..=2).contains(&text.len())
            && text.bytes().all(|b| b.is_ascii_digit())
            && text.parse().is_ok_and(|value: u32| value < limit)
    };
    let clock_ok = matches!(parts[..], [h, m, s] if below(h, 24) && below(m, 60) && below(s, 60));
    clock_ok && !fraction.is_empty() && fraction.bytes().all(|b| b.is_ascii_digit())
}

fn is_offset(text: &str) -> bool {
    let bytes = text.as_bytes();
    bytes.len() == 5 && bytes[2] == b':' && bytes.iter().enumerate().all(|(at, b)| at == 2 || b.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_and_times_are_those_of_go() {
        for text in ["2024-01-31", "2024-2-29", "2024-1-2T3:4:5Z", "2024-01-02t03:04:05.6+02:00", "2024-01-02 03:04:05"]
        {
            assert!(is_timestamp(text), "{text}");
        }
        for text in
            ["", "2024", "2024-02-30", "2023-2-29", "2024-01-31T", "2024-01-02T03:04:05", "24-1-2", "2024-1-2-3"]
        {
            assert!(!is_timestamp(text), "{text}");
        }
    }
}
