//! `traces`.

use sluice_component::config::{Effective, Section, Value};

use super::{endpoint, renamed, site};

/// How traces and their statistics are made and sent.
#[derive(Clone, Debug)]
pub struct TracesConfig {
    /// The host that takes them.
    pub endpoint: String,
    /// Regular expressions: traces whose root's resource matches one are left out.
    pub ignore_resources: Vec<String>,
    /// Operation names and what stands in their place.
    pub span_name_remappings: Vec<(String, String)>,
    /// Whether a span's name is its operation name. Default no.
    pub span_name_as_resource_name: bool,
    /// Whether spans of kind server, client, producer and consumer have statistics. Default yes.
    pub compute_stats_by_span_kind: bool,
    /// Whether spans of kind server and consumer are top-level. Default no.
    pub compute_top_level_by_span_kind: bool,
    /// Whether statistics tell peers apart. Default yes.
    pub peer_tags_aggregation: bool,
    /// Attributes that name a peer, besides those that are known to.
    pub peer_tags: Vec<String>,
    /// The most groups of spans that statistics keep apart at a time. Default 20,000.
    pub max_stats_groups: usize,
}

impl TracesConfig {
    pub(super) fn read(section: &mut Section<'_>, site: &str) -> Self {
        let endpoint = endpoint(section, site::traces(site));
        let ignore_resources = section.strings("ignore_resources", &[]);
        let span_name_remappings = names(section, "span_name_remappings");
        let span_name_as_resource_name = section.bool("span_name_as_resource_name", false);
        let compute_stats_by_span_kind = section.bool("compute_stats_by_span_kind", true);
        let compute_top_level_by_span_kind = section.bool("compute_top_level_by_span_kind", false);
        let peer_tags_aggregation = renamed(section, "peer_service_aggregation", "peer_tags_aggregation", true);
        let peer_tags = section.strings("peer_tags", &[]);
        let max_stats_groups = section.integer("max_stats_groups", 20_000_usize);
        if max_stats_groups == 0 {
            section.problem("max_stats_groups", "must be greater than zero");
        }
        // What waits is held by `sending_queue`.
        section.integer("trace_buffer", 0u32);
        Self {
            endpoint,
            ignore_resources,
            span_name_remappings,
            span_name_as_resource_name,
            compute_stats_by_span_kind,
            compute_top_level_by_span_kind,
            peer_tags_aggregation,
            peer_tags,
            max_stats_groups,
        }
    }
}

/// A map of names and names, neither of them empty.
fn names(section: &mut Section<'_>, key: &'static str) -> Vec<(String, String)> {
    let entries: &[_] = match section.raw(key).map(|node| &node.value) {
        None | Some(Value::Null) => &[],
        Some(Value::Map(entries)) => entries,
        Some(other) => {
            section.problem(key, format!("must be a map of names and names, found {}", other.kind()));
            &[]
        }
    };
    let mut names = Vec::with_capacity(entries.len());
    for ((from, location), to) in entries {
        match (&to.text, &to.value) {
            (Some(to), _) | (None, Value::Text(to)) if !to.is_empty() && !from.is_empty() => {
                names.push((from.to_string(), to.to_string()));
            }
            _ => {
                section.problem_below(&format!("{key}::{from}"), location, "must be a name for another, neither empty")
            }
        }
    }
    let effective = names.iter().map(|(from, to)| (from.clone(), Effective::Text(to.clone()))).collect();
    section.record(key, Effective::Map(effective));
    names
}
