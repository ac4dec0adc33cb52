//! Which stream each log record belongs to.
//!
//! What decides it is looked at once a combination: of the records of one resource, those that agree in severity and in the bytes of
//! the attributes that labels are made of share a [`Place`].

use std::borrow::Cow;
use std::collections::HashMap;
use std::rc::Rc;

use foldhash::fast::RandomState;
use sluice_pdata::Batch;
use sluice_pdata::view::{Field, KeyValue, LogRecord, Message, ResourceLogs, Scope, Value};

use super::config::Encoding;
use super::hints::{Hints, attribute, entry, find, leads_to, names};
use super::labels::{Labels, Origin, SERVICE_NAME, UNKNOWN_SERVICE, valid_name};
use super::line::{Format, Part, is_hint, is_id, text_of};
use super::resource::{Keys, Resource, ResourceTenant};
use super::rules::{RecordField, Rules};
use super::severity::{level_of, name_of};

/// The records of a batch, each with its place.
pub(super) struct Streams<'a, 'r> {
    rules: &'r Rules,
    encoding: Encoding,
    pub(super) tenants: Vec<Option<String>>,
    pub(super) streams: Vec<Stream>,
    pub(super) resources: Vec<Resource<'a>>,
    pub(super) places: Vec<Place<'a>>,
    pub(super) scopes: Vec<Option<Scope<'a>>>,
    pub(super) entries: Vec<Entry<'a>>,
    resources_by_bytes: HashMap<&'a [u8], u32, RandomState>,
    places_by_key: HashMap<Box<[u8]>, u32, RandomState>,
    streams_by_head: HashMap<(u32, Rc<str>), u32, RandomState>,
    tenants_by_name: HashMap<String, u32, RandomState>,
    key: Vec<u8>,
    /// How many bytes labels may still have.
    left: usize,
    /// How many records have no place because of it.
    pub(super) without_place: usize,
}

/// Lines with the same labels, of the same tenant.
pub(super) struct Stream {
    /// Whose it is; a place in [`Streams::tenants`].
    pub(super) tenant: u32,
    /// The labels as they are sent.
    pub(super) head: Rc<str>,
}

/// What records agree in that are written the same way, into the same stream.
pub(super) struct Place<'a> {
    pub(super) stream: u32,
    pub(super) resource: u32,
    pub(super) format: Format,
    /// The log attributes that are labels.
    pub(super) hidden: Keys<'a>,
    /// The resource attributes that are labels.
    hidden_of_resource: Keys<'a>,
    /// Which of the resource's parts leaves those out; none if there are too many.
    part: Option<u32>,
}

/// A log record in its place.
#[derive(Clone, Copy)]
pub(super) struct Entry<'a> {
    pub(super) stream: u32,
    pub(super) place: u32,
    pub(super) scope: u32,
    /// In nanoseconds since 1970.
    pub(super) time: u64,
    pub(super) record: LogRecord<'a>,
}

impl<'a, 'r> Streams<'a, 'r> {
    /// Finds the place of each record. `time` says when a record was, of its own time and of when it was observed; those for
    /// which it says nothing are left out. `tenant` is whose a record is that does not say it. All labels together have `most`
    /// bytes at most.
    pub(super) fn of(
        batch: &'a Batch,
        rules: &'r Rules,
        encoding: Encoding,
        tenant: Option<String>,
        most: usize,
        mut time: impl FnMut([u64; 2]) -> Option<u64>,
    ) -> Self {
        let mut streams = Self {
            rules,
            encoding,
            tenants: vec![tenant],
            streams: Vec::new(),
            resources: Vec::new(),
            places: Vec::new(),
            scopes: Vec::new(),
            entries: Vec::with_capacity(batch.items()),
            resources_by_bytes: HashMap::default(),
            places_by_key: HashMap::default(),
            streams_by_head: HashMap::default(),
            tenants_by_name: HashMap::default(),
            key: Vec::new(),
            left: most,
            without_place: 0,
        };
        for logs in batch.resource_logs() {
            let resource = streams.resource(&logs);
            for of_scope in logs.scopes() {
                let scope = streams.scopes.len() as u32;
                streams.scopes.push(of_scope.scope().filter(|scope| !scope.name().is_empty()));
                for record in of_scope.log_records() {
                    let glance = streams.glance(resource, &record);
                    let Some(time) = time(glance.times) else { continue };
                    let Some(place) = streams.place(resource, &record, &glance) else {
                        streams.without_place += 1;
                        continue;
                    };
                    let stream = streams.places[place as usize].stream;
                    streams.entries.push(Entry { stream, place, scope, time, record });
                }
            }
        }
        streams
    }

    /// Sorts the entries by tenant, stream and time.
    pub(super) fn sort(&mut self) {
        let streams = &self.streams;
        let tenant = |entry: &Entry<'_>| streams[entry.stream as usize].tenant;
        self.entries.sort_by_key(|entry| (tenant(entry), entry.stream, entry.time));
    }

    /// What a line says of the resource of a place; `spare` has room for one that is not kept.
    pub(super) fn part<'s>(&'s self, place: &Place<'a>, spare: &'s mut Option<Part<'a>>) -> &'s Part<'a> {
        let resource = &self.resources[place.resource as usize];
        match place.part {
            Some(part) => &resource.parts[part as usize].1,
            None => spare.insert(resource.without(&place.hidden_of_resource)),
        }
    }

    fn resource(&mut self, logs: &ResourceLogs<'a>) -> u32 {
        let resource = logs.resource().unwrap_or_default();
        if let Some(&known) = self.resources_by_bytes.get(resource.as_bytes()) {
            return known;
        }
        let number = self.resources.len() as u32;
        self.resources.push(Resource::new(resource, self.rules));
        self.resources_by_bytes.insert(resource.as_bytes(), number);
        number
    }

    /// Goes over a record once, and writes down what its place depends on if there are no hints.
    fn glance(&mut self, resource: u32, record: &LogRecord<'a>) -> Glance {
        const TIME: u32 = Field::fixed64_tag(1);
        const SEVERITY_NUMBER: u32 = Field::varint_tag(2);
        const ATTRIBUTE: u32 = Field::bytes_tag(6);
        const OBSERVED_TIME: u32 = Field::fixed64_tag(11);

        let mut glance = Glance::default();
        let mapped = &self.rules.labels.attributes;
        let key = &mut self.key;
        key.clear();
        key.extend_from_slice(&resource.to_le_bytes());
        // In its place when it is known.
        let severity = key.len()..key.len() + size_of::<i32>();
        key.extend_from_slice(&[0; size_of::<i32>()]);
        for field in Message::new(record.as_bytes()).fields() {
            match field.tag {
                TIME => glance.times[0] = field.fixed64(),
                OBSERVED_TIME => glance.times[1] = field.fixed64(),
                SEVERITY_NUMBER => glance.severity = field.varint() as i32,
                ATTRIBUTE => {
                    let attribute = KeyValue::from(Message::new(field.content));
                    let name = attribute.key_bytes();
                    glance.hinted |= is_hint(name);
                    if name == b"level" || mapped.iter().any(|(mapped, _)| mapped.as_bytes() == name) {
                        put(key, attribute.as_bytes());
                    }
                }
                _ => {}
            }
        }
        key[severity].copy_from_slice(&glance.severity.to_le_bytes());
        glance
    }

    fn place(&mut self, resource: u32, record: &LogRecord<'a>, glance: &Glance) -> Option<u32> {
        let hints = if glance.hinted { Hints::of(record) } else { Hints::default() };
        let of_record = matches!(self.resources[resource as usize].tenant, ResourceTenant::Attribute(_));
        if glance.hinted || of_record || !self.rules.labels.record.is_empty() {
            self.add_to_key(resource, record, &hints);
        }
        if let Some(&known) = self.places_by_key.get(&*self.key) {
            return Some(known);
        }
        if self.left == 0 {
            return None;
        }
        let place = self.new_place(resource, record, &hints);
        let number = self.places.len() as u32;
        self.places.push(place);
        self.places_by_key.insert(self.key.as_slice().into(), number);
        Some(number)
    }

    /// Adds to what was written down what a record's place depends on besides.
    fn add_to_key(&mut self, resource: u32, record: &LogRecord<'a>, hints: &Hints<'a>) {
        let key = &mut self.key;
        for (field, _) in &self.rules.labels.record {
            match field {
                RecordField::TraceId => put(key, record.trace_id()),
                RecordField::SpanId => put(key, record.span_id()),
                RecordField::Severity => put(key, record.severity_text().as_bytes()),
                RecordField::SeverityNumber => {}
            }
        }
        let named = hints.named(&self.resources[resource as usize]);
        for attribute in record.attributes() {
            let name = attribute.key_bytes();
            if is_hint(name) || named.iter().any(|named| leads_to(name, named.as_bytes())) {
                put(key, attribute.as_bytes());
            }
        }
    }

    fn new_place(&mut self, number: u32, record: &LogRecord<'a>, hints: &Hints<'a>) -> Place<'a> {
        let resource = &self.resources[number as usize];
        let mut labels = self.labels(resource, record, hints);
        let (mut hidden, mut hidden_of_resource) = (Keys::new(), Keys::new());
        for origin in labels.origins() {
            match origin {
                Origin::Made => {}
                Origin::Resource(key) => hidden_of_resource.push(key),
                Origin::Record(key) => hidden.push(key),
            }
        }
        let format = resource.format.or_else(|| Format::of_name(&text_of(hints.format.as_ref()?)));
        let format = format.unwrap_or(self.rules.format);
        let tenant = resource.tenant(record, hints);
        let head = match self.encoding {
            Encoding::Protobuf => labels.selector(),
            Encoding::Json => labels.json(),
        };
        let tenant = tenant.map_or(0, |tenant| self.tenant(tenant));
        let stream = self.stream(tenant, head);
        let part = self.resources[number as usize].part(&hidden_of_resource);
        Place { stream, resource: number, format, hidden, hidden_of_resource, part }
    }

    fn tenant(&mut self, name: String) -> u32 {
        let next = self.tenants.len() as u32;
        let tenant = *self.tenants_by_name.entry(name.clone()).or_insert(next);
        if tenant == next {
            self.tenants.push(Some(name));
        }
        tenant
    }

    fn stream(&mut self, tenant: u32, head: String) -> u32 {
        let next = self.streams.len() as u32;
        let head: Rc<str> = head.into();
        let stream = *self.streams_by_head.entry((tenant, Rc::clone(&head))).or_insert(next);
        if stream == next {
            self.left = self.left.saturating_sub(head.len());
            self.streams.push(Stream { tenant, head });
        }
        stream
    }

    /// The labels of a record. What comes later overrides.
    fn labels(&self, resource: &Resource<'a>, record: &LogRecord<'a>, hints: &Hints<'a>) -> Labels<'a> {
        let (defaults, bounds) = (self.rules.default_labels, self.rules.limits.labels);
        let mut labels = Labels::default();
        if defaults.exporter {
            labels.set(bounds, "exporter", "OTLP", Origin::Made);
        }
        if let Some(job) = resource.job().filter(|_| defaults.job) {
            labels.set(bounds, "job", job, Origin::Made);
        }
        if let Some(instance) = resource.get("service.instance.id").filter(|_| defaults.instance) {
            labels.set(bounds, "instance", text_of(instance), Origin::Made);
        }
        let level = attribute(record, "level");
        let of_severity = level_of(record.severity_number());
        if let Some(of_severity) = of_severity.filter(|_| defaults.level) {
            match &level {
                Some(level) => labels.set(bounds, "level", text_of(level), Origin::Record("level")),
                None => labels.set(bounds, "level", of_severity, Origin::Made),
            }
        }
        let of_record = hints.resource_labels.as_ref().map(names).unwrap_or_default();
        for name in resource.label_names.iter().chain(&of_record) {
            if let Some((key, value)) = find(name, |key| resource.entry(key)) {
                let origin = key.map_or(Origin::Made, Origin::Resource);
                labels.set(bounds, valid_name(name).into_owned(), text_of(&value).into_owned(), origin);
            }
        }
        for name in hints.attribute_labels.as_ref().map(names).unwrap_or_default() {
            if let Some((key, value)) = find(&name, |key| entry(record, key)) {
                let origin = key.map_or(Origin::Made, Origin::Record);
                labels.set(bounds, valid_name(&name).into_owned(), text_of(&value).into_owned(), origin);
            }
        }
        self.set_mapped(&mut labels, resource, record);
        if labels.is_empty() {
            let service = resource.get("service.name").map(text_of).filter(|name| !name.is_empty());
            let service = service.map_or(UNKNOWN_SERVICE.into(), Cow::into_owned);
            labels.set(bounds, SERVICE_NAME, service, Origin::Made);
        }
        labels
    }

    /// Sets the labels of the older files' map, made of texts only.
    fn set_mapped(&self, labels: &mut Labels<'a>, resource: &Resource<'a>, record: &LogRecord<'a>) {
        let (mapped, bounds) = (&self.rules.labels, self.rules.limits.labels);
        for (name, label) in &mapped.attributes {
            match entry(record, name) {
                Some((key, Value::String(text))) => labels.set(bounds, label.clone(), text, Origin::Record(key)),
                None if name == "level" => {
                    let level = level_of(record.severity_number()).unwrap_or_default();
                    labels.set(bounds, label.clone(), level, Origin::Made);
                }
                _ => {}
            }
        }
        for (name, label) in &mapped.resource {
            if let Some((key, Value::String(text))) = resource.entry(name) {
                labels.set(bounds, label.clone(), text, Origin::Resource(key));
            }
        }
        for (field, label) in &mapped.record {
            let value = match field {
                RecordField::TraceId => id_text(record.trace_id()),
                RecordField::SpanId => id_text(record.span_id()),
                RecordField::Severity => record.severity_text().into(),
                RecordField::SeverityNumber => name_of(record.severity_number()),
            };
            labels.set(bounds, label.clone(), value, Origin::Made);
        }
    }
}

/// What is seen of a record at first.
#[derive(Default)]
struct Glance {
    /// Its own, and when it was observed.
    times: [u64; 2],
    severity: i32,
    /// Whether it has hints.
    hinted: bool,
}

/// Appends bytes so that they cannot be taken for others together.
fn put(key: &mut Vec<u8>, bytes: &[u8]) {
    key.extend_from_slice(&(bytes.len() as u32).to_le_bytes());
    key.extend_from_slice(bytes);
}

fn id_text(id: &[u8]) -> String {
    if is_id(id) { hex::encode(id) } else { String::new() }
}
