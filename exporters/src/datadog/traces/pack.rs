//! From a batch to bodies, in one go.

use sluice_pdata::Batch;

use super::NO_ENVIRONMENT;
use super::attributes::{Attributes, Both};
use super::chunk::{Chunk, Chunks};
use super::facts::Facts;
use super::key::Key;
use super::mapping::{Desk, Subject};
use super::names;
use super::normalize::cut;
use super::payload::{Body, MOST, Packer, Tracer};
use super::proto::{self, tag};
use super::resource::Resource;
use super::rules::Rules;
use super::span::Span;
use super::texts::{LONGEST_WORD, PeerKeys};

/// What a batch became.
#[derive(Debug, Default)]
pub(crate) struct Packed {
    pub(crate) bodies: Vec<Body>,
    /// The languages that the spans come from, each once.
    pub(crate) languages: Vec<String>,
    pub(crate) left_out: LeftOut,
}

/// Spans that are in no body.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct LeftOut {
    /// They have no id, or are of no trace.
    pub(crate) invalid: usize,
    /// They are larger than a body may be.
    pub(crate) too_large: usize,
    /// The user wants their traces to be ignored, or not to be kept.
    pub(crate) unwanted: usize,
}

/// Where a span comes from, under which its statistics are kept.
pub(crate) struct Origin<'o> {
    pub(crate) env: &'o str,
    pub(crate) host: &'o str,
    pub(crate) version: &'o str,
    pub(crate) container: &'o str,
    /// `key:value`, joined by commas.
    pub(crate) container_tags: &'o str,
    pub(crate) git_commit: &'o str,
    pub(crate) language: &'o str,
    /// How many spans it stands for, where others were left out by a sampler.
    pub(crate) weight: f64,
    /// Whether it is a test of Datadog's that made the request.
    pub(crate) is_synthetic: bool,
}

/// Who counts spans: the origin, the span, the tags of its peer.
pub(crate) type Count<'c> = dyn FnMut(&Origin<'_>, &Facts<'_>, &[String]) + 'c;

/// Turns a batch into bodies, and counts the spans that have statistics, but those of ignored traces. `now` is in nanoseconds since 1970.
pub(crate) fn pack(batch: &Batch, rules: &Rules, now: i64, count: &mut Count<'_>) -> Packed {
    pack_within(batch, rules, now, MOST, count)
}

/// The same with bodies of at most so many bytes.
pub(super) fn pack_within(batch: &Batch, rules: &Rules, now: i64, most: usize, count: &mut Count<'_>) -> Packed {
    let mut packer = Packer::new(rules, most);
    let mut packed = Packed::default();
    let mut desk = Desk::default();
    let mut attributes = Attributes::new();
    let mut out = Vec::new();
    for spans in batch.resource_spans() {
        let resource = Resource::read(spans, &rules.host, &rules.peer_keys);
        let chunks = Chunks::of(spans, &resource.attributes);
        packed.left_out.invalid += chunks.invalid;
        if !resource.language.is_empty() && !packed.languages.contains(&resource.language) {
            packed.languages.push(resource.language.clone());
        }
        let mut tracer = packer.tracer(&resource);
        for chunk in &chunks.chunks {
            let mut work = Work {
                rules,
                now,
                resource: &resource,
                chunks: &chunks,
                tracer: &mut tracer,
                left_out: &mut packed.left_out,
            };
            out.clear();
            work.write(chunk, &mut attributes, &mut desk, &mut out, count);
        }
        tracer.close();
    }
    packed.bodies = packer.finish();
    packed
}

/// What the chunks of a resource are written with.
struct Work<'w, 't, 'p, 'a> {
    rules: &'w Rules,
    now: i64,
    resource: &'w Resource<'a>,
    chunks: &'w Chunks<'a>,
    tracer: &'w mut Tracer<'t, 'p>,
    left_out: &'w mut LeftOut,
}

/// What a chunk says of all its spans: it is its root's.
struct Head {
    /// As they lie in the chunk.
    fields: Vec<u8>,
    decision_maker: &'static str,
    origin: String,
    git_commit: String,
    weight: f64,
}

/// The user keeps what he does not speak of.
const KEEP: i32 = 1;

impl<'a> Work<'_, '_, '_, 'a> {
    fn write(
        &mut self,
        chunk: &Chunk<'a>,
        attributes: &mut Attributes<'a>,
        desk: &mut Desk<'a>,
        out: &mut Vec<u8>,
        count: &mut Count<'_>,
    ) {
        let has_other_parent = chunk.with_other_parents();
        let root = chunk.root();
        // The root goes first: what it says holds for all.
        let order = std::iter::once(root).chain((0..chunk.spans.len()).filter(|index| *index != root));
        let mut head = None;
        let mut spans = 0;
        let is_kept = is_kept(chunk);
        for index in order {
            let member = &chunk.spans[index];
            let span = Span::read(member.outline.view, attributes);
            let library = &self.chunks.libraries[member.library];
            let subject = Subject { span: &span, attributes, library, resource: self.resource };
            let both = subject.both();
            let facts = Facts::of(self.rules, &span, both, library, has_other_parent[index], self.now);
            let (head, decision_maker) = match &head {
                Some(head) => (head, None),
                None => {
                    if self.rules.ignores(&facts.resource) {
                        self.left_out.unwanted += chunk.spans.len();
                        return;
                    }
                    let head = head.insert(self.head(chunk, both));
                    (&*head, Some(head.decision_maker))
                }
            };
            let begin = out.len();
            desk.write(out, subject, &facts, decision_maker, self.peer_keys(&facts, both));
            if !self.resource.has_statistics && facts.has_statistics(self.rules) {
                count(&self.origin(head), &facts, &desk.peers);
            }
            spans += 1;
            if is_kept {
                self.keep_small(out, &mut spans, begin, head);
            } else {
                out.clear();
            }
        }
        if !is_kept {
            self.left_out.unwanted += chunk.spans.len();
        } else if let Some(head) = &head
            && spans > 0
        {
            self.add(out, spans, head);
        }
    }

    /// Hands on what is before the last span, which begins at `begin`, if with it the chunk is too large.
    fn keep_small(&mut self, out: &mut Vec<u8>, spans: &mut usize, begin: usize, head: &Head) {
        let most = self.tracer.most();
        if out.len() <= most {
            return;
        }
        if begin > 0 {
            self.add(&out[..begin], *spans - 1, head);
            out.drain(..begin);
            *spans = 1;
        }
        if out.len() > most {
            out.clear();
            *spans = 0;
            self.left_out.too_large += 1;
        }
    }

    fn add(&mut self, spans: &[u8], count: usize, head: &Head) {
        self.tracer.add([&head.fields, spans], count);
    }

    /// What the root says of its chunk. What a resource leaves open, its first chunk says for it.
    fn head(&mut self, chunk: &Chunk<'a>, both: Both<'_, 'a>) -> Head {
        if self.tracer.env.is_empty() {
            self.tracer.env = names::env(both);
        }
        if self.tracer.version.is_empty() {
            self.tracer.version = cut(&names::version(both), LONGEST_WORD).to_owned();
        }
        let rate = both.span.get(Key::SampleRate).and_then(|value| value.number());
        let origin = cut(&both.text(&[Key::Origin]), LONGEST_WORD).to_owned();
        // By hand, or because nobody said otherwise.
        let decision_maker = if chunk.priority.is_some() { "-4" } else { "-9" };
        let mut fields = Vec::with_capacity(64);
        proto::put_number(&mut fields, tag::CHUNK_PRIORITY, i64::from(chunk.priority.unwrap_or(KEEP)) as u64);
        proto::put_text(&mut fields, tag::CHUNK_ORIGIN, &origin);
        proto::put_entry(&mut fields, tag::CHUNK_TAGS, [b"_dd.otlp_sr", b""], ["1.00", ""]);
        proto::put_entry(&mut fields, tag::CHUNK_TAGS, [b"_dd.p.dm", b""], [decision_maker, ""]);
        Head {
            fields,
            decision_maker,
            origin,
            git_commit: cut(&both.text(&[Key::GitCommitSha]), LONGEST_WORD).to_owned(),
            weight: rate.filter(|rate| *rate > 0.0 && *rate <= 1.0).map_or(1.0, |rate| 1.0 / rate),
        }
    }

    /// By which attributes of its peer a span's statistics are kept apart; none if by none.
    fn peer_keys(&self, facts: &Facts<'_>, both: Both<'_, 'a>) -> Option<&PeerKeys> {
        if self.resource.has_statistics || !facts.has_statistics(self.rules) {
            return None;
        }
        match facts.kind.as_ref() {
            "client" | "producer" | "consumer" => Some(&self.rules.peer_keys),
            // Somebody has put an internal span under a service of its own.
            "" | "internal" if !both.text(&[Key::BaseService]).is_empty() => Some(&self.rules.base_service),
            _ => None,
        }
    }

    fn origin<'o>(&'o self, head: &'o Head) -> Origin<'o> {
        Origin {
            env: if self.tracer.env.is_empty() { NO_ENVIRONMENT } else { &self.tracer.env },
            host: if self.resource.host.is_empty() { &self.rules.host } else { &self.resource.host },
            version: &self.tracer.version,
            container: &self.resource.container,
            container_tags: &self.resource.container_tags,
            git_commit: &head.git_commit,
            language: &self.resource.language,
            weight: head.weight,
            is_synthetic: head.origin.starts_with("synthetics"),
        }
    }
}

/// Whether the user wants a trace. One that he does not insist on dropping is kept if something failed.
fn is_kept(chunk: &Chunk<'_>) -> bool {
    match chunk.priority.unwrap_or(KEEP) {
        0 => chunk.spans.iter().any(|span| span.outline.has_failed),
        priority => priority > 0,
    }
}
