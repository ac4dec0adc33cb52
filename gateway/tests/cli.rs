//! What the program says to a person or a script, word for word.

use std::io::Write;
use std::process::{Command, Output, Stdio};

fn sluice(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_sluice")).args(arguments).output().expect("the program was built")
}

/// Exit code, standard output, standard error.
fn said(arguments: &[&str]) -> (Option<i32>, String, String) {
    let output = sluice(arguments);
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("the program writes text");
    (output.status.code(), text(output.stdout), text(output.stderr))
}

const GOOD: &str = "yaml:{receivers: {otlp: {protocols: {grpc: }}}, exporters: {nop: }, \
                    service: {pipelines: {traces: {receivers: [otlp], exporters: [nop]}}}}";

#[test]
fn the_version() {
    let expected = (Some(0), format!("sluice version {}\n", env!("CARGO_PKG_VERSION")), String::new());

    assert_eq!(said(&["--version"]), expected);
    assert_eq!(said(&["-v"]), expected);
}

#[test]
fn validate_is_silent_when_all_is_well() {
    assert_eq!(said(&["validate", "--config", GOOD]), (Some(0), String::new(), String::new()));
    assert_eq!(said(&["--config", GOOD, "validate"]), (Some(0), String::new(), String::new()));
}

#[test]
fn validate_says_what_is_wrong() {
    let (code, out, err) = said(&["validate", "--config", GOOD, "--set=exporters.nop.size=5"]);

    assert_eq!((code, out.as_str()), (Some(1), ""));
    assert_eq!(
        err,
        "Error: the configuration has a mistake\n\
         --set exporters.nop.size: exporters::nop::size: unknown key, no settings are expected here\n"
    );
}

#[test]
fn running_a_wrong_configuration_says_so() {
    let (code, _, err) = said(&["--config", GOOD, "--set=exporters.nop.size=5"]);

    assert_eq!(code, Some(1));
    assert_eq!(
        err,
        "Error: invalid configuration: the configuration has a mistake\n\
         --set exporters.nop.size: exporters::nop::size: unknown key, no settings are expected here\n"
    );
}

#[test]
fn a_port_that_is_taken_is_an_error_at_the_start() {
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let endpoint = taken.local_addr().unwrap().to_string();
    let set = format!("--set=receivers.otlp.protocols.grpc.endpoint={endpoint}");

    let (code, _, err) = said(&["--config", GOOD, &set, "--set=service.telemetry.metrics.level=none"]);

    assert_eq!(code, Some(1));
    let last = err.lines().last().unwrap();
    let start = r#"Error: cannot start pipelines: failed to start "otlp" receiver: "#;
    assert!(last.starts_with(start) && last.contains(&endpoint), "{err}");
}

#[test]
fn feature_gates_are_listed_and_shown() {
    let (code, table, _) = said(&["featuregate"]);
    assert_eq!(code, Some(0));
    assert_eq!(table.lines().next().unwrap(), "ID                                    Enabled  Stage  Description");
    assert_eq!(table.lines().count(), 10);

    assert_eq!(
        said(&["featuregate", "service.profilesSupport"]),
        (
            Some(0),
            "Feature: service.profilesSupport\nEnabled: false\nStage: Alpha\nDescription: Pipelines may carry profiles\n"
                .into(),
            String::new()
        )
    );
    assert_eq!(said(&["featuregate", "nope"]), (Some(1), String::new(), "Error: feature \"nope\" not found\n".into()));
}

#[test]
fn a_feature_gate_of_the_collectors_contrib_is_noted_and_ignored() {
    assert_eq!(
        said(&["validate", "--config", GOOD, "--feature-gates=-filter.x,service.profilesSupport"]),
        (Some(0), String::new(), "note: there is no feature gate \"filter.x\" here, it is ignored\n".into())
    );
}

#[test]
fn components_are_listed_in_the_collectors_form() {
    let (code, text, _) = said(&["components"]);

    let version = env!("CARGO_PKG_VERSION");
    assert_eq!(code, Some(0));
    assert!(text.starts_with(&format!(
        "buildinfo:\n    command: sluice\n    description: Sluice\n    version: {version}\nreceivers:\n    - name: nop\n"
    )));
    let memory_limiter = format!(
        "    - name: memory_limiter\n      module: sluice v{version}\n      stability:\n        \
         logs: Beta\n        metrics: Beta\n        profiles: Alpha\n        traces: Beta\n"
    );
    let expected = memory_limiter.lines().next().unwrap();
    assert!(text.lines().any(|line| line == expected), "{text}");
    assert!(text.ends_with(&format!("    - scheme: yaml\n      module: sluice v{version}\nconverters: []\n")));
}

#[test]
fn print_config_shows_what_holds_and_hides_secrets() {
    let secret = [
        "--config",
        GOOD,
        "--set=exporters.otlp_http.endpoint=http://localhost:1",
        "--set=exporters.otlp_http.headers.authorization=hunter2",
    ];

    let redacted = said(&[&["print-config"], &secret[..]].concat());
    let unredacted = said(&[&["print-initial-config", "--mode=unredacted", "--format=json"], &secret[..]].concat());

    assert_eq!((redacted.0, unredacted.0), (Some(0), Some(0)));
    assert!(redacted.1.contains("authorization: '[REDACTED]'") || redacted.1.contains("authorization: \"[REDACTED]\""));
    assert!(!redacted.1.contains("hunter2"));
    assert!(unredacted.1.contains("\"authorization\": \"hunter2\""), "{}", unredacted.1);
}

#[test]
fn print_config_without_validation_is_refused_by_name() {
    assert_eq!(
        said(&["print-config", "--config", GOOD, "--validate=false"]),
        (
            Some(1),
            String::new(),
            "Error: --validate=false: not supported by Sluice yet: a setting that is wrong has no value that could be printed\n"
                .into()
        )
    );
}

#[test]
fn completion_scripts_know_the_commands() {
    for shell in ["bash", "zsh", "fish"] {
        let (code, script, _) = said(&["completion", shell]);

        assert_eq!(code, Some(0));
        assert!(script.contains("print-config"), "{shell}");
    }
}

#[test]
fn what_is_no_command_fails() {
    let (code, out, err) = said(&["frobnicate"]);

    assert_eq!((code, out.as_str()), (Some(1), ""));
    assert_eq!(err.lines().next().unwrap(), "error: unrecognized subcommand 'frobnicate'");
}

/// As [`said`], with a standard input.
fn answered(arguments: &[&str], input: &str) -> (Option<i32>, String, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_sluice"));
    command.args(arguments).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut program = command.spawn().expect("the program was built");
    let mut stdin = program.stdin.take().expect("it is piped");
    // One that has failed reads nothing.
    let _ = stdin.write_all(input.as_bytes());
    drop(stdin);
    let output = program.wait_with_output().expect("it ends");
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("the program writes text");
    (output.status.code(), text(output.stdout), text(output.stderr))
}

#[test]
fn pii_explains_what_it_would_find_and_do() {
    assert_eq!(
        answered(&["pii", "explain", "--exit-code"], "all well\nmail from anna@example.org\n"),
        (
            Some(2),
            "line 2, log.body body\n\
             \x20 before  mail from anna@example.org\n\
             \x20 after   mail from [EMAIL]\n\
             \x20 email \"anna@example.org\": it has the format; mask\n\
             \n\
             1 finding in 1 value, 2 lines or requests read\n"
                .into(),
            String::new()
        )
    );
    assert_eq!(
        answered(&["pii", "explain", "--exit-code"], "all well\n"),
        (Some(0), "0 findings in 0 values, 1 line or request read\n".into(), String::new())
    );
}

#[test]
fn pii_explains_with_the_settings_of_a_configuration() {
    let config = "yaml:{processors: {batch: , pii/other: , pii/strict: {action: text, text: gone}}}";
    let explain = ["pii", "explain", "--json", "--config", config];

    let (code, out, err) = answered(&[&explain[..], &["--processor", "pii/strict"]].concat(), "anna@example.org");
    assert_eq!((code, err.as_str()), (Some(0), ""));
    assert!(out.contains(r#""after":"gone""#), "{out}");
    let (_, out, _) = answered(&explain, "anna@example.org");
    assert!(out.contains(r#""after":"[EMAIL]""#), "{out}");

    assert_eq!(
        answered(&[&explain[..], &["--processor", "pii/nope"]].concat(), ""),
        (Some(1), String::new(), "Error: the configuration has no processor \"pii/nope\"\n".into())
    );
    assert_eq!(
        answered(&[&explain[..], &["--processor", "batch"]].concat(), "").2,
        "Error: --processor batch: must be pii, or begin with pii/\n"
    );
    assert_eq!(
        answered(&["pii", "explain", "--config", "yaml:{processors: {pii: {action: md5}}}"], "").2,
        "Error: the configuration has a mistake\n\
         yaml:1:29: processors::pii::action: must be one of \"mask\", \"text\", \"hmac\", \"token\", \"partial\", \
         \"truncate_ip\", \"drop_value\", \"drop_attribute\", \"drop_record\", found \"md5\"\n"
    );
}
