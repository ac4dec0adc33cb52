//! Units in words.

/// The word of Prometheus for a unit, as metadata has it: `By/s` is `bytes_per_second`, `1` is nothing.
pub fn unit_name(unit: &str, keeps_utf8: bool) -> String {
    let Words { main, per } = Words::of(unit);
    let (main, per) = if keeps_utf8 { (main, per) } else { (cleaned(&main), cleaned(&per)) };
    let name = match (main.is_empty(), per.is_empty()) {
        (false, false) => format!("{main}_{per}"),
        (false, true) => main,
        _ => per,
    };
    let name = name.strip_prefix('_').unwrap_or(&name);
    name.strip_suffix('_').unwrap_or(name).to_owned()
}

/// The two halves of a unit, each of which may be empty.
pub(super) struct Words {
    /// What stands before the first slash, in words.
    pub(super) main: String,
    /// What stands behind it, in words: `per_second`.
    pub(super) per: String,
}

impl Words {
    pub(super) fn of(unit: &str) -> Self {
        let (main, per) = unit.split_once('/').unwrap_or((unit, ""));
        let per = half(per, per_word);
        let per = if per.is_empty() { String::new() } else { format!("per_{per}") };
        Self { main: half(main, main_word).to_owned(), per }
    }
}

/// Units in braces are annotations.
fn half(unit: &str, word: impl Fn(&str) -> Option<&'static str>) -> &str {
    let unit = unit.trim();
    if unit.contains(['{', '}']) {
        return "";
    }
    word(unit).unwrap_or(unit)
}

fn main_word(unit: &str) -> Option<&'static str> {
    Some(match unit {
        "d" => "days",
        "h" => "hours",
        "min" => "minutes",
        "s" => "seconds",
        "ms" => "milliseconds",
        "us" => "microseconds",
        "ns" => "nanoseconds",
        "By" => "bytes",
        "KiBy" => "kibibytes",
        "MiBy" => "mebibytes",
        "GiBy" => "gibibytes",
        "TiBy" => "tibibytes",
        "KBy" => "kilobytes",
        "MBy" => "megabytes",
        "GBy" => "gigabytes",
        "TBy" => "terabytes",
        "m" => "meters",
        "V" => "volts",
        "A" => "amperes",
        "J" => "joules",
        "W" => "watts",
        "g" => "grams",
        "Cel" => "celsius",
        "Hz" => "hertz",
        "1" => "",
        "%" => "percent",
        _ => return None,
    })
}

fn per_word(unit: &str) -> Option<&'static str> {
    Some(match unit {
        "s" => "second",
        "m" => "minute",
        "h" => "hour",
        "d" => "day",
        "w" => "week",
        "mo" => "month",
        "y" => "year",
        _ => return None,
    })
}

/// A unit of characters that a name may have: others become `_`, of which none is at the begin and none beside another.
pub(super) fn cleaned(unit: &str) -> String {
    let mut clean = String::with_capacity(unit.len());
    for character in unit.chars() {
        if super::metric_name::is_plain(character) {
            clean.push(character);
        } else if !clean.is_empty() && !clean.ends_with('_') {
            clean.push('_');
        }
    }
    clean
}
