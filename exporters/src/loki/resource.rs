//! A resource: where its attributes are found, and what they say to us.

use std::borrow::Cow;
use std::collections::HashMap;

use foldhash::fast::RandomState;
use sluice_pdata::view::{LogRecord, Value};
use smallvec::SmallVec;

use super::hints::{Hints, attribute, names, value_of};
use super::line::{FORMAT, Format, Part, RESOURCE_LABELS, TENANT, is_hint, text_of};
use super::rules::Rules;

/// How many different selections of one resource's attributes are written only once.
const MAX_PARTS: usize = 8;

/// From how many attributes on a resource's are found by a table.
const MANY: usize = 64;

/// A resource, and what its attributes say to us.
pub(super) struct Resource<'a> {
    attributes: Vec<(&'a str, Value<'a>)>,
    /// Where in the list each is, if there are many.
    places: HashMap<&'a str, usize, RandomState>,
    /// The attributes that are asked for as labels.
    pub(super) label_names: Vec<Cow<'a, str>>,
    pub(super) tenant: ResourceTenant<'a>,
    pub(super) format: Option<Format>,
    /// By the keys that they leave out.
    pub(super) parts: Vec<(Keys<'a>, Part<'a>)>,
}

/// What a resource says of the tenant.
pub(super) enum ResourceTenant<'a> {
    /// Nothing.
    Unsaid,
    /// Its name.
    Named(Cow<'a, str>),
    /// The log attribute that has it.
    Attribute(Cow<'a, str>),
}

/// Keys of attributes.
pub(super) type Keys<'a> = SmallVec<[&'a str; 4]>;

impl<'a> Resource<'a> {
    pub(super) fn new(view: sluice_pdata::view::Resource<'a>, rules: &Rules) -> Self {
        let attributes: Vec<_> = view.attributes().map(|attribute| (attribute.key(), value_of(&attribute))).collect();
        let mut places = HashMap::default();
        if attributes.len() >= MANY {
            for (place, (key, _)) in attributes.iter().enumerate() {
                places.entry(*key).or_insert(place);
            }
        }
        let mut resource = Self {
            attributes,
            places,
            label_names: Vec::new(),
            tenant: ResourceTenant::Unsaid,
            format: None,
            parts: Vec::new(),
        };
        resource.label_names = resource.get(RESOURCE_LABELS).map(names).unwrap_or_default();
        resource.format = resource.get(FORMAT).and_then(|name| Format::of_name(&text_of(name)));
        let by_rules = rules.tenant_attribute.as_ref().and_then(|name| resource.get(name));
        resource.tenant = match (resource.get(TENANT), by_rules) {
            (Some(hint), _) => {
                let name = text_of(hint);
                match resource.get(&name) {
                    Some(tenant) => ResourceTenant::Named(text_of(tenant)),
                    None => ResourceTenant::Attribute(name),
                }
            }
            (None, Some(tenant)) => ResourceTenant::Named(text_of(tenant)),
            (None, None) => ResourceTenant::Unsaid,
        };
        resource
    }

    fn find(&self, key: &str) -> Option<&(&'a str, Value<'a>)> {
        let place = match self.attributes.len() < MANY {
            true => self.attributes.iter().position(|(there, _)| *there == key)?,
            false => *self.places.get(key)?,
        };
        self.attributes.get(place)
    }

    pub(super) fn get(&self, key: &str) -> Option<&Value<'a>> {
        self.find(key).map(|(_, value)| value)
    }

    pub(super) fn entry(&self, key: &str) -> Option<(&'a str, Value<'a>)> {
        self.find(key).cloned()
    }

    /// Namespace and name of the service.
    pub(super) fn job(&self) -> Option<Cow<'a, str>> {
        let name = self.get("service.name").map(text_of).filter(|name| !name.is_empty())?;
        let namespace = self.get("service.namespace").map(text_of).filter(|namespace| !namespace.is_empty());
        Some(namespace.map_or(name.clone(), |namespace| Cow::Owned(format!("{namespace}/{name}"))))
    }

    /// Whose a record is, if it or the resource says so. What it says need not be a tenant.
    pub(super) fn tenant(&self, record: &LogRecord<'a>, hints: &Hints<'a>) -> Option<String> {
        let name = match (&self.tenant, &hints.tenant) {
            (ResourceTenant::Named(tenant), _) => return Some(tenant.clone().into_owned()),
            (ResourceTenant::Attribute(name), _) => name.clone(),
            (ResourceTenant::Unsaid, Some(hint)) => text_of(hint),
            (ResourceTenant::Unsaid, None) => return None,
        };
        let value = self.get(&name).cloned().or_else(|| attribute(record, &name))?;
        Some(text_of(&value).into_owned()).filter(|tenant| !tenant.is_empty())
    }

    /// The attributes that are neither these nor hints.
    pub(super) fn without(&self, hidden: &[&str]) -> Part<'a> {
        let shown = |key: &str| !is_hint(key.as_bytes()) && !hidden.contains(&key);
        Part::new(self.attributes.iter().filter(|(key, _)| shown(key)).cloned())
    }

    pub(super) fn part(&mut self, hidden: &Keys<'a>) -> Option<u32> {
        let there = self.parts.iter().position(|(without, _)| without == hidden);
        if there.is_none() && self.parts.len() < MAX_PARTS {
            self.parts.push((hidden.clone(), self.without(hidden)));
            return Some(self.parts.len() as u32 - 1);
        }
        there.map(|part| part as u32)
    }
}
