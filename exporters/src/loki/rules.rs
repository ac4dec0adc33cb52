//! What becomes of a log record: the part of the settings that translation follows.

use std::time::Duration;

use sluice_component::config::{Effective, Section, Value};

use super::labels::{Bounds, is_label_name};
use super::line::Format;

/// How log records are translated.
#[derive(Clone, Debug)]
pub(super) struct Rules {
    /// Attributes and fields that become labels, by `labels`.
    pub(super) labels: MappedLabels,
    /// Which of the labels that go without saying there are.
    pub(super) default_labels: DefaultLabels,
    /// How lines are written where no hint says it.
    pub(super) format: Format,
    /// Whether there is structured metadata.
    pub(super) structured_metadata: bool,
    /// The resource attribute that names the tenant, where no hint does.
    pub(super) tenant_attribute: Option<String>,
    /// What is sent at most.
    pub(super) limits: Limits,
}

/// `labels`: what becomes a label, and which.
#[derive(Clone, Debug, Default)]
pub(super) struct MappedLabels {
    /// Resource attributes and their labels.
    pub(super) resource: Vec<(String, String)>,
    /// Log attributes and their labels.
    pub(super) attributes: Vec<(String, String)>,
    /// Fields of the log record and their labels.
    pub(super) record: Vec<(RecordField, String)>,
}

/// A field of a log record that can become a label.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum RecordField {
    /// The trace's id, in hexadecimal.
    TraceId,
    /// The span's id, in hexadecimal.
    SpanId,
    /// The text of the severity.
    Severity,
    /// The name of the severity's number, such as `Info2`.
    SeverityNumber,
}

/// `default_labels_enabled`.
#[derive(Clone, Copy, Debug)]
pub(super) struct DefaultLabels {
    /// `exporter="OTLP"`.
    pub(super) exporter: bool,
    /// `job`: namespace and name of the service.
    pub(super) job: bool,
    /// `instance`: the id of the service's instance.
    pub(super) instance: bool,
    /// `level`, from the number of the severity.
    pub(super) level: bool,
}

/// `limits`: what Loki refuses by default, not sent in the first place. Zero means any for each of them.
#[derive(Clone, Copy, Debug)]
pub(super) struct Limits {
    /// How old a line may be. Default 7 days.
    pub(super) max_age: Option<Duration>,
    /// How far ahead of our clock a line may be. Default 10 minutes.
    pub(super) max_ahead: Option<Duration>,
    /// How long a line may be, in bytes. Default 256 KiB.
    pub(super) line_bytes: usize,
    /// How many streams one request has at most. Default 1000.
    pub(super) request_streams: usize,
    /// How many bytes one request has at most before it is packed, unless one line has more. Default 1 MiB.
    pub(super) request_bytes: usize,
    /// How many labels a stream may have, and how long their values may be. Default 15 and 2048 bytes.
    pub(super) labels: Bounds,
}

impl MappedLabels {
    /// Reads `labels`. Without it, it is not among the effective values: printed, it would turn other defaults off.
    pub(super) fn read_if_there(section: &mut Section<'_>) -> Self {
        const KEY: &str = "labels";
        if !section.has(KEY) {
            section.ignored(KEY);
            return Self::default();
        }
        let labels = section.section(KEY, Self::read);
        if labels.resource.is_empty() && labels.attributes.is_empty() && labels.record.is_empty() {
            section.problem(KEY, "must name at least one attribute, in resource, attributes or record");
        }
        labels
    }

    fn read(section: &mut Section<'_>) -> Self {
        let resource = mapped(section, "resource");
        let attributes = mapped(section, "attributes");
        let mut record = Vec::new();
        for (key, label) in mapped(section, "record") {
            let field = match key.as_str() {
                "traceID" => RecordField::TraceId,
                "spanID" => RecordField::SpanId,
                "severity" => RecordField::Severity,
                "severityN" => RecordField::SeverityNumber,
                _ => {
                    let message = format!("must be one of traceID, spanID, severity, severityN, found {key:?}");
                    section.problem("record", message);
                    continue;
                }
            };
            record.push((field, label));
        }
        Self { resource, attributes, record }
    }

    /// Whether a field of the record is a label.
    pub(super) fn has(&self, field: RecordField) -> bool {
        self.record.iter().any(|(there, _)| *there == field)
    }
}

/// Names and the labels that they become; a name without a label is its own.
fn mapped(section: &mut Section<'_>, key: &'static str) -> Vec<(String, String)> {
    let entries: &[_] = match section.raw(key).map(|node| &node.value) {
        None | Some(Value::Null) => &[],
        Some(Value::Map(entries)) => entries,
        Some(other) => {
            section.problem(key, format!("must be a map of names to labels, found {}", other.kind()));
            &[]
        }
    };
    let mut pairs = Vec::new();
    for ((name, location), node) in entries {
        let path = format!("{key}::{name}");
        let label = match &node.value {
            Value::Null => name.to_string(),
            Value::Text(label) if label.is_empty() => name.to_string(),
            Value::Text(label) => label.to_string(),
            other => {
                section.problem_below(&path, location, format!("must be the name of a label, found {}", other.kind()));
                continue;
            }
        };
        if !is_label_name(&label) {
            let message =
                format!("must be a label of letters, digits and _, not beginning with a digit, found {label:?}");
            section.problem_below(&path, location, message);
            continue;
        }
        pairs.push((name.to_string(), label));
    }
    let effective = pairs.iter().map(|(name, label)| (name.clone(), Effective::Text(label.clone())));
    section.record(key, Effective::Map(effective.collect()));
    pairs
}

impl DefaultLabels {
    pub(super) fn read(section: &mut Section<'_>, default: bool) -> Self {
        Self {
            exporter: section.bool("exporter", default),
            job: section.bool("job", default),
            instance: section.bool("instance", default),
            level: section.bool("level", default),
        }
    }
}

impl Limits {
    pub(super) fn read(section: &mut Section<'_>) -> Self {
        let some = |time: Duration| Some(time).filter(|time| !time.is_zero());
        let any = |number: usize| if number == 0 { usize::MAX } else { number };
        Self {
            max_age: some(section.duration("max_age", Duration::from_secs(168 * 3600))),
            max_ahead: some(section.duration("max_ahead", Duration::from_secs(600))),
            line_bytes: any(section.integer("line_bytes", 256 * 1024)),
            request_streams: any(section.integer("request_streams", 1000)),
            request_bytes: any(section.integer("request_bytes", 1024 * 1024)),
            labels: Bounds {
                labels: any(section.integer("labels", 15)),
                value_bytes: any(section.integer("label_value_bytes", 2048)),
            },
        }
    }
}
