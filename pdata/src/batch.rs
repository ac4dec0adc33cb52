//! What travels through a pipeline.

use bytes::{Bytes, BytesMut};
use smallvec::{SmallVec, smallvec};

use crate::edit::{self, Node};
use crate::layout::Layout;
use crate::split::{Size, Split};
use crate::view::{Message, ResourceLogs, ResourceMetrics, ResourceSpans};
use crate::{Limits, Malformed, Signal, check, count, json, schema};

/// Telemetry of one signal, as one or more OTLP export requests in protobuf.
///
/// Protobuf messages concatenate, so a batch of several messages is one request: the bytes of all, in order. Profiles
/// are the exception, see [`merge`](Self::merge). A clone shares the bytes.
#[derive(Clone, Debug)]
pub struct Batch {
    signal: Signal,
    messages: SmallVec<[Bytes; 1]>,
    items: usize,
    bytes: usize,
}

impl Batch {
    /// Checks an export request from outside: structure, UTF-8, lengths of ids, depth of nesting, number of elements.
    ///
    /// A request without items is valid. A known field with another wire type is, as protobuf has it, an unknown field,
    /// and unknown fields are kept. The bytes stay as they came, but for a message that may be there once and came in
    /// several pieces: they are put together.
    ///
    /// # Errors
    /// The first thing that is wrong, in the order of the bytes.
    pub fn check(signal: Signal, message: Bytes, limits: &Limits) -> Result<Self, Malformed> {
        let checked = check::check(signal, message, limits)?;
        Ok(Self::trusted(signal, checked.message, checked.items))
    }

    /// Reads an export request in OTLP/JSON, and checks it as [`check`](Self::check) does.
    ///
    /// Members have lowerCamelCase names, or those of the protobuf definition; unknown ones are ignored whatever they
    /// hold. `null` is as good as absent. A number may be a string, and a whole number may be written `1e3` or `5.0`.
    /// Enums are numbers or names, ids are hexadecimal, bytes are base64, standard or URL-safe, padded or not.
    ///
    /// # Errors
    /// The first thing that is wrong, with line and column. Besides what cannot be read these are a known member that
    /// is there twice, two members of one oneof, and anything before or after the one object.
    pub fn check_json(signal: Signal, json: &[u8], limits: &Limits) -> Result<Self, Malformed> {
        let read = json::read(signal, json, limits)?;
        Ok(Self::trusted(signal, read.message.into(), read.items))
    }

    /// Writes the batch as one OTLP/JSON object without white space: a line of a file, or the body of a request.
    ///
    /// JSON has no place for fields that we do not know; they are left out.
    pub fn write_json(&self, out: &mut Vec<u8>) {
        json::write(out, schema::whole_request(self.signal), &self.to_bytes());
    }

    /// Takes a message that is known to be valid and to hold `items` spans, data points, log records or profile samples.
    pub fn trusted(signal: Signal, message: Bytes, items: usize) -> Self {
        Self { signal, bytes: message.len(), messages: smallvec![message], items }
    }

    /// Takes messages that are known to be valid, and counts what they hold.
    pub fn from_messages(signal: Signal, messages: impl IntoIterator<Item = Bytes>) -> Self {
        let mut batch = Self::empty(signal);
        for message in messages {
            batch.push(count::items(signal, &message), message);
        }
        batch
    }

    /// A batch without items and bytes.
    pub fn empty(signal: Signal) -> Self {
        Self { signal, messages: SmallVec::new(), items: 0, bytes: 0 }
    }

    /// The kind of telemetry in it.
    pub fn signal(&self) -> Signal {
        self.signal
    }

    /// How many spans, data points, log records or profile samples it holds.
    pub fn items(&self) -> usize {
        self.items
    }

    /// How many bytes of protobuf it holds.
    pub fn bytes(&self) -> usize {
        self.bytes
    }

    /// The messages, each a valid export request of its own.
    pub fn messages(&self) -> &[Bytes] {
        &self.messages
    }

    /// The spans, by resource; none in a batch of another signal.
    pub fn resource_spans(&self) -> impl Iterator<Item = ResourceSpans<'_>> + Clone {
        self.resources(Signal::Traces)
    }

    /// The metrics, by resource; none in a batch of another signal.
    pub fn resource_metrics(&self) -> impl Iterator<Item = ResourceMetrics<'_>> + Clone {
        self.resources(Signal::Metrics)
    }

    /// The log records, by resource; none in a batch of another signal.
    pub fn resource_logs(&self) -> impl Iterator<Item = ResourceLogs<'_>> + Clone {
        self.resources(Signal::Logs)
    }

    /// How many entries by resource it has, of any signal. A resource may have several.
    pub fn resource_entries(&self) -> usize {
        self.messages.iter().map(|message| Message::new(message).resources::<Message<'_>>().count()).sum()
    }

    fn resources<'a, T: From<Message<'a>>>(&'a self, signal: Signal) -> impl Iterator<Item = T> + Clone {
        let messages = if self.signal == signal { self.messages.as_slice() } else { &[] };
        messages.iter().flat_map(|message| Message::new(message).resources())
    }

    /// The messages as one. Copies only if there are several.
    pub fn to_bytes(&self) -> Bytes {
        if let [message] = self.messages.as_slice() {
            return message.clone();
        }
        let mut joined = BytesMut::with_capacity(self.bytes);
        for message in &self.messages {
            joined.extend_from_slice(message);
        }
        joined.freeze()
    }

    /// The same batch in one message.
    pub fn compact(self) -> Self {
        if self.messages.len() == 1 {
            return self;
        }
        Self::trusted(self.signal, self.to_bytes(), self.items)
    }

    /// Appends another batch, without a copy of the bytes.
    ///
    /// # Errors
    /// Gives back a batch that cannot be merged: one of another signal, or profiles. A request of profiles has one
    /// dictionary that all its profiles point into, so that two requests do not concatenate.
    pub fn merge(&mut self, other: Self) -> Result<(), Self> {
        if self.signal != other.signal || (self.signal == Signal::Profiles && self.bytes > 0 && other.bytes > 0) {
            return Err(other);
        }
        if self.bytes == 0 {
            *self = other;
            return Ok(());
        }
        self.items += other.items;
        self.bytes += other.bytes;
        self.messages.extend(other.messages.into_iter().filter(|message| !message.is_empty()));
        Ok(())
    }

    /// Cuts the batch between its items into batches of at most `most`, all but the last as full as they get.
    ///
    /// Each piece repeats the resource, the scope, the schema URLs and the fields that we do not know of what it is cut
    /// out of, and the name, unit, type and temporality of a metric that is cut between its data points. An item that is
    /// larger than `most` goes alone. Whole resources are shared with this batch, not copied. Profiles are not split.
    pub fn split(self, most: Size) -> Split {
        Split::new(self, most)
    }

    /// Changes each message, from the outside in; see [`edit`](crate::edit). Without a change the batch keeps its bytes.
    pub fn edit(&self, change: impl FnMut(Node<'_, '_>)) -> Self {
        edit::edit(self, change)
    }

    /// Changes each item: span, data point, log record.
    pub fn edit_items(&self, mut change: impl FnMut(Node<'_, '_>)) -> Self {
        edit::edit(self, |request| edit::each_item(request, Layout::of(self.signal), &mut change))
    }

    /// Changes each resource. One that is missing is made if something is added to it.
    pub fn edit_resources(&self, mut change: impl FnMut(Node<'_, '_>)) -> Self {
        edit::edit(self, |request| {
            request.fields(|entry| {
                if entry.number() == 1 {
                    entry.enter(|entry| {
                        entry.message(1, &mut change);
                    });
                }
            });
        })
    }

    /// Appends a message whose items are in the count already.
    pub(crate) fn push_uncounted(&mut self, message: Bytes) {
        self.push(0, message);
    }

    /// The first messages of a batch, with the count of all.
    pub(crate) fn first_messages(batch: &Self, count: usize) -> Self {
        let mut first = Self { items: batch.items, ..Self::empty(batch.signal) };
        batch.messages.iter().take(count).for_each(|message| first.push_uncounted(message.clone()));
        first
    }

    pub(crate) fn add_items(&mut self, more: isize) {
        self.items = self.items.saturating_add_signed(more);
    }

    /// Appends a message that is known to be valid and not empty.
    pub(crate) fn push(&mut self, items: usize, message: Bytes) {
        self.items += items;
        self.bytes += message.len();
        if !message.is_empty() {
            self.messages.push(message);
        }
    }
}
