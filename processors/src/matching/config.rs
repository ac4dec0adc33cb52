//! What the user writes.

use std::sync::Arc;

use sluice_component::BuildError;
use sluice_component::config::{Effective, Section};
use sluice_pdata::Signal;

use super::Matching;
use super::attributes::{self, Attribute};
use super::properties::{Library, Properties, SPAN_KINDS, Severity};
use super::texts::{MatchType, Texts};

impl Matching {
    /// Reads `include` and `exclude`.
    pub(crate) fn read(section: &mut Section<'_>) -> Self {
        Self { include: properties(section, "include"), exclude: properties(section, "exclude") }
    }

    /// What it means for a signal.
    ///
    /// # Errors
    /// It names properties that things of this signal have not, or none that they have.
    pub(crate) fn of_signal(&self, signal: Signal) -> Result<Self, BuildError> {
        let of = |key: &'static str, properties: &Option<Arc<Properties>>| match properties {
            None => Ok(None),
            Some(properties) => {
                properties.check(key, signal)?;
                // For metrics the Collector looks at names only, so that without any there is nothing to match.
                let looks = signal != Signal::Metrics || properties.metric_names.is_some();
                Ok(looks.then(|| Arc::clone(properties)))
            }
        };
        Ok(Self { include: of("include", &self.include)?, exclude: of("exclude", &self.exclude)? })
    }
}

fn properties(section: &mut Section<'_>, key: &'static str) -> Option<Arc<Properties>> {
    if !section.has(key) {
        section.ignored(key);
        section.record(key, Effective::Null);
        return None;
    }
    Some(Arc::new(section.section(key, Properties::read)))
}

impl Properties {
    fn read(section: &mut Section<'_>) -> Self {
        let match_type = match section.string("match_type", "").as_str() {
            "strict" => Ok(Some(MatchType::Strict)),
            "regexp" => Ok(Some(MatchType::Regexp)),
            "" => Ok(None),
            other => Err(other.to_owned()),
        };
        let cache = section.section("regexp", read_cache);
        let mut lists: Vec<(&'static str, Vec<String>)> = Vec::new();
        for key in ["services", "span_names", "span_kinds", "log_bodies", "log_severity_texts", "metric_names"] {
            lists.push((key, section.strings(key, &[])));
        }
        let attributes = section.list("attributes", attributes::Written::read);
        let resources = section.list("resources", attributes::Written::read);
        let libraries = section.list("libraries", |section| {
            let version = section.has("version");
            (section.string("name", ""), Some(section.string("version", "")).filter(|_| version))
        });
        let severity = section.has("log_severity_number");
        let log_severity_number = section.section("log_severity_number", |section| Severity {
            min: section.integer("min", 0),
            match_undefined: section.bool("match_undefined", false),
        });

        let compares = lists.iter().any(|(_, texts)| !texts.is_empty())
            || !libraries.is_empty()
            || attributes.iter().chain(&resources).any(attributes::Written::has_value);
        let match_type = match match_type {
            Ok(None) if compares => {
                section.problem("match_type", "must be \"strict\" or \"regexp\", found nothing");
                None
            }
            Ok(match_type) => match_type,
            Err(other) => {
                section.problem("match_type", format!("must be \"strict\" or \"regexp\", found {other:?}"));
                None
            }
        };
        if cache == Cache::Impossible && match_type == Some(MatchType::Regexp) {
            section.problem("regexp", "must not have a cachemaxnumentries below 0");
        }
        if !compares && attributes.is_empty() && resources.is_empty() && !severity {
            section.problem("", "must name at least one property to match");
        }
        let mut texts = lists.into_iter().map(|(key, texts)| {
            if key == "span_kinds" && match_type == Some(MatchType::Strict) {
                refuse_unknown_kinds(section, &texts);
            }
            Texts::of(section, key, match_type, &texts)
        });
        let mut next = || texts.next().flatten();
        let [services, span_names, span_kinds] = [next(), next(), next()];
        let [log_bodies, log_severity_texts, metric_names] = [next(), next(), next()];
        let library = |(name, version): (String, Option<String>)| Library {
            name: Texts::of(section, "libraries", match_type, &[name]),
            version: version.and_then(|version| Texts::of(section, "libraries", match_type, &[version])),
        };
        Self {
            services,
            span_names,
            span_kinds,
            log_bodies,
            log_severity_texts,
            log_severity_number: severity.then_some(log_severity_number),
            metric_names,
            attributes: Attribute::all(section, "attributes", match_type, attributes),
            resources: Attribute::all(section, "resources", match_type, resources),
            libraries: libraries.into_iter().map(library).collect(),
        }
    }

    /// The rules of the Collector's `ValidateForSpans`, `ValidateForLogs` and `ValidateForMetrics`.
    fn check(&self, place: &str, signal: Signal) -> Result<(), BuildError> {
        let spans = [
            ("services", self.services.is_some()),
            ("span_names", self.span_names.is_some()),
            ("span_kinds", self.span_kinds.is_some()),
        ];
        let logs = [
            ("log_bodies", self.log_bodies.is_some()),
            ("log_severity_texts", self.log_severity_texts.is_some()),
            ("log_severity_number", self.log_severity_number.is_some()),
        ];
        let metrics = [("metric_names", self.metric_names.is_some())];
        let both = [("attributes", !self.attributes.is_empty()), ("libraries", !self.libraries.is_empty())];
        let (fit, unfit): (Vec<_>, Vec<_>) = match signal {
            Signal::Metrics => (metrics.to_vec(), [&spans[..], &logs, &both].concat()),
            Signal::Logs => ([&logs[..], &both].concat(), [&spans[..], &metrics].concat()),
            _ => ([&spans[..], &both].concat(), [&logs[..], &metrics].concat()),
        };
        if let Some((key, _)) = unfit.iter().find(|(_, is_set)| *is_set) {
            let fitting: Vec<_> = fit.iter().map(|(key, _)| *key).chain(["resources"]).collect();
            let message = format!("is no property of {signal}, which have {}", fitting.join(", "));
            return Err(BuildError::at(format!("{place}::{key}"), message));
        }
        Ok(())
    }
}

/// Whether there could be such a cache.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Cache {
    Possible,
    Impossible,
}

/// The Collector keeps results of `regexp` in a cache if it is told so. There is none here: matching takes linear time.
fn read_cache(section: &mut Section<'_>) -> Cache {
    let enabled = section.bool("cacheenabled", false);
    let entries: i64 = section.integer("cachemaxnumentries", 0);
    if enabled && entries < 0 { Cache::Impossible } else { Cache::Possible }
}

fn refuse_unknown_kinds(section: &Section<'_>, kinds: &[String]) {
    for (index, kind) in kinds.iter().enumerate() {
        if !SPAN_KINDS.contains(&kind.as_str()) {
            let known = SPAN_KINDS.join(", ");
            section.problem_at("span_kinds", index, format!("must be one of {known}, found {kind:?}"));
        }
    }
}
