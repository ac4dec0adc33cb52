//! `service`: which extensions run, which pipelines there are, and what the gateway says about itself.

use indexmap::IndexMap;
use sluice_component::config::{Effective, Location, Node, Problem, Report, Section, Severity, Value};
use sluice_component::factory::ExtensionFactory;
use sluice_component::{ComponentId, PipelineId};

use super::read::{Defined, entries};
use crate::plan::Pipeline;
use crate::telemetry;

/// The section, with the place of everything that refers to something else.
pub(super) struct Service {
    pub(super) extensions: Vec<Reference>,
    pub(super) pipelines: Vec<PipelineSection>,
    pub(super) pipelines_at: Location,
    /// Whether every pipeline could be read.
    pub(super) complete: bool,
    pub(super) telemetry: telemetry::Config,
}

/// One of `service::pipelines`.
pub(super) struct PipelineSection {
    pub(super) id: PipelineId,
    /// Where its key stands.
    pub(super) location: Location,
    pub(super) receivers: Vec<Reference>,
    pub(super) processors: Vec<Reference>,
    pub(super) exporters: Vec<Reference>,
    /// Whether every reference could be read.
    pub(super) complete: bool,
}

/// An id in a list.
#[derive(Clone)]
pub(super) struct Reference {
    pub(super) id: ComponentId,
    pub(super) location: Location,
}

impl Service {
    /// Reads the section; `strange` says that it may stand under a misspelt name.
    pub(super) fn read<'n>(section: &mut Section<'n>, strange: bool, report: &'n Report) -> Self {
        let (extensions, _) = references(section, "extensions", report);
        let pipelines_at = section.location_of("pipelines").clone();
        let mut pipelines: Vec<PipelineSection> = Vec::new();
        let mut effective = Vec::new();
        let entries = entries(section, "pipelines", strange);
        let mut complete = entries.is_some();
        for (key, node) in entries.unwrap_or_default() {
            let path = format!("{}::pipelines", section.path());
            let error = |message: String| {
                let path = path.clone();
                report.add(Problem { severity: Severity::Error, location: key.1.clone(), path, message });
            };
            let id: PipelineId = match key.0.parse() {
                Ok(id) => id,
                Err(wrong) => {
                    error(format!("{wrong}"));
                    complete = false;
                    continue;
                }
            };
            if let Some(first) = pipelines.iter().find(|pipeline| pipeline.id == id) {
                error(format!("{:?} is defined already at {}", id.as_str(), first.location));
                continue;
            }
            let (pipeline, holds) = Section::read(node, &format!("{path}::{id}"), report, |section| {
                let (receivers, receivers_complete) = references(section, "receivers", report);
                let (processors, _) = references(section, "processors", report);
                let (exporters, exporters_complete) = references(section, "exporters", report);
                let complete = receivers_complete && exporters_complete;
                PipelineSection { id: id.clone(), location: key.1.clone(), receivers, processors, exporters, complete }
            });
            pipelines.push(pipeline);
            effective.push((id.to_string(), holds));
        }
        section.record("pipelines", Effective::Map(effective));
        let telemetry = section.section("telemetry", telemetry::Config::read);
        Self { extensions, pipelines, pipelines_at, complete, telemetry }
    }

    /// What to start: extensions that do nothing are left out, one that is listed twice is started once, and each is
    /// behind those that it refers to.
    ///
    /// # Errors
    ///
    /// A circle of references, its first id again at its end.
    pub(super) fn extensions_in_order(
        &self,
        defined: &Defined<ExtensionFactory>,
    ) -> Result<Vec<ComponentId>, Vec<ComponentId>> {
        let component = |id: &ComponentId| defined.get(id).and_then(|definition| definition.component.as_ref());
        let mut waiting = once(&self.extensions);
        waiting.retain(|id| component(id).is_some());
        let mut ordered = Vec::with_capacity(waiting.len());
        while let Some(first) = waiting.first() {
            let waited_for = |id: &ComponentId| {
                let references = component(id).into_iter().flat_map(|component| &component.references);
                references.map(|reference| &reference.id).find(|id| waiting.contains(id)).cloned()
            };
            match waiting.iter().position(|id| waited_for(id).is_none()) {
                Some(next) => ordered.push(waiting.remove(next)),
                None => {
                    let mut way = vec![first.clone()];
                    while let Some(next) = way.last().and_then(waited_for) {
                        let begin = way.iter().position(|id| *id == next);
                        way.push(next);
                        if let Some(begin) = begin {
                            return Err(way.split_off(begin));
                        }
                    }
                    // Each waits for another, so the way does not end.
                    return Err(way);
                }
            }
        }
        Ok(ordered)
    }

    /// The pipelines, each id in each list once.
    pub(super) fn pipelines(&self) -> IndexMap<PipelineId, Pipeline> {
        let pipeline = |section: &PipelineSection| Pipeline {
            receivers: once(&section.receivers),
            processors: once(&section.processors),
            exporters: once(&section.exporters),
        };
        self.pipelines.iter().map(|section| (section.id.clone(), pipeline(section))).collect()
    }
}

fn once(references: &[Reference]) -> Vec<ComponentId> {
    let mut ids: Vec<ComponentId> = Vec::with_capacity(references.len());
    for reference in references {
        if !ids.contains(&reference.id) {
            ids.push(reference.id.clone());
        }
    }
    ids
}

/// A list of ids, and whether all of it could be read; a text is cut at its commas. Null means none.
fn references<'n>(section: &mut Section<'n>, key: &'static str, report: &'n Report) -> (Vec<Reference>, bool) {
    let path = format!("{}::{key}", section.path());
    let mut texts: Vec<(&str, &Node)> = Vec::new();
    let mut errors = Vec::new();
    if let Some(node) = section.raw(key) {
        match &node.value {
            Value::Null => {}
            Value::Text(text) => texts.extend(text.split(',').map(|part| (part, node))),
            Value::List(items) => {
                for item in items {
                    match (&item.text, &item.value) {
                        (Some(text), _) | (None, Value::Text(text)) => texts.push((text, item)),
                        (None, other) => errors.push((item, format!("must be an id, found {}", other.kind()))),
                    }
                }
            }
            other => errors.push((node, format!("must be a list of ids, found {}", other.kind()))),
        }
    }
    let mut references = Vec::with_capacity(texts.len());
    for (text, node) in texts {
        match text.parse::<ComponentId>() {
            Ok(id) => references.push(Reference { id, location: node.location.clone() }),
            Err(error) => errors.push((node, format!("{error}"))),
        }
    }
    let complete = errors.is_empty();
    for (node, message) in errors {
        report.add(Problem { severity: Severity::Error, location: node.location.clone(), path: path.clone(), message });
    }
    let ids = references.iter().map(|reference| Effective::Text(reference.id.to_string()));
    section.record(key, Effective::List(ids.collect()));
    (references, complete)
}
