//! `components`: what this program can build.

use std::fmt::Write;

use sluice_component::factory::{Info, Program, Stability};
use sluice_pdata::Signal;

use crate::components::{Components, Named};

/// The list as YAML, in the Collector's form.
pub(super) fn list(program: Program, components: &Components) -> String {
    let Components { receivers, processors, exporters, connectors, extensions } = components;
    let mut text = format!(
        "buildinfo:\n    command: {}\n    description: {}\n    version: {}\n",
        program.name, program.description, program.version
    );
    section(&mut text, program, "receivers", receivers, |factory| signals(&factory.info));
    section(&mut text, program, "processors", processors, |factory| signals(&factory.info));
    section(&mut text, program, "exporters", exporters, |factory| signals(&factory.info));
    section(&mut text, program, "connectors", connectors, |factory| pairs(&factory.info, factory.pairs));
    section(&mut text, program, "extensions", extensions, |_| Vec::new());
    text.push_str("providers:\n");
    for scheme in ["env", "file", "http", "https", "yaml"] {
        // Writing to a String cannot fail.
        let _ = writeln!(text, "    - scheme: {scheme}\n      module: {} v{}", program.name, program.version);
    }
    text.push_str("converters: []\n");
    text
}

fn section<F: Named>(
    text: &mut String,
    program: Program,
    kind: &str,
    factories: &[F],
    stability: impl Fn(&F) -> Vec<(String, Option<Stability>)>,
) {
    if factories.is_empty() {
        let _ = writeln!(text, "{kind}: []");
        return;
    }
    let _ = writeln!(text, "{kind}:");
    let mut factories = factories.to_vec();
    factories.sort_by_key(|factory| factory.info().name);
    for factory in &factories {
        let name = factory.info().name;
        let _ = writeln!(text, "    - name: {name}\n      module: {} v{}", program.name, program.version);
        let stability = stability(factory);
        if !stability.is_empty() {
            text.push_str("      stability:\n");
        }
        for (signal, level) in stability {
            let _ = writeln!(text, "        {signal}: {}", level.map_or("Undefined", shown));
        }
    }
}

/// The three signals that the Collector lists, in the order of their names, and profiles where there are some.
fn signals(info: &Info) -> Vec<(String, Option<Stability>)> {
    let listed = [Signal::Logs, Signal::Metrics, Signal::Profiles, Signal::Traces];
    let level = |signal: Signal| info.signals.iter().find(|(taken, _)| *taken == signal).map(|(_, level)| *level);
    let signals = listed.into_iter().map(|signal| (signal.to_string(), level(signal)));
    signals.filter(|(signal, level)| level.is_some() || signal != Signal::Profiles.as_str()).collect()
}

fn pairs(info: &Info, pairs: &[(Signal, Signal)]) -> Vec<(String, Option<Stability>)> {
    let level = |signal: Signal| info.signals.iter().find(|(taken, _)| *taken == signal).map(|(_, level)| *level);
    let mut pairs: Vec<_> = pairs.iter().map(|(from, to)| (format!("{from}-to-{to}"), level(*from))).collect();
    pairs.sort_by(|a, b| a.0.cmp(&b.0));
    pairs
}

fn shown(stability: Stability) -> &'static str {
    match stability {
        Stability::Development => "Development",
        Stability::Alpha => "Alpha",
        Stability::Beta => "Beta",
        Stability::Stable => "Stable",
    }
}
