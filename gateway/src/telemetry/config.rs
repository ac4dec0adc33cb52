//! `service::telemetry`, read.

use sluice_component::config::{Effective, Section};

use super::{Resource, logs, metrics};

/// What the gateway is to say about itself.
#[derive(Clone, Debug)]
pub struct Config {
    /// `logs`.
    pub logs: logs::Config,
    /// `metrics`.
    pub metrics: metrics::Config,
    /// `resource`: who the gateway says it is.
    pub resource: Resource,
}

impl Config {
    /// Reads `service::telemetry`.
    pub fn read(section: &mut Section<'_>) -> Self {
        let logs = section.section("logs", logs::Config::read);
        let metrics = section.section("metrics", metrics::Config::read);
        section.section("traces", refuse_own_traces);
        let resource = Resource::read(section);
        Self { logs, metrics, resource }
    }
}

/// Own traces are off, in the Collector too unless a processor is configured; that one we cannot give.
fn refuse_own_traces(section: &mut Section<'_>) {
    named(section, "level", "normal", &[("none", ()), ("basic", ()), ("normal", ()), ("detailed", ())]);
    for propagator in section.strings("propagators", &[]) {
        if !["tracecontext", "b3"].contains(&propagator.as_str()) {
            let message = format!(r#"must be one of "tracecontext", "b3", found {propagator:?}"#);
            section.problem("propagators", message);
        }
    }
    section.unsupported("processors", "Sluice makes no traces of its own");
    section.unsupported("sampler", "Sluice makes no traces of its own");
    section.unsupported("limits", "Sluice makes no traces of its own");
}

/// Reads one of the named values, whatever its case, as the Collector does for its levels.
pub(super) fn named<T: Copy>(section: &mut Section<'_>, key: &'static str, default: &str, values: &[(&str, T)]) -> T {
    // Null is the default, as it is when the level comes from a variable that is not set.
    let text = if section.has(key) {
        section.string(key, default)
    } else {
        section.ignored(key);
        section.record(key, Effective::Text(default.into()));
        default.into()
    };
    let find = |name: &str| values.iter().find(|(value, _)| value.eq_ignore_ascii_case(name));
    let found = find(&text).or_else(|| {
        let names: Vec<_> = values.iter().map(|(name, _)| format!("{name:?}")).collect();
        section.problem(key, format!("must be one of {}, found {text:?}", names.join(", ")));
        find(default)
    });
    found.expect("the default is one of the values").1
}
