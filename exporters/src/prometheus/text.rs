//! The text formats.
//!
//! Source: Prometheus, "Exposition formats", text version 0.0.4; OpenMetrics 1.0, "Text format".

use super::family::Kind;
use super::name::{Escaping, is_label, is_metric};
use super::number;
use super::point::{Exemplar, Histogram, Point, Summary, Value};
use super::store::{Shown, pairs};
use crate::prometheus_model as model;

/// Writes families one after another.
pub(super) struct Text {
    pub(super) out: Vec<u8>,
    pub(super) dialect: Dialect,
    pub(super) escaping: Escaping,
    /// Whether values have their times behind them.
    pub(super) timestamps: bool,
}

/// One of the two text formats.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Dialect {
    Prometheus,
    OpenMetrics,
}

/// The value of a sample.
#[derive(Clone, Copy)]
enum Sample {
    Float(f64),
    /// A count: OpenMetrics tells it from other numbers.
    Count(u64),
}

/// What stands in front of a sample's value.
struct Head<'a> {
    /// As it is written.
    name: &'a str,
    suffix: &'a str,
    series: &'a Shown,
    /// One more label.
    more: Option<(&'a str, f64)>,
}

impl Text {
    /// Writes one family.
    pub(super) fn family(&mut self, name: &str, help: &str, kind: Kind, series: &[Shown]) {
        let name = self.escaping.metric(name);
        self.head(&name, help, kind);
        for shown in series {
            self.series(&name, shown);
        }
    }

    /// Writes the resources.
    pub(super) fn targets<'t>(&mut self, name: &str, targets: impl Iterator<Item = &'t [u8]>) {
        let name = self.escaping.metric(name);
        self.head(&name, "Target metadata", Kind::Gauge);
        for labels in targets {
            let mut begun = self.begin(&name, "");
            for (label, value) in pairs(labels) {
                self.label(&mut begun, label, value);
            }
            self.close(begun);
            self.value(Sample::Float(1.0));
            self.out.push(b'\n');
        }
    }

    /// Ends the text.
    pub(super) fn end(mut self) -> Vec<u8> {
        if self.dialect == Dialect::OpenMetrics {
            self.out.extend_from_slice(b"# EOF\n");
        }
        self.out
    }

    /// Writes help and type.
    fn head(&mut self, name: &str, help: &str, kind: Kind) {
        let open_metrics = self.dialect == Dialect::OpenMetrics;
        let total = name.strip_suffix("_total").filter(|_| kind == Kind::Counter && open_metrics);
        let kind = match kind {
            // OpenMetrics knows no counter without the suffix.
            Kind::Counter if open_metrics && total.is_none() => "unknown",
            Kind::Counter => "counter",
            Kind::Gauge => "gauge",
            Kind::Histogram => "histogram",
            Kind::Summary => "summary",
        };
        let described = total.unwrap_or(name);
        self.out.extend_from_slice(b"# HELP ");
        self.name(described, is_metric(described));
        self.out.push(b' ');
        escape(&mut self.out, help.as_bytes(), open_metrics);
        self.out.extend_from_slice(b"\n# TYPE ");
        self.name(described, is_metric(described));
        self.out.push(b' ');
        self.out.extend_from_slice(kind.as_bytes());
        self.out.push(b'\n');
    }

    fn series(&mut self, name: &str, series: &Shown) {
        let point = &series.point;
        let head = |suffix, more| Head { name, suffix, series, more };
        match &point.value {
            Value::Number(number, exemplar) => {
                let number = model::number(Some(*number));
                self.sample(&head("", None), Sample::Float(number), point, exemplar.as_deref());
            }
            Value::Histogram(histogram) => self.histogram(name, series, histogram),
            Value::Native(native) => {
                let histogram = &native.histogram;
                let count = Sample::Count(histogram.count);
                self.sample(&head("_bucket", Some(("le", f64::INFINITY))), count, point, None);
                self.sample(&head("_sum", None), Sample::Float(histogram.sum), point, None);
                self.sample(&head("_count", None), count, point, None);
            }
            Value::Summary(summary) => self.summary(name, series, summary),
        }
    }

    fn histogram(&mut self, name: &str, series: &Shown, histogram: &Histogram) {
        let point = &series.point;
        let head = |suffix, more| Head { name, suffix, series, more };
        let mut exemplars = histogram.exemplars.iter().peekable();
        let mut below: u64 = 0;
        for (index, (bound, count)) in histogram.buckets.iter().enumerate() {
            below = below.saturating_add(*count);
            let exemplar = exemplars.next_if(|(of, _)| *of == index).map(|(_, exemplar)| exemplar);
            self.sample(&head("_bucket", Some(("le", *bound))), Sample::Count(below), point, exemplar);
        }
        let (count, last) = (Sample::Count(histogram.count), exemplars.next().map(|(_, exemplar)| exemplar));
        self.sample(&head("_bucket", Some(("le", f64::INFINITY))), count, point, last);
        self.sample(&head("_sum", None), Sample::Float(histogram.sum), point, None);
        self.sample(&head("_count", None), count, point, None);
    }

    fn summary(&mut self, name: &str, series: &Shown, summary: &Summary) {
        let point = &series.point;
        let head = |suffix, more| Head { name, suffix, series, more };
        for (quantile, value) in &summary.quantiles {
            self.sample(&head("", Some(("quantile", *quantile))), Sample::Float(*value), point, None);
        }
        self.sample(&head("_sum", None), Sample::Float(summary.sum), point, None);
        self.sample(&head("_count", None), Sample::Count(summary.count), point, None);
    }

    fn sample(&mut self, head: &Head<'_>, sample: Sample, point: &Point, exemplar: Option<&Exemplar>) {
        let mut begun = self.begin(head.name, head.suffix);
        for (label, value) in head.series.labels() {
            self.label(&mut begun, label, value);
        }
        if let Some((label, value)) = head.more {
            self.separate(&mut begun);
            self.out.extend_from_slice(label.as_bytes());
            self.out.extend_from_slice(b"=\"");
            self.float(value);
            self.out.push(b'"');
        }
        self.close(begun);
        self.value(sample);
        self.time(point.time);
        if let Some(exemplar) = exemplar.filter(|_| self.dialect == Dialect::OpenMetrics) {
            self.exemplar(exemplar);
        }
        self.out.push(b'\n');
    }

    /// Begins a sample; whether the braces are open yet is the answer.
    fn begin(&mut self, name: &str, suffix: &str) -> bool {
        if is_metric(name) {
            self.out.extend_from_slice(name.as_bytes());
            self.out.extend_from_slice(suffix.as_bytes());
            return false;
        }
        self.out.extend_from_slice(b"{\"");
        escape(&mut self.out, name.as_bytes(), true);
        self.out.extend_from_slice(suffix.as_bytes());
        self.out.push(b'"');
        true
    }

    fn separate(&mut self, begun: &mut bool) {
        self.out.push(if std::mem::replace(begun, true) { b',' } else { b'{' });
    }

    fn label(&mut self, begun: &mut bool, label: &[u8], value: &[u8]) {
        self.separate(begun);
        let label = String::from_utf8_lossy(label);
        let label = self.escaping.label(&label);
        self.name(&label, is_label(&label));
        self.out.extend_from_slice(b"=\"");
        escape(&mut self.out, value, true);
        self.out.push(b'"');
    }

    fn close(&mut self, begun: bool) {
        self.out.extend_from_slice(if begun { b"} " } else { b" " });
    }

    fn name(&mut self, name: &str, plain: bool) {
        if plain {
            return self.out.extend_from_slice(name.as_bytes());
        }
        self.out.push(b'"');
        escape(&mut self.out, name.as_bytes(), true);
        self.out.push(b'"');
    }

    fn value(&mut self, sample: Sample) {
        match (sample, self.dialect) {
            (Sample::Float(value), _) => self.float(value),
            (Sample::Count(count), Dialect::OpenMetrics) => number::write_integer(&mut self.out, count),
            (Sample::Count(count), Dialect::Prometheus) => model::write_number(&mut self.out, count as f64),
        }
    }

    fn float(&mut self, value: f64) {
        match self.dialect {
            Dialect::Prometheus => model::write_number(&mut self.out, value),
            Dialect::OpenMetrics => number::write_float(&mut self.out, value),
        }
    }

    fn time(&mut self, nanos: u64) {
        if !self.timestamps || nanos == 0 {
            return;
        }
        let millis = model::millis(nanos);
        self.out.push(b' ');
        match self.dialect {
            Dialect::Prometheus => number::write_integer(&mut self.out, millis),
            Dialect::OpenMetrics => number::write_float(&mut self.out, millis as f64 / 1000.0),
        }
    }

    fn exemplar(&mut self, exemplar: &Exemplar) {
        self.out.extend_from_slice(b" # ");
        let mut begun = false;
        for (label, value) in &exemplar.labels {
            self.label(&mut begun, label.as_bytes(), value.as_bytes());
        }
        self.close(begun);
        self.float(exemplar.value);
        if exemplar.time != 0 {
            self.out.push(b' ');
            self.float(exemplar.time as f64 / 1e9);
        }
    }
}

/// Appends a text that stands between quotes, or at the end of a line.
fn escape(out: &mut Vec<u8>, text: &[u8], quotes: bool) {
    let special = |byte: &u8| matches!(byte, b'\\' | b'\n') || (*byte == b'"' && quotes);
    let mut rest = text;
    while let Some(place) = rest.iter().position(special) {
        out.extend_from_slice(&rest[..place]);
        out.extend_from_slice(match rest[place] {
            b'\\' => b"\\\\",
            b'\n' => b"\\n",
            _ => b"\\\"",
        });
        rest = &rest[place + 1..];
    }
    out.extend_from_slice(rest);
}
