//! Bytes that can be written from where they lie.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use bytes::Bytes;

/// Where bytes are noted that will be given to a stream: it keeps a reference to them then, where it would have to copy what it
/// is only shown.
#[derive(Clone, Default)]
pub struct Lending(Arc<Mutex<Vec<Bytes>>>);

/// From how many bytes on lending costs less than copying: 16 KiB, the size of a frame.
const WORTH: usize = 16 * 1024;

/// The bytes are lent for as long as this is kept.
pub struct Lent {
    lending: Lending,
    bytes: Vec<Bytes>,
}

impl Lending {
    /// Notes what will be given; what is small is not worth it.
    pub fn lend(&self, bytes: impl IntoIterator<Item = Bytes>) -> Lent {
        let bytes: Vec<_> = bytes.into_iter().filter(|bytes| bytes.len() >= WORTH).collect();
        if !bytes.is_empty() {
            self.all().extend(bytes.iter().cloned());
        }
        Lent { lending: self.clone(), bytes }
    }

    /// The slice as a part of what was lent, if it is one.
    pub(super) fn find(&self, slice: &[u8]) -> Option<Bytes> {
        let wanted = slice.as_ptr_range();
        let holds = |bytes: &&Bytes| {
            let held = bytes.as_ptr_range();
            held.start <= wanted.start && wanted.end <= held.end
        };
        self.all().iter().find(holds).map(|bytes| bytes.slice_ref(slice))
    }

    fn all(&self) -> MutexGuard<'_, Vec<Bytes>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Lent {
    fn drop(&mut self) {
        if self.bytes.is_empty() {
            return;
        }
        let mut all = self.lending.all();
        for bytes in &self.bytes {
            let same = |other: &Bytes| other.as_ptr_range() == bytes.as_ptr_range();
            if let Some(at) = all.iter().position(same) {
                all.swap_remove(at);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_lent_is_found_by_its_parts_until_it_is_given_back() {
        let lending = Lending::default();
        let [small, one, two] = [100, WORTH, 2 * WORTH].map(|length| Bytes::from(vec![1; length]));
        let twice = lending.lend([one.clone()]);
        let lent = lending.lend([small.clone(), one.clone(), two.clone()]);

        assert_eq!(lending.find(&two[10..20]).unwrap().as_ptr(), two[10..].as_ptr());
        assert!(lending.find(&[1; 10]).is_none());
        assert!(lending.find(&small).is_none());
        drop(lent);
        assert!(lending.find(&two).is_none());
        assert!(lending.find(&one[99..]).is_some());
        drop(twice);
        assert!(lending.find(&one).is_none());
    }
}
