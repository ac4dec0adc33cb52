//! Processors that change telemetry: each file of `cases/` given to the Go Collector and to Sluice, the same telemetry sent
//! to both, and the same comes out, in the same order, attribute by attribute.

use sluice_integration::{
    Program,
    cases::{Case, difference, outputs},
    peers::Peer,
    telemetry::diverse,
};

#[tokio::test]
async fn attributes() {
    edits_the_same("attributes").await;
}

#[tokio::test]
async fn redaction() {
    edits_the_same("redaction").await;
}

#[tokio::test]
async fn resource() {
    edits_the_same("resource").await;
}

async fn edits_the_same(processor: &str) {
    if Peer::Collector.find().is_none() {
        return;
    }
    let cases = Case::all(processor);
    let theirs = outputs(Program::Collector, &cases, diverse).await;
    let ours = outputs(Program::Sluice, &cases, diverse).await;

    let differences: Vec<_> = cases.iter().flat_map(|case| difference(case, &theirs, &ours)).collect();
    assert!(differences.is_empty(), "{}", differences.join("\n\n"));
    // A case that changes nothing proves nothing, unless it says so.
    let has_effect = |case: &Case| {
        let changed = |signal| theirs.get(&(case.name.clone(), signal)).map(|output| output.encode());
        case.signals().iter().any(|&signal| changed(signal) != Some(diverse(signal).clone().spelled_out().encode()))
    };
    for case in &cases {
        assert_eq!(has_effect(case), !case.name.starts_with("nothing_"), "{}", case.name);
    }
}
