//! Dates, times, durations.

use super::{Made, Make, filled};
use crate::dice::Dice;

pub(super) const KINDS: &[(&str, Make)] = &[
    ("epoch seconds", |dice| epoch(dice, 0)),
    ("epoch milliseconds", |dice| epoch(dice, 3)),
    ("epoch microseconds", |dice| epoch(dice, 6)),
    ("epoch nanoseconds", |dice| epoch(dice, 9)),
    ("date", |dice| {
        filled(dice, &["2026-0#-1#", "1#/0#/2026", "1#.0#.2026", "2026/0#/1#", "1# March 2026", "20260#1#"])
    }),
    ("timestamp", timestamp),
    ("time", |dice| {
        filled(
            dice,
            &["12:34:5#", "23:5#:59.123", "0#:15", "12:34:56:78", "elapsed 01:02:0#", "at 10:20:30", "00:00:1#,456"],
        )
    }),
    ("duration", |dice| {
        filled(dice, &["PT1H3#M", "P1DT12H", "1h2#m3s", "15ms", "3d 0#:12:45", "1.5#s", "2 weeks 1# days"])
    }),
    ("cron", |dice| filled(dice, &["*/5 * * * *", "0 1# * * 1-5", "15 2,1# 1 * ?", "0 0 12 1/5 * ? 2026"])),
    ("date in a name", |dice| {
        filled(
            dice,
            &["backup-2026-01-1#.tar.gz", "logs-2026.01.1#", "report_2026011#_0930.pdf", "index-2026.01.1#-00000#"],
        )
    }),
];

fn epoch(dice: &mut Dice, more_digits: usize) -> Made {
    let text = format!("1{}{}{}", dice.pick(&["6", "7"]), dice.digits(8), dice.digits(more_digits));
    match dice.below(5) {
        0 => (Some("event.created"), text),
        1 => (None, format!("ts={text} level=info")),
        2 => (None, format!("{{\"timestamp\":{text}}}")),
        3 => (None, format!("/api/poll?_={text}")),
        _ => (None, text),
    }
}

fn timestamp(dice: &mut Dice) -> Made {
    filled(
        dice,
        &[
            "2026-03-1#T12:34:56Z",
            "2026-03-1# 12:34:56.###",
            "2026-03-1#T12:34:56.######+02:00",
            "1#/Mar/2026:12:34:56 +0000",
            "Tue, 1# Mar 2026 12:34:56 GMT",
            "Mar 1# 12:34:56",
            "2026-03-1#T12:34:56.#########Z",
            "20260314T12345#Z",
        ],
    )
}
