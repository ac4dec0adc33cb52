//! What stays of one data point after another.

use super::*;

const UNKNOWN_TEMPORALITY: &str = "its temporality is unknown, or delta of a sum that may fall";
const OUT_OF_ORDER: &str = "a delta begins before the end of what was taken already";

#[test]
fn the_newest_value_counts() {
    let shop = Shop::on(json!({}));
    for (time, value) in [("20", 2), ("10", 1), ("20", 3)] {
        let accepted = shop.send(json!([gauge("m", json!([{"asInt": value, "timeUnixNano": time}]))]));
        assert_eq!(accepted, Accepted::ALL);
    }

    assert_eq!(shop.samples(), ["m 3"]);
}

#[test]
fn deltas_that_follow_each_other_are_added() {
    let shop = Shop::on(json!({}));
    let delta = |start: &str, end: &str, value: Json| {
        let mut point = json!({"startTimeUnixNano": start, "timeUnixNano": end});
        point.as_object_mut().unwrap().extend(value.as_object().unwrap().clone());
        shop.send(json!([sum("m", 1, json!([point]))]))
    };

    assert_eq!(delta("10", "20", json!({"asInt": 2})), Accepted::ALL);
    assert_eq!(delta("20", "30", json!({"asInt": 3})), Accepted::ALL);
    assert_eq!(shop.samples(), ["m_total 5"]);
    assert_eq!(delta("30", "40", json!({"asDouble": 0.5})), Accepted::ALL);
    assert_eq!(shop.samples(), ["m_total 5.5"]);

    assert_eq!(delta("10", "20", json!({"asInt": 2})), refused(1, &format!("1 data points: {OUT_OF_ORDER}")));
    assert_eq!(shop.samples(), ["m_total 5.5"]);
    assert_eq!(delta("50", "60", json!({"asInt": 1})), Accepted::ALL);
    assert_eq!(shop.samples(), ["m_total 1"]);
}

#[test]
fn deltas_of_histograms_are_added_where_their_bounds_agree() {
    let shop = Shop::on(json!({}));
    let delta = |start: &str, end: &str, bounds: Json, counts: Json| {
        let count = counts.as_array().unwrap().iter().map(|it| it.as_u64().unwrap()).sum::<u64>();
        let point = json!({"startTimeUnixNano": start, "timeUnixNano": end, "explicitBounds": bounds, "bucketCounts": counts,
            "count": count, "sum": 1.5});
        shop.send(json!([{"name": "m", "histogram": {"aggregationTemporality": 1, "dataPoints": [point]}}]))
    };
    let buckets = |one: &str, two: &str, rest: [u64; 2]| {
        let [all, sum] = rest;
        vec![
            format!(r#"m_bucket{{le="{one}"}} {two}"#),
            format!(r#"m_bucket{{le="+Inf"}} {all}"#),
            format!("m_sum {}", sum as f64 / 2.0),
            format!("m_count {all}"),
        ]
    };

    assert_eq!(delta("10", "20", json!([1.0]), json!([1, 2])), Accepted::ALL);
    assert_eq!(delta("20", "30", json!([1.0]), json!([10, 20])), Accepted::ALL);
    assert_eq!(shop.samples(), buckets("1", "11", [33, 6]));
    assert_eq!(delta("30", "40", json!([2.0]), json!([1, 1])), Accepted::ALL);
    assert_eq!(shop.samples(), buckets("2", "1", [2, 3]));
    assert_eq!(delta("35", "45", json!([2.0]), json!([5, 5])), refused(1, &format!("1 data points: {OUT_OF_ORDER}")));
    assert_eq!(delta("50", "60", json!([2.0]), json!([5, 5])), Accepted::ALL);
    assert_eq!(shop.samples(), buckets("2", "5", [10, 3]));
}

#[test]
fn deltas_of_exponential_histograms_are_added() {
    let shop = Shop::on(json!({}));
    let delta = |start: &str, end: &str, scale: i32, count: u64| {
        let point = json!({"startTimeUnixNano": start, "timeUnixNano": end, "scale": scale, "count": 3, "sum": 1.5,
            "positive": {"offset": 0, "bucketCounts": [1, count]}});
        shop.send(json!([{"name": "m", "exponentialHistogram": {"aggregationTemporality": 1, "dataPoints": [point]}}]))
    };

    assert_eq!(delta("10", "20", 3, 2), Accepted::ALL);
    assert_eq!(delta("20", "30", 1, 2), Accepted::ALL);
    assert_eq!(shop.samples(), [r#"m_bucket{le="+Inf"} 6"#, "m_sum 3", "m_count 6"]);

    let message = "1 data points: its buckets cannot be those of a native histogram";
    assert_eq!(delta("30", "40", 1, 5), refused(1, message));
    assert_eq!(delta("30", "40", -5, 2), refused(1, message));
}

#[test]
fn what_cannot_be_shown_is_refused_alone() {
    let shop = Shop::on(json!({}));
    let two = json!([{"asInt": 1}, {"asInt": 2, "attributes": attributes(&[("a", "b")])}]);

    let accepted = shop.send(json!([
        {"name": "unspecified", "sum": {"isMonotonic": true, "dataPoints": two}},
        {"name": "falls", "sum": {"aggregationTemporality": 1, "dataPoints": two}},
        gauge("§§", two.clone()),
        gauge("bad.label", json!([{"asInt": 1, "attributes": attributes(&[("§", "x")])}])),
        gauge("no.value", json!([{"timeUnixNano": "1"}])),
        gauge("good", json!([{"asInt": 1}])),
    ]));

    let message = format!(
        "3 data points: its name or that of an attribute has no character that Prometheus knows; \
         1 data points: it has no value; 4 data points: {UNKNOWN_TEMPORALITY}"
    );
    assert_eq!(accepted, refused(8, &message));
    assert_eq!(shop.samples(), ["good 1"]);
}

#[test]
fn the_first_type_and_description_of_a_name_stay() {
    let shop = Shop::on(json!({}));
    shop.send(json!([{"name": "a.b", "description": "first", "gauge": {"dataPoints": [{"asInt": 1}]}}]));

    let second = json!({"name": "a_b", "description": "second", "gauge": {"dataPoints": [
        {"asInt": 2, "attributes": attributes(&[("x", "y")])}]}});
    let other = json!({"name": "a.b", "histogram": {"aggregationTemporality": 2, "dataPoints": [{"count": 1}]}});

    let message = "1 data points: the metric has another type than the one that is shown under its name";
    assert_eq!(shop.send(json!([second, other])), refused(1, message));
    assert_eq!(shop.text(), "# HELP a_b first\n# TYPE a_b gauge\na_b 1\na_b{x=\"y\"} 2\n");
}

#[test]
fn a_series_ends_when_its_sender_says_so() {
    let shop = Shop::on(json!({}));
    let of = |value: &str| attributes(&[("a", value)]);
    let resource = json!({"attributes": attributes(&[("service.name", "shop"), ("service.instance.id", "1")])});
    let send = |points: Json| {
        let metrics = json!([gauge("m", points)]);
        shop.send_all(json!([{"resource": resource, "scopeMetrics": [{"metrics": metrics}]}]))
    };
    send(json!([{"asInt": 1, "attributes": of("x")}, {"asInt": 2, "attributes": of("y")}]));

    send(json!([{"flags": 1, "attributes": of("x")}, {"asInt": 3, "attributes": of("y")}]));
    assert_eq!(shop.samples(), [r#"m{a="y",instance="1",job="shop"} 3"#, r#"target_info{instance="1",job="shop"} 1"#]);

    send(json!([{"flags": 1, "attributes": of("y")}]));
    assert_eq!(shop.text(), "");
}

#[test]
fn a_series_without_data_expires_and_begins_anew() {
    let mut shop = Shop::on(json!({"metric_expiration": "10s"}));
    let delta =
        |start: &str, end: &str| sum("m", 1, json!([{"asInt": 1, "startTimeUnixNano": start, "timeUnixNano": end}]));
    shop.send(json!([delta("10", "20"), gauge("other", json!([{"asInt": 1}]))]));
    shop.later(9);
    shop.send(json!([delta("20", "30")]));
    assert_eq!(shop.samples(), ["m_total 2", "other 1"]);

    shop.later(1);
    assert_eq!(shop.samples(), ["m_total 2"]);
    shop.later(9);
    assert_eq!(shop.samples(), [""; 0]);
    shop.send(json!([delta("30", "40")]));
    assert_eq!(shop.samples(), ["m_total 1"]);

    shop.later(10);
    shop.accumulator.store.tidy(shop.now);
    assert_eq!(shop.accumulator.store.len(), 0);
    shop.send(json!([gauge("m.total", json!([{"asInt": 7}]))]));
    assert_eq!(shop.text(), "# HELP m_total \n# TYPE m_total gauge\nm_total 7\n");
}

#[test]
fn there_are_never_more_series_than_allowed() {
    let mut shop = Shop::on(json!({"max_series": 100, "metric_expiration": "10s"}));
    let many = |name: &str, numbers: std::ops::Range<u32>| {
        let point = |number: u32| json!({"asInt": number, "attributes": attributes(&[("n", &number.to_string())])});
        gauge(name, numbers.map(point).collect())
    };
    let message = |points| format!("{points} data points: there are as many series as max_series allows");

    assert_eq!(shop.send(json!([many("m", 0..5000)])), refused(4900, &message(4900)));
    assert_eq!(shop.send(json!([many("m", 0..101), many("n", 0..1)])), refused(2, &message(2)));
    assert_eq!((shop.samples().len(), shop.accumulator.store.len()), (100, 100));

    shop.later(10);
    shop.accumulator.store.tidy(shop.now);
    assert_eq!(shop.send(json!([many("n", 0..100)])), Accepted::ALL);
    assert_eq!(shop.samples().len(), 100);
}
