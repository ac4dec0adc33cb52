//! Gauges, sums and summaries.

use sluice_pdata::view::{Number, NumberPoint, Repeated, SummaryPoint};

use super::super::config::SummaryMode;
use super::delta::{Full, Step, Times};
use super::payload::Kind;
use super::translator::{NO_RECORDED_VALUE, Named, Part, Walk};

impl Walk<'_> {
    /// Values that are sent as they are.
    pub(super) fn numbers<'a>(&mut self, named: Named<'_>, points: Repeated<'a, NumberPoint<'a>>, kind: Kind) {
        for point in points {
            if let Some((value, times)) = self.recorded(point) {
                self.begin(named, point.attributes());
                self.series(named, "", times, kind, value);
            }
        }
    }

    /// Values that only grow, of which is sent by how much.
    pub(super) fn monotonic<'a>(&mut self, named: Named<'_>, points: Repeated<'a, NumberPoint<'a>>) {
        for point in points {
            if let Some((value, times)) = self.recorded(point) {
                self.begin(named, point.attributes());
                self.step(named, "", Part::Value, times, value);
            }
        }
    }

    /// The value of a point, if one was recorded that can be expressed.
    fn recorded(&mut self, point: NumberPoint<'_>) -> Option<(f64, Times)> {
        if point.flags() & NO_RECORDED_VALUE != 0 {
            return None;
        }
        let value = match point.value() {
            Some(Number::Int(value)) => value as f64,
            Some(Number::Double(value)) if value.is_finite() => value,
            _ => {
                self.inexpressible();
                return None;
            }
        };
        Some((value, Times { start: point.start_time_unix_nano(), time: point.time_unix_nano() }))
    }

    fn step(&mut self, named: Named<'_>, suffix: &str, part: Part, times: Times, value: f64) {
        match self.deltas.monotonic(self.stream(named, part), times, value, self.now) {
            Ok(Step::More(more)) => self.series(named, suffix, times, Kind::Count, more),
            Ok(Step::First) if self.sends_first(times) => self.series(named, suffix, times, Kind::Count, value),
            Ok(Step::First | Step::Late) => {}
            Err(Full) => self.too_many(),
        }
    }

    /// Quantiles that somebody else has computed, with count and sum.
    pub(super) fn summaries<'a>(&mut self, named: Named<'_>, points: Repeated<'a, SummaryPoint<'a>>) {
        for point in points {
            if point.flags() & NO_RECORDED_VALUE != 0 {
                continue;
            }
            self.begin(named, point.attributes());
            let times = Times { start: point.start_time_unix_nano(), time: point.time_unix_nano() };
            self.step(named, ".count", Part::Count, times, point.count() as f64);
            let sum = point.sum();
            if sum.is_finite() {
                let difference = self.deltas.difference(self.stream(named, Part::Sum), times, sum, self.now);
                if let Ok(Some(more)) = difference {
                    self.series(named, ".sum", times, Kind::Count, more);
                }
            }
            if self.config.summary_mode == SummaryMode::Gauges {
                for quantile in point.quantile_values().filter(|quantile| quantile.value().is_finite()) {
                    let tag = bound(quantile.quantile());
                    let value = (Kind::Gauge, quantile.value());
                    self.tagged(named, ".quantile", times, value, &[("quantile:", &tag)]);
                }
            }
        }
    }
}

/// A number in a tag: the shortest digits, with `.0` behind those of a whole number.
///
/// Source: the Datadog Agent, `formatFloat`, which formats as Go's `%g` does.
pub(super) fn bound(number: f64) -> String {
    if number == 0.0 {
        return "0".into();
    }
    if !number.is_finite() {
        let name = if number.is_nan() {
            "nan"
        } else if number > 0.0 {
            "inf"
        } else {
            "-inf"
        };
        return name.into();
    }
    let whole = if number == number.floor() { ".0" } else { "" };
    // Shortest digits, as "d.ddde-x".
    let scientific = format!("{number:e}");
    let (digits, exponent) = scientific.split_once('e').unwrap_or((&scientific, "0"));
    let exponent: i32 = exponent.parse().unwrap_or(0);
    if (-4..21).contains(&exponent) {
        return format!("{number}{whole}");
    }
    let sign = if exponent < 0 { '-' } else { '+' };
    format!("{digits}e{sign}{:02}{whole}", exponent.abs())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Checked with Go.
    #[test]
    fn numbers_in_tags_are_written_as_the_agent_does() {
        for (number, text) in [
            (0.0, "0"),
            (-0.0, "0"),
            (10.0, "10.0"),
            (-2.5, "-2.5"),
            (0.25, "0.25"),
            (0.0001, "0.0001"),
            (0.00001, "1e-05"),
            (1.5e-7, "1.5e-07"),
            (123_456_789.0, "123456789.0"),
            (1e20, "100000000000000000000.0"),
            (1e21, "1e+21.0"),
            (1.5e300, "1.5e+300.0"),
            (f64::INFINITY, "inf"),
            (f64::NEG_INFINITY, "-inf"),
            (f64::NAN, "nan"),
        ] {
            assert_eq!(bound(number), text);
        }
    }
}
