//! Puts chunks into bodies, none of them too large.

use super::proto::{self, Open, tag};
use super::resource::Resource;
use super::rules::Rules;

/// The most bytes that a body has before it is packed: what the intake takes.
pub(super) const MOST: usize = 3_200_000;

/// The Agent whose mapping this is; the intake wants to know of one.
const AGENT_VERSION: &str = "7.76.0";

/// Room for the version, the environment and the lengths around them.
const SPARE: usize = 1024;

/// A body of `/api/v0.2/traces`.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Body {
    pub(crate) bytes: Vec<u8>,
    /// How many spans are in it.
    pub(crate) spans: usize,
}

/// Bodies under way.
pub(super) struct Packer<'p> {
    rules: &'p Rules,
    most: usize,
    full: Vec<Body>,
    body: Body,
}

impl<'p> Packer<'p> {
    pub(super) fn new(rules: &'p Rules, most: usize) -> Self {
        Self { rules, most, full: Vec::new(), body: Body::default() }
    }

    /// Begins the chunks of a resource.
    pub(super) fn tracer<'t>(&'t mut self, resource: &Resource<'_>) -> Tracer<'t, 'p> {
        let mut fields = Vec::with_capacity(256);
        proto::put_text(&mut fields, tag::TRACER_CONTAINER, &resource.container);
        proto::put_text(&mut fields, tag::TRACER_LANGUAGE, &resource.language);
        proto::put_text(&mut fields, tag::TRACER_VERSION, &resource.tracer);
        if !resource.container_tags.is_empty() {
            let tags = [resource.container_tags.as_str(), ""];
            proto::put_entry(&mut fields, tag::TRACER_TAGS, [b"_dd.tags.container", b""], tags);
        }
        proto::put_text(&mut fields, tag::TRACER_HOST, &resource.host);
        Tracer { packer: self, fields, env: resource.env.clone(), version: String::new(), open: None }
    }

    /// What there is.
    pub(super) fn finish(mut self) -> Vec<Body> {
        self.next();
        self.full
    }

    fn next(&mut self) {
        if self.body.spans > 0 {
            self.full.push(std::mem::take(&mut self.body));
        }
    }

    fn begin(&mut self) {
        if self.body.bytes.is_empty() {
            let out = &mut self.body.bytes;
            proto::put_text(out, tag::PAYLOAD_HOST, &self.rules.host);
            proto::put_text(out, tag::PAYLOAD_ENV, super::NO_ENVIRONMENT);
            proto::put_text(out, tag::PAYLOAD_AGENT_VERSION, AGENT_VERSION);
        }
    }
}

/// The chunks of one resource, on their way into one or more bodies.
pub(super) struct Tracer<'t, 'p> {
    packer: &'t mut Packer<'p>,
    /// What is said besides the chunks.
    fields: Vec<u8>,
    pub(super) env: String,
    pub(super) version: String,
    open: Option<Open>,
}

impl Tracer<'_, '_> {
    /// The most bytes that the spans of a chunk may have.
    pub(super) fn most(&self) -> usize {
        self.packer.most.saturating_sub(self.fields.len() + SPARE)
    }

    /// Puts a chunk, whose spans have no more than the most bytes, into a body: this one, or the next.
    pub(super) fn add(&mut self, chunk: [&[u8]; 2], spans: usize) {
        let more = self.fields.len() + SPARE + chunk[0].len() + chunk[1].len();
        if self.packer.body.bytes.len() + more > self.packer.most {
            self.close();
            self.packer.next();
        }
        if self.open.is_none() {
            self.packer.begin();
            self.open = Some(proto::open(&mut self.packer.body.bytes, tag::PAYLOAD_TRACERS));
        }
        proto::put_parts(&mut self.packer.body.bytes, tag::TRACER_CHUNKS, chunk);
        self.packer.body.spans += spans;
    }

    /// Ends what is open, if anything is.
    pub(super) fn close(&mut self) {
        let Some(open) = self.open.take() else { return };
        let out = &mut self.packer.body.bytes;
        out.extend_from_slice(&self.fields);
        proto::put_text(out, tag::TRACER_ENV, &self.env);
        proto::put_text(out, tag::TRACER_APP_VERSION, &self.version);
        proto::close(out, open);
    }
}
