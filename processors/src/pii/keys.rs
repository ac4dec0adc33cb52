//! What is known about keys, remembered.

use sluice_pii::Key;

use crate::repeated::hash;

/// What a key says about its value.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Class {
    /// What it says to the detectors.
    pub(super) key: Key,
    /// Which of the rules by key decides what is done; see [`Rules::by_key`](super::rules::Rules).
    pub(super) action: Option<u16>,
    /// Whether something personal is in the key itself.
    pub(super) personal: bool,
}

/// The classes of the keys that came last. Keys repeat; those that a sender makes up without end push each other out.
pub(super) struct Keys(Vec<Slot>);

#[derive(Clone, Default)]
struct Slot {
    /// The path that leads to the value.
    path: Vec<u8>,
    /// How many bytes of it are the key.
    leaf: usize,
    class: Class,
}

const SLOTS: usize = 1024;

/// A longer key is not remembered.
const LONGEST: usize = 256;

impl Keys {
    pub(super) fn new() -> Self {
        Self(vec![Slot { path: Vec::new(), leaf: usize::MAX, class: Class::default() }; SLOTS])
    }

    /// The class of the key at the end of a path, of `leaf` bytes.
    #[inline]
    pub(super) fn class(&mut self, path: &[u8], leaf: usize, find: impl FnOnce() -> Class) -> Class {
        if path.len() > LONGEST {
            return find();
        }
        let slot = &mut self.0[hash(0, path) as usize % SLOTS];
        if slot.path == path && slot.leaf == leaf {
            return slot.class;
        }
        slot.class = find();
        slot.path.clear();
        slot.path.extend_from_slice(path);
        slot.leaf = leaf;
        slot.class
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_class_is_found_once_and_for_each_leaf() {
        let mut keys = Keys::new();
        let mut found = 0;
        let mut class = |path: &[u8], leaf| {
            let find = || {
                found += 1;
                Class { action: Some(found), ..Class::default() }
            };
            keys.class(path, leaf, find).action
        };

        assert_eq!(class(b"", 0), Some(1));
        assert_eq!(class(b"a.b", 1), Some(2));
        assert_eq!(class(b"a.b", 3), Some(3));
        assert_eq!(class(b"a.b", 3), Some(3));
        let long = [b'x'; LONGEST + 1];
        assert_eq!(class(&long, 1), Some(4));
        assert_eq!(class(&long, 1), Some(5));
    }

    #[test]
    fn keys_without_end_stay_right() {
        let mut keys = Keys::new();

        for number in 0..10 * SLOTS {
            let path = format!("key.{number}");
            let class = keys.class(path.as_bytes(), 1, || Class { action: Some(number as u16), ..Class::default() });
            assert_eq!(class.action, Some(number as u16));
        }
    }
}
