//! What the user writes.

use sluice_component::config::Section;

use crate::pages::Listening;

/// Settings of `pprof`.
#[derive(Clone, Debug)]
pub(super) struct Config {
    /// Where to listen (`localhost:1777`).
    pub(super) listening: Listening,
}

impl Config {
    pub(super) fn read(section: &mut Section<'_>) -> Self {
        let listening = Listening::read(section, "localhost:1777");
        for key in ["block_profile_fraction", "mutex_profile_fraction"] {
            if section.integer(key, 0i64) != 0 {
                section.problem(key, "not supported by Sluice yet: there is a CPU profile only");
            }
        }
        if !section.string("save_to_file", "").is_empty() {
            section
                .problem("save_to_file", "not supported by Sluice yet: fetch /debug/pprof/profile?seconds=30 instead");
        }
        Self { listening }
    }
}
