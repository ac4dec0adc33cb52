//! From a batch to bodies.

use std::time::{Duration, SystemTime};

use bytes::Bytes;
use sluice_component::Reason;
use sluice_pdata::Batch;

use super::body::{Body, Line};
use super::config::{Encoding, is_tenant};
use super::line::{self, Format, Record};
use super::metadata::Metadata;
use super::rules::{Limits, Rules};
use super::streams::{Entry, Streams};

/// How much all lines of a batch may have together, and all its labels: so much, and so many times what the batch has. A resource
/// of many attributes stands in each of its records' lines, and its labels in each of its streams.
const MAX_GROWTH: (usize, usize) = (32 * 1024 * 1024, 32);

/// The bodies of a batch, and what is in none of them.
#[derive(Debug, Default)]
pub(super) struct Translation {
    pub(super) bodies: Vec<Translated>,
    pub(super) lost: Lost,
}

/// A body that is not packed yet.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Translated {
    pub(super) tenant: Option<String>,
    pub(super) bytes: Bytes,
    pub(super) lines: usize,
}

/// How many log records were left out, by reason.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Lost {
    /// Older than lines may be.
    pub too_old: usize,
    /// Further ahead of now than lines may be.
    pub too_far_ahead: usize,
    /// Too long for a line, or for all lines together.
    pub too_large: usize,
    /// Of what can be no tenant.
    pub rejected: usize,
}

impl Lost {
    /// By the reason's name.
    pub(super) fn by_reason(&self) -> [(Reason, usize); 4] {
        [
            (Reason::TooOld, self.too_old),
            (Reason::TooFarAhead, self.too_far_ahead),
            (Reason::TooLarge, self.too_large),
            (Reason::Rejected, self.rejected),
        ]
    }
}

/// Translates a batch as of `now`. `tenant` is whose the records are that do not say it.
pub(super) fn translate(
    batch: &Batch,
    rules: &Rules,
    encoding: Encoding,
    tenant: Option<String>,
    now: SystemTime,
) -> Translation {
    let ages = Ages::new(&rules.limits, now);
    let mut lost = Lost::default();
    let most = batch.bytes().saturating_mul(MAX_GROWTH.1).saturating_add(MAX_GROWTH.0);
    let mut streams = Streams::of(batch, rules, encoding, tenant, most, |times| ages.time(times, &mut lost));
    lost.too_large += streams.without_place;
    streams.sort();
    let mut writer = Writer {
        rules,
        body: Body::new(encoding),
        stream: None,
        bodies: Vec::new(),
        text: Vec::new(),
        metadata: Metadata::default(),
        left: most,
        lost,
    };
    for entry in &streams.entries {
        writer.put(&streams, entry);
    }
    writer.finish(&streams);
    Translation { bodies: writer.bodies, lost: writer.lost }
}

/// Which times lines may have.
struct Ages {
    now: u64,
    oldest: u64,
    newest: u64,
}

impl Ages {
    fn new(limits: &Limits, now: SystemTime) -> Self {
        let nanos = |time: Duration| u64::try_from(time.as_nanos()).unwrap_or(u64::MAX);
        // What is beyond is no time that Loki can say.
        const END: u64 = i64::MAX as u64;
        let now = now.duration_since(SystemTime::UNIX_EPOCH).map_or(0, nanos).min(END);
        let oldest = limits.max_age.map_or(0, |age| now.saturating_sub(nanos(age)));
        let newest = limits.max_ahead.map_or(END, |ahead| now.saturating_add(nanos(ahead)).min(END));
        Self { now, oldest, newest }
    }

    /// When a record was: its time, or else when it was observed, or else now.
    fn time(&self, times: [u64; 2], lost: &mut Lost) -> Option<u64> {
        let time = times.into_iter().find(|&time| time != 0).unwrap_or(self.now);
        lost.too_old += usize::from(time < self.oldest);
        lost.too_far_ahead += usize::from(time > self.newest);
        (self.oldest..=self.newest).contains(&time).then_some(time)
    }
}

/// Writes lines into bodies, one after another.
struct Writer<'r> {
    rules: &'r Rules,
    body: Body,
    /// The stream to which lines are added, if the body has one.
    stream: Option<u32>,
    bodies: Vec<Translated>,
    text: Vec<u8>,
    metadata: Metadata,
    /// How many bytes may still be written.
    left: usize,
    lost: Lost,
}

impl Writer<'_> {
    fn put<'a>(&mut self, streams: &Streams<'a, '_>, entry: &Entry<'a>) {
        if !self.write(streams, entry) {
            self.lost.too_large += 1;
            return;
        }
        self.left = self.left.saturating_sub(self.text.len() + self.metadata.bytes());
        if !self.has_room(streams, entry.stream) {
            self.finish(streams);
        }
        if self.stream != Some(entry.stream) {
            self.body.begin_stream(&streams.streams[entry.stream as usize].head);
            self.stream = Some(entry.stream);
        }
        self.body.put(&Line { time: entry.time, text: &self.text, metadata: &self.metadata });
    }

    /// Writes line and metadata of a record; says whether they are not too large.
    fn write<'a>(&mut self, streams: &Streams<'a, '_>, entry: &Entry<'a>) -> bool {
        self.text.clear();
        self.metadata.clear();
        if self.left == 0 {
            return false;
        }
        let place = &streams.places[entry.place as usize];
        let fields = entry.record.fields();
        let mut spare = None;
        let record = Record {
            fields: &fields,
            attributes: entry.record.attributes(),
            hidden: &place.hidden,
            resource: streams.part(place, &mut spare),
            scope: streams.scopes[entry.scope as usize],
            labels: &self.rules.labels,
        };
        line::write(&mut self.text, place.format, &record);
        if self.text.len() > self.rules.limits.line_bytes {
            self.left = self.left.saturating_sub(self.text.len());
            return false;
        }
        if self.rules.structured_metadata {
            self.metadata.put_ids(&record);
            if place.format == Format::Raw {
                self.metadata.put_rest(&record);
            }
        }
        true
    }

    /// Whether the body may have the line that was written, in this stream.
    fn has_room(&self, streams: &Streams<'_, '_>, stream: u32) -> bool {
        let Some(open) = self.stream else { return true };
        let (open_is, new_is) = (&streams.streams[open as usize], &streams.streams[stream as usize]);
        let limits = &self.rules.limits;
        let begin = if open == stream { 0 } else { Body::size(new_is.head.as_bytes(), &Metadata::default()) };
        let size = begin + Body::size(&self.text, &self.metadata);
        open_is.tenant == new_is.tenant
            && (open == stream || self.body.streams() < limits.request_streams)
            && self.body.len() + size <= limits.request_bytes
    }

    /// Finishes the body, if there is anything in it.
    fn finish(&mut self, streams: &Streams<'_, '_>) {
        let Some(stream) = self.stream.take() else { return };
        let tenant = streams.streams[stream as usize].tenant;
        let tenant = streams.tenants[tenant as usize].clone();
        let lines = self.body.lines;
        let bytes = Bytes::from(self.body.finish());
        if tenant.as_deref().is_some_and(|tenant| !is_tenant(tenant)) {
            self.lost.rejected += lines;
        } else {
            self.bodies.push(Translated { tenant, bytes, lines });
        }
    }
}
