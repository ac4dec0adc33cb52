//! The tree, read: every component by its factory, the service by itself.

use std::borrow::Cow;
use std::collections::HashSet;
use std::sync::Arc;

use indexmap::IndexMap;
use sluice_component::config::{
    Effective, Key, Location, Node, Problem, Reference, Report, Section, Severity, Value, nearest,
};
use sluice_component::factory::{
    ConnectorConfig, ConnectorFactory, ExporterConfig, ExporterFactory, ExtensionConfig, ExtensionFactory,
    ProcessorConfig, ProcessorFactory, ReceiverConfig, ReceiverFactory,
};
use sluice_component::{ComponentId, Kind, Role};

use super::service::Service;
use super::{Gates, check, names};
use crate::components::{Components, Named, find};
use crate::plan::{Configured, ConfiguredConnector, Plan};

/// Reads a merged and expanded tree; all mistakes go to `report`, and what is returned then is not to be built.
pub(super) fn read(root: &Node, components: &Components, gates: Gates, report: &Report) -> (Plan, Effective) {
    let strange = has_strange_keys(root);
    Section::read(root, "", report, |root| {
        let receivers = Defined::read(root, &components.receivers, strange, report);
        let processors = Defined::read(root, &components.processors, strange, report);
        let exporters = Defined::read(root, &components.exporters, strange, report);
        let connectors = Defined::read(root, &components.connectors, strange, report);
        let extensions = Defined::read(root, &components.extensions, strange, report);
        let service = root.section("service", |section| Service::read(section, strange, report));
        let defined = check::Definitions {
            receivers: &receivers,
            processors: &processors,
            exporters: &exporters,
            connectors: &connectors,
            extensions: &extensions,
        };
        check::check(&defined, &service, gates, report);
        Plan {
            // A circle was noted.
            started_extensions: service.extensions_in_order(&extensions).unwrap_or_default(),
            pipelines: service.pipelines(),
            telemetry: service.telemetry,
            receivers: receivers.configured(|of| Configured { info: of.factory.info, config: of.config }),
            processors: processors.configured(|of| Configured { info: of.factory.info, config: of.config }),
            exporters: exporters.configured(|of| Configured { info: of.factory.info, config: of.config }),
            connectors: connectors.configured(|of| ConfiguredConnector {
                info: of.factory.info,
                pairs: of.factory.pairs,
                config: of.config,
            }),
            extensions: extensions.configured(|of| Configured { info: of.factory.info, config: of.config }),
        }
    })
}

/// Whether there are keys at the root that mean nothing: then what is missing may be there under a misspelt name, and
/// nothing is gained by saying that it is missing.
fn has_strange_keys(root: &Node) -> bool {
    let known = ["receivers", "processors", "exporters", "connectors", "extensions", "service"];
    matches!(&root.value, Value::Map(entries) if entries.iter().any(|((key, _), _)| !known.contains(&&**key)))
}

/// A factory, whatever its kind.
pub(super) trait Factory: Named {
    /// What its component's settings are.
    type Config: ?Sized;
    /// The kind.
    const KIND: Kind;
    /// The section that its components stand in.
    const SECTION: &'static str;

    /// Reads the settings.
    fn configure(&self, section: &mut Section<'_>) -> Box<Self::Config>;
}

macro_rules! factory {
    ($factory:ty, $config:ty, $kind:ident, $section:literal) => {
        impl Factory for $factory {
            type Config = $config;
            const KIND: Kind = Kind::$kind;
            const SECTION: &'static str = $section;

            fn configure(&self, section: &mut Section<'_>) -> Box<$config> {
                (self.configure)(section)
            }
        }
    };
}

factory!(ReceiverFactory, dyn ReceiverConfig, Receiver, "receivers");
factory!(ProcessorFactory, dyn ProcessorConfig, Processor, "processors");
factory!(ExporterFactory, dyn ExporterConfig, Exporter, "exporters");
factory!(ConnectorFactory, dyn ConnectorConfig, Connector, "connectors");
factory!(ExtensionFactory, dyn ExtensionConfig, Extension, "extensions");

/// Everything that one section defines.
pub(super) struct Defined<F: Factory> {
    ids: IndexMap<ComponentId, Definition<F>>,
    /// Where the section stands, or should.
    pub(super) location: Location,
    /// Whether every id could be read: if not, one that seems to be missing need not be.
    pub(super) complete: bool,
}

/// One id of a section.
pub(super) struct Definition<F: Factory> {
    /// Where its key stands.
    pub(super) location: Location,
    /// What it is; `None` for a type that we do not have (which is a problem), or that does nothing.
    pub(super) component: Option<Component<F>>,
}

/// A component whose settings were read.
pub(super) struct Component<F: Factory> {
    pub(super) factory: F,
    pub(super) config: Box<F::Config>,
    /// The extensions that it refers to.
    pub(super) references: Vec<Reference>,
}

impl Definition<ExtensionFactory> {
    /// Whether components may refer to it as this.
    pub(super) fn serves_as(&self, role: Role) -> bool {
        self.component.as_ref().is_some_and(|component| component.config.serves_as(role))
    }
}

impl<F: Factory> Defined<F> {
    fn read<'n>(root: &mut Section<'n>, factories: &[F], strange: bool, report: &'n Report) -> Self {
        let location = root.location_of(F::SECTION).clone();
        let mut defined = IndexMap::new();
        let entries = entries(root, F::SECTION, strange);
        let mut complete = entries.is_some();
        let mut effective = Vec::new();
        let mut reader = Reader { factories, report, renamed: HashSet::new() };
        for (key, node) in entries.unwrap_or_default() {
            let id: ComponentId = match key.0.parse() {
                Ok(id) => id,
                Err(error) => {
                    reader.note(Severity::Error, F::SECTION, &key.1, format!("{error}"));
                    complete = false;
                    continue;
                }
            };
            if let Some(Definition { location, .. }) = defined.get(&id) {
                let message = format!("{:?} is defined already at {location}", id.as_str());
                reader.note(Severity::Error, F::SECTION, &key.1, message);
                continue;
            }
            let component = reader.component(&id, &key.1, node, &mut effective);
            defined.insert(id, Definition { location: key.1.clone(), component });
        }
        root.record(F::SECTION, Effective::Map(effective));
        Self { ids: defined, location, complete }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.ids.is_empty()
    }

    pub(super) fn get(&self, id: &ComponentId) -> Option<&Definition<F>> {
        self.ids.get(id)
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = (&ComponentId, &Definition<F>)> {
        self.ids.iter()
    }

    fn configured<C>(self, configured: impl Fn(Component<F>) -> C) -> IndexMap<ComponentId, C> {
        let components = self.ids.into_iter().filter_map(|(id, definition)| Some((id, definition.component?)));
        components.map(|(id, component)| (id, configured(component))).collect()
    }
}

/// Reads the components of one section.
struct Reader<'a, F> {
    factories: &'a [F],
    report: &'a Report,
    /// The former types that were warned of.
    renamed: HashSet<String>,
}

impl<F: Factory> Reader<'_, F> {
    fn component(
        &mut self,
        id: &ComponentId,
        place: &Location,
        node: &Node,
        effective: &mut Vec<(String, Effective)>,
    ) -> Option<Component<F>> {
        let path = format!("{}::{id}", F::SECTION);
        let former = id.component_type();
        if F::KIND == Kind::Extension && former == "memory_ballast" {
            let message = "the Collector has removed this extension, and it does nothing here: leave it out";
            self.note(Severity::Warning, &path, place, message.into());
            effective.push((id.to_string(), Effective::Map(Vec::new())));
            return None;
        }
        let renamed = || names::renamed(F::KIND, former).and_then(|name| find(self.factories, name));
        let Some(factory) = find(self.factories, former).or_else(renamed) else {
            self.note(Severity::Error, &path, place, self.no_such_type(former));
            return None;
        };
        let name = factory.info().name;
        if name != former && self.renamed.insert(former.to_owned()) {
            let message = format!("{} type {former:?} was renamed, write {name:?}", F::KIND.as_str());
            self.note(Severity::Warning, &path, place, message);
        }
        let logging = F::KIND == Kind::Exporter && former == "logging" && name == "debug";
        let node = if logging { Cow::Owned(self.as_debug(node, &path)) } else { Cow::Borrowed(node) };
        let (config, settings) = Section::read(&node, &path, self.report, |section| factory.configure(section));
        effective.push((id.to_string(), settings));
        Some(Component { factory, config, references: self.report.take_references() })
    }

    fn no_such_type(&self, name: &str) -> String {
        let kind = F::KIND.as_str();
        if names::is_known(F::KIND, name) {
            let instead = names::instead(F::KIND, name).map_or_else(String::new, |instead| format!(": {instead}"));
            return format!("{kind} type {name:?} is not supported by Sluice yet{instead}");
        }
        let mut valid: Vec<_> = self.factories.iter().map(|factory| factory.info().name).collect();
        valid.sort_unstable();
        let hint =
            nearest(name, valid.iter().copied()).map_or_else(String::new, |near| format!(", did you mean {near:?}?"));
        format!("unknown {kind} type {name:?}{hint} (valid types: {})", valid.join(", "))
    }

    /// The settings of the former exporter `logging` as those of `debug`.
    fn as_debug(&self, node: &Node, path: &str) -> Node {
        let Value::Map(entries) = &node.value else {
            return node.clone();
        };
        let mut has_verbosity = node.get("verbosity").is_some();
        let mut settings = Vec::with_capacity(entries.len());
        for ((key, place), value) in entries {
            let verbosity = match (&**key, &value.value) {
                ("loglevel" | "logLevel", Value::Text(level)) => match level.to_ascii_lowercase().as_str() {
                    "debug" => "detailed",
                    "info" => "normal",
                    _ => "basic",
                },
                _ => {
                    settings.push(((Arc::clone(key), place.clone()), value.clone()));
                    continue;
                }
            };
            let instead = if has_verbosity {
                "and verbosity stands here too: leave it out".to_owned()
            } else {
                let value = Node { value: Value::Text(verbosity.into()), text: None, location: value.location.clone() };
                settings.push((("verbosity".into(), place.clone()), value));
                has_verbosity = true;
                format!("write verbosity: {verbosity}")
            };
            let message = format!("the Collector has removed this key, {instead}");
            self.note(Severity::Warning, &format!("{path}::{key}"), place, message);
        }
        Node { value: Value::Map(settings), text: None, location: node.location.clone() }
    }

    fn note(&self, severity: Severity, path: &str, location: &Location, message: String) {
        self.report.add(Problem { severity, location: location.clone(), path: path.into(), message });
    }
}

/// The entries of a map; null is an empty one. `None` if it is no map, or is not there but may be misspelt.
pub(super) fn entries<'n>(section: &mut Section<'n>, key: &'static str, strange: bool) -> Option<&'n [(Key, Node)]> {
    match section.raw(key).map(|node| &node.value) {
        Some(Value::Map(entries)) => Some(entries),
        Some(Value::Null) => Some(&[]),
        None => (!strange).then_some(&[]),
        Some(other) => {
            section.problem(key, format!("must be a map, found {}", other.kind()));
            None
        }
    }
}
