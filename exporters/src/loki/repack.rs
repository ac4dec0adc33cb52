//! Bodies packed, and taken apart again where Loki does not want them as they are.

use std::borrow::Cow;

use bytes::Bytes;
use prost::Message;
use serde_json::Value as Json;
use sluice_transport::compression::{self, CompressError, Compressor, decompress};

use super::body::{Body, Line};
use super::config::Encoding;
use super::labels::quote;
use super::metadata::Metadata;
use crate::sending::Parcel;

/// The most that a body of our own has.
const MOST: usize = 1024 * 1024 * 1024;

/// How bodies are written and packed.
#[derive(Clone, Copy, Debug)]
pub(super) struct Packing {
    pub(super) encoding: Encoding,
    /// Whether a body of protobuf is packed once more than Loki wants, or one of JSON at all.
    pub(super) compressor: Option<Compressor>,
}

impl Packing {
    /// Packs a body.
    ///
    /// # Errors
    ///
    /// The coder failed, which does not depend on the data.
    pub(super) fn pack(&self, body: Bytes) -> Result<Bytes, CompressError> {
        let body = match self.encoding {
            Encoding::Protobuf => Compressor::new(compression::Encoding::Snappy, None)?.packed(&[body])?,
            Encoding::Json => body,
        };
        match self.compressor {
            Some(compressor) => compressor.packed(&[body]),
            None => Ok(body),
        }
    }

    fn unpack(&self, body: &Bytes) -> Option<Bytes> {
        let unpacked = |encoding, body: &Bytes| decompress(encoding, body, MOST).ok();
        let body = match self.compressor {
            Some(compressor) => unpacked(compressor.encoding(), body)?,
            None => body.clone(),
        };
        match self.encoding {
            Encoding::Protobuf => unpacked(compression::Encoding::Snappy, &body),
            Encoding::Json => Some(body),
        }
    }
}

/// A stream in a parcel.
pub(super) struct Summary {
    /// Its labels.
    pub(super) selector: Box<str>,
    /// How many lines it has.
    pub(super) lines: usize,
}

/// The streams in a parcel.
pub(super) fn streams(parcel: &Parcel, packing: &Packing) -> Vec<Summary> {
    let streams = taken_apart(parcel, packing).unwrap_or_default();
    let summary = |stream: Stream| Summary { selector: stream.selector().into(), lines: stream.lines.len() };
    streams.into_iter().map(summary).collect()
}

/// The lines in a parcel.
#[cfg(test)]
pub(super) fn lines(parcel: &Parcel, packing: &Packing) -> Vec<String> {
    let streams = taken_apart(parcel, packing).unwrap_or_default();
    streams.into_iter().flat_map(|stream| stream.lines).map(|line| line.text).collect()
}

/// Two parcels with half of the lines each. `None` where there is but one line.
pub(super) fn halves(parcel: &Parcel, packing: &Packing) -> Option<Vec<Parcel>> {
    if parcel.items < 2 {
        return None;
    }
    let mut first = taken_apart(parcel, packing)?;
    let mut left = parcel.items / 2;
    let mut second = Vec::new();
    for stream in &mut first {
        let taken = left.min(stream.lines.len());
        left -= taken;
        second.push(Stream { head: stream.head.clone(), lines: stream.lines.split_off(taken) });
    }
    [first, second].into_iter().map(|half| put_together(parcel, half, packing)).collect()
}

/// The same without structured metadata. `None` where there is none.
pub(super) fn without_metadata(parcel: &Parcel, packing: &Packing) -> Option<Parcel> {
    let mut streams = taken_apart(parcel, packing)?;
    let lines = || streams.iter().flat_map(|stream| &stream.lines);
    if lines().all(|line| line.metadata.is_empty()) {
        return None;
    }
    streams.iter_mut().flat_map(|stream| &mut stream.lines).for_each(|line| line.metadata.clear());
    put_together(parcel, streams, packing)
}

/// A stream that was written already.
struct Stream {
    head: String,
    lines: Vec<Written>,
}

struct Written {
    time: u64,
    text: String,
    metadata: Metadata,
}

impl Stream {
    /// The labels as a selector.
    fn selector(&self) -> Cow<'_, str> {
        let Ok(Json::Object(labels)) = serde_json::from_str(&self.head) else { return Cow::Borrowed(&self.head) };
        let labels = labels.iter().map(|(name, value)| {
            let mut label = format!("{name}=");
            quote(&mut label, value.as_str().unwrap_or_default());
            label
        });
        Cow::Owned(format!("{{{}}}", labels.collect::<Vec<_>>().join(", ")))
    }
}

fn put_together(parcel: &Parcel, streams: Vec<Stream>, packing: &Packing) -> Option<Parcel> {
    let mut body = Body::new(packing.encoding);
    for stream in streams.iter().filter(|stream| !stream.lines.is_empty()) {
        body.begin_stream(&stream.head);
        for Written { time, text, metadata } in &stream.lines {
            body.put(&Line { time: *time, text: text.as_bytes(), metadata });
        }
    }
    let items = body.lines;
    let body = packing.pack(body.finish().into()).ok()?;
    Some(Parcel { body, items, ..parcel.clone() })
}

fn taken_apart(parcel: &Parcel, packing: &Packing) -> Option<Vec<Stream>> {
    let body = packing.unpack(&parcel.body)?;
    match packing.encoding {
        Encoding::Protobuf => of_protobuf(&body),
        Encoding::Json => of_json(&body),
    }
}

fn of_protobuf(body: &[u8]) -> Option<Vec<Stream>> {
    let line = |entry: proto::Entry| {
        let at = entry.timestamp.unwrap_or_default();
        let time = u64::try_from(at.seconds).ok()? * 1_000_000_000 + u64::try_from(at.nanos).ok()?;
        let metadata = entry.structured_metadata.iter().map(|pair| (&*pair.name, &*pair.value)).collect();
        Some(Written { time, text: entry.line, metadata })
    };
    let stream = |stream: proto::Stream| {
        Some(Stream { head: stream.labels, lines: stream.entries.into_iter().map(line).collect::<Option<_>>()? })
    };
    proto::PushRequest::decode(body).ok()?.streams.into_iter().map(stream).collect()
}

fn of_json(body: &[u8]) -> Option<Vec<Stream>> {
    let line = |entry: &Json| {
        let metadata = entry.get(2).and_then(Json::as_object).into_iter().flatten();
        Some(Written {
            time: entry[0].as_str()?.parse().ok()?,
            text: entry[1].as_str()?.to_owned(),
            metadata: metadata.filter_map(|(name, value)| Some((name.as_str(), value.as_str()?))).collect(),
        })
    };
    let stream = |stream: &Json| {
        let lines = stream["values"].as_array()?.iter().map(line).collect::<Option<_>>()?;
        Some(Stream { head: stream["stream"].to_string(), lines })
    };
    let body: Json = serde_json::from_slice(body).ok()?;
    body["streams"].as_array()?.iter().map(stream).collect()
}

/// The messages that are pushed, as far as they are read here.
///
/// Source: Loki's `pkg/push/push.proto`.
pub(super) mod proto {
    /// `PushRequest`.
    #[derive(Clone, PartialEq, prost::Message)]
    pub(in crate::loki) struct PushRequest {
        #[prost(message, repeated, tag = "1")]
        pub(in crate::loki) streams: Vec<Stream>,
    }

    /// `StreamAdapter`.
    #[derive(Clone, PartialEq, prost::Message)]
    pub(in crate::loki) struct Stream {
        #[prost(string, tag = "1")]
        pub(in crate::loki) labels: String,
        #[prost(message, repeated, tag = "2")]
        pub(in crate::loki) entries: Vec<Entry>,
    }

    /// `EntryAdapter`.
    #[derive(Clone, PartialEq, prost::Message)]
    pub(in crate::loki) struct Entry {
        #[prost(message, optional, tag = "1")]
        pub(in crate::loki) timestamp: Option<Timestamp>,
        #[prost(string, tag = "2")]
        pub(in crate::loki) line: String,
        #[prost(message, repeated, tag = "3")]
        pub(in crate::loki) structured_metadata: Vec<Pair>,
    }

    /// `google.protobuf.Timestamp`.
    #[derive(Clone, Copy, PartialEq, Eq, prost::Message)]
    pub(in crate::loki) struct Timestamp {
        #[prost(int64, tag = "1")]
        pub(in crate::loki) seconds: i64,
        #[prost(int32, tag = "2")]
        pub(in crate::loki) nanos: i32,
    }

    /// `LabelPairAdapter`.
    #[derive(Clone, PartialEq, prost::Message)]
    pub(in crate::loki) struct Pair {
        #[prost(string, tag = "1")]
        pub(in crate::loki) name: String,
        #[prost(string, tag = "2")]
        pub(in crate::loki) value: String,
    }
}
