//! Prometheus' label names, with `job` and `instance`.
//!
//! Source: "OpenTelemetry specification, Prometheus and OpenMetrics compatibility"; the Collector's `pkg/translator/prometheus`.

use super::Act::{ComposeInto, CopyInto, Normalize};
use super::{Preset, at};
use crate::label_mapping::rule::{Bits, Level, Style};

const RESOURCE: Bits = Bits::of(&[Level::Resource]);
const POINTS: Bits = Bits::of(&[Level::DataPoint]);

pub(super) static PRESET: Preset = Preset {
    name: "prometheus",
    group: None,
    tables: &[
        at(RESOURCE, ComposeInto("job", "{service.namespace}/{service.name}", POINTS)),
        // Where there is no namespace: what is there already stays.
        at(RESOURCE, CopyInto(&[("service.name", "job"), ("service.instance.id", "instance")], POINTS)),
        at(POINTS, Normalize(Style::Prometheus)),
    ],
};
