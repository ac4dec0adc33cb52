//! The table.

use std::fmt::Write;

use crate::compare::{Phase, Run};
use crate::scenario::{Kind, Scenario};

/// A Markdown report of all runs: one table of costs, one of latency, one of memory and losses. Each figure is the median of the
/// runs with the least and the greatest; the ratio is the first program's median over the last one's.
pub fn markdown(scenarios: &[Scenario], programs: &[String], runs: &[Run]) -> String {
    let report = Report { scenarios, programs, runs };
    let mut text = String::new();
    report.table(
        &mut text,
        "CPU, µs an item, at full speed",
        |scenario| scenario.kind == Kind::Load,
        &[
            Column::full("CPU", 2, |phase| phase.cpu_us_per_item),
            Column::full("thousand items/s", 0, |phase| phase.items_per_second / 1e3),
            Column::full("refused %", 1, |phase| phase.refused * 100.0),
            Column::full("B out an item", 0, |phase| phase.bytes_out_per_item),
            Column::full("generator and sink, µs", 2, |phase| phase.harness_us_per_item),
        ],
    );
    report.table(
        &mut text,
        "At a rate that both keep up with",
        |scenario| scenario.kind == Kind::Load,
        &[
            Column::paced("CPU", 2, |phase| phase.cpu_us_per_item),
            Column::paced("p50 ms", 2, |phase| phase.p50_ms),
            Column::paced("p99 ms", 2, |phase| phase.p99_ms),
            Column::paced("p999 ms", 2, |phase| phase.p999_ms),
            Column::paced("thousand items/s", 1, |phase| phase.items_per_second / 1e3),
        ],
    );
    report.table(
        &mut text,
        "Memory and losses",
        |_| true,
        &[
            Column::run("idle MiB", 1, |run| mib(run.idle_bytes)),
            Column::paced("peak MiB at the rate", 0, |phase| mib(phase.peak_bytes)),
            Column::full("peak MiB at full speed", 0, |phase| mib(phase.peak_bytes)),
            Column::run("lost", 0, |run| run.lost as f64),
            Column::run("extra", 0, |run| run.extra as f64),
            Column::run("unanswered", 0, |run| run.unanswered as f64),
            Column { name: "stop ms", digits: 0, of: Box::new(|run| run.stop_ms.map(|ms| ms as f64)) },
        ],
    );
    text
}

struct Report<'a> {
    scenarios: &'a [Scenario],
    programs: &'a [String],
    runs: &'a [Run],
}

type Figure = Box<dyn Fn(&Run) -> Option<f64>>;

/// One figure of a run.
struct Column {
    name: &'static str,
    digits: usize,
    of: Figure,
}

impl Column {
    fn full(name: &'static str, digits: usize, of: fn(&Phase) -> f64) -> Column {
        Column { name, digits, of: Box::new(move |run| run.full.as_ref().map(of)) }
    }

    fn paced(name: &'static str, digits: usize, of: fn(&Phase) -> f64) -> Column {
        Column { name, digits, of: Box::new(move |run| run.paced.as_ref().map(of)) }
    }

    fn run(name: &'static str, digits: usize, of: fn(&Run) -> f64) -> Column {
        Column { name, digits, of: Box::new(move |run| Some(of(run))) }
    }
}

impl Report<'_> {
    /// The ratio is of the first column.
    fn table(&self, text: &mut String, title: &str, shown: fn(&Scenario) -> bool, columns: &[Column]) {
        let rows: Vec<_> = self.scenarios.iter().filter(|scenario| shown(scenario)).collect();
        let (Some(ratio_of), false) = (columns.first(), rows.is_empty()) else { return };
        let names: Vec<_> = columns.iter().map(|column| column.name).collect();
        // Writing to a string does not fail.
        let _ = writeln!(text, "### {title}\n");
        let _ = writeln!(text, "| scenario | program | {} | ratio |", names.join(" | "));
        let _ = writeln!(text, "|---|---|{}---|", "---|".repeat(names.len()));
        for scenario in rows {
            let base = self.programs.first().and_then(|program| self.spread(scenario, program, ratio_of));
            for program in self.programs {
                let cells: Vec<_> = columns.iter().map(|column| self.cell(scenario, program, column)).collect();
                let own = self.spread(scenario, program, ratio_of);
                let ratio = match (base, own) {
                    (Some(base), Some(own)) if own.median > 0.0 => format!("{:.1}", base.median / own.median),
                    _ => "-".into(),
                };
                let _ = writeln!(text, "| {} | {program} | {} | {ratio} |", scenario.about, cells.join(" | "));
            }
        }
        text.push('\n');
    }

    fn cell(&self, scenario: &Scenario, program: &str, column: &Column) -> String {
        let digits = column.digits;
        match self.spread(scenario, program, column) {
            None => "-".into(),
            Some(Spread { least, median, greatest }) if least == greatest => format!("{median:.digits$}"),
            Some(Spread { least, median, greatest }) => {
                format!("{median:.digits$} ({least:.digits$}..{greatest:.digits$})")
            }
        }
    }

    fn spread(&self, scenario: &Scenario, program: &str, column: &Column) -> Option<Spread> {
        let runs = self.runs.iter().filter(|run| run.scenario == scenario.name && run.program == program);
        Spread::of(runs.filter_map(|run| (column.of)(run)).collect())
    }
}

#[derive(Clone, Copy, Debug, PartialEq)]
struct Spread {
    least: f64,
    median: f64,
    greatest: f64,
}

impl Spread {
    fn of(mut figures: Vec<f64>) -> Option<Spread> {
        figures.sort_by(f64::total_cmp);
        let (least, greatest) = (*figures.first()?, *figures.last()?);
        let middle = figures.len() / 2;
        let median =
            if figures.len() % 2 == 1 { figures[middle] } else { (figures[middle - 1] + figures[middle]) / 2.0 };
        Some(Spread { least, median, greatest })
    }
}

fn mib(bytes: u64) -> f64 {
    bytes as f64 / f64::from(1 << 20)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spread_is_least_median_greatest() {
        let odd = Spread::of(vec![3.0, 1.0, 2.0]);
        let even = Spread::of(vec![4.0, 1.0, 2.0, 3.0]);

        assert_eq!(odd, Some(Spread { least: 1.0, median: 2.0, greatest: 3.0 }));
        assert_eq!(even, Some(Spread { least: 1.0, median: 2.5, greatest: 4.0 }));
        assert_eq!(Spread::of(Vec::new()), None);
    }
}
