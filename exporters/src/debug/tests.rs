use std::time::Duration;

use serde_json::json;
use sluice_component::Context;
use sluice_component::factory::ExporterConfig;
use sluice_pdata::{Batch, Signal};

use super::config::{Config, Verbosity};
use super::sampler::Sampler;
use super::text::{Summary, content};
use crate::testing::{read, settings, spans};

/// A batch, and what the Collector 0.158 printed of it, in `testdata/`.
macro_rules! case {
    ($signal:expr, $name:literal) => {
        (
            Batch::check_json($signal, include_bytes!(concat!("testdata/", $name, ".json")), &Default::default())
                .unwrap(),
            include_str!(concat!("testdata/", $name, ".normal.txt")),
            include_str!(concat!("testdata/", $name, ".detailed.txt")),
        )
    };
}

#[test]
fn the_text_is_the_collectors() {
    for (batch, normal, detailed) in
        [case!(Signal::Traces, "traces"), case!(Signal::Metrics, "metrics"), case!(Signal::Logs, "logs")]
    {
        let text = |verbosity| format!("{}\n{}\n", Summary::of(&batch), content(&batch, verbosity).unwrap());

        assert_eq!(text(Verbosity::Normal), normal);
        assert_eq!(text(Verbosity::Detailed), detailed);
        assert_eq!(content(&batch, Verbosity::Basic), None);
    }
}

#[test]
fn profiles_have_their_numbers_only() {
    let batch = Batch::trusted(Signal::Profiles, b"\x0a\x00\x0a\x00"[..].into(), 3);

    assert_eq!(Summary::of(&batch).to_string(), "Profiles\t{\"resource profiles\": 2, \"sample records\": 3}");
    assert_eq!(content(&batch, Verbosity::Detailed), None);
}

#[tokio::test(start_paused = true)]
async fn sampling_begins_anew_every_second() {
    let sampler = Sampler::new(2, 3);
    let round = || (0..9).map(|_| u8::from(sampler.admit())).collect::<Vec<_>>();

    assert_eq!(round(), [1, 1, 0, 0, 1, 0, 0, 1, 0]);
    tokio::time::advance(Duration::from_secs(1)).await;
    assert_eq!(round(), [1, 1, 0, 0, 1, 0, 0, 1, 0]);
}

#[test]
fn the_default_prints_everything_and_none_after_the_first_is_possible() {
    let (all, few) = (Sampler::new(2, 1), Sampler::new(2, 0));

    assert!((0..100).all(|_| all.admit()));
    assert_eq!((0..100).filter(|_| few.admit()).count(), 2);
}

#[test]
fn output_paths_belong_to_an_output_of_its_own() {
    assert_eq!(
        read(json!({"output_paths": ["x"]}), Config::read).1,
        ["output_paths: output_paths is not supported when use_internal_logger is true"]
    );
    assert_eq!(
        read(json!({"use_internal_logger": false, "output_paths": []}), Config::read).1,
        ["output_paths: output_paths must not be empty when use_internal_logger is false"]
    );
    assert_eq!(
        read(json!({"verbosity": "none"}), Config::read).1,
        [r#"verbosity: must be one of "basic", "normal", "detailed", found "none""#]
    );
    let (config, problems) = read(json!({"use_internal_logger": false}), Config::read);
    assert_eq!((config.output_paths.unwrap(), problems), (vec!["stdout".to_owned()], vec![]));
}

#[tokio::test]
async fn batches_are_appended_to_every_path() {
    let directory = tempfile::tempdir().unwrap();
    let paths = ["one", "two"].map(|name| directory.path().join(name));
    std::fs::write(&paths[0], "before\n").unwrap();
    let (config, problems) =
        read(json!({"use_internal_logger": false, "verbosity": "normal", "output_paths": paths}), Config::read);
    assert_eq!(problems, [""; 0]);
    let debug = config.build(settings("debug"), Signal::Traces).unwrap();

    debug.consume(spans(["a", "b"]), Context::default()).await.unwrap();

    let text = "Traces\t{\"resource spans\": 1, \"spans\": 2}\nResourceTraces #0\nScopeTraces #0\na  \nb  \n\n";
    assert_eq!(std::fs::read_to_string(&paths[0]).unwrap(), format!("before\n{text}"));
    assert_eq!(std::fs::read_to_string(&paths[1]).unwrap(), text);
}

#[tokio::test]
async fn a_path_that_cannot_be_opened_is_a_mistake_at_start() {
    let (config, _) = read(json!({"use_internal_logger": false, "output_paths": ["/nowhere/x"]}), Config::read);

    let error = config.build(settings("debug"), Signal::Traces).err().unwrap();

    assert_eq!(error.to_string(), "cannot open \"/nowhere/x\": No such file or directory (os error 2)");
    assert_eq!(error.key, "output_paths");
}
