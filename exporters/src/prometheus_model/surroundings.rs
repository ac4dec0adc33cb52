//! What all data points of a scope have in common.

use sluice_pdata::view::{Resource, Scope};

use super::label_name::{LabelNamer, NoLabelName};
use super::labels::Labels;

/// The labels that all data points of a scope get: from the resource, the scope and the configuration.
#[derive(Clone, Debug, Default)]
pub struct Surroundings {
    labels: Labels,
    /// Of each label.
    precedences: Vec<Precedence>,
    /// The resource's attributes, where they become labels.
    attributes: Option<Labels>,
    keys: Vec<Vec<u8>>,
}

/// What counts where a data point has an attribute of the same name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Precedence {
    /// The label.
    OverAttributes,
    /// The attribute.
    BelowAttributes,
}

/// The attributes that tell which instance of which service a resource is.
const SERVICE: [&[u8]; 3] = [b"service.name", b"service.namespace", b"service.instance.id"];

impl Surroundings {
    /// Adds labels of the configuration, which count only where there is no other.
    pub fn add_external(&mut self, labels: &[(String, String)]) {
        for (name, value) in labels {
            if self.labels.position(name).is_err() {
                self.set(name, value, Precedence::BelowAttributes);
            }
        }
    }

    /// Adds `job` and `instance`.
    pub fn add_identity(&mut self, resource: &Resource<'_>) {
        let (job, instance) = identity(resource);
        self.set("job", &job.unwrap_or_default(), Precedence::OverAttributes);
        self.set("instance", &instance.unwrap_or_default(), Precedence::OverAttributes);
    }

    /// Adds `otel_scope_name`, `otel_scope_version` and `otel_scope_` with each attribute's key, and, if it is given,
    /// `otel_scope_schema_url`. Attributes of which no name can be made are left out.
    pub fn add_scope(&mut self, namer: LabelNamer, scope: &Scope<'_>, schema_url: Option<&str>) {
        self.set("otel_scope_name", scope.name(), Precedence::OverAttributes);
        self.set("otel_scope_version", scope.version(), Precedence::OverAttributes);
        self.set("otel_scope_schema_url", schema_url.unwrap_or_default(), Precedence::OverAttributes);
        for attribute in scope.attributes() {
            let key = attribute.key();
            if let (Some(value), false) = (attribute.value(), matches!(key, "name" | "version" | "schema_url"))
                && let Ok(name) = namer.name(&format!("otel_scope_{key}"))
            {
                self.set(&name, &value.to_text(), Precedence::OverAttributes);
            }
        }
    }

    /// Makes the resource's attributes labels, before which data points' attributes of the same key do not count;
    /// `but_service` leaves those out that are in `job` and `instance`.
    ///
    /// # Errors
    ///
    /// An attribute with a value has a key of which no name can be made.
    pub fn add_attributes(
        &mut self,
        namer: LabelNamer,
        resource: &Resource<'_>,
        but_service: bool,
    ) -> Result<(), NoLabelName> {
        let labels = self.attributes.get_or_insert_default();
        for attribute in resource.attributes() {
            let key = attribute.key_bytes();
            if !(but_service && is_service(key)) {
                labels.add(namer, &attribute)?;
                self.keys.push(key.to_vec());
            }
        }
        Ok(())
    }

    /// Sets a label. An empty value changes nothing.
    pub fn set(&mut self, name: &str, value: &str, precedence: Precedence) {
        if value.is_empty() {
            return;
        }
        match self.labels.position(name) {
            Ok(index) => self.precedences[index] = precedence,
            Err(index) => self.precedences.insert(index, precedence),
        }
        self.labels.set(name, value);
    }

    pub(super) fn labels(&self) -> &Labels {
        &self.labels
    }

    pub(super) fn precedences(&self) -> &[Precedence] {
        &self.precedences
    }

    pub(super) fn attributes(&self) -> Option<&Labels> {
        self.attributes.as_ref()
    }

    /// Whether the resource's attributes have this key, and are labels.
    pub(super) fn replaces(&self, key: &[u8]) -> bool {
        self.keys.iter().any(|known| known == key)
    }
}

/// `job` and `instance` of a resource: `service.namespace/service.name`, or `service.name` where there is no namespace,
/// and `service.instance.id`.
pub fn identity(resource: &Resource<'_>) -> (Option<String>, Option<String>) {
    let [name, namespace, instance] = SERVICE.map(|wanted| {
        let attribute = resource.attributes().find(|attribute| attribute.key_bytes() == wanted)?;
        Some(attribute.value().map(|value| value.to_text().into_owned()).unwrap_or_default())
    });
    let name = name.filter(|name| !name.is_empty());
    let job = name.map(|name| match namespace {
        Some(namespace) => format!("{namespace}/{name}"),
        None => name,
    });
    (job, instance.filter(|instance| !instance.is_empty()))
}

/// Whether an attribute of a resource is in `job` or `instance`.
pub fn is_service(key: &[u8]) -> bool {
    SERVICE.contains(&key)
}
