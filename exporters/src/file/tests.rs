use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use serde_json::{Value as Json, json};
use sluice_component::factory::ExporterConfig;
use sluice_component::{Accepted, Code, Consumer, Context, Health, Reason, Retry};
use sluice_pdata::{Batch, Signal};

use super::config::Config;
use crate::testing::{names, read, settings, spans};

/// An exporter of traces with these settings beside the path.
fn exporter(path: &Path, mut keys: Json) -> Arc<dyn Consumer> {
    keys["path"] = json!(path);
    let (config, problems) = read(keys, Config::read);
    assert_eq!(problems, [""; 0]);
    config.build(settings("file"), Signal::Traces).unwrap()
}

async fn consume(exporter: &Arc<dyn Consumer>, batch: Batch) -> Accepted {
    exporter.consume(batch, Context::default()).await.unwrap()
}

/// Spans with these names, of a resource with the attributes.
fn spans_of(resource: Json, names: &[&str]) -> Batch {
    let attributes: Vec<_> = resource
        .as_object()
        .unwrap()
        .iter()
        .map(|(key, value)| match value {
            Json::String(text) => json!({"key": key, "value": {"stringValue": text}}),
            other => json!({"key": key, "value": {"intValue": other}}),
        })
        .collect();
    let spans: Vec<_> = names.iter().map(|name| json!({"name": name})).collect();
    let request =
        json!({"resourceSpans": [{"resource": {"attributes": attributes}, "scopeSpans": [{"spans": spans}]}]});
    Batch::check_json(Signal::Traces, request.to_string().as_bytes(), &Default::default()).unwrap()
}

/// What a file of JSON lines holds, by the names of spans.
fn lines(path: &Path) -> Vec<String> {
    let text = fs::read_to_string(path).unwrap();
    assert!(text.is_empty() || text.ends_with('\n'), "{text:?}");
    let batch = |line: &str| Batch::check_json(Signal::Traces, line.as_bytes(), &Default::default()).unwrap();
    text.lines().map(|line| names(&batch(line)).join(" ")).collect()
}

fn files(directory: &Path) -> Vec<PathBuf> {
    let mut files: Vec<_> = fs::read_dir(directory).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    files
}

/// Takes out what says nothing: the Collector writes some empty objects where we write none.
fn without_empty_objects(value: Json) -> Json {
    match value {
        Json::Object(entries) => entries
            .into_iter()
            .map(|(key, value)| (key, without_empty_objects(value)))
            .filter(|(_, value)| value.as_object().is_none_or(|entries| !entries.is_empty()))
            .collect(),
        Json::Array(values) => values.into_iter().map(without_empty_objects).collect(),
        other => other,
    }
}

#[test]
fn mistakes_are_told_as_the_collector_tells_them() {
    for (keys, problem) in [
        (json!({}), "path: path must be non-empty"),
        (
            json!({"path": "x", "append": true, "rotation": {}}),
            "append: append and rotation enabled at the same time is not supported",
        ),
        (json!({"path": "x", "format": "csv"}), "format: must be one of \"json\", \"proto\", found \"csv\""),
        (json!({"path": "x", "compression": "gzip"}), "compression: must be one of \"\", \"zstd\", found \"gzip\""),
        (json!({"path": "x", "compression_params": {"level": 3}}), "compression_params: needs compression"),
        (
            json!({"path": "x", "encoding": "otlp_encoding"}),
            "encoding: not supported by Sluice yet: there are no encoding extensions; use format",
        ),
        (
            json!({"path": "x", "directory_permissions": "0755"}),
            "directory_permissions: directory_permissions requires create_directory to be true",
        ),
        (
            json!({"path": "x", "create_directory": true, "directory_permissions": "0999"}),
            "directory_permissions: directory_permissions value must be a valid octal representation",
        ),
        (
            json!({"path": "x", "create_directory": true, "directory_permissions": "01777"}),
            "directory_permissions: directory_permissions contain invalid bits for file access",
        ),
        (
            json!({"path": "x", "group_by": {"enabled": true}}),
            "path: path must contain exactly one * when group_by is enabled",
        ),
        (
            json!({"path": "*/x", "group_by": {"enabled": true}}),
            "path: path must not start with * when group_by is enabled",
        ),
        (
            json!({"path": "x/*", "group_by": {"enabled": true, "resource_attribute": ""}}),
            "group_by::resource_attribute: resource_attribute must not be empty when group_by is enabled",
        ),
    ] {
        assert_eq!(read(keys, Config::read).1, [problem]);
    }
}

#[tokio::test]
async fn all_signals_share_a_file_and_each_batch_is_a_line_as_the_collector_writes_it() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("out.json");
    let (config, _) = read(json!({"path": path}), Config::read);
    let inputs = [
        (Signal::Traces, include_str!("../debug/testdata/traces.json")),
        (Signal::Metrics, include_str!("../debug/testdata/metrics.json")),
        (Signal::Logs, include_str!("../debug/testdata/logs.json")),
    ];

    let exporters = inputs.map(|(signal, _)| config.build(settings("file"), signal).unwrap());
    for (exporter, (signal, input)) in exporters.iter().zip(inputs) {
        consume(exporter, Batch::check_json(signal, input.as_bytes(), &Default::default()).unwrap()).await;
    }

    let parse = |text: &str| -> Vec<_> {
        text.lines().map(|line| without_empty_objects(serde_json::from_str(line).unwrap())).collect()
    };
    let ours = parse(&fs::read_to_string(path).unwrap());
    let collectors = parse(include_str!("testdata/collector.json"));
    assert_eq!(ours.len(), 3);
    for (ours, collectors) in ours.iter().zip(&collectors) {
        assert_eq!(ours, collectors);
    }
}

#[tokio::test]
async fn protobuf_and_compressed_messages_have_their_length_in_front() {
    let directory = tempfile::tempdir().unwrap();
    let messages = |path: &Path| {
        let mut bytes = &fs::read(path).unwrap()[..];
        let mut messages = Vec::new();
        while let Some((length, rest)) = bytes.split_first_chunk() {
            let (message, rest) = rest.split_at(u32::from_be_bytes(*length) as usize);
            messages.push(message.to_vec());
            bytes = rest;
        }
        messages
    };
    let written = async |keys: Json| {
        let path = directory.path().join("out");
        let exporter = exporter(&path, keys);
        consume(&exporter, spans(["a"])).await;
        consume(&exporter, spans(["b", "c"])).await;
        messages(&path)
    };
    let decode = |message: Vec<u8>| names(&Batch::trusted(Signal::Traces, message.into(), 0)).join(" ");
    let unpack = |message: Vec<u8>| zstd::decode_all(&message[..]).unwrap();

    let proto = written(json!({"format": "proto"})).await;
    assert_eq!(proto.into_iter().map(decode).collect::<Vec<_>>(), ["a", "b c"]);
    let packed = written(json!({"format": "proto", "compression": "zstd"})).await;
    assert_eq!(packed.into_iter().map(unpack).map(decode).collect::<Vec<_>>(), ["a", "b c"]);
    let packed = written(json!({"compression": "zstd", "compression_params": {"level": 11}})).await;
    let json: Vec<_> = packed.into_iter().map(|message| String::from_utf8(unpack(message)).unwrap()).collect();
    assert_eq!(json[0], r#"{"resourceSpans":[{"scopeSpans":[{"spans":[{"name":"a"}]}]}]}"#);
}

#[tokio::test]
async fn what_stands_in_the_file_stays_only_if_it_should() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("out.json");
    for (keys, expected) in [
        (json!({}), vec!["a"]),
        (json!({"append": true}), vec!["a", "a"]),
        (json!({"rotation": null}), vec!["a", "a", "a"]),
        (json!({"append": false}), vec!["a"]),
    ] {
        consume(&exporter(&path, keys), spans(["a"])).await;

        assert_eq!(lines(&path), expected);
    }
}

#[tokio::test]
async fn a_full_file_is_put_aside_between_two_messages() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("out.json");
    let exporter = exporter(&path, json!({"rotation": {"max_megabytes": 1, "max_backups": 2}}));
    let large = "x".repeat(700_000);

    for name in ["a", "b", "c", "d"] {
        consume(&exporter, spans([name])).await;
        consume(&exporter, spans([&*large])).await;
    }

    let files = files(directory.path());
    let held: Vec<_> = files.iter().map(|file| lines(file).join(" ").replace(&large, "-")).collect();
    assert_eq!(held, ["- c", "- d", "-"].map(String::from));
    assert!(files[0].to_string_lossy().ends_with("-size.json"));
    assert_eq!(files[2], path);
}

#[tokio::test]
async fn directories_are_made_when_asked_for() {
    use std::os::unix::fs::PermissionsExt;
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("a/b/out.json");
    let (config, _) = read(json!({"path": path}), Config::read);

    let error = config.build(settings("file"), Signal::Traces).err().unwrap();
    let exporter = exporter(&path, json!({"create_directory": true, "directory_permissions": "0700"}));
    consume(&exporter, spans(["a"])).await;

    assert_eq!(error.to_string(), format!("cannot open {path:?}: No such file or directory (os error 2)"));
    assert_eq!(error.key, "path");
    assert_eq!(fs::metadata(path.parent().unwrap()).unwrap().permissions().mode() & 0o777, 0o700);
    assert_eq!(lines(&path), ["a"]);
}

#[tokio::test]
async fn a_full_disk_is_an_answer() {
    let (config, _) = read(json!({"path": "/dev/full"}), Config::read);
    let settings = settings("file");
    let exporter = config.build(settings.clone(), Signal::Traces).unwrap();

    let error = exporter.consume(spans(["a"]), Context::default()).await.unwrap_err();

    assert_eq!(error.to_string(), "file: cannot write /dev/full: No space left on device (os error 28)");
    assert_eq!((error.code, error.reason, error.retry), (Code::Unavailable, Reason::Unavailable, Retry::Now));
    let health = Health::Recoverable("cannot write /dev/full: No space left on device (os error 28)".into());
    assert_eq!(settings.status.current(), health);
}

#[tokio::test]
async fn a_batch_is_written_though_its_caller_left() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("out.json");
    let exporter = exporter(&path, json!({}));

    // One look hands the batch to the thread; then the caller leaves.
    let mut left = exporter.consume(spans(["a"]), Context::default());
    let _ = futures_util::poll!(&mut left);
    drop(left);
    consume(&exporter, spans(["b"])).await;

    assert_eq!(lines(&path), ["a", "b"]);
}

#[tokio::test]
async fn each_value_of_the_attribute_has_its_file() {
    let directory = tempfile::tempdir().unwrap();
    let exporter = exporter(
        &directory.path().join("*/out.json"),
        json!({"group_by": {"enabled": true, "resource_attribute": "team", "max_open_files": 1}}),
    );
    let mut batch = spans_of(json!({"team": "red"}), &["a"]);
    for (resource, names) in [
        (json!({"team": "blue"}), &["b", "c"][..]),
        (json!({"team": "red"}), &["d"]),
        (json!({"team": 7}), &["e"]),
        (json!({"other": "red"}), &["f", "g"]),
        (json!({"team": "a\0b"}), &["h"]),
    ] {
        batch.merge(spans_of(resource, names)).unwrap();
    }

    let accepted = consume(&exporter, batch).await;
    // With one file open at a time, each file is closed and opened again in between.
    consume(&exporter, spans_of(json!({"team": "red"}), &["i"])).await;

    let message = "no resource attribute names a file";
    assert_eq!(accepted, Accepted { rejected: 4, message: Some(message.into()) });
    assert_eq!(lines(&directory.path().join("red/out.json")), ["a d", "i"]);
    assert_eq!(lines(&directory.path().join("blue/out.json")), ["b c"]);
}

#[tokio::test]
async fn profiles_are_not_grouped() {
    let (config, _) = read(json!({"path": "x/*", "group_by": {"enabled": true}}), Config::read);

    let error = config.build(settings("file"), Signal::Profiles).err().unwrap();

    assert_eq!(error.to_string(), "profiles cannot be grouped, give them an exporter of their own");
}
