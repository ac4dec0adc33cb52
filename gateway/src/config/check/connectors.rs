//! Connectors: each must lead from a pipeline to a pipeline, and never in a circle.

use indexmap::IndexMap;
use sluice_component::ComponentId;
use sluice_component::config::{Location, Problem, Report, Severity};
use sluice_component::factory::ConnectorFactory;
use sluice_pdata::Signal;

use crate::config::read::Defined;
use crate::config::service::{PipelineSection, Reference};

/// Notes every connector that is used on one side only, that cannot lead from what it takes to what it feeds, and
/// every circle.
pub(super) fn check(defined: &Defined<ConnectorFactory>, pipelines: &[PipelineSection], report: &Report) {
    let mut uses: IndexMap<&ComponentId, Use<'_>> = IndexMap::new();
    for (id, definition) in defined.iter() {
        if let Some(component) = &definition.component {
            uses.insert(id, Use { pairs: component.factory.pairs, ends: Vec::new(), begins: Vec::new() });
        }
    }
    for pipeline in pipelines {
        for reference in &pipeline.exporters {
            if let Some(of) = uses.get_mut(&reference.id) {
                of.ends.push((pipeline, reference));
            }
        }
        for reference in &pipeline.receivers {
            if let Some(of) = uses.get_mut(&reference.id) {
                of.begins.push((pipeline, reference));
            }
        }
    }
    for (id, of) in &uses {
        sides(id, of, report);
    }
    circles(pipelines, &uses, report);
}

/// Where a connector is used.
struct Use<'a> {
    pairs: &'static [(Signal, Signal)],
    /// The pipelines that it ends, as an exporter.
    ends: Vec<(&'a PipelineSection, &'a Reference)>,
    /// The pipelines that it begins, as a receiver.
    begins: Vec<(&'a PipelineSection, &'a Reference)>,
}

impl Use<'_> {
    fn leads(&self, from: Signal, to: Signal) -> bool {
        self.pairs.contains(&(from, to))
    }
}

fn sides(id: &ComponentId, of: &Use<'_>, report: &Report) {
    let note = |pipeline: &PipelineSection, side: &str, reference: &Reference, message: String| {
        error(report, &format!("service::pipelines::{}::{side}", pipeline.id), &reference.location, message);
    };
    let id = id.as_str();
    for (pipeline, reference) in &of.ends {
        let from = pipeline.id.signal();
        if of.begins.is_empty() {
            let message =
                format!("connector {id:?} ends this pipeline but begins none: list it as a receiver of another");
            note(pipeline, "exporters", reference, message);
        } else if !of.begins.iter().any(|(to, _)| of.leads(from, to.id.signal())) {
            let message = format!("connector {id:?} does not lead from {from} to {}", signals(&of.begins));
            note(pipeline, "exporters", reference, message);
        }
    }
    for (pipeline, reference) in &of.begins {
        let to = pipeline.id.signal();
        if of.ends.is_empty() {
            let message =
                format!("connector {id:?} begins this pipeline but ends none: list it as an exporter of another");
            note(pipeline, "receivers", reference, message);
        } else if !of.ends.iter().any(|(from, _)| of.leads(from.id.signal(), to)) {
            let message = format!("connector {id:?} does not lead to {to} from {}", signals(&of.ends));
            note(pipeline, "receivers", reference, message);
        }
    }
}

/// The signals of pipelines, each once: `logs or metrics`.
fn signals(of: &[(&PipelineSection, &Reference)]) -> String {
    let mut signals: Vec<_> = of.iter().map(|(pipeline, _)| pipeline.id.signal()).collect();
    signals.sort_unstable();
    signals.dedup();
    let names: Vec<_> = signals.iter().map(|signal| signal.as_str()).collect();
    names.join(" or ")
}

/// A way from one pipeline to another.
struct Edge<'a> {
    to: usize,
    connector: &'a Reference,
}

/// Finds circles by going down from every pipeline; each is noted once, at the connector that closes it.
fn circles(pipelines: &[PipelineSection], uses: &IndexMap<&ComponentId, Use<'_>>, report: &Report) {
    let edges: Vec<Vec<Edge<'_>>> = pipelines
        .iter()
        .map(|from| {
            let mut edges = Vec::new();
            for connector in &from.exporters {
                let Some(of) = uses.get(&connector.id) else { continue };
                for (to, pipeline) in pipelines.iter().enumerate() {
                    let begins = pipeline.receivers.iter().any(|reference| reference.id == connector.id);
                    if begins && of.leads(from.id.signal(), pipeline.id.signal()) {
                        edges.push(Edge { to, connector });
                    }
                }
            }
            edges
        })
        .collect();
    let mut finder =
        Finder { pipelines, edges: &edges, state: vec![State::New; pipelines.len()], way: Vec::new(), report };
    for start in 0..pipelines.len() {
        finder.visit(start);
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    New,
    OnTheWay,
    Done,
}

struct Finder<'a> {
    pipelines: &'a [PipelineSection],
    edges: &'a [Vec<Edge<'a>>],
    state: Vec<State>,
    /// The pipelines from the start to here, each with the way that leaves it.
    way: Vec<(usize, &'a Edge<'a>)>,
    report: &'a Report,
}

impl<'a> Finder<'a> {
    /// Goes down from a pipeline without recursion, so that a chain of any length can be followed.
    fn visit(&mut self, start: usize) {
        if self.state[start] != State::New {
            return;
        }
        let mut stack = vec![(start, 0)];
        self.state[start] = State::OnTheWay;
        while let Some((at, next)) = stack.last_mut() {
            let (at, edges) = (*at, self.edges);
            let Some(edge) = edges[at].get(*next) else {
                self.state[at] = State::Done;
                stack.pop();
                self.way.pop();
                continue;
            };
            *next += 1;
            match self.state[edge.to] {
                State::Done => {}
                State::OnTheWay => self.circle(at, edge),
                State::New => {
                    self.state[edge.to] = State::OnTheWay;
                    self.way.push((at, edge));
                    stack.push((edge.to, 0));
                }
            }
        }
    }

    fn circle(&self, last: usize, closing: &Edge<'_>) {
        let begin = self.way.iter().position(|(at, _)| *at == closing.to).unwrap_or(self.way.len());
        let mut message = format!("pipelines form a circle: {}", self.described(closing.to));
        for (_, edge) in &self.way[begin..] {
            message += &format!(" -> connector {:?} -> {}", edge.connector.id.as_str(), self.described(edge.to));
        }
        message += &format!(" -> connector {:?} -> {}", closing.connector.id.as_str(), self.pipelines[closing.to].id);
        let path = format!("service::pipelines::{}::exporters", self.pipelines[last].id);
        error(self.report, &path, &closing.connector.location, message);
    }

    fn described(&self, pipeline: usize) -> String {
        self.pipelines[pipeline].id.to_string()
    }
}

fn error(report: &Report, path: &str, location: &Location, message: String) {
    report.add(Problem { severity: Severity::Error, location: location.clone(), path: path.into(), message });
}
