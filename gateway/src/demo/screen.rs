//! What the user sees.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::{IsTerminal, Write};
use std::time::{Duration, Instant};

use tokio_util::sync::CancellationToken;

use super::Settings;
use super::figures::{Figures, SIGNALS};
use super::folder::Folder;
use super::samples::Samples;
use crate::telemetry::metrics::registry;

/// The counter of what `pii` finds.
const FINDINGS: &str = "otelcol_processor_pii_findings";

/// A table that is drawn again in its place on a terminal, and a line from time to time elsewhere.
pub(super) struct Screen {
    folder: Folder,
    samples: Samples,
    on_a_terminal: bool,
    began: Instant,
    last: (Instant, [Figures; 3]),
    /// How many lines are to be drawn over.
    drawn: usize,
}

impl Screen {
    /// Says what is going on.
    pub(super) fn open(settings: &Settings, folder: Folder, samples: Samples) -> Self {
        let (host, port) = &settings.metrics;
        let directory = folder.path().display();
        say(&format!(
            "Sluice takes the telemetry of three services that it plays itself, and yours:\n\n\
             \x20 send to      OTLP/gRPC {}, OTLP/HTTP http://{}\n\
             \x20 written to   {directory}/traces.jsonl, metrics.jsonl, logs.jsonl\n\
             \x20 configured   {directory}/gateway.yaml\n\
             \x20 look at      http://{}/debug/pipelinez, http://{host}:{port}/metrics\n\
             \x20 end          Ctrl-C\n\n",
            settings.grpc, settings.http, settings.pages
        ));
        let now = Instant::now();
        let on_a_terminal = std::io::stdout().is_terminal();
        Self { folder, samples, on_a_terminal, began: now, last: (now, figures()), drawn: 0 }
    }

    pub(super) async fn refresh_until(&mut self, ending: &CancellationToken) {
        let interval = Duration::from_secs(if self.on_a_terminal { 1 } else { 5 });
        let mut ticks = tokio::time::interval_at(tokio::time::Instant::now() + interval, interval);
        loop {
            tokio::select! {
                _ = ticks.tick() => self.refresh(),
                () = ending.cancelled() => return,
            }
        }
    }

    /// The figures of the whole, at the end.
    pub(super) fn summary(&self) {
        let took = self.began.elapsed();
        let mut text = format!("\nAfter {:.0} s:\n\n", took.as_secs_f64());
        text += &table(&figures(), None);
        text += &taken_out(&registry().sums(FINDINGS, "detector"));
        text += &self.samples.table();
        text.push('\n');
        for name in ["traces.jsonl", "metrics.jsonl", "logs.jsonl", "sluice.log"] {
            let path = self.folder.path().join(name);
            let bytes = std::fs::metadata(&path).map_or(0, |metadata| metadata.len());
            // Writing to a String cannot fail.
            let _ = writeln!(text, "  {:>9} KiB  {}", grouped(bytes.div_ceil(1024)), path.display());
        }
        text += "\nNext: put your own exporter into gateway.yaml and start sluice --config with it.\n";
        say(&text);
    }

    fn refresh(&mut self) {
        let (now, figures) = (Instant::now(), figures());
        let (before, last) = std::mem::replace(&mut self.last, (now, figures));
        let rates = Rates { since: last, seconds: now.duration_since(before).as_secs_f64() };
        if self.on_a_terminal {
            let mut table = table(&figures, Some(&rates));
            table += &taken_out(&registry().sums(FINDINGS, "detector"));
            table += &self.samples.table();
            let up = if self.drawn > 0 { format!("\x1b[{}A", self.drawn) } else { String::new() };
            self.drawn = table.lines().count();
            say(&format!("{up}\r\x1b[J{table}"));
        } else {
            say(&line(&figures, &rates));
        }
    }
}

struct Rates {
    since: [Figures; 3],
    seconds: f64,
}

impl Rates {
    fn of(&self, index: usize, now: u64, count: impl Fn(&Figures) -> u64) -> u64 {
        let moved = now.saturating_sub(count(&self.since[index]));
        (moved as f64 / self.seconds.max(0.001)).round() as u64
    }
}

fn figures() -> [Figures; 3] {
    SIGNALS.map(Figures::of)
}

fn table(figures: &[Figures; 3], rates: Option<&Rates>) -> String {
    let mut text = String::from("  items          in/s     taken in   written/s      written  refused  lost\n");
    for (index, (signal, figures)) in SIGNALS.iter().zip(figures).enumerate() {
        let rate = |now, count: fn(&Figures) -> u64| {
            rates.map_or_else(String::new, |rates| grouped(rates.of(index, now, count)))
        };
        let _ = writeln!(
            text,
            "  {:9} {:>9} {:>12} {:>11} {:>12} {:>8} {:>5}",
            signal.as_str(),
            rate(figures.taken, |figures| figures.taken),
            grouped(figures.taken),
            rate(figures.written, |figures| figures.written),
            grouped(figures.written),
            grouped(figures.refused),
            grouped(figures.lost),
        );
    }
    text
}

/// What `pii` has found, by detector, in lines that fit on a terminal.
fn taken_out(found: &BTreeMap<String, u64>) -> String {
    let mut text = String::new();
    let mut line = String::from("  taken out:");
    for (detector, count) in found {
        let entry = format!(" {detector} {}", grouped(*count));
        if line.len() + entry.len() > 78 {
            text += &line;
            text.push('\n');
            line = " ".repeat("  taken out:".len());
        }
        line += &entry;
        line.push(',');
    }
    if !found.is_empty() {
        text = format!("\n{text}{}\n", line.trim_end_matches(','));
    }
    text
}

fn line(figures: &[Figures; 3], rates: &Rates) -> String {
    let signals = SIGNALS.iter().zip(figures).enumerate().map(|(index, (signal, figures))| {
        let rate = rates.of(index, figures.taken, |figures| figures.taken);
        format!("{signal} {}/s, {} in, {} written", grouped(rate), grouped(figures.taken), grouped(figures.written))
    });
    format!("{}\n", signals.collect::<Vec<_>>().join("; "))
}

/// `1,234,567`.
fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

fn say(text: &str) {
    let mut stdout = std::io::stdout();
    // Whoever closes the pipe has seen enough.
    let _ = stdout.write_all(text.as_bytes()).and_then(|()| stdout.flush());
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_shows_rates_and_counts() {
        let now = Figures { taken: 1_234_567, refused: 2, written: 1_234_000, lost: 0 };
        let before = Figures { taken: 1_232_567, written: 1_232_000, ..now };
        let rates = Rates { since: [before; 3], seconds: 2.0 };

        let text = table(&[now; 3], Some(&rates));

        assert_eq!(
            text,
            "  items          in/s     taken in   written/s      written  refused  lost\n\
             \x20 traces        1,000    1,234,567       1,000    1,234,000        2     0\n\
             \x20 metrics       1,000    1,234,567       1,000    1,234,000        2     0\n\
             \x20 logs          1,000    1,234,567       1,000    1,234,000        2     0\n"
        );
    }

    #[test]
    fn what_was_taken_out_is_listed_in_lines() {
        let found = |names: &[&str]| names.iter().map(|name| (name.to_string(), 1_234)).collect();

        assert_eq!(taken_out(&found(&[])), "");
        assert_eq!(taken_out(&found(&["email", "jwt"])), "\n  taken out: email 1,234, jwt 1,234\n");
        assert_eq!(
            taken_out(&found(&["authorization", "credit_card", "email", "ipv4", "phone"])),
            "\n  taken out: authorization 1,234, credit_card 1,234, email 1,234, ipv4 1,234,\n             phone 1,234\n"
        );
    }

    #[test]
    fn elsewhere_it_is_a_line() {
        let now = Figures { taken: 1_000, refused: 0, written: 999, lost: 0 };
        let rates = Rates { since: [Figures::default(); 3], seconds: 5.0 };

        assert_eq!(
            line(&[now; 3], &rates),
            "traces 200/s, 1,000 in, 999 written; metrics 200/s, 1,000 in, 999 written; logs 200/s, 1,000 in, 999 written\n"
        );
    }
}
