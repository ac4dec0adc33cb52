//! What scripts and orchestrators rely on: exit codes, silence when all is well, the line that says it is ready.

use std::net::TcpListener;

use sluice_integration::{Gateway, Program, SOON, root, run_to_end};

#[tokio::test]
async fn validate_is_silent_about_a_good_file() {
    let (code, lines) = validate("good.yaml").await;

    assert_eq!((code, lines), (Some(0), Vec::new()));
}

#[tokio::test]
async fn validate_names_every_mistake_and_fails() {
    let (code, lines) = validate("wrong/keys.yaml").await;

    assert_eq!(code, Some(1));
    if Program::under_test() == Program::Sluice {
        let text = lines.join("\n");
        for place in ["keys.yaml:5:9", "endpiont", "\"endpoint\"", "debugg"] {
            assert!(text.contains(place), "no {place} in:\n{text}");
        }
    }
}

#[tokio::test]
async fn a_wrong_file_is_not_run() {
    let file = root().join("configs/wrong/keys.yaml");

    let (code, lines) = run_to_end(&["--config", &file.to_string_lossy()]).await;

    assert_eq!(code, Some(1), "{}", lines.join("\n"));
}

#[tokio::test]
async fn a_missing_file_fails() {
    let (code, lines) = validate("missing.yaml").await;

    assert_eq!(code, Some(1));
    assert!(lines.iter().any(|line| line.contains("missing.yaml")), "{}", lines.join("\n"));
}

#[tokio::test]
async fn no_file_fails() {
    let (code, _) = run_to_end(&[]).await;

    assert_eq!(code, Some(1));
}

#[tokio::test]
async fn a_taken_port_fails_at_the_start() {
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let config = format!(
        "yaml:{{receivers: {{otlp: {{protocols: {{grpc: {{endpoint: '{address}'}}}}}}}}, exporters: {{nop: }}, \
         service: {{pipelines: {{traces: {{receivers: [otlp], exporters: [nop]}}}}, telemetry: {{metrics: {{level: none}}}}}}}}"
    );

    let (code, lines) = run_to_end(&["--config", &config]).await;

    assert_eq!(code, Some(1));
    assert!(lines.iter().any(|line| line.contains(&address)), "no {address} in:\n{}", lines.join("\n"));
}

#[tokio::test]
async fn an_end_that_was_asked_for_is_a_success() {
    let mut gateway = Gateway::on("nowhere.yaml").start().await;
    gateway.assert_serves().await;

    assert_eq!(gateway.stop().await.code(), Some(0));
    gateway.process.wait_for_line("Shutdown complete.", SOON).await;
}

#[tokio::test]
async fn an_unknown_command_fails() {
    let (code, _) = run_to_end(&["frobnicate"]).await;

    assert_ne!(code, Some(0));
}

#[tokio::test]
async fn the_version_is_one_line() {
    let (code, lines) = run_to_end(&["--version"]).await;

    assert_eq!((code, lines.len()), (Some(0), 1), "{lines:?}");
}

#[tokio::test]
async fn components_are_listed_in_yaml() {
    let (code, lines) = run_to_end(&["components"]).await;

    assert_eq!(code, Some(0));
    for line in ["receivers:", "processors:", "exporters:", "connectors:", "extensions:"] {
        assert!(lines.iter().any(|found| found == line), "no {line} in {lines:#?}");
    }
    for name in
        ["otlp", "batch", "memory_limiter", "otlp_grpc", "otlp_http", "debug", "file", "nop", "forward", "health_check"]
    {
        assert!(lines.iter().any(|found| found.trim_start() == format!("- name: {name}")), "no {name} in {lines:#?}");
    }
}

async fn validate(file: &str) -> (Option<i32>, Vec<String>) {
    let file = root().join("configs").join(file);
    run_to_end(&["validate", "--config", &file.to_string_lossy()]).await
}
