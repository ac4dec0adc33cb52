//! What the user writes.

use std::sync::Arc;

use sluice_component::config::Section;

use crate::actions::Actions;
use crate::matching::Matching;

/// The settings of one `attributes`.
pub(super) struct Config {
    pub(super) actions: Arc<Actions>,
    pub(super) matching: Matching,
}

impl Config {
    pub(super) fn read(section: &mut Section<'_>) -> Self {
        Self { matching: Matching::read(section), actions: Arc::new(Actions::read(section, "actions")) }
    }
}
