//! What extensions may ask about the gateway.

use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::SystemTime;

use sluice_component::factory::{ComponentState, Host, PipelineState, Program};
use sluice_component::{ComponentId, Kind, StatusReporter};

use crate::gates::Gates;
use crate::graph::Map;

/// One start of the service.
pub(super) struct Gateway {
    program: Program,
    gates: Gates,
    started: SystemTime,
    ready: AtomicBool,
    extensions: Vec<(ComponentId, StatusReporter)>,
    /// Set when the graph stands: extensions are there before it.
    map: OnceLock<Map>,
}

impl Gateway {
    pub(super) fn new(program: Program, gates: Gates, extensions: Vec<ComponentId>) -> Self {
        Self {
            program,
            gates,
            started: SystemTime::now(),
            ready: AtomicBool::new(false),
            extensions: extensions.into_iter().map(|id| (id, StatusReporter::default())).collect(),
            map: OnceLock::new(),
        }
    }

    pub(super) fn set_map(&self, map: Map) {
        // A graph is built once a start.
        let _ = self.map.set(map);
    }

    pub(super) fn map(&self) -> Option<&Map> {
        self.map.get()
    }

    pub(super) fn set_ready(&self, ready: bool) {
        self.ready.store(ready, Ordering::Release);
    }

    pub(super) fn extension_statuses(&self) -> &[(ComponentId, StatusReporter)] {
        &self.extensions
    }
}

impl Host for Gateway {
    fn is_ready(&self) -> bool {
        self.ready.load(Ordering::Acquire)
    }

    fn components(&self) -> Vec<ComponentState> {
        let extension = |(id, status): &(ComponentId, StatusReporter)| ComponentState {
            kind: Kind::Extension,
            id: id.clone(),
            pipelines: Vec::new(),
            health: status.current(),
        };
        let mut components: Vec<_> = self.extensions.iter().map(extension).collect();
        components.extend(self.map.get().into_iter().flat_map(Map::components));
        components
    }

    fn pipelines(&self) -> Vec<PipelineState> {
        self.map.get().map(Map::pipelines).unwrap_or_default()
    }

    fn extensions(&self) -> Vec<ComponentId> {
        self.extensions.iter().map(|(id, _)| id.clone()).collect()
    }

    fn program(&self) -> Program {
        self.program
    }

    fn started(&self) -> SystemTime {
        self.started
    }

    fn features(&self) -> Vec<(&'static str, bool, &'static str, &'static str)> {
        self.gates.iter().map(|gate| (gate.id, gate.enabled, gate.stage, gate.description)).collect()
    }
}
