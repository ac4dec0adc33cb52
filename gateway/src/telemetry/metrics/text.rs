//! The own metrics as Prometheus text.
//!
//! Source: Prometheus, "Exposition formats", text version 0.0.4; names as the Collector's exporter makes them from
//! OpenTelemetry's, with its three options.

use std::fmt::Write;

use sluice_exporters::prometheus_model::write_number;

use super::PrometheusPull;
use super::snapshot::{Family, Kind, Labels, Snapshot, Value};

/// The content type of what [`render`] gives.
pub(super) const CONTENT_TYPE: &str = "text/plain; version=0.0.4; charset=utf-8; escaping=underscores";

/// Writes every family, then who they are about. `scope` is the version that stands in `otel_scope_version`.
pub(super) fn render(
    snapshot: &Snapshot,
    resource: &[(String, String)],
    options: &PrometheusPull,
    scope: &str,
) -> String {
    let mut text = String::with_capacity(8 << 10);
    let scope: Labels = if options.without_scope_info {
        Labels::new()
    } else {
        vec![("otel_scope_name".into(), "sluice".into()), ("otel_scope_version".into(), scope.into())]
    };
    for (name, family) in snapshot {
        write_family(&mut text, &full_name(name, family, options), family, &scope);
    }
    let mut labels: Labels = resource.iter().map(|(name, value)| (label_name(name), value.clone())).collect();
    labels.sort_unstable();
    text.push_str("# HELP target_info Target metadata\n# TYPE target_info gauge\n");
    write_sample(&mut text, "target_info", &labels, &[], 1.0);
    text
}

fn full_name(name: &str, family: &Family, options: &PrometheusPull) -> String {
    let mut full: String = name.chars().map(|c| if is_name_char(c) { c } else { '_' }).collect();
    let unit = match family.unit {
        "s" => "seconds",
        "ms" => "milliseconds",
        "By" => "bytes",
        _ => "",
    };
    if !options.without_units && !unit.is_empty() && !full.split('_').any(|token| token == unit) {
        full.push('_');
        full.push_str(unit);
    }
    if !options.without_type_suffix && family.kind == Kind::Counter && !full.ends_with("_total") {
        full.push_str("_total");
    }
    full
}

fn write_family(text: &mut String, name: &str, family: &Family, scope: &Labels) {
    let kind = match family.kind {
        Kind::Counter => "counter",
        Kind::Gauge => "gauge",
        Kind::Histogram => "histogram",
    };
    let help = family.help.replace('\\', r"\\").replace('\n', r"\n");
    // Writing to a String cannot fail.
    let _ = writeln!(text, "# HELP {name} {help}\n# TYPE {name} {kind}");
    for (labels, value) in &family.series {
        match value {
            Value::Number(value) => write_sample(text, name, labels, scope, *value),
            Value::Distribution(distribution) => {
                let mut below = 0;
                let bounds = distribution.bounds.iter().copied().chain([f64::INFINITY]);
                for (bound, count) in bounds.zip(&distribution.counts) {
                    below += count;
                    let bound = [("le".to_owned(), number(bound))];
                    let extra: Labels = scope.iter().cloned().chain(bound).collect();
                    write_sample(text, &format!("{name}_bucket"), labels, &extra, below as f64);
                }
                write_sample(text, &format!("{name}_sum"), labels, scope, distribution.sum);
                write_sample(text, &format!("{name}_count"), labels, scope, distribution.count() as f64);
            }
        }
    }
}

fn write_sample(text: &mut String, name: &str, labels: &[(String, String)], more: &[(String, String)], value: f64) {
    text.push_str(name);
    let mut before = '{';
    for (label, value) in labels.iter().chain(more) {
        let value = value.replace('\\', r"\\").replace('"', "\\\"").replace('\n', r"\n");
        let _ = write!(text, "{before}{}=\"{value}\"", label_name(label));
        before = ',';
    }
    if before == ',' {
        text.push('}');
    }
    let _ = writeln!(text, " {}", number(value));
}

fn label_name(name: &str) -> String {
    name.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '_' }).collect()
}

fn is_name_char(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '_' || c == ':'
}

fn number(value: f64) -> String {
    let mut text = Vec::new();
    write_number(&mut text, value);
    // Digits, signs and letters.
    String::from_utf8(text).unwrap_or_default()
}

#[cfg(test)]
mod tests;
