//! The newcomer's first command.

use std::net::TcpListener;
use std::path::Path;
use std::process::{Command, Output};

#[test]
fn the_demo_writes_what_three_services_say() {
    let folder = tempfile::tempdir().unwrap();
    let ports: Vec<_> = (0..4).map(|_| TcpListener::bind("127.0.0.1:0").unwrap()).collect();
    let addresses: Vec<_> = ports.iter().map(|port| port.local_addr().unwrap().to_string()).collect();
    drop(ports);

    let output = demo(folder.path(), &addresses);

    let shown = String::from_utf8(output.stdout).unwrap();
    let log = std::fs::read_to_string(folder.path().join("sluice.log")).unwrap_or_default();
    assert!(output.status.success(), "{shown}\n{}\n{log}", String::from_utf8_lossy(&output.stderr));
    assert!(shown.contains(&format!("OTLP/gRPC {}", addresses[0])), "{shown}");
    let summary = shown.split_once("\nAfter ").unwrap().1;
    for (signal, file) in [("traces", "traces.jsonl"), ("metrics", "metrics.jsonl"), ("logs", "logs.jsonl")] {
        let row = summary.lines().find(|line| line.trim_start().starts_with(signal)).unwrap();
        let [_, taken, written, refused, lost] = row.split_whitespace().collect::<Vec<_>>()[..] else {
            panic!("{row}");
        };
        assert_eq!((taken, refused, lost), (written, "0", "0"), "{row}\n{log}");
        let text = std::fs::read_to_string(folder.path().join(file)).unwrap();
        for service in ["frontend", "checkout", "payment"] {
            assert!(text.contains(&format!(r#""stringValue":"{service}""#)), "no {service} in {file}");
        }
        assert!(!text.contains("@example."), "an address in {file}");
    }
}

#[test]
fn the_demo_shows_what_is_taken_out() {
    let folder = tempfile::tempdir().unwrap();
    let ports: Vec<_> = (0..4).map(|_| TcpListener::bind("127.0.0.1:0").unwrap()).collect();
    let addresses: Vec<_> = ports.iter().map(|port| port.local_addr().unwrap().to_string()).collect();
    drop(ports);

    let output = demo(folder.path(), &addresses);

    let shown = String::from_utf8(output.stdout).unwrap();
    let (_, summary) = shown.split_once("  taken out: ").unwrap();
    for detector in ["credit_card ", "email ", "ipv4 "] {
        assert!(summary.lines().take(2).any(|line| line.contains(detector)), "no {detector}in {summary}");
    }
    let (_, samples) = summary.split_once("after pii\n").unwrap();
    let is_scrubbed = |line: &str| line.contains("@example.") && line.contains("[EMAIL]");
    assert!(samples.lines().any(is_scrubbed), "{samples}");
    let logs = std::fs::read_to_string(folder.path().join("logs.jsonl")).unwrap();
    assert!(logs.contains("receipt goes to [EMAIL]") && logs.contains("to card [CREDIT_CARD]"), "{logs}");
}

#[test]
fn a_port_that_is_taken_is_explained() {
    let folder = tempfile::tempdir().unwrap();
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();

    let output = demo(folder.path(), &vec![address; 4]);

    let error = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(1), "{error}");
    assert!(error.contains("Another program has this port"), "{error}");
}

fn demo(folder: &Path, addresses: &[String]) -> Output {
    let flags = ["--grpc", "--http", "--metrics", "--pages"];
    let endpoints = flags.iter().zip(addresses).flat_map(|(flag, address)| [flag.to_string(), address.clone()]);
    Command::new(env!("CARGO_BIN_EXE_sluice"))
        .args(["demo", "--duration", "2s", "--directory"])
        .arg(folder)
        .args(endpoints)
        .output()
        .expect("the program was built")
}
