//! Extensions: what components refer to must run and serve as what it is needed for, and never in a circle.

use std::collections::HashSet;

use sluice_component::config::{Reference, nearest};
use sluice_component::{ComponentId, Role};

use super::{Check, Definitions};
use crate::config::read::{Defined, Factory};
use crate::config::service::{self, Service};

impl Check<'_> {
    /// Notes every reference that leads nowhere, of components that are used, and every circle.
    pub(super) fn references_to_extensions(&self, service: &Service) {
        let Definitions { receivers, processors, exporters, connectors, extensions } = *self.defined;
        let listed = |lists: fn(&service::PipelineSection) -> &[service::Reference]| -> HashSet<&ComponentId> {
            service.pipelines.iter().flat_map(lists).map(|reference| &reference.id).collect()
        };
        let (first, last) = (listed(|pipeline| &pipeline.receivers), listed(|pipeline| &pipeline.exporters));
        let started: HashSet<_> = service.extensions.iter().map(|reference| &reference.id).collect();
        self.references_of(receivers, &first, &started);
        self.references_of(processors, &listed(|pipeline| &pipeline.processors), &started);
        self.references_of(exporters, &last, &started);
        self.references_of(connectors, &first, &started);
        self.references_of(extensions, &started, &started);
        if let Err(circle) = service.extensions_in_order(extensions) {
            let ids: Vec<_> = circle.iter().map(|id| format!("{:?}", id.as_str())).collect();
            let message = format!("extensions refer to each other in a circle: {}", ids.join(" -> "));
            let listed = service.extensions.iter().find(|reference| Some(&reference.id) == circle.first());
            let location = listed.map_or_else(Default::default, |reference| reference.location.clone());
            self.error("service::extensions", &location, message);
        }
    }

    fn references_of<F: Factory>(
        &self,
        defined: &Defined<F>,
        used: &HashSet<&ComponentId>,
        started: &HashSet<&ComponentId>,
    ) {
        for (_, definition) in defined.iter().filter(|(id, _)| used.contains(id)) {
            let references = definition.component.iter().flat_map(|component| &component.references);
            for reference in references {
                if let Some(problem) = self.wrong(reference, started) {
                    self.error(&reference.path, &reference.location, problem);
                }
            }
        }
    }

    /// What is wrong with a reference, in the Collector's words and a few more.
    fn wrong(&self, Reference { id, role, .. }: &Reference, started: &HashSet<&ComponentId>) -> Option<String> {
        let extensions = self.defined.extensions;
        let text = id.as_str();
        let not_found = format!("failed to resolve authenticator {text:?}: authenticator not found");
        let Some(definition) = extensions.get(id) else {
            if !extensions.complete {
                return None;
            }
            let serving: Vec<_> = extensions.iter().filter(|(_, extension)| extension.serves_as(*role)).collect();
            let ids = serving.iter().map(|(id, _)| id.as_str());
            let hint = match (nearest(text, ids.clone()), self.kind_of(id)) {
                (Some(near), _) => format!(", did you mean {near:?}?"),
                (None, Some(other)) => format!(", there is {other} of that name"),
                (None, None) if serving.is_empty() => format!(", define it under extensions as a {role}"),
                (None, None) => format!(", expected one of {}", ids.collect::<Vec<_>>().join(", ")),
            };
            return Some(not_found + &hint);
        };
        // A type that is not there was noted already.
        definition.component.as_ref()?;
        if !definition.serves_as(*role) {
            let instead = match definition.serves_as(opposite(*role)) {
                true => format!(", {text:?} is set up as a {}", opposite(*role)),
                false => String::new(),
            };
            return Some(role.mismatch() + &instead);
        }
        (!started.contains(id)).then(|| format!("{not_found}, list it in service::extensions"))
    }
}

fn opposite(role: Role) -> Role {
    if role.is_client() { Role::ServerAuth } else { Role::ClientAuth }
}
