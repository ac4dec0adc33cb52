//! What the user writes.

mod actions;
mod lists;

use std::sync::Arc;

use sluice_component::config::{Presence, Section};
use sluice_pii::{Detector, DetectorSet, Scanner, Settings};

use super::rules::{Named, Numbers, Options, Rules, Unscanned};
use actions::{Actions, Keys};
use lists::{DENIED, Lists};

/// The settings of one `pii`, made ready.
pub(super) struct Config {
    pub(super) rules: Arc<Rules>,
}

impl Config {
    pub(super) fn read(section: &mut Section<'_>) -> Self {
        let presets = presets(section);
        let keys = section.section("hmac", Keys::read);
        let actions = Actions::read(section, keys);
        let default = actions.default();
        let mut detectors = DetectorSet::NONE;
        let mut named = Vec::new();
        section.section("detectors", |section| {
            for &detector in Detector::ALL {
                let name = detector.name();
                let mut action = default.clone();
                let on = section.optional(name, Presence::OnWhenPresent, |section| {
                    action = actions.read_another(section);
                });
                // What is not mentioned is as the presets have it.
                let on = on.is_some() || (!section.has(name) && presets.contains(detector));
                detectors = if on { detectors.with(detector) } else { detectors };
                named.push(Named { name: name.into(), mask: detector.mask().into(), action });
            }
        });
        named.push(Named { name: DENIED.into(), mask: "[REDACTED]".into(), action: default });
        let lists = Lists::read(section, &actions, Settings { detectors, ..Settings::default() });
        let scanner = match Scanner::new(&lists.settings) {
            Ok(scanner) => {
                lists.warn_of_slow_patterns(section);
                scanner
            }
            Err(mistakes) => {
                lists.report(section, mistakes);
                Scanner::new(&Settings::default()).expect("the defaults are right")
            }
        };
        named.extend(lists.patterns);
        let rules = Rules::new(scanner, named, lists.by_key, options(section));
        Self { rules: Arc::new(rules) }
    }
}

fn presets(section: &mut Section<'_>) -> DetectorSet {
    let names = section.strings("presets", &["all"]);
    let mut detectors = DetectorSet::NONE;
    for name in names {
        match DetectorSet::preset(&name) {
            Some(preset) => detectors = detectors.union(preset),
            None => {
                let known: Vec<_> = DetectorSet::PRESETS.iter().map(|(name, _)| format!("{name:?}")).collect();
                section.problem("presets", format!("must be of {}, found {name:?}", known.join(", ")));
            }
        }
    }
    detectors
}

fn options(section: &mut Section<'_>) -> Options {
    let (keys, names, bytes, numbers) = section.section("scan", |section| {
        (
            section.bool("keys", true),
            section.bool("names", true),
            section.bool("bytes", true),
            section.one_of(
                "numbers",
                &[("text", Numbers::Text), ("zero", Numbers::Zero), ("off", Numbers::Off)],
                "text",
            ),
        )
    });
    let unscanned = section.one_of(
        "unscanned",
        &[
            ("mask", Unscanned::Mask),
            ("drop_attribute", Unscanned::DropAttribute),
            ("drop_record", Unscanned::DropRecord),
            ("refuse", Unscanned::Refuse),
        ],
        "mask",
    );
    let max_value_size: u32 = section.integer("max_value_size", 1 << 20);
    if max_value_size < 1024 {
        section.problem("max_value_size", format!("must be at least 1024 bytes, found {max_value_size}"));
    }
    let summary = section.bool("summary", false);
    Options { keys, names, bytes, numbers, unscanned, max_value_size: max_value_size as usize, summary }
}
