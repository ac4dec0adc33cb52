//! Feature gates: the Collector's switches for behaviour that is new or going away.
//!
//! Source: the Collector's `featuregate` package. Gates of its contrib components mean nothing here; naming one is
//! allowed, so that a command line need not change.

use crate::config;

/// A feature gate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Gate {
    /// Its name, as the Collector has it.
    pub id: &'static str,
    /// Whether it is on.
    pub enabled: bool,
    /// How settled it is: `Alpha` (off unless asked for), `Beta` (on unless asked not to).
    pub stage: &'static str,
    /// What it changes.
    pub description: &'static str,
}

const fn alpha(id: &'static str, description: &'static str) -> Gate {
    Gate { id, enabled: false, stage: "Alpha", description }
}

/// Every gate that is known, in the order of their names, and as they are unless asked otherwise.
const KNOWN: &[Gate] = &[
    alpha("confmap.enableMergeAppendOption", "Lists of components in `service` grow from one --config to the next"),
    alpha("pdata.useProtoPooling", "Without effect here: telemetry is not decoded"),
    alpha("pkg.exporterhelper.queueBatchEnabled", "Without effect yet: set sending_queue::batch"),
    alpha("receiverhelper.newReceiverMetrics", "Without effect: refused and failed items are always told apart"),
    alpha("service.AllowNoPipelines", "Extensions alone are a configuration"),
    alpha("service.partialReload", "Without effect yet: a reload restarts everything, once the new file is valid"),
    Gate {
        id: "service.partialReloadReceivers",
        enabled: true,
        stage: "Beta",
        description: "Without effect while service.partialReload has none",
    },
    alpha("service.profilesSupport", "Pipelines may carry profiles"),
    alpha("telemetry.newPipelineTelemetry", "Without effect yet: no metrics under the names of the new scheme"),
];

/// All gates, as asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Gates(Vec<Gate>);

impl Default for Gates {
    fn default() -> Self {
        Self(KNOWN.to_vec())
    }
}

impl Gates {
    /// Applies `--feature-gates`: names after commas, each with `-` in front to turn it off, or `+` or nothing to turn it
    /// on. Returns the names that are not known here.
    pub fn apply(&mut self, list: &str) -> Vec<String> {
        let mut unknown = Vec::new();
        for text in list.split(',').map(str::trim).filter(|text| !text.is_empty()) {
            let (enabled, id) = match text.strip_prefix('-') {
                Some(id) => (false, id),
                None => (true, text.strip_prefix('+').unwrap_or(text)),
            };
            match self.0.iter_mut().find(|gate| gate.id == id) {
                Some(gate) => gate.enabled = enabled,
                None => unknown.push(id.to_owned()),
            }
        }
        unknown
    }

    /// Every gate, in the order of their names.
    pub fn iter(&self) -> impl Iterator<Item = &Gate> {
        self.0.iter()
    }

    /// The gate of this name.
    pub fn get(&self, id: &str) -> Option<&Gate> {
        self.0.iter().find(|gate| gate.id == id)
    }

    /// Those that change how a configuration is read.
    pub fn for_config(&self) -> config::Gates {
        let is_on = |id: &str| self.get(id).is_some_and(|gate| gate.enabled);
        config::Gates {
            profiles_support: is_on("service.profilesSupport"),
            allow_no_pipelines: is_on("service.AllowNoPipelines"),
            merge_append: is_on("confmap.enableMergeAppendOption"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sign_turns_a_gate_off_or_on_and_unknown_ones_are_told() {
        let mut gates = Gates::default();

        let unknown = gates
            .apply("service.profilesSupport, +service.AllowNoPipelines,-service.partialReloadReceivers,-filter.x,");

        assert_eq!(unknown, ["filter.x"]);
        let config = gates.for_config();
        assert_eq!((config.profiles_support, config.allow_no_pipelines, config.merge_append), (true, true, false));
        assert!(!gates.get("service.partialReloadReceivers").unwrap().enabled);
    }
}
