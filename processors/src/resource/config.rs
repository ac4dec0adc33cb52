//! What the user writes.

use std::sync::Arc;

use sluice_component::config::Section;

use crate::actions::Actions;

/// The settings of one `resource`.
pub(super) struct Config {
    pub(super) actions: Arc<Actions>,
}

impl Config {
    pub(super) fn read(section: &mut Section<'_>) -> Self {
        Self { actions: Arc::new(Actions::read(section, "attributes")) }
    }
}
