use std::collections::HashMap;
use std::hint::black_box;
use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime};

use flate2::read::GzDecoder;
use prost::Message;
use sluice_component::config::Value;

use super::FACTORY;
use super::encode::{Profile, encode};
use crate::testing::{Gateway, ask, configure, free_port};

async fn answer(path: &str) -> (String, String) {
    let port = free_port();
    let endpoint = Value::Text(format!("localhost:{port}").into());
    let (config, problems) = configure(&FACTORY, &[("endpoint", endpoint)]);
    assert_eq!(problems, [""; 0]);
    ask(&*config, port, Arc::new(Gateway::default()), path).await
}

#[inline(never)]
fn work_hard_for(duration: Duration) -> u64 {
    let start = Instant::now();
    let mut sum = 0u64;
    while start.elapsed() < duration {
        sum = (0..10_000).fold(sum, |sum, n| black_box(sum.wrapping_mul(31).wrapping_add(n)));
    }
    sum
}

#[test]
fn a_profile_names_the_function_that_works() {
    let profiler = pprof::ProfilerGuardBuilder::default().frequency(99).build().unwrap();
    black_box(work_hard_for(Duration::from_millis(500)));
    let report = profiler.report().build().unwrap();

    let gzipped = encode(&report, SystemTime::now(), Duration::from_millis(500), 99);

    let mut protobuf = Vec::new();
    std::io::Read::read_to_end(&mut GzDecoder::new(&*gzipped), &mut protobuf).unwrap();
    let profile = Profile::decode(&*protobuf).unwrap();
    let text = |id: i64| profile.string_table[usize::try_from(id).unwrap()].as_str();
    let functions: HashMap<_, _> = profile.function.iter().map(|function| (function.id, text(function.name))).collect();
    assert!(functions.values().any(|name| name.contains("work_hard_for")), "{functions:?}");
    let types: Vec<_> = profile.sample_type.iter().map(|kind| (text(kind.r#type), text(kind.unit))).collect();
    assert_eq!(types, [("samples", "count"), ("cpu", "nanoseconds")]);
    assert_eq!(profile.period, 10_101_010);
    let locations = profile.location.len() as u64;
    assert!(profile.sample.iter().flat_map(|sample| &sample.location_id).all(|id| (1..=locations).contains(id)));
}

#[tokio::test]
async fn what_is_no_number_of_seconds_is_refused() {
    let expected = ("HTTP/1.1 400 Bad Request".to_owned(), "seconds must be a number from 1 to 300\n".to_owned());

    assert_eq!(answer("/debug/pprof/profile?seconds=0").await, expected);
    assert_eq!(answer("/debug/pprof/profile?debug=1&seconds=soon").await, expected);
}

#[tokio::test]
async fn other_profiles_are_refused_by_name() {
    let expected = "not supported by Sluice yet: there is a CPU profile only, at /debug/pprof/profile\n";

    assert_eq!(answer("/debug/pprof/heap").await, ("HTTP/1.1 404 Not Found".into(), expected.into()));
}

#[test]
fn settings_for_other_profiles_are_refused_by_name() {
    let (_, problems) = configure(
        &FACTORY,
        &[
            ("block_profile_fraction", Value::Int(1)),
            ("mutex_profile_fraction", Value::Int(0)),
            ("save_to_file", Value::Text("/tmp/cpu".into())),
        ],
    );

    assert_eq!(
        problems,
        [
            "extensions::pprof::block_profile_fraction: not supported by Sluice yet: there is a CPU profile only",
            "extensions::pprof::save_to_file: not supported by Sluice yet: fetch /debug/pprof/profile?seconds=30 instead",
        ]
    );
}
