//! What is counted, and what is sent of it.

use std::borrow::Cow;

use libdd_trace_protobuf::pb;

use super::concentrator::{INTERVAL, OTHER};
use super::message::bodies;
use super::*;
use crate::datadog::traces::{Facts, Origin, Work};

pub(super) const NOW: i64 = 1_787_306_405_000_000_000;
const BUCKET: i64 = 1_787_306_400_000_000_000;
const SECOND: i64 = 1_000_000_000;

pub(super) fn origin() -> Origin<'static> {
    Origin {
        env: "prod",
        host: "web-1",
        version: "1.2",
        container: "c",
        container_tags: "b:2,a:1",
        git_commit: "",
        language: "go",
        weight: 1.0,
        is_synthetic: false,
    }
}

pub(super) fn span(resource: &str, end: i64, duration: i64) -> Facts<'_> {
    Facts {
        service: Cow::Borrowed("cart"),
        name: Cow::Borrowed("http.server.request"),
        resource: Cow::Borrowed(resource),
        kind_of_work: Cow::Borrowed("web"),
        kind: Cow::Borrowed("server"),
        parent: 0,
        start: end - duration,
        duration,
        is_error: false,
        http_status: 200,
        counted_http_status: 200,
        grpc_status: String::new(),
        is_top_level: true,
        is_measured: false,
        is_partial: false,
        work: Work::Web,
    }
}

/// All that is sent, as the Agent's own messages.
fn sent(concentrator: &mut Concentrator, now: i64, all: bool) -> Vec<pb::StatsPayload> {
    let bodies = bodies("gateway", concentrator.flush(now, all));
    bodies.iter().map(|body| rmp_serde::from_slice(body).unwrap()).collect()
}

/// The beginning of each bucket, the resource of each group in it, and its hits.
fn hits(payloads: &[pb::StatsPayload]) -> Vec<(u64, String, u64)> {
    let buckets = payloads.iter().flat_map(|payload| &payload.stats).flat_map(|client| &client.stats);
    let mut hits: Vec<_> = buckets
        .flat_map(|bucket| bucket.stats.iter().map(|group| (bucket.start, group.resource.clone(), group.hits)))
        .collect();
    hits.sort();
    hits
}

#[test]
fn spans_of_a_kind_are_counted_together() {
    let mut concentrator = Concentrator::new(100, NOW);
    let peers = ["peer.service:db".to_owned()];
    for (duration, is_error) in [(2 * SECOND, false), (3 * SECOND, false), (SECOND, true)] {
        let span = Facts { is_error, is_top_level: !is_error, ..span("GET /", NOW, duration) };
        concentrator.add(&origin(), &span, &peers, NOW);
    }
    let half = Origin { weight: 2.0, ..origin() };
    concentrator.add(&half, &span("GET /", NOW, SECOND), &peers, NOW);

    let payloads = sent(&mut concentrator, NOW, true);

    let [payload] = payloads.as_slice() else { panic!("{payloads:?}") };
    assert_eq!((payload.agent_hostname.as_str(), payload.agent_env.as_str()), ("gateway", "none"));
    assert!(!payload.split_payload && !payload.client_computed);
    let client = &payload.stats[0];
    assert_eq!((&*client.hostname, &*client.env, &*client.version), ("web-1", "prod", "1.2"));
    assert_eq!((&*client.container_id, &*client.lang), ("c", "go"));
    assert_eq!(client.tags, ["a:1", "b:2"]);
    let bucket = &client.stats[0];
    assert_eq!((bucket.start, bucket.duration), (BUCKET as u64, INTERVAL as u64));
    let [group] = bucket.stats.as_slice() else { panic!("{bucket:?}") };
    assert_eq!((&*group.service, &*group.name, &*group.resource), ("cart", "http.server.request", "GET /"));
    assert_eq!((&*group.r#type, &*group.span_kind, group.http_status_code), ("web", "server", 200));
    assert_eq!((group.hits, group.errors, group.top_level_hits), (5, 1, 4));
    assert_eq!(group.duration, 8 * SECOND as u64);
    assert_eq!((group.is_trace_root, &*group.peer_tags), (1, peers.as_slice()));
    let counts = [&group.ok_summary, &group.error_summary]
        .map(|summary| libdd_ddsketch::DDSketch::from_encoded(summary).unwrap().count());
    assert_eq!(counts, [3.0, 1.0]);
}

#[test]
fn what_tells_spans_apart_tells_groups_apart() {
    let plain = || span("GET /", NOW, SECOND);
    let others = [
        Facts { service: "x".into(), ..plain() },
        Facts { name: "x".into(), ..plain() },
        Facts { resource: "x".into(), ..plain() },
        Facts { kind_of_work: "x".into(), ..plain() },
        Facts { kind: "x".into(), ..plain() },
        Facts { counted_http_status: 500, ..plain() },
        Facts { grpc_status: "5".into(), ..plain() },
        Facts { parent: 1, ..plain() },
    ];
    let mut concentrator = Concentrator::new(100, NOW);
    concentrator.add(&origin(), &plain(), &[], NOW);

    for span in &others {
        concentrator.add(&origin(), span, &[], NOW);
    }
    concentrator.add(&origin(), &plain(), &["peer.service:x".to_owned()], NOW);
    concentrator.add(&Origin { is_synthetic: true, ..origin() }, &plain(), &[], NOW);
    assert_eq!(concentrator.groups(), 1 + others.len() + 2);

    for other in [
        Origin { env: "x", ..origin() },
        Origin { host: "x", ..origin() },
        Origin { version: "x", ..origin() },
        Origin { container: "x", ..origin() },
        Origin { git_commit: "x", ..origin() },
        Origin { language: "x", ..origin() },
    ] {
        concentrator.add(&other, &plain(), &[], NOW);
    }
    assert_eq!(sent(&mut concentrator, NOW, true)[0].stats.len(), 7);
}

#[test]
fn a_span_is_in_the_bucket_in_which_it_ended() {
    let mut concentrator = Concentrator::new(100, NOW);
    for (resource, end) in [
        ("first", BUCKET),
        ("last", BUCKET + INTERVAL - 1),
        ("next", BUCKET + INTERVAL),
        ("before the start", BUCKET - 1),
        ("1970", 0),
        ("a minute ahead", NOW + 60 * SECOND),
        ("far ahead", i64::MAX),
    ] {
        concentrator.add(&origin(), &span(resource, end, 0), &[], NOW);
    }

    let bucket = |number| (BUCKET + number * INTERVAL) as u64;
    let expected = [
        (0, "1970"),
        (0, "before the start"),
        (0, "first"),
        (0, "last"),
        (1, "next"),
        (6, "a minute ahead"),
        (6, "far ahead"),
    ];
    let expected = expected.map(|(number, resource)| (bucket(number), resource.to_owned(), 1));
    assert_eq!(hits(&sent(&mut concentrator, NOW, true)), expected);
}

#[test]
fn a_bucket_is_sent_when_nothing_is_waited_for_any_more() {
    let mut concentrator = Concentrator::new(100, NOW);
    concentrator.add(&origin(), &span("old", BUCKET, 0), &[], NOW);
    concentrator.add(&origin(), &span("new", BUCKET + INTERVAL, 0), &[], NOW);

    assert_eq!(hits(&sent(&mut concentrator, BUCKET + 2 * INTERVAL - 1, false)), []);
    let first = hits(&sent(&mut concentrator, BUCKET + 2 * INTERVAL, false));
    assert_eq!(first, [(BUCKET as u64, "old".to_owned(), 1)]);
    // What is too late for its own bucket is counted in the oldest.
    concentrator.add(&origin(), &span("late", BUCKET, 0), &[], NOW);
    let rest = hits(&sent(&mut concentrator, BUCKET + 3 * INTERVAL, false));
    let second = (BUCKET + INTERVAL) as u64;
    assert_eq!(rest, [(second, "late".to_owned(), 1), (second, "new".to_owned(), 1)]);
    assert_eq!(concentrator.groups(), 0);
}

#[test]
fn ten_thousand_resources_take_the_room_of_a_hundred() {
    let mut concentrator = Concentrator::new(100, NOW);

    for number in 0..10_000 {
        let resource = format!("GET /{number}");
        concentrator.add(&origin(), &Facts { counted_http_status: number, ..span(&resource, NOW, 1) }, &[], NOW);
    }

    assert_eq!(concentrator.groups(), 101);
    let hits = hits(&sent(&mut concentrator, NOW, true));
    let other: Vec<_> = hits.iter().filter(|(_, resource, _)| resource == OTHER).map(|(.., hits)| *hits).collect();
    assert_eq!((other, hits.iter().map(|(.., hits)| hits).sum::<u64>()), (vec![9_900], 10_000));
}

#[test]
fn ten_thousand_services_are_not_all_counted_and_it_is_said() {
    let mut concentrator = Concentrator::new(80, NOW);

    for number in 0..10_000 {
        let service = format!("service-{number}").into();
        concentrator.add(&origin(), &Facts { service, ..span("GET /", NOW, 1) }, &[], NOW);
    }

    assert_eq!(concentrator.groups(), 90);
    assert_eq!((concentrator.crowded.together, concentrator.crowded.lost), (10, 9_910));
}

#[test]
fn many_groups_are_sent_in_several_bodies() {
    let mut concentrator = Concentrator::new(10_000, NOW);
    for number in 0..9_000 {
        let resource = format!("GET /{number}");
        let end = if number % 2 == 0 { NOW } else { NOW + INTERVAL };
        concentrator.add(&origin(), &span(&resource, end, 1), &[], NOW);
    }

    let payloads = sent(&mut concentrator, NOW, true);

    let groups = |payload: &pb::StatsPayload| -> usize {
        payload.stats.iter().flat_map(|client| &client.stats).map(|bucket| bucket.stats.len()).sum()
    };
    assert_eq!(payloads.iter().map(groups).collect::<Vec<_>>(), [4_000, 4_000, 1_000]);
    assert!(payloads.iter().all(|payload| payload.split_payload));
}
