//! What one batch needs while it is gone over, kept for the next.

use std::sync::{Mutex, PoisonError};

use regex_automata::Input;
use regex_automata::meta::Cache;

use super::blocked::Space;
use super::keys::Seen;
use crate::patterns::Regex;
use crate::repeated::Repeated;

/// What one batch needs.
pub(super) struct Scratch {
    pub(super) seen: Seen,
    pub(super) allowed: Searching,
    pub(super) blocked: Space,
    /// Attributes that stay as they are.
    pub(super) kept: Repeated,
}

/// The working space of one regular expression, if there is one.
pub(super) struct Searching(Option<Cache>);

impl Searching {
    pub(super) fn new(regex: Option<&Regex>) -> Self {
        Self(regex.map(Regex::create_cache))
    }

    /// Whether the text matches the regular expression that this was made for.
    #[inline]
    pub(super) fn finds(&mut self, regex: Option<&Regex>, text: &str) -> bool {
        let (Some(regex), Some(cache)) = (regex, &mut self.0) else { return false };
        regex.search_half_with(cache, &Input::new(text).earliest(true)).is_some()
    }
}

/// As many as there were batches at the same time.
#[derive(Default)]
pub(super) struct Pool(Mutex<Vec<Scratch>>);

impl Pool {
    pub(super) fn take(&self) -> Option<Scratch> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).pop()
    }

    pub(super) fn put(&self, scratch: Scratch) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push(scratch);
    }
}
