//! What must hold between the parts of a configuration.
//!
//! Source: the Collector's `otelcol/config.go`, `service/pipelines/config.go` and `service/internal/graph`; what those find
//! one at a time, some of it only when the pipelines are built, is found here at once.

mod connectors;
mod extensions;

use sluice_component::config::{Location, Problem, Report, Severity, nearest};
use sluice_component::factory::{
    ConnectorFactory, ExporterFactory, ExtensionFactory, ProcessorFactory, ReceiverFactory,
};
use sluice_component::{ComponentId, Kind};
use sluice_pdata::Signal;

use super::Gates;
use super::read::{Defined, Factory};
use super::service::{PipelineSection, Reference, Service};

/// Every component that is defined.
#[derive(Clone, Copy)]
pub(super) struct Definitions<'a> {
    pub(super) receivers: &'a Defined<ReceiverFactory>,
    pub(super) processors: &'a Defined<ProcessorFactory>,
    pub(super) exporters: &'a Defined<ExporterFactory>,
    pub(super) connectors: &'a Defined<ConnectorFactory>,
    pub(super) extensions: &'a Defined<ExtensionFactory>,
}

/// Notes everything that does not hold.
pub(super) fn check(defined: &Definitions<'_>, service: &Service, gates: Gates, report: &Report) {
    let check = Check { defined, report };
    check.sections(service, gates);
    check.ambiguous_ids();
    check.extensions(service);
    for pipeline in &service.pipelines {
        check.pipeline(pipeline, gates);
    }
    check.references_to_extensions(service);
    connectors::check(defined.connectors, &service.pipelines, report);
}

struct Check<'a> {
    defined: &'a Definitions<'a>,
    report: &'a Report,
}

impl Check<'_> {
    /// Something must be there at all.
    fn sections(&self, service: &Service, gates: Gates) {
        let Definitions { receivers, processors, exporters, connectors, extensions } = *self.defined;
        let is_empty = receivers.is_empty()
            && processors.is_empty()
            && exporters.is_empty()
            && connectors.is_empty()
            && extensions.is_empty();
        if is_empty && receivers.complete && exporters.complete {
            self.error("", &receivers.location, "the configuration is empty".into());
            return;
        }
        if gates.allow_no_pipelines {
            return;
        }
        if receivers.is_empty() && receivers.complete {
            self.error("receivers", &receivers.location, "there must be at least one receiver".into());
        }
        if exporters.is_empty() && exporters.complete {
            self.error("exporters", &exporters.location, "there must be at least one exporter".into());
        }
        if service.pipelines.is_empty() && service.complete {
            let message = "there must be at least one pipeline";
            self.error("service::pipelines", &service.pipelines_at, message.into());
        }
    }

    /// A connector stands for a receiver and an exporter: neither may have its id.
    fn ambiguous_ids(&self) {
        for (id, connector) in self.defined.connectors.iter() {
            let others = [
                (Kind::Receiver, self.defined.receivers.get(id).map(|receiver| &receiver.location)),
                (Kind::Exporter, self.defined.exporters.get(id).map(|exporter| &exporter.location)),
            ];
            for (kind, location) in others {
                if let Some(location) = location {
                    let kind = kind.as_str();
                    let message = format!(
                        "ambiguous id, the {kind} at {location} has it too: rename one, for instance to {:?}",
                        format!("{}/connector", id.as_str())
                    );
                    self.error(&format!("connectors::{id}"), &connector.location, message);
                }
            }
        }
    }

    fn extensions(&self, service: &Service) {
        for reference in &service.extensions {
            if self.defined.extensions.get(&reference.id).is_none() {
                self.undefined(Kind::Extension, "service::extensions", reference);
            }
        }
    }

    fn pipeline(&self, pipeline: &PipelineSection, gates: Gates) {
        let path = format!("service::pipelines::{}", pipeline.id);
        let signal = pipeline.id.signal();
        if signal == Signal::Profiles && !gates.profiles_support {
            let message = "profiles are at alpha level, turn them on with --feature-gates=service.profilesSupport";
            self.error(&path, &pipeline.location, message.into());
        }
        for (kind, references) in [(Kind::Receiver, &pipeline.receivers), (Kind::Exporter, &pipeline.exporters)] {
            if references.is_empty() && pipeline.complete {
                let message = format!("must have at least one {}", kind.as_str());
                self.error(&path, &pipeline.location, message);
            }
        }
        for reference in &pipeline.receivers {
            let path = format!("{path}::receivers");
            match self.defined.receivers.get(&reference.id) {
                Some(receiver) => {
                    let info = receiver.component.as_ref().map(|component| component.factory.info);
                    if info.is_some_and(|info| !info.takes(signal)) {
                        let message = format!("receiver {:?} does not bring {signal}", reference.id.as_str());
                        self.error(&path, &reference.location, message);
                    }
                }
                None if self.defined.connectors.get(&reference.id).is_some() => {}
                None => self.undefined(Kind::Receiver, &path, reference),
            }
        }
        for (index, reference) in pipeline.processors.iter().enumerate() {
            let path = format!("{path}::processors");
            if pipeline.processors[..index].iter().any(|before| before.id == reference.id) {
                let message = format!("processor {:?} stands here twice", reference.id.as_str());
                self.error(&path, &reference.location, message);
                continue;
            }
            match self.defined.processors.get(&reference.id) {
                Some(processor) => {
                    let info = processor.component.as_ref().map(|component| component.factory.info);
                    if info.is_some_and(|info| !info.takes(signal)) {
                        let message = format!("processor {:?} does not take {signal}", reference.id.as_str());
                        self.error(&path, &reference.location, message);
                    }
                }
                None => self.undefined(Kind::Processor, &path, reference),
            }
        }
        for reference in &pipeline.exporters {
            let path = format!("{path}::exporters");
            match self.defined.exporters.get(&reference.id) {
                Some(exporter) => {
                    let info = exporter.component.as_ref().map(|component| component.factory.info);
                    if info.is_some_and(|info| !info.takes(signal)) {
                        let message = format!("exporter {:?} does not take {signal}", reference.id.as_str());
                        self.error(&path, &reference.location, message);
                    }
                }
                None if self.defined.connectors.get(&reference.id).is_some() => {}
                None => self.undefined(Kind::Exporter, &path, reference),
            }
        }
    }

    fn undefined(&self, kind: Kind, path: &str, reference: &Reference) {
        fn ids<F: Factory>(defined: &Defined<F>) -> impl Iterator<Item = &str> {
            defined.iter().map(|(id, _)| id.as_str())
        }
        let Definitions { receivers, processors, exporters, connectors, extensions } = *self.defined;
        let (mut candidates, complete): (Vec<&str>, bool) = match kind {
            Kind::Receiver => {
                (ids(receivers).chain(ids(connectors)).collect(), receivers.complete && connectors.complete)
            }
            Kind::Processor => (ids(processors).collect(), processors.complete),
            Kind::Exporter => {
                (ids(exporters).chain(ids(connectors)).collect(), exporters.complete && connectors.complete)
            }
            Kind::Connector => (ids(connectors).collect(), connectors.complete),
            Kind::Extension => (ids(extensions).collect(), extensions.complete),
        };
        if !complete {
            return;
        }
        candidates.sort_unstable();
        let id = reference.id.as_str();
        let hint = match (nearest(id, candidates.iter().copied()), self.kind_of(&reference.id)) {
            (Some(near), _) => format!(", did you mean {near:?}?"),
            (None, Some(other)) => format!(", there is {other} of that name"),
            (None, None) if candidates.is_empty() => String::new(),
            (None, None) => format!(", expected one of {}", candidates.join(", ")),
        };
        self.error(path, &reference.location, format!("{} {id:?} is not defined{hint}", kind.as_str()));
    }

    /// What has an id that was looked for elsewhere.
    fn kind_of(&self, id: &ComponentId) -> Option<&'static str> {
        let Definitions { receivers, processors, exporters, connectors, extensions } = self.defined;
        let kinds = [
            ("a receiver", receivers.get(id).is_some()),
            ("a processor", processors.get(id).is_some()),
            ("an exporter", exporters.get(id).is_some()),
            ("a connector", connectors.get(id).is_some()),
            ("an extension", extensions.get(id).is_some()),
        ];
        kinds.into_iter().find(|(_, there)| *there).map(|(kind, _)| kind)
    }

    fn error(&self, path: &str, location: &Location, message: String) {
        let problem = Problem { severity: Severity::Error, location: location.clone(), path: path.into(), message };
        self.report.add(problem);
    }
}
