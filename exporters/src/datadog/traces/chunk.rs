//! The spans of one resource, by trace.
//!
//! Source: the Agent, `receiveResourceSpansV2` and `createChunks` of `pkg/trace/api`; `GetRoot` and `ComputeTopLevel` of
//! `pkg/trace/traceutil`.

use std::collections::HashMap;

use foldhash::fast::RandomState;
use sluice_pdata::view::{KeyValue, ResourceSpans};

use super::attributes::Attributes;
use super::key::Key;
use super::normalize::{self, tag_value};
use super::resource::Library;
use super::span::Outline;

/// A trace is searched from end to end for a parent up to so many spans.
const FEW: usize = 8;

/// The spans of one resource and one trace.
#[derive(Debug, Default)]
pub(super) struct Chunk<'a> {
    pub(super) spans: Vec<Member<'a>>,
    /// What the user says about keeping it: positive to keep it, else not.
    pub(super) priority: Option<i32>,
}

/// A span of a chunk.
#[derive(Debug)]
pub(super) struct Member<'a> {
    pub(super) outline: Outline<'a>,
    /// Which of the resource's scopes it is of.
    pub(super) library: usize,
    /// Its service, where that is not the resource's.
    service: Option<String>,
}

/// The chunks of a resource.
pub(super) struct Chunks<'a> {
    pub(super) chunks: Vec<Chunk<'a>>,
    pub(super) libraries: Vec<Library<'a>>,
    /// How many spans have no id, or are of no trace: Datadog does not take them.
    pub(super) invalid: usize,
}

impl<'a> Chunks<'a> {
    pub(super) fn of(spans: ResourceSpans<'a>, resource: &Attributes<'a>) -> Self {
        let mut of = Self { chunks: Vec::new(), libraries: Vec::new(), invalid: 0 };
        let mut by_trace: HashMap<u64, usize, RandomState> = HashMap::default();
        let resource_names_service = !resource.tag(&[Key::DatadogService]).is_empty();
        for scope in spans.scopes() {
            let library = of.libraries.len();
            of.libraries.push(Library::read(scope.scope()));
            for span in scope.spans() {
                let mut said = Said::default();
                let outline = Outline::read(span, |attribute| said.note(&attribute));
                if outline.trace == 0 || outline.id == 0 {
                    of.invalid += 1;
                    continue;
                }
                let index = *by_trace.entry(outline.trace).or_insert_with(|| {
                    of.chunks.push(Chunk::default());
                    of.chunks.len() - 1
                });
                let chunk = &mut of.chunks[index];
                chunk.priority = said.priority.or(chunk.priority);
                chunk.spans.push(Member { outline, library, service: said.service(resource_names_service) });
            }
        }
        of
    }
}

impl Chunk<'_> {
    /// The span that is first of the trace, as far as it is here: the last without a parent, else the first whose parent
    /// is not here.
    pub(super) fn root(&self) -> usize {
        if let Some(root) = self.spans.iter().rposition(|span| span.outline.parent == 0) {
            return root;
        }
        let ids = self.ids();
        let orphan = self.spans.iter().position(|span| self.find(&ids, span.outline.parent).is_none());
        orphan.unwrap_or(self.spans.len().saturating_sub(1))
    }

    /// For each span, whether its parent is unknown or of another service than it is.
    pub(super) fn with_other_parents(&self) -> Vec<bool> {
        let ids = self.ids();
        let has_other = |span: &Member<'_>| match self.find(&ids, span.outline.parent) {
            Some(parent) => self.spans[parent].service != span.service,
            None => true,
        };
        self.spans.iter().map(has_other).collect()
    }

    /// Where each span is, where there are too many to look at all.
    fn ids(&self) -> HashMap<u64, usize, RandomState> {
        if self.spans.len() <= FEW {
            return HashMap::default();
        }
        self.spans.iter().enumerate().map(|(index, span)| (span.outline.id, index)).collect()
    }

    fn find(&self, ids: &HashMap<u64, usize, RandomState>, id: u64) -> Option<usize> {
        if self.spans.len() <= FEW {
            return self.spans.iter().rposition(|span| span.outline.id == id);
        }
        ids.get(&id).copied()
    }
}

/// What a span's attributes say that is needed before any span of its trace is written.
#[derive(Default)]
struct Said {
    priority: Option<i32>,
    datadog_service: Option<String>,
    service: Option<String>,
}

impl Said {
    fn note(&mut self, attribute: &KeyValue<'_>) {
        let text = || attribute.value().map(|value| value.to_text().into_owned());
        match attribute.key_bytes() {
            b"service.name" if self.service.is_none() => self.service = text(),
            b"datadog.service" if self.datadog_service.is_none() => self.datadog_service = text(),
            b"sampling.priority" | b"_sampling_priority_v1" if self.priority.is_none() => {
                let mut one = Attributes::new();
                one.push(attribute);
                let number = one.iter().find_map(|attribute| attribute.value.number());
                self.priority = number.map(|number| number as i32);
            }
            _ => {}
        }
    }

    /// The span's own service, as it is found for the span itself.
    fn service(self, resource_names_service: bool) -> Option<String> {
        let datadogs = self.datadog_service.map(|service| tag_value(&service).into_owned());
        match (datadogs, self.service) {
            (Some(service), _) if !service.is_empty() => Some(normalize::service(&service).into_owned()),
            (_, Some(service)) if !service.is_empty() && !resource_names_service => {
                Some(normalize::service(&service).into_owned())
            }
            _ => None,
        }
    }
}
