//! What the user writes.

use sluice_component::config::Section;

use crate::pages::Listening;

/// Settings of `zpages`.
#[derive(Clone, Debug)]
pub(super) struct Config {
    /// Where to listen (`localhost:55679`).
    pub(super) listening: Listening,
}

impl Config {
    pub(super) fn read(section: &mut Section<'_>) -> Self {
        let listening = Listening::read(section, "localhost:55679");
        section.section("expvar", |section| {
            if section.bool("enabled", false) {
                section.problem(
                    "enabled",
                    "not supported by Sluice yet: the metrics of the gateway have the same figures",
                );
            }
        });
        Self { listening }
    }
}
