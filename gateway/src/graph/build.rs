//! Building a graph from a plan, from the ends to the front.

use std::collections::HashMap;
use std::sync::Arc;

use sluice_component::factory::{Outlets, Program, Settings};
use sluice_component::{ComponentId, Consumer, Consumers, Extensions, Kind, PipelineId, StatusReporter};
use sluice_pdata::Signal;

use super::border::{Guard, Head, PipelineCounts, Tally};
use super::entrance::Entrance;
use super::error::for_signal;
use super::fan_out::{Branch, FanOut};
use super::{Chain, Graph, GraphError, Instance, Map, Receivers};
use crate::plan::{ConfiguredConnector, Plan};

impl Graph {
    /// Builds everything that the plan's pipelines use, receivers last, so that what a port brings has somewhere to go.
    ///
    /// Called inside a tokio runtime, with the extensions that the components may refer to.
    ///
    /// # Errors
    ///
    /// A component does not come up, or the pipelines do not fit together.
    pub fn build(plan: &Plan, program: Program, extensions: &Extensions) -> Result<Self, GraphError> {
        let mut builder = Builder::new(plan, program, extensions);
        for pipeline in plan.pipelines.keys() {
            builder.pipeline(pipeline)?;
        }
        let receivers = builder.receivers()?;
        builder.map.pipelines.sort_by_key(|(id, ..)| plan.pipelines.get_index_of(id));
        Ok(Self { receivers, chain: builder.chain, map: builder.map })
    }
}

struct Builder<'p> {
    plan: &'p Plan,
    program: Program,
    extensions: &'p Extensions,
    chain: Chain,
    map: Map,
    /// What was built so far and may be used again.
    pipelines: HashMap<PipelineId, Link>,
    exporters: HashMap<(Signal, ComponentId), Shared>,
    connectors: HashMap<(Signal, Signal, ComponentId), Shared>,
    /// The pipelines that are being built, outermost first: one that comes again closes a circle.
    open: Vec<PipelineId>,
}

/// A consumer that is built.
#[derive(Clone)]
struct Link {
    /// The first component in it.
    id: ComponentId,
    consumer: Arc<dyn Consumer>,
    /// How many steps it is from the farthest end behind it.
    height: usize,
}

/// An instance that several pipelines use.
struct Shared {
    link: Link,
    /// Its place among the map's instances.
    place: usize,
}

impl<'p> Builder<'p> {
    fn new(plan: &'p Plan, program: Program, extensions: &'p Extensions) -> Self {
        Self {
            plan,
            program,
            extensions,
            chain: Chain::default(),
            map: Map::default(),
            pipelines: HashMap::new(),
            exporters: HashMap::new(),
            connectors: HashMap::new(),
            open: Vec::new(),
        }
    }

    /// Processors in front of a fan-out to exporters and connectors.
    fn pipeline(&mut self, id: &PipelineId) -> Result<Link, GraphError> {
        if let Some(link) = self.pipelines.get(id) {
            return Ok(link.clone());
        }
        if let Some(start) = self.open.iter().position(|open| open == id) {
            return Err(GraphError::Cycle(self.open[start..].iter().chain([id]).cloned().collect()));
        }
        self.open.push(id.clone());
        let plan = self.plan;
        let pipeline = &plan.pipelines[id];

        let ends = self.ends(id, &pipeline.exporters)?;
        let mut link = self.fan_out(ends);
        let mut behind = None;
        for processor in pipeline.processors.iter().rev() {
            link.consumer = Arc::new(Tally::new(id.signal(), Some(processor), behind, link.consumer));
            link = self.processor(id, processor, link)?;
            behind = Some(processor);
        }
        link.consumer = Arc::new(Tally::new(id.signal(), None, behind, link.consumer));
        let counts = Arc::new(PipelineCounts::default());
        link.consumer = Arc::new(Head { next: link.consumer, counts: Arc::clone(&counts) });

        self.open.pop();
        self.map.pipelines.push((id.clone(), pipeline.clone(), counts));
        self.pipelines.insert(id.clone(), link.clone());
        Ok(link)
    }

    /// Each exporter of a pipeline, and for each of its connectors one for every signal that it leads to.
    fn ends(&mut self, pipeline: &PipelineId, ids: &[ComponentId]) -> Result<Vec<Link>, GraphError> {
        let mut links = Vec::with_capacity(ids.len());
        for id in ids {
            match self.plan.connectors.get(id) {
                Some(connector) => links.extend(self.connector(pipeline, id, connector)?),
                None => links.push(self.exporter(pipeline, id)?),
            }
        }
        Ok(links)
    }

    fn exporter(&mut self, pipeline: &PipelineId, id: &ComponentId) -> Result<Link, GraphError> {
        let signal = pipeline.signal();
        if let Some(shared) = self.exporters.get(&(signal, id.clone())) {
            return Ok(self.map.share(shared, pipeline));
        }
        let configured = self.plan.exporters.get(id).ok_or_else(|| missing(pipeline, Kind::Exporter, id))?;
        let place = for_signal(signal);
        if !configured.info.takes(signal) {
            return Err(unsupported(Kind::Exporter, id, place));
        }
        let settings = self.settings(Kind::Exporter, id, vec![pipeline.clone()]);
        let exporter = configured.config.build(settings, signal);
        let exporter = exporter.map_err(|error| GraphError::component(Kind::Exporter, id, place, error))?;
        let link = self.link(Kind::Exporter, id, exporter, 0);
        let shared = Shared { link: link.clone(), place: self.map.instances.len() - 1 };
        self.exporters.insert((signal, id.clone()), shared);
        Ok(link)
    }

    fn processor(&mut self, pipeline: &PipelineId, id: &ComponentId, next: Link) -> Result<Link, GraphError> {
        let configured = self.plan.processors.get(id).ok_or_else(|| missing(pipeline, Kind::Processor, id))?;
        let place = format!(", in pipeline {:?}", pipeline.as_str());
        if !configured.info.takes(pipeline.signal()) {
            return Err(unsupported(Kind::Processor, id, place));
        }
        let settings = self.settings(Kind::Processor, id, vec![pipeline.clone()]);
        let processor = configured.config.build(settings, pipeline.signal(), next.consumer);
        let processor = processor.map_err(|error| GraphError::component(Kind::Processor, id, place, error))?;
        Ok(self.link(Kind::Processor, id, processor, next.height + 1))
    }

    /// The instances of a connector that ends `pipeline`, one for every signal of the pipelines that it begins.
    fn connector(
        &mut self,
        pipeline: &PipelineId,
        id: &ComponentId,
        configured: &ConfiguredConnector,
    ) -> Result<Vec<Link>, GraphError> {
        let from = pipeline.signal();
        let mut links = Vec::new();
        for (_, to) in configured.pairs.iter().copied().filter(|(takes, _)| *takes == from) {
            let begun = self.begun_by(id, to);
            if !begun.is_empty() {
                links.push(self.connector_instance(pipeline, id, configured, to, begun)?);
            }
        }
        if links.is_empty() {
            let (id, pipeline) = (id.clone(), pipeline.clone());
            return Err(GraphError::Connector { id, used: Kind::Exporter, missing: Kind::Receiver, pipeline });
        }
        Ok(links)
    }

    fn connector_instance(
        &mut self,
        pipeline: &PipelineId,
        id: &ComponentId,
        configured: &ConfiguredConnector,
        to: Signal,
        begun: Vec<PipelineId>,
    ) -> Result<Link, GraphError> {
        let from = pipeline.signal();
        // The pipelines behind are built first, also when the connector is there already: a circle shows here.
        let mut outlets = Vec::with_capacity(begun.len());
        for next in &begun {
            outlets.push(self.pipeline(next)?);
        }
        if let Some(shared) = self.connectors.get(&(from, to, id.clone())) {
            return Ok(self.map.share(shared, pipeline));
        }
        let place = format!(" from {from} to {to}");
        let served = begun.iter().chain([pipeline]).cloned().collect();
        let settings = self.settings(Kind::Connector, id, served);
        let place_in_map = self.map.instances.len() - 1;
        let pipelines = begun.into_iter().zip(outlets.iter().map(|link| Arc::clone(&link.consumer))).collect();
        let all = self.fan_out(outlets);
        let connector = configured.config.build(settings, from, to, Outlets { pipelines, all: all.consumer });
        let connector = connector.map_err(|error| GraphError::component(Kind::Connector, id, place, error))?;
        let link = self.link(Kind::Connector, id, connector, all.height + 1);
        let shared = Shared { link: link.clone(), place: place_in_map };
        self.connectors.insert((from, to, id.clone()), shared);
        Ok(link)
    }

    /// One receiver an id, with everything that takes its signals; connectors that begin pipelines are checked here.
    fn receivers(&mut self) -> Result<Receivers, GraphError> {
        let plan = self.plan;
        let mut receivers = Vec::new();
        for (id, configured) in &plan.receivers {
            let fed: Vec<_> = feeding(plan, id).cloned().collect();
            if fed.is_empty() {
                continue;
            }
            let mut consumers = Consumers::default();
            for signal in Signal::ALL {
                let pipelines = fed.iter().filter(|pipeline| pipeline.signal() == signal);
                let links: Vec<_> = pipelines.map(|pipeline| self.pipelines[pipeline].clone()).collect();
                if links.is_empty() {
                    continue;
                }
                if !configured.info.takes(signal) {
                    return Err(unsupported(Kind::Receiver, id, for_signal(signal)));
                }
                let first = self.fan_out(links).consumer;
                consumers.set(signal, Arc::new(Entrance::new(id.clone(), signal, first)));
            }
            let settings = self.settings(Kind::Receiver, id, fed);
            let receiver = configured.config.build(settings, consumers);
            let receiver = receiver.map_err(|error| GraphError::component(Kind::Receiver, id, String::new(), error))?;
            receivers.push((id.clone(), receiver));
        }
        self.check_beginnings()?;
        Ok(receivers)
    }

    /// Every receiver of a pipeline is configured, or a connector that some pipeline ends in.
    fn check_beginnings(&self) -> Result<(), GraphError> {
        for (pipeline, parts) in &self.plan.pipelines {
            for id in &parts.receivers {
                let Some(connector) = self.plan.connectors.get(id) else {
                    if self.plan.receivers.contains_key(id) {
                        continue;
                    }
                    return Err(missing(pipeline, Kind::Receiver, id));
                };
                let to = pipeline.signal();
                let mut from = connector.pairs.iter().filter(|(_, begun)| *begun == to).map(|(from, _)| *from);
                if !from.any(|from| self.connectors.contains_key(&(from, to, id.clone()))) {
                    let (id, pipeline) = (id.clone(), pipeline.clone());
                    return Err(GraphError::Connector { id, used: Kind::Receiver, missing: Kind::Exporter, pipeline });
                }
            }
        }
        Ok(())
    }

    /// The pipelines of signal `to` that a connector begins.
    fn begun_by(&self, connector: &ComponentId, to: Signal) -> Vec<PipelineId> {
        feeding(self.plan, connector).filter(|pipeline| pipeline.signal() == to).cloned().collect()
    }

    fn fan_out(&mut self, mut links: Vec<Link>) -> Link {
        if links.len() == 1 {
            return links.remove(0);
        }
        let height = links.iter().map(|link| link.height).max().unwrap_or(0) + 1;
        let id = links.first().map(|link| link.id.clone()).expect("a pipeline has an end, a connector a beginning");
        let branches = links.into_iter().map(|link| Branch::new(link.id, link.consumer)).collect();
        let consumer: Arc<dyn Consumer> = Arc::new(FanOut::new(branches));
        self.chain.add(height, Arc::clone(&consumer));
        Link { id, consumer, height }
    }

    fn settings(&mut self, kind: Kind, id: &ComponentId, pipelines: Vec<PipelineId>) -> Settings {
        let status = StatusReporter::default();
        self.map.instances.push(Instance { kind, id: id.clone(), pipelines, status: status.clone() });
        Settings { id: id.clone(), program: self.program, status, extensions: self.extensions.clone() }
    }

    fn link(&mut self, kind: Kind, id: &ComponentId, component: Arc<dyn Consumer>, height: usize) -> Link {
        self.chain.add(height, Arc::clone(&component));
        let consumer = Arc::new(Guard { next: component, kind, id: id.clone() });
        Link { id: id.clone(), consumer, height }
    }
}

impl Map {
    fn share(&mut self, shared: &Shared, pipeline: &PipelineId) -> Link {
        let served = &mut self.instances[shared.place].pipelines;
        if !served.contains(pipeline) {
            served.push(pipeline.clone());
        }
        shared.link.clone()
    }
}

/// The pipelines that have this id among their receivers.
fn feeding<'p>(plan: &'p Plan, id: &ComponentId) -> impl Iterator<Item = &'p PipelineId> {
    plan.pipelines.iter().filter(move |(_, pipeline)| pipeline.receivers.contains(id)).map(|(pipeline, _)| pipeline)
}

fn missing(pipeline: &PipelineId, kind: Kind, id: &ComponentId) -> GraphError {
    GraphError::Missing { pipeline: pipeline.clone(), kind, id: id.clone() }
}

fn unsupported(kind: Kind, id: &ComponentId, place: String) -> GraphError {
    GraphError::Signal { kind, id: id.clone(), place }
}
