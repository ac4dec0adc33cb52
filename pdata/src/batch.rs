//! What travels through a pipeline.

use bytes::Bytes;
use smallvec::{SmallVec, smallvec};

use crate::Signal;

/// Telemetry of one signal, as one or more OTLP export requests in protobuf.
///
/// Protobuf messages concatenate, so a batch of several messages is one request: the bytes of all, in order.
/// A clone shares the bytes.
#[derive(Clone, Debug)]
pub struct Batch {
    signal: Signal,
    messages: SmallVec<[Bytes; 1]>,
    items: usize,
    bytes: usize,
}

impl Batch {
    /// Takes a message that is known to be valid and to hold `items` spans, data points, log records or profile samples.
    pub fn trusted(signal: Signal, message: Bytes, items: usize) -> Self {
        Self { signal, bytes: message.len(), messages: smallvec![message], items }
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
}
