//! Corpora to measure speed by: short strings of telemetry, and lines of clean English.

use crate::dice::Dice;
use crate::words::{HOSTS, WORDS};
use crate::{Family, frames, values};

/// Strings of telemetry, short: 32 bytes in the mean, digits in half of them, and so many in a hundred with personal data.
pub fn short_strings(seed: u64, count: usize, percent_personal: u32) -> Vec<String> {
    let mut dice = Dice::new(seed);
    (0..count).map(|_| if dice.percent(percent_personal) { personal(&mut dice) } else { short(&mut dice) }).collect()
}

/// Lines of logs in clean English: 164 bytes in the mean.
pub fn log_lines(seed: u64, count: usize) -> Vec<String> {
    let mut dice = Dice::new(seed);
    (0..count)
        .map(|_| {
            let mut line = log_sentence_of(&mut dice);
            let length = dice.between(60, 180) as usize;
            while line.len() < length {
                line.push(' ');
                line.push_str(&log_sentence_of(&mut dice));
            }
            line
        })
        .collect()
}

fn personal(dice: &mut Dice) -> String {
    const FAMILIES: &[Family] = &[
        Family::Email,
        Family::Ipv4,
        Family::Phone,
        Family::Card,
        Family::Ipv6,
        Family::VendorToken,
        Family::Iban,
        Family::Mac,
    ];
    let family = dice.pick(FAMILIES);
    let value = values::value(family, dice);
    if dice.percent(50) { frames::bare(&value).text } else { frames::framed(dice, &value).text }
}

/// One string as attributes hold it.
fn short(dice: &mut Dice) -> String {
    let (host, word, other) = (dice.pick(HOSTS), dice.pick(WORDS), dice.pick(WORDS));
    let number = dice.between(1, 9999);
    match dice.below(24) {
        0 => dice.pick(&["GET", "POST", "200", "OK", "true", "production", "eu-west-1", "grpc", "linux"]).to_owned(),
        1 => format!("{host}-service"),
        2 => format!("/api/v1/{word}/{number}"),
        3 => format!("/api/v2/{word}/{other}"),
        4 => format!("{}-{}-{}", dice.hex(8), dice.hex(4), dice.hex(12)),
        5 => format!("com.acme.{word}.{host}.{other}Handler"),
        6 => format!("{host}-{}-{}", dice.hex(10), dice.hex(5)),
        7 => format!("https://{host}.example.com/{word}/{number}?page=2"),
        8 => format!("SELECT id, {word}, {other} FROM {host} WHERE id = ? AND state = ?"),
        9 => format!("1.{}.{}", number % 40, number % 9),
        10 => format!("17{}", dice.digits(11)),
        11 => format!("{host}.{word}.{other}"),
        12 => format!("{word} {other} finished"),
        13 => format!("{word}={number} {other}=ok host={host}"),
        14 => format!("2026-03-{:02}T12:34:{:02}.{:03}Z", number % 28 + 1, number % 60, number % 1000),
        15 => format!("{host}.default.svc.cluster.local:8080"),
        16 => dice.hex(32),
        17 => format!("could not acquire a lease on {word}/{other} for {host}, will try again"),
        18 => format!("connection to {host} refused by the peer while opening {word}"),
        19 => format!("could not open {word}: no such file or directory"),
        20 => format!("{host}Controller.{word}"),
        21 => format!("{{\"{word}\":{number},\"state\":\"open\"}}"),
        22 => "application/json; charset=utf-8".to_owned(),
        _ => format!("{word}-{other}-queue"),
    }
}

/// A sentence as log lines have them.
pub(crate) fn log_sentence_of(dice: &mut Dice) -> String {
    const SUBJECTS: &[&str] = &[
        "The scheduler",
        "A background worker",
        "The connection pool",
        "This node",
        "The request handler",
        "An upstream server",
        "The garbage collector",
        "The consumer group",
    ];
    const VERBS: &[&str] = &[
        "could not finish",
        "has started",
        "is waiting for",
        "gave up on",
        "completed",
        "took longer than expected for",
        "restarted",
        "rebalanced",
    ];
    const TAILS: &[&str] = &[
        "because the deadline was exceeded",
        "and will try again later",
        "after the leader changed",
        "without any error",
        "while shutting down",
        "since the last checkpoint",
        "before the lease expired",
    ];
    let (subject, verb, tail) = (dice.pick(SUBJECTS), dice.pick(VERBS), dice.pick(TAILS));
    let (word, host) = (dice.pick(WORDS), dice.pick(HOSTS));
    match dice.below(4) {
        0 => format!("{subject} {verb} the {word} of {host} {tail}."),
        1 => format!("{subject} {verb} {} {word}s {tail}.", dice.between(2, 900)),
        2 => format!("{subject} on {host} {verb} the {word} {tail}; nothing else is affected."),
        _ => format!("{subject} {verb} its {word} {tail}."),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mean(strings: &[String]) -> usize {
        strings.iter().map(String::len).sum::<usize>() / strings.len()
    }

    #[test]
    fn short_strings_are_short_and_half_of_them_have_digits() {
        let strings = short_strings(1, 20_000, 2);

        let with_digits = strings.iter().filter(|text| text.bytes().any(|byte| byte.is_ascii_digit())).count();
        assert!((28..=36).contains(&mean(&strings)), "mean {}", mean(&strings));
        assert!((9_000..=12_000).contains(&with_digits), "{with_digits} of 20,000 have digits");
    }

    #[test]
    fn log_lines_are_of_middle_length() {
        let mean = mean(&log_lines(1, 5_000));

        assert!((154..=174).contains(&mean), "mean {mean}");
    }
}
