//! Printing what was found.

use std::io::{self, Write};

use serde_json::json;
use sluice_processors::pii::{Explanation, Unscanned, Value};

/// The most of a value that is shown to a person, in characters.
const MOST_SHOWN: usize = 2000;

/// How it is printed.
#[derive(Clone, Copy)]
pub(super) enum Shown {
    /// An object a line.
    Json,
    /// For a person.
    Text { colour: bool },
}

/// What all of the input came to.
#[derive(Default)]
pub(super) struct Totals {
    entries: usize,
    values: usize,
    pub(super) found: usize,
    unscanned: usize,
    dropped: usize,
    refused: usize,
}

impl Totals {
    pub(super) fn add(&mut self, explanation: &Explanation) {
        self.entries += 1;
        self.values += explanation.values.len();
        self.found += explanation.values.iter().map(|value| value.found.len()).sum::<usize>();
        self.unscanned += explanation.unscanned.len();
        self.dropped += explanation.dropped;
        self.refused += usize::from(explanation.after.is_none());
    }
}

impl Shown {
    pub(super) fn explanation(
        self,
        line: Option<usize>,
        explanation: &Explanation,
        out: &mut dyn Write,
    ) -> io::Result<()> {
        for value in &explanation.values {
            match self {
                Self::Json => json_value(line, value, out)?,
                Self::Text { colour } => text_value(line, value, &Style::new(colour), out)?,
            }
        }
        for unscanned in &explanation.unscanned {
            let Unscanned { place, path, why } = unscanned;
            match self {
                Self::Json => {
                    writeln!(out, "{}", json!({"line": line, "place": place, "path": path, "unscanned": why}))?;
                }
                Self::Text { colour } => {
                    heading(line, place, path, &Style::new(colour), out)?;
                    writeln!(out, "  not scanned: {why}\n")?;
                }
            }
        }
        Ok(())
    }

    /// One line at the end, for a person.
    pub(super) fn totals(self, totals: &Totals, out: &mut dyn Write) -> io::Result<()> {
        let Self::Text { .. } = self else { return Ok(()) };
        let count = |number: usize, one: &str, many: &str| match number {
            1 => format!("1 {one}"),
            _ => format!("{number} {many}"),
        };
        let mut text = format!(
            "{} in {}, {} read",
            count(totals.found, "finding", "findings"),
            count(totals.values, "value", "values"),
            count(totals.entries, "line or request", "lines or requests")
        );
        for (number, what) in
            [(totals.unscanned, "not scanned"), (totals.dropped, "items dropped"), (totals.refused, "refused")]
        {
            if number > 0 {
                text += &format!(", {number} {what}");
            }
        }
        writeln!(out, "{text}")
    }
}

fn json_value(line: Option<usize>, value: &Value, out: &mut dyn Write) -> io::Result<()> {
    let found = value
        .found
        .iter()
        .map(|found| json!({"detector": found.detector, "why": found.why, "action": found.action, "text": found.text}));
    let object = json!({
        "line": line,
        "place": value.place,
        "path": value.path,
        "before": value.before,
        "after": value.after,
        "found": found.collect::<Vec<_>>(),
    });
    writeln!(out, "{object}")
}

fn text_value(line: Option<usize>, value: &Value, style: &Style, out: &mut dyn Write) -> io::Result<()> {
    let Style { red, green, bold, plain, .. } = style;
    heading(line, value.place, &value.path, style, out)?;
    writeln!(out, "  before  {red}{}{plain}", shown(&value.before))?;
    match &value.after {
        Some(after) => writeln!(out, "  after   {green}{}{plain}", shown(after))?,
        None => writeln!(out, "  after   {green}(dropped){plain}")?,
    }
    for found in &value.found {
        let (text, why) = (shown(&found.text), &found.why);
        writeln!(out, "  {bold}{}{plain} {text:?}: {why}; {}", found.detector, found.action)?;
    }
    writeln!(out)
}

fn heading(line: Option<usize>, place: &str, path: &str, style: &Style, out: &mut dyn Write) -> io::Result<()> {
    let Style { dim, plain, .. } = style;
    let line = line.map_or_else(String::new, |line| format!("line {line}, "));
    let path = if path == place { String::new() } else { format!(" {}", shown(path)) };
    writeln!(out, "{dim}{line}{place}{path}{plain}")
}

/// A text on one line, that cannot steer the terminal, and has an end.
fn shown(text: &str) -> String {
    let mut shown = String::new();
    for (index, character) in text.chars().enumerate() {
        match character {
            _ if index == MOST_SHOWN => {
                shown.push('…');
                break;
            }
            character if character.is_control() => shown.extend(character.escape_default()),
            character => shown.push(character),
        }
    }
    shown
}

/// The terminal's sequences; empty without colours.
struct Style {
    bold: &'static str,
    dim: &'static str,
    red: &'static str,
    green: &'static str,
    plain: &'static str,
}

impl Style {
    fn new(colour: bool) -> Self {
        match colour {
            true => Self { bold: "\x1b[1m", dim: "\x1b[2m", red: "\x1b[31m", green: "\x1b[32m", plain: "\x1b[0m" },
            false => Self { bold: "", dim: "", red: "", green: "", plain: "" },
        }
    }
}
