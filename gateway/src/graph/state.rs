//! Who is in a graph and how they are doing.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use sluice_component::factory::{ComponentState, PipelineState};
use sluice_component::{ComponentId, Health, Kind, PipelineId, StatusReporter};

use super::border::PipelineCounts;
use crate::plan::Pipeline;

/// Every component instance and every pipeline of a graph.
#[derive(Default)]
pub struct Map {
    /// Every component instance, in the order of building: exporters before those that feed them.
    pub instances: Vec<Instance>,
    pub(super) pipelines: Vec<(PipelineId, Pipeline, Arc<PipelineCounts>)>,
}

/// One component instance.
pub struct Instance {
    /// What it is.
    pub kind: Kind,
    /// Its id.
    pub id: ComponentId,
    /// The pipelines that it serves.
    pub pipelines: Vec<PipelineId>,
    /// Where it says how it is doing.
    pub status: StatusReporter,
}

impl Map {
    /// How every component is doing.
    pub fn components(&self) -> Vec<ComponentState> {
        self.instances.iter().map(Instance::state).collect()
    }

    /// What has flowed through every pipeline.
    pub fn pipelines(&self) -> Vec<PipelineState> {
        let state = |(id, pipeline, counts): &(PipelineId, Pipeline, Arc<PipelineCounts>)| PipelineState {
            id: id.clone(),
            receivers: pipeline.receivers.clone(),
            processors: pipeline.processors.clone(),
            exporters: pipeline.exporters.clone(),
            items_in: counts.items_in.load(Ordering::Relaxed),
            items_refused: counts.items_refused.load(Ordering::Relaxed),
        };
        self.pipelines.iter().map(state).collect()
    }

    /// Says of every component of a kind how it is doing, unless it has said something else than `from` itself.
    pub fn advance(&self, from: &Health, to: &Health) {
        for instance in self.instances.iter().filter(|instance| instance.status.current() == *from) {
            instance.status.report(to.clone());
        }
    }
}

impl Instance {
    fn state(&self) -> ComponentState {
        ComponentState {
            kind: self.kind,
            id: self.id.clone(),
            pipelines: self.pipelines.clone(),
            health: self.status.current(),
        }
    }
}
