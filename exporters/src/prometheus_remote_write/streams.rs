//! Data points by stream: those of the same metric and labels, whatever request they came in.

use std::collections::HashMap;
use std::hash::{BuildHasher, Hasher};

use foldhash::fast::RandomState;
use smallvec::{SmallVec, smallvec};

use super::histogram::HistogramSample;
use super::loss::Cause;
use super::protobuf::{self, BYTES, tag};
use crate::prometheus_model::{Labels, MetricType};

/// What is known of a metric.
#[derive(Clone, Debug)]
pub(super) struct Family<'a> {
    pub(super) name: String,
    pub(super) kind: MetricType,
    pub(super) help: &'a str,
    pub(super) unit: String,
    /// Whether it is of our own making, and not a metric of the sender.
    pub(super) own: bool,
}

/// What a stream's data points are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Class {
    /// Values.
    Number,
    /// Histograms with fixed bounds.
    Histogram,
    /// Histograms with fixed bounds, as native ones.
    Custom,
    /// Histograms with exponential bounds.
    Exponential,
    /// Quantiles.
    Summary,
}

impl Class {
    /// The label that tells a stream's series apart.
    pub(super) const fn own_label(self) -> Option<&'static str> {
        match self {
            Self::Histogram => Some("le"),
            Self::Summary => Some("quantile"),
            Self::Number | Self::Custom | Self::Exponential => None,
        }
    }
}

/// A data point.
#[derive(Clone, Copy, Debug)]
pub(super) struct Point<'a> {
    /// When, in milliseconds since 1970.
    pub(super) millis: i64,
    pub(super) value: Value,
    /// The message, as OTLP has it; empty if there is nothing of interest in it besides time and value.
    pub(super) message: &'a [u8],
}

/// What is known of a data point besides its message.
#[derive(Clone, Copy, Debug)]
pub(super) enum Value {
    /// The value.
    Number(f64),
    /// Which of the native histograms it is.
    Native(usize),
    /// It is in the message.
    InMessage,
}

impl Point<'_> {
    fn is_same(&self, other: &Self) -> bool {
        let number = |point: &Self| if let Value::Number(value) = point.value { Some(value.to_bits()) } else { None };
        number(self) == number(other) && self.message == other.message
    }
}

/// The data points of one metric and one set of labels.
#[derive(Clone, Debug)]
pub(super) struct Stream<'a> {
    /// Which of the families.
    pub(super) family: usize,
    pub(super) class: Class,
    labels: LabelPlace,
    pub(super) points: SmallVec<[Point<'a>; 1]>,
    /// How many data points of the batch are sent with it.
    pub(super) items: usize,
    /// Another stream of the same hash.
    other: Option<usize>,
}

/// Where the labels of a stream are.
#[derive(Clone, Copy, Debug)]
struct LabelPlace {
    begin: usize,
    /// Where `__name__` belongs.
    name: usize,
    /// Where the class' own label belongs.
    own: usize,
    end: usize,
}

/// Labels as remote write 1.0 has them, without `__name__` and the class' own, which are put between.
#[derive(Clone, Copy, Debug)]
pub(super) struct StreamLabels<'s> {
    pub(super) bytes: &'s [u8],
    pub(super) name_at: usize,
    pub(super) own_at: usize,
}

/// All streams of a batch.
#[derive(Debug)]
pub(super) struct Streams<'a> {
    pub(super) families: Vec<Family<'a>>,
    pub(super) streams: Vec<Stream<'a>>,
    pub(super) natives: Vec<HistogramSample>,
    labels: Vec<u8>,
    /// How many bytes of series may still be added.
    room: usize,
    by_hash: HashMap<u64, usize, RandomState>,
}

impl<'a> Streams<'a> {
    /// No streams yet, and room for series of about so many bytes.
    pub(super) fn new(room: usize) -> Self {
        Self {
            families: Vec::new(),
            streams: Vec::new(),
            natives: Vec::new(),
            labels: Vec::new(),
            room,
            by_hash: HashMap::default(),
        }
    }

    /// Adds a data point of the family that was added last, which becomes `series` series and counts as so many items of the
    /// batch.
    ///
    /// # Errors
    ///
    /// There is no room for what it would become.
    pub(super) fn add(
        &mut self,
        class: Class,
        labels: &Labels,
        point: Point<'a>,
        series: usize,
        items: usize,
    ) -> Result<(), Cause> {
        let family = self.families.len() - 1;
        let place = self.write(labels, class.own_label());
        let mut hasher = self.by_hash.hasher().build_hasher();
        hasher.write(&self.labels[place.begin..]);
        hasher.write(self.families[family].name.as_bytes());
        hasher.write_u8(class as u8);
        let hash = hasher.finish();
        let first = self.by_hash.get(&hash).copied();
        let mut candidate = first;
        while let Some(index) = candidate {
            if self.is_same(&self.streams[index], family, class, place) {
                self.labels.truncate(place.begin);
                self.take_room(series, SAMPLE)?;
                self.streams[index].points.push(point);
                self.streams[index].items += items;
                return Ok(());
            }
            candidate = self.streams[index].other;
        }
        let name = self.families[family].name.len();
        if let Err(cause) = self.take_room(series, place.end - place.begin + name + SERIES) {
            self.labels.truncate(place.begin);
            return Err(cause);
        }
        self.by_hash.insert(hash, self.streams.len());
        self.streams.push(Stream { family, class, labels: place, points: smallvec![point], items, other: first });
        Ok(())
    }

    fn take_room(&mut self, series: usize, bytes: usize) -> Result<(), Cause> {
        self.room = self.room.checked_sub(series.saturating_mul(bytes)).ok_or(Cause::TooLarge)?;
        Ok(())
    }

    /// Puts the data points of each stream in the order of time. Of several at the same time the last stays; says how many
    /// are gone that were not the same.
    pub(super) fn sort(&mut self) -> usize {
        let mut lost = 0;
        for stream in self.streams.iter_mut().filter(|stream| stream.points.len() > 1) {
            stream.points.sort_by_key(|point| point.millis);
            let mut different = 0;
            stream.points.dedup_by(|later, earlier| {
                let same_time = later.millis == earlier.millis;
                if same_time {
                    different += usize::from(!later.is_same(earlier));
                    // What is removed is the later one.
                    *earlier = *later;
                }
                same_time
            });
            // Streams that count for nothing are a second form of others, or none of the sender's.
            let different = different.min(stream.items);
            stream.items -= different;
            lost += different;
        }
        lost
    }

    /// The labels of a stream.
    pub(super) fn labels(&self, stream: &Stream<'_>) -> StreamLabels<'_> {
        let place = stream.labels;
        let (name_at, own_at) = (place.name - place.begin, place.own - place.begin);
        StreamLabels { bytes: &self.labels[place.begin..place.end], name_at, own_at }
    }

    fn is_same(&self, stream: &Stream<'_>, family: usize, class: Class, place: LabelPlace) -> bool {
        stream.class == class
            && self.labels[stream.labels.begin..stream.labels.end] == self.labels[place.begin..place.end]
            && self.families[stream.family].name == self.families[family].name
    }

    fn write(&mut self, labels: &Labels, own: Option<&str>) -> LabelPlace {
        let out = &mut self.labels;
        let begin = out.len();
        let mut place = LabelPlace { begin, name: begin, own: begin, end: begin };
        for (name, value) in labels.iter() {
            if name == NAME || Some(name) == own {
                continue;
            }
            label(out, name, value);
            place.end = out.len();
            if name < NAME {
                place.name = place.end;
            }
            if own.is_some_and(|own| name < own) {
                place.own = place.end;
            }
        }
        place
    }
}

/// What a series takes besides the name and the labels that its stream has, about.
const SERIES: usize = 64;

/// What a sample takes, at most.
const SAMPLE: usize = 24;

/// The label of a metric's name.
pub(super) const NAME: &str = "__name__";

/// Appends a label as remote write 1.0 has it.
#[inline]
pub(super) fn label(out: &mut Vec<u8>, name: &str, value: &str) {
    out.push(tag(1, BYTES));
    protobuf::varint(out, label_content(name.len(), value.len()) as u64);
    protobuf::bytes(out, 1, name.as_bytes());
    protobuf::bytes(out, 2, value.as_bytes());
}

/// How many bytes a label takes.
#[inline]
pub(super) fn label_length(name: usize, value: usize) -> usize {
    protobuf::bytes_length(label_content(name, value))
}

fn label_content(name: usize, value: usize) -> usize {
    protobuf::bytes_length(name) + protobuf::bytes_length(value)
}
