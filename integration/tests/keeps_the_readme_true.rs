//! What the README tells a newcomer to do works.

use std::{fs, path::Path, process::Command};

use sluice_integration::{Client, Process, Program, SOON, eventually, free_port, root, run_to_end, telemetry};

#[tokio::test]
async fn its_configurations_are_valid() {
    let folder = tempfile::tempdir().unwrap();
    let readme = fs::read_to_string(root().join("../README.md")).unwrap();
    let blocks: Vec<_> = readme.split("```").filter_map(|block| block.strip_prefix("yaml\n")).collect();

    assert!(!blocks.is_empty(), "the README shows no configuration");
    for block in blocks {
        let file = folder.path().join("gateway.yaml");
        fs::write(&file, block).unwrap();
        let (code, lines) = run_to_end(&["validate", "--config", &file.to_string_lossy()]).await;
        assert_eq!((code, lines.join("\n")), (Some(0), String::new()), "{block}");
    }
}

#[tokio::test]
async fn the_demo_shows_its_own_telemetry_and_takes_the_newcomers() {
    if Program::under_test() == Program::Collector {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let address = || format!("127.0.0.1:{}", free_port());
    let (grpc, http) = (address(), address());
    let mut command = Command::new(Program::Sluice.path());
    command.arg("demo").arg("--directory").arg(folder.path());
    command.args(["--grpc", &grpc, "--http", &http, "--metrics", &address(), "--pages", &address()]);

    let mut demo = Process::start("the demo", &mut command);
    for client in [Client::grpc(&grpc), Client::http(&http)] {
        let sent = async || client.send(&telemetry::spans(4_711..4_712)).await.is_accepted().then_some(());
        eventually("the demo to listen", sent).await;
    }
    eventually("the newcomer's span in a file", async || is_written(folder.path(), "GET /items/4711")).await;
    eventually("an order of the demo's own in a file", async || is_written(folder.path(), "checkout")).await;
    demo.terminate();
    let status = demo.exited(SOON).await;

    assert!(status.success(), "{status}\n{}", demo.lines().join("\n"));
}

/// Whether some file below the folder has the text in it.
fn is_written(folder: &Path, text: &str) -> Option<()> {
    fs::read_dir(folder).ok()?.flatten().find_map(|entry| match entry.path() {
        path if path.is_dir() => is_written(&path, text),
        path => fs::read_to_string(path).ok()?.contains(text).then_some(()),
    })
}
