//! What becomes of metrics.

use prost::Message as _;

use super::*;

#[test]
fn every_kind_of_metric_has_its_series() {
    let name = [text("service.name", "cart")];
    for (metric, expected) in [
        (
            json!({ "name": "temp", "unit": "Cel", "gauge": { "dataPoints": [
                { "timeUnixNano": at(1000), "asInt": "-3", "attributes": [text("room", "k")] }] } }),
            vec!["temp_celsius{job=cart,room=k} -3@1000"],
        ),
        (
            json!({ "name": "io", "unit": "By", "sum": { "aggregationTemporality": 2, "isMonotonic": true, "dataPoints": [
                { "timeUnixNano": at(1000), "asDouble": 1.5, "exemplars": [
                    { "timeUnixNano": at(900), "asInt": "7", "spanId": "0102030405060708", "filteredAttributes": [text("a", "b")] }] }] } }),
            vec!["io_bytes_total{job=cart} 1.5@1000 #{a=b,span_id=0102030405060708} 7@900"],
        ),
        (
            json!({ "name": "jobs", "sum": { "aggregationTemporality": 2, "dataPoints": [point(1000, 0.0)] } }),
            vec!["jobs{job=cart} 0@1000"],
        ),
        (
            json!({ "name": "lat", "unit": "s", "histogram": { "aggregationTemporality": 2, "dataPoints": [
                { "timeUnixNano": at(1000), "count": 6, "sum": 9.25, "bucketCounts": [1, 2, 3], "explicitBounds": [0.5, 1e6],
                  "exemplars": [{ "timeUnixNano": at(2), "asDouble": 3.0 }, { "timeUnixNano": at(1), "asDouble": 2e6 },
                    { "timeUnixNano": at(1), "asDouble": 0.5 }] }] } }),
            vec![
                "lat_seconds_bucket{job=cart,le=+Inf} 6@1000 #{} 2000000@1",
                "lat_seconds_bucket{job=cart,le=0.5} 1@1000 #{} 0.5@1",
                "lat_seconds_bucket{job=cart,le=1000000} 3@1000 #{} 3@2",
                "lat_seconds_count{job=cart} 6@1000",
                "lat_seconds_sum{job=cart} 9.25@1000",
            ],
        ),
        (
            json!({ "name": "lat", "histogram": { "aggregationTemporality": 2, "dataPoints": [
                { "timeUnixNano": at(1000), "count": 6, "attributes": [text("le", "mine"), text("z", "z")] }] } }),
            vec!["lat_bucket{job=cart,le=+Inf,z=z} 6@1000", "lat_count{job=cart,z=z} 6@1000"],
        ),
        (
            json!({ "name": "q", "summary": { "dataPoints": [{ "timeUnixNano": at(1000), "count": 6, "sum": 9.25,
                "quantileValues": [{ "quantile": 0.5, "value": 1.0 }, { "quantile": 0.99, "value": "NaN" }] }] } }),
            vec![
                "q_count{job=cart} 6@1000",
                "q_sum{job=cart} 9.25@1000",
                "q{job=cart,quantile=0.5} 1@1000",
                "q{job=cart,quantile=0.99} NaN@1000",
            ],
        ),
        (
            json!({ "name": "e", "exponentialHistogram": { "aggregationTemporality": 2, "dataPoints": [
                { "timeUnixNano": at(1000), "count": 9, "sum": 9.25, "scale": 1, "zeroCount": 1,
                  "positive": { "offset": 1, "bucketCounts": [2, 0, 3] }, "negative": { "offset": -3, "bucketCounts": [3] },
                  "exemplars": [{ "timeUnixNano": at(1), "asDouble": 3.0 }] }] } }),
            vec!["e{job=cart} [9/9.25 s1 1<=1e-128 +2+3[2, -2, 3] --2+1[3]]@1000 #{} 3@1"],
        ),
    ] {
        let batch = batch(json!(name), json!([metric]));
        assert_eq!(translated(json!({}), &batch), (expected.iter().map(|&line| line.into()).collect(), vec![]));
    }
}

#[test]
fn histograms_may_become_native_ones_with_custom_buckets() {
    let batch = batch(
        json!([]),
        json!([{ "name": "h", "histogram": { "aggregationTemporality": 2, "dataPoints": [
            { "timeUnixNano": at(1), "count": 7, "sum": 2.0, "bucketCounts": [1, 0, 0, 0, 2, 3], "explicitBounds": [1, 2, 3, 4, 5],
              "exemplars": [{ "timeUnixNano": at(1), "asDouble": 3.0 }] }] } }]),
    );

    // What the buckets lack of the count is beyond the last bound.
    let native = "h{} [7/2 s-53 0<=0.0 +0+1,3+2[1, 1, 2] -[] [1.0, 2.0, 3.0, 4.0, 5.0]]@1 #{} 3@1";
    let (lines, losses) = translated(json!({ "convert_explicit_histograms_to_nhcb": true }), &batch);
    assert_eq!((lines, losses), (vec![native.into()], vec![]));
    let both = json!({ "convert_explicit_histograms_to_nhcb": true, "keep_classic_histograms": true });
    let (lines, _) = translated(both, &batch);
    assert_eq!((lines.len(), lines.contains(&native.into())), (9, true));
}

#[test]
fn what_was_not_recorded_ends_its_series() {
    let stale = |mut point: Json| {
        point["flags"] = 1.into();
        point["timeUnixNano"] = at(5);
        point
    };
    let bounds = json!({ "explicitBounds": [1], "bucketCounts": [0, 0] });
    let mut with_sum = bounds.clone();
    with_sum["sum"] = 0.into();
    let cumulative = |points: Json| json!({ "aggregationTemporality": 2, "isMonotonic": true, "dataPoints": points });
    let batch = batch(
        json!([]),
        json!([
            gauge("g", json!([stale(json!({}))])),
            { "name": "c", "sum": cumulative(json!([stale(json!({ "asInt": "5" }))])) },
            { "name": "h", "histogram": cumulative(json!([stale(bounds)])) },
            { "name": "i", "histogram": cumulative(json!([stale(with_sum)])) },
            { "name": "e", "exponentialHistogram": cumulative(json!([stale(json!({ "scale": 3, "count": 4 }))])) },
            { "name": "s", "summary": { "dataPoints": [stale(json!({ "quantileValues": [{ "quantile": 1, "value": 1 }] }))] } },
        ]),
    );

    let (lines, losses) = translated(json!({}), &batch);

    let expected = [
        "c_total{} stale@5",
        "e{} [0/stale s3 0<=0.0 +[] -[]]@5",
        "g{} stale@5",
        "h_bucket{le=+Inf} stale@5",
        "h_bucket{le=1} stale@5",
        "h_count{} stale@5",
        "i_bucket{le=+Inf} stale@5",
        "i_bucket{le=1} stale@5",
        "i_count{} stale@5",
        "i_sum{} stale@5",
        "s_count{} stale@5",
        "s_sum{} stale@5",
        "s{quantile=1} stale@5",
    ];
    assert_eq!((lines, losses), (expected.map(str::to_owned).to_vec(), vec![]));
    let native = translated(json!({ "convert_explicit_histograms_to_nhcb": true }), &batch).0;
    assert_eq!(native[3..5], ["h{} [0/stale s-53 0<=0.0 +[] -[]]@5", "i{} [0/stale s-53 0<=0.0 +[] -[]]@5"]);
}

#[test]
fn a_series_is_there_once_in_the_order_of_time() {
    let histogram = |millis: u64, bounds: Json, counts: Json| {
        json!({ "timeUnixNano": at(millis), "count": 9, "explicitBounds": bounds, "bucketCounts": counts,
            "exemplars": [{ "timeUnixNano": at(millis), "asDouble": 1.5 }] })
    };
    let of = |points: Json| json!({ "aggregationTemporality": 2, "dataPoints": points });
    let resource = |metrics: Json| json!({ "resource": { "attributes": [text("service.name", "a")] }, "scopeMetrics": [{ "metrics": metrics }] });
    let batch = request(json!([
        resource(json!([gauge("g", json!([point(3, 3.0), point(1, 1.0)])), { "name": "h",
            "histogram": of(json!([histogram(2, json!([1, 2]), json!([1, 2, 6])), histogram(1, json!([1, 4]), json!([0, 5, 4]))])) }])),
        resource(json!([gauge("g", json!([point(2, 2.0)]))])),
    ]));

    let (lines, losses) = translated(json!({}), &batch);

    let expected = [
        "g{job=a} 1@1 2@2 3@3",
        "h_bucket{job=a,le=+Inf} 9@1 9@2",
        "h_bucket{job=a,le=1} 0@1 1@2",
        "h_bucket{job=a,le=2} 3@2 #{} 1.5@1 #{} 1.5@2",
        "h_bucket{job=a,le=4} 5@1",
        "h_count{job=a} 9@1 9@2",
    ];
    assert_eq!((lines, losses), (expected.map(str::to_owned).to_vec(), vec![]));
}

#[test]
fn labels_come_from_everywhere() {
    let resource = json!([{
        "resource": { "attributes": [text("service.name", "cart"), text("service.namespace", "shop"),
            text("service.instance.id", "1"), text("k8s.pod.name", "p"), text("__two", "2")] },
        "scopeMetrics": [{ "scope": { "name": "lib", "version": "1", "attributes": [text("x.y", "z")] },
            "schemaUrl": "https://s", "metrics": [gauge("g", json!([
                { "timeUnixNano": at(1), "asDouble": 1, "attributes": [text("env", "own"), text("__name__", "n"), text("Z", "")] }]))] }],
    }]);
    let batch = request(resource);
    let namespaced = json!({ "namespace": "my-ns", "external_labels": { "env": "prod", "re gion": "eu" },
        "resource_to_telemetry_conversion": { "enabled": true, "exclude_service_attributes": true } });
    let bare = json!({ "disable_scope_info": true, "target_info": { "enabled": false } });
    let all = json!({ "disable_scope_info": true, "target_info": { "enabled": false },
        "resource_to_telemetry_conversion": { "enabled": true } });

    let one = |settings: Json| {
        let config = config(settings);
        let translated = Translator::new(&config).unwrap().translate(&batch).unwrap();
        prompb::lines(config.message, &body(&translated.requests[0].body))
    };

    assert_eq!(
        one(namespaced),
        [
            "my_ns_g{env=own,instance=1,job=shop/cart,k8s_pod_name=p,key_two=2,otel_scope_name=lib,otel_scope_version=1,\
                otel_scope_x_y=z,re_gion=eu} 1@1",
            "my_ns_target_info{__two=2,env=prod,instance=1,job=shop/cart,k8s_pod_name=p,re_gion=eu} 1@1",
        ]
    );
    assert_eq!(one(bare), ["g{env=own,instance=1,job=shop/cart} 1@1"]);
    let service = "service_instance_id=1,service_name=cart,service_namespace=shop";
    assert_eq!(one(all), [format!("g{{env=own,instance=1,job=shop/cart,k8s_pod_name=p,key_two=2,{service}}} 1@1")]);
    let second = json!({ "protobuf_message": "io.prometheus.write.v2.Request" });
    assert_eq!(one(second)[1], "target_info{instance=1,job=shop/cart,k8s_pod_name=p,key_two=2} 1@1");
}

#[test]
fn a_target_is_told_of_with_its_latest_time_and_never_of_an_earlier_one() {
    let resource = |attributes: Json, millis: &[u64]| {
        let points: Vec<_> = millis.iter().map(|millis| point(*millis, 1.0)).collect();
        batch(attributes, json!([gauge("g", json!(points))]))
    };
    let known = json!([text("service.name", "a"), text("host", "h")]);
    let translator = Translator::new(&config(json!({}))).unwrap();
    let targets = |batch: &Batch| {
        let requests = translator.translate(batch).unwrap().requests;
        let lines = requests.iter().flat_map(|request| prompb::lines(Message::V1, &body(&request.body)));
        lines.filter(|line| line.contains("target_info")).collect::<Vec<_>>()
    };

    assert_eq!(targets(&resource(known.clone(), &[5, 9, 7])), ["target_info{host=h,job=a} 1@9"]);
    assert_eq!(targets(&resource(known.clone(), &[8])), [""; 0]);
    assert_eq!(targets(&resource(known.clone(), &[9])), ["target_info{host=h,job=a} 1@9"]);
    // Nothing but its identity, nobody's, and at no time.
    assert_eq!(targets(&resource(json!([text("service.name", "a")]), &[5])), [""; 0]);
    assert_eq!(targets(&resource(json!([text("host", "h")]), &[5])), [""; 0]);
    assert_eq!(targets(&resource(known, &[0])), [""; 0]);
}

#[test]
fn types_help_and_units_are_sent() {
    let metrics = json!([
        { "name": "b", "unit": "By/s", "description": "how fast", "gauge": { "dataPoints": [point(1, 1.0)] } },
        { "name": "a", "unit": "s", "sum": { "aggregationTemporality": 2, "isMonotonic": true, "dataPoints": [point(1, 1.0)] } },
        { "name": "delta", "sum": { "aggregationTemporality": 1, "dataPoints": [point(1, 1.0)] } },
        { "name": "b", "unit": "By/s", "gauge": { "dataPoints": [point(2, 1.0)] } },
    ]);
    let batch = batch(json!([text("service.name", "x"), text("y", "z")]), metrics);
    let requests = |settings: Json| {
        let requests = Translator::new(&config(settings)).unwrap().translate(&batch).unwrap().requests;
        requests.iter().map(|request| body(&request.body)).collect::<Vec<_>>()
    };

    let first = requests(json!({ "send_metadata": true }));
    let metadata = prompb::WriteRequest::decode(first[1].clone()).unwrap();
    let of = |kind, name: &str, help: &str, unit: &str| prompb::MetricMetadata {
        kind,
        metric_family_name: name.into(),
        help: help.into(),
        unit: unit.into(),
    };
    let expected =
        [of(1, "a_seconds_total", "", "seconds"), of(2, "b_bytes_per_second", "how fast", "bytes_per_second")];
    assert_eq!((metadata.timeseries, metadata.metadata), (vec![], expected.to_vec()));
    assert_eq!(requests(json!({})).len(), 1);

    let second = requests(json!({ "protobuf_message": "io.prometheus.write.v2.Request" }));
    assert_eq!(
        prompb::metadata_of(&second[0]),
        [
            "b_bytes_per_second 2 \"how fast\" \"bytes_per_second\"",
            "a_seconds_total 1 \"\" \"seconds\"",
            "target_info 2 \"Target metadata\" \"\"",
        ]
    );
}

#[test]
fn names_stay_where_the_receiver_can_have_them() {
    let settings =
        json!({ "translation_strategy": "NoTranslation", "protobuf_message": "io.prometheus.write.v2.Request" });
    let batch = batch(
        json!([text("service.name", "a")]),
        json!([{ "name": "http.größe", "unit": "s", "gauge": { "dataPoints": [
            { "timeUnixNano": at(1), "asDouble": 1, "attributes": [text("a.b", "1"), text("ü", "2"), text("_", "")] }] } }]),
    );

    let requests = Translator::new(&config(settings)).unwrap().translate(&batch).unwrap().requests;

    assert_eq!(prompb::lines(Message::V2, &body(&requests[0].body)), ["http.größe{a.b=1,job=a,ü=2} 1@1"]);
}

#[test]
fn requests_are_no_larger_than_they_may_be() {
    let batch = batch(json!([]), json!([many(500)]));
    for message in ["prometheus.WriteRequest", "io.prometheus.write.v2.Request"] {
        let config = config(json!({ "max_batch_size_bytes": 4000, "protobuf_message": message }));

        let requests = Translator::new(&config).unwrap().translate(&batch).unwrap().requests;

        let bodies: Vec<_> = requests.iter().map(|request| body(&request.body)).collect();
        assert!(bodies.iter().all(|body| body.len() <= 4000), "{message}");
        assert!((5..30).contains(&requests.len()), "{message}: {}", requests.len());
        let mut lines: Vec<_> = bodies.iter().flat_map(|body| prompb::lines(config.message, body)).collect();
        lines.sort();
        lines.dedup();
        assert_eq!(lines.len(), 500);
        assert_eq!(requests.iter().map(|request| request.items).sum::<usize>(), 500);
    }
}
