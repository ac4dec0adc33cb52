mod cases;
mod hostile;
mod metrics;
mod mistakes;
mod oracle;

use opentelemetry_proto::tonic::common::v1::{AnyValue, KeyValue, any_value};
use sluice_component::config::{Report, Section};
use sluice_pdata::Signal;

use super::config::Config;
use super::processor::LabelMapping;
use crate::testing::{settings, yaml};

/// Reads a configuration; says what is wrong with it.
fn read(text: &str) -> (Config, Vec<String>) {
    let report = Report::default();
    let node = yaml(text);
    let (config, _) = Section::read(&node, "processors::label_mapping", &report, Config::read);
    let problems = report.into_problems();
    (config, problems.iter().map(ToString::to_string).collect())
}

/// The processor of a configuration without mistakes.
fn mapping(text: &str, signal: Signal) -> LabelMapping {
    let (config, problems) = read(text);
    assert_eq!(problems, [""; 0], "{text}");
    LabelMapping::new(config.plan(), &settings("label_mapping").id, signal)
}

fn text(value: &str) -> any_value::Value {
    any_value::Value::StringValue(value.into())
}

fn attribute(key: &str, value: any_value::Value) -> KeyValue {
    KeyValue { key: key.into(), value: Some(AnyValue { value: Some(value) }), ..KeyValue::default() }
}
