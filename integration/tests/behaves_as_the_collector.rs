//! The same file given to the Go Collector and to Sluice, the same telemetry sent to both: the same comes out of both.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};

use sluice_integration::{
    Backend, Gateway, Item, Program, Signal, Telemetry, difference,
    peers::Peer,
    telemetry::{logs, metrics, spans},
};

#[tokio::test]
async fn passes() {
    same_output_of("pass.yaml").await;
}

#[tokio::test]
async fn batches() {
    let [ours, theirs] = same_output_of("same/batch.yaml").await;

    assert_eq!(ours.batch_sizes, theirs.batch_sizes);
}

#[tokio::test]
async fn batches_by_client() {
    let [ours, theirs] = same_output_of("same/batch_by_client.yaml").await;

    assert_eq!(ours.batch_sizes, theirs.batch_sizes);
}

#[tokio::test]
async fn batches_in_the_queue() {
    let [ours, theirs] = same_output_of("same/queue_batch.yaml").await;

    assert_eq!(ours.batch_sizes, theirs.batch_sizes);
}

#[tokio::test]
async fn sends_to_two_backends() {
    same_output_of("same/two_exporters.yaml").await;
}

#[tokio::test]
async fn forwards_from_pipeline_to_pipeline() {
    same_output_of("same/forward.yaml").await;
}

#[tokio::test]
async fn writes_json_lines() {
    same_output_of("same/file_json.yaml").await;
}

#[tokio::test]
async fn writes_protobuf_messages() {
    same_output_of("same/file_proto.yaml").await;
}

#[tokio::test]
async fn prints_basic_text() {
    same_output_of("same/debug_basic.yaml").await;
}

#[tokio::test]
async fn prints_normal_text() {
    same_output_of("same/debug_normal.yaml").await;
}

#[tokio::test]
async fn prints_detailed_text() {
    same_output_of("same/debug_detailed.yaml").await;
}

/// What came out of a gateway until it ended.
#[derive(Default)]
struct Output {
    first: Vec<Item>,
    second: Vec<Item>,
    batch_sizes: BTreeMap<&'static str, Vec<usize>>,
    json_lines: Vec<String>,
    messages: Vec<Item>,
    printed: Vec<String>,
}

async fn same_output_of(file: &str) -> [Output; 2] {
    if Peer::Collector.find().is_none() {
        return Default::default();
    }
    let theirs = output_of(Program::Collector, file).await;
    let ours = output_of(Program::Sluice, file).await;

    assert_eq!(difference(&theirs.first, &ours.first), "", "at the first backend");
    assert_eq!(difference(&theirs.second, &ours.second), "", "at the second backend");
    assert_eq!(difference(&theirs.messages, &ours.messages), "", "in the files of protobuf");
    assert_eq!(ours.json_lines.join("\n"), theirs.json_lines.join("\n"), "in the files of JSON");
    assert_eq!(ours.printed.join("\n"), theirs.printed.join("\n"), "on standard output");
    let sizes = [theirs.first.len(), theirs.messages.len(), theirs.json_lines.len(), theirs.printed.len()];
    assert!(sizes.iter().any(|size| *size > 0), "the Collector put out nothing to compare with");
    [ours, theirs]
}

/// Sends every signal over both protocols, one request after the other, and ends the gateway.
async fn output_of(program: Program, file: &str) -> Output {
    let (first, second) = (Backend::start().await, Backend::start().await);
    let setup = Gateway::on(file).program(program);
    let mut gateway = setup.with("BACKEND", first.address()).with("SECOND", second.address()).start().await;
    for (n, client) in [gateway.grpc(), gateway.http()].into_iter().enumerate() {
        let tenant = [b"red", b"blu"][n];
        let client = client.with_header("x-tenant", tenant);
        let start = 1 + n as u64 * 100;
        for k in (start..start + 12).step_by(4) {
            for telemetry in [spans(k..k + 4), metrics(k..k + 2), logs(k..k + 3)] {
                let reply = client.send(&telemetry).await;
                assert!(reply.is_accepted(), "{program:?}: {reply:?}\n{}", gateway.process.lines().join("\n"));
            }
        }
    }
    let status = gateway.stop().await;
    assert!(status.success(), "{program:?}: {status}");

    Output {
        batch_sizes: batch_sizes(&first),
        first: first.items(),
        second: second.items(),
        json_lines: files(gateway.folder(), "json").iter().flat_map(|path| json_lines(path)).collect(),
        messages: files(gateway.folder(), "bin").iter().flat_map(|path| messages(path)).collect(),
        printed: gateway.process.printed(),
    }
}

/// The items of each request, largest first, by signal: exporters may send side by side, so the order says nothing.
fn batch_sizes(backend: &Backend) -> BTreeMap<&'static str, Vec<usize>> {
    let mut sizes: BTreeMap<_, Vec<usize>> = BTreeMap::new();
    for request in backend.requests() {
        sizes.entry(request.signal().path()).or_default().push(request.item_count());
    }
    sizes.values_mut().for_each(|sizes| sizes.sort_by(|a, b| b.cmp(a)));
    sizes
}

fn files(folder: &Path, extension: &str) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).expect("the folder is ours").map(|entry| entry.expect("an entry").path());
    let mut files: Vec<_> = entries.filter(|path| path.extension().is_some_and(|found| found == extension)).collect();
    files.sort();
    files
}

/// The lines of a file, their keys in order.
fn json_lines(path: &Path) -> Vec<String> {
    let text = fs::read_to_string(path).expect("a text");
    let sorted = |line: &str| serde_json::from_str::<serde_json::Value>(line).expect("JSON").to_string();
    text.lines().map(sorted).collect()
}

/// The items of a file of messages, each behind four bytes of length, big-endian.
fn messages(path: &Path) -> Vec<Item> {
    let name = path.file_stem().expect("a name").to_string_lossy();
    let signal = Signal::of_path(&format!("/v1/{name}")).expect("the file is named after its signal");
    let bytes = fs::read(path).expect("a file");
    let mut rest = bytes.as_slice();
    let mut items = Vec::new();
    while let Some((length, after)) = rest.split_first_chunk::<4>() {
        let (message, after) = after.split_at(u32::from_be_bytes(*length) as usize);
        items.extend(Telemetry::decode(signal, message).expect("a message").items());
        rest = after;
    }
    items
}
