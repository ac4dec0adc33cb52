//! What has arrived at the sink.

use std::collections::HashMap;
use std::io;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

use serde::Serialize;
use twox_hash::XxHash3_64;

use crate::compression::{unpack, unpack_snappy};
use crate::format::Format;
use crate::wire::Signal;

/// The largest message that is unpacked.
const UNPACKED: u64 = 256 << 20;

/// Compressed messages whose content is remembered.
const REMEMBERED: usize = 4096;

/// What has arrived; counted by the sink, read at any time.
#[derive(Debug)]
pub struct Counts {
    signal: Signal,
    requests: AtomicU64,
    items: AtomicU64,
    bytes: AtomicU64,
    unreadable: AtomicU64,
    /// Items by their mark, the place of their request in the generator's pool.
    marks: Vec<AtomicU64>,
    /// Gateways that compress an equal message into equal bytes are spared the unpacking of all but the first.
    seen: Mutex<HashMap<u64, Vec<(u8, u64)>>>,
}

/// Sums at one moment.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Totals {
    /// Export requests.
    pub requests: u64,
    /// Items in them.
    pub items: u64,
    /// Length of their messages as they came, compressed or not.
    pub bytes: u64,
    /// Requests that could not be read.
    pub unreadable: u64,
}

impl Counts {
    pub(super) fn new(signal: Signal) -> Counts {
        Counts {
            signal,
            requests: AtomicU64::new(0),
            items: AtomicU64::new(0),
            bytes: AtomicU64::new(0),
            unreadable: AtomicU64::new(0),
            marks: (0..=u8::MAX).map(|_| AtomicU64::new(0)).collect(),
            seen: Mutex::default(),
        }
    }

    /// The sums so far.
    pub fn totals(&self) -> Totals {
        Totals {
            requests: self.requests.load(Relaxed),
            items: self.items.load(Relaxed),
            bytes: self.bytes.load(Relaxed),
            unreadable: self.unreadable.load(Relaxed),
        }
    }

    /// Items that were made in the request at this place of the pool.
    pub fn of_request(&self, place: usize) -> u64 {
        self.marks[place].load(Relaxed)
    }

    /// Counts one request of this format; `compressed` with anything that says so, not as the format always is.
    pub(super) fn add(&self, format: Format, message: &[u8], compressed: bool) {
        self.requests.fetch_add(1, Relaxed);
        self.bytes.fetch_add(message.len() as u64, Relaxed);
        let marks = match (compressed, format.is_snappy()) {
            (true, _) => self.unpacked(format, message, unpack),
            (false, true) => self.unpacked(format, message, unpack_snappy),
            (false, false) => marks(format, self.signal, message),
        };
        let Some(marks) = marks else {
            self.unreadable.fetch_add(1, Relaxed);
            return;
        };
        for (mark, items) in marks {
            self.marks[usize::from(mark)].fetch_add(items, Relaxed);
            self.items.fetch_add(items, Relaxed);
        }
    }

    fn unpacked(
        &self,
        format: Format,
        message: &[u8],
        unpack: fn(&[u8], u64) -> io::Result<Vec<u8>>,
    ) -> Option<Vec<(u8, u64)>> {
        let key = XxHash3_64::oneshot(message);
        let mut seen = self.seen.lock().ok()?;
        if let Some(marks) = seen.get(&key) {
            return Some(marks.clone());
        }
        let marks = marks(format, self.signal, &unpack(message, UNPACKED).ok()?)?;
        if seen.len() < REMEMBERED {
            seen.insert(key, marks.clone());
        }
        Some(marks)
    }
}

/// How many items of each mark a message has; those without a mark count as 255.
fn marks(format: Format, signal: Signal, message: &[u8]) -> Option<Vec<(u8, u64)>> {
    let mut counts = [0u64; 256];
    format.each_item(signal, message, |mark| counts[usize::from(mark.unwrap_or(u8::MAX))] += 1).ok()?;
    Some((0..=u8::MAX).zip(counts).filter(|(_, count)| *count > 0).collect())
}
