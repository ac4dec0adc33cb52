//! `host_metadata`.

use std::time::Duration;

use sluice_component::config::Section;

/// What is told about the host that this program runs on.
#[derive(Clone, Debug)]
pub struct HostMetadataConfig {
    /// Whose name is told. Default the configuration's or the system's.
    pub hostname_source: HostnameSource,
    /// Tags of the host, `key:value`.
    pub tags: Vec<String>,
    /// How often it is told. Default 30 min.
    pub reporter_period: Duration,
}

/// Where the name of the host comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HostnameSource {
    /// `hostname`, or the system's name.
    ConfigOrSystem,
    /// The first resource that passes and names a host.
    FirstResource,
}

impl HostMetadataConfig {
    pub(super) fn read(section: &mut Section<'_>) -> Option<Self> {
        const SOURCES: [(&str, HostnameSource); 2] =
            [("config_or_system", HostnameSource::ConfigOrSystem), ("first_resource", HostnameSource::FirstResource)];
        let enabled = section.bool("enabled", true);
        let hostname_source = section.one_of("hostname_source", &SOURCES, "config_or_system");
        let tags = section.strings("tags", &[]);
        let reporter_period = section.duration("reporter_period", Duration::from_secs(30 * 60));
        if reporter_period < Duration::from_secs(5 * 60) {
            section.problem("reporter_period", "must be 5m or more");
        }
        enabled.then_some(Self { hostname_source, tags, reporter_period })
    }
}
