//! What the user writes.

use sluice_component::config::Section;

use crate::pages;

/// Settings of `zpages`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Config {
    /// Where to listen (`localhost:55679`).
    pub(super) endpoint: String,
}

impl Config {
    pub(super) fn read(section: &mut Section<'_>) -> Self {
        let endpoint = pages::read_endpoint(section, "localhost:55679");
        section.section("expvar", |section| {
            if section.bool("enabled", false) {
                section.problem(
                    "enabled",
                    "not supported by Sluice yet: the metrics of the gateway have the same figures",
                );
            }
        });
        Self { endpoint }
    }
}
