//! A gateway in which nothing runs: what extensions are built with in tests.

use std::sync::Arc;
use std::time::SystemTime;

use sluice::plan::Plan;
use sluice_component::factory::{ComponentState, Extension, Host, PipelineState, Program, Settings};
use sluice_component::{ComponentId, Extensions, StatusReporter};

pub(crate) const PROGRAM: Program = Program { name: "sluice", description: "Sluice", version: "0.0.0" };

/// Builds the extensions that a plan starts, and offers them.
pub(crate) fn built_extensions(plan: &Plan) -> (Vec<Box<dyn Extension>>, Extensions) {
    let mut offered = Extensions::default();
    let build = |id: &ComponentId| {
        let settings = Settings { extensions: offered.clone(), ..settings(id) };
        let built = plan.extensions[id].config.build(settings, Arc::new(Nothing));
        let built = built.unwrap_or_else(|error| panic!("{id}: {error}"));
        offered.insert(id.clone(), built.offers());
        built
    };
    let built = plan.started_extensions.iter().map(build).collect();
    (built, offered)
}

/// What a component is given where there is nothing else.
pub(crate) fn settings(id: &ComponentId) -> Settings {
    Settings { id: id.clone(), program: PROGRAM, status: StatusReporter::default(), extensions: Extensions::default() }
}

struct Nothing;

impl Host for Nothing {
    fn is_ready(&self) -> bool {
        false
    }
    fn components(&self) -> Vec<ComponentState> {
        Vec::new()
    }
    fn pipelines(&self) -> Vec<PipelineState> {
        Vec::new()
    }
    fn extensions(&self) -> Vec<ComponentId> {
        Vec::new()
    }
    fn program(&self) -> Program {
        PROGRAM
    }
    fn started(&self) -> SystemTime {
        SystemTime::UNIX_EPOCH
    }
    fn features(&self) -> Vec<(&'static str, bool, &'static str, &'static str)> {
        Vec::new()
    }
}
