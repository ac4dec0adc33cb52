//! Order, and how much is in one request.

use super::*;

/// A stream's labels and its lines: nanoseconds before now, and text.
type Stream = (String, Vec<(i64, String)>);

fn lines(translation: &Translation) -> Vec<Vec<Stream>> {
    let stream = |(labels, lines): (String, Vec<Sent>)| {
        (labels, lines.into_iter().map(|(before, line, _)| (before, line)).collect())
    };
    translation.bodies.iter().map(|body| streams(body).into_iter().map(stream).collect()).collect()
}

fn at(before: u64, body: &str) -> Json {
    json!({"body": body, "timeUnixNano": (NOW - before).to_string()})
}

fn raw(limits: Json) -> Config {
    config(json!({"format": "raw", "structured_metadata": false, "limits": limits}))
}

#[test]
fn lines_are_sorted_by_time_within_their_stream() {
    let a = of_resource(&json!({"service.name": "a"}), &json!({}), [at(1, "a3"), at(9, "a1"), at(9, "a2")]);
    let b = of_resource(&json!({"service.name": "b"}), &json!({}), [at(5, "b1")]);
    let more = of_resource(&json!({"service.name": "a", "x": 1}), &json!({}), [at(20, "a0")]);

    let translation = translated(&raw(json!({})), &batch(vec![a, b, more]));

    let line = |before: i64, text: &str| (before, text.to_owned());
    let of_a = vec![line(20, "a0"), line(9, "a1"), line(9, "a2"), line(1, "a3")];
    assert_eq!(
        lines(&translation),
        [vec![
            (r#"{exporter="OTLP", job="a"}"#.to_owned(), of_a),
            (r#"{exporter="OTLP", job="b"}"#.to_owned(), vec![line(5, "b1")]),
        ]]
    );
}

#[test]
fn a_request_has_no_more_bytes_and_streams_than_it_may() {
    let text = "x".repeat(100);
    let resources = ["a", "b", "c"]
        .map(|name| of_resource(&json!({"service.name": name}), &json!({}), (1..=4).map(|before| at(before, &text))));
    let batch = batch(resources.to_vec());

    let sizes = |limits: Json| {
        let translation = translated(&raw(limits), &batch);
        let of_body = |body: &Translated| streams(body).iter().map(|(_, lines)| lines.len()).collect::<Vec<_>>();
        assert_eq!(translation.bodies.iter().map(|body| body.lines).sum::<usize>(), 12);
        translation.bodies.iter().map(of_body).collect::<Vec<_>>()
    };

    assert_eq!(sizes(json!({})), [[4, 4, 4]]);
    assert_eq!(sizes(json!({"request_streams": 2})), [vec![4, 4], vec![4]]);
    for most in [300, 600, 1000] {
        let bodies = translated(&raw(json!({"request_bytes": most})), &batch).bodies;
        assert!(bodies.iter().all(|body| body.bytes.len() <= most), "{most}");
        assert!(bodies.windows(2).all(|pair| pair[0].bytes.len() + pair[1].bytes.len() > most), "{most}");
    }
    // A line that is larger than a request goes alone.
    assert_eq!(sizes(json!({"request_bytes": 1})), vec![[1]; 12]);
}

#[test]
fn each_tenant_has_requests_of_its_own() {
    let of = |tenant: &str| of_resource(&json!({"loki.tenant": "t", "t": tenant}), &json!({}), [at(1, tenant)]);
    let none = of_resource(&json!({}), &json!({}), [at(1, "none")]);

    let translation = translated(&raw(json!({})), &batch(vec![of("a"), none, of("b"), of("a")]));

    let tenants: Vec<_> = translation.bodies.iter().map(|body| (body.tenant.as_deref(), body.lines)).collect();
    assert_eq!(tenants, [(None, 1), (Some("a"), 2), (Some("b"), 1)]);
}

#[test]
fn what_is_too_old_or_too_far_ahead_is_counted_and_not_sent() {
    let hour = 3_600_000_000_000_u64;
    let ahead = |nanos: u64| json!({"body": "ahead", "timeUnixNano": (NOW + nanos).to_string()});
    let records =
        [at(0, "now"), at(168 * hour, "old"), at(168 * hour + 1, "too old"), ahead(hour / 6), ahead(hour / 6 + 1)];
    let batch = logs(json!({}), records);

    let translation = translated(&raw(json!({})), &batch);
    assert_eq!(translation.lost, Lost { too_old: 1, too_far_ahead: 1, ..Lost::default() });
    assert_eq!(translation.bodies[0].lines, 3);

    let unlimited = translated(&raw(json!({"max_age": "0", "max_ahead": "0"})), &batch);
    assert_eq!((unlimited.lost, unlimited.bodies[0].lines), (Lost::default(), 5));
}

#[test]
fn a_record_without_a_time_was_when_it_was_observed_or_is_now() {
    let observed = json!({"body": "o", "timeUnixNano": "0", "observedTimeUnixNano": (NOW - 7).to_string()});
    let records = [json!({"body": "n", "timeUnixNano": "0"}), observed];

    let translation = translated(&raw(json!({})), &logs(json!({}), records));

    let times: Vec<_> = lines(&translation)[0][0].1.iter().map(|(before, line)| (*before, line.clone())).collect();
    assert_eq!(times, [(7, "o".into()), (0, "n".into())]);
}

#[test]
fn json_says_the_same_as_protobuf() {
    let records = [json!({"body": "a \"b\"", "severityNumber": 9, "spanId": "0102030405060708"}), json!({"body": "c"})];
    let batch = logs(json!({"service.name": "cart"}), records);
    let config = config(json!({"encoding": "json"}));

    let translation = translated(&config, &batch);

    let time = (NOW - 60_000_000_000).to_string();
    let read: Json = serde_json::from_slice(&translation.bodies[0].bytes).unwrap();
    let first = r#"{"body":"a \"b\"","spanid":"0102030405060708","resources":{"service.name":"cart"}}"#;
    let second = r#"{"body":"c","resources":{"service.name":"cart"}}"#;
    assert_eq!(
        read,
        json!({"streams": [
            {
                "stream": {"exporter": "OTLP", "job": "cart", "level": "INFO"},
                "values": [[time, first, {"span_id": "0102030405060708"}]],
            },
            {"stream": {"exporter": "OTLP", "job": "cart"}, "values": [[time, second]]},
        ]})
    );
}
