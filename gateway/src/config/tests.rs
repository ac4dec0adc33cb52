use std::ffi::OsString;

use proptest::prelude::*;

use super::*;

fn nothing(_: &str) -> Option<OsString> {
    None
}

fn loaded(yaml: &str) -> Result<Configuration, Problems> {
    let configs = [format!("yaml:{yaml}")];
    let request = Request { configs: &configs, sets: &[], gates: Gates::default(), environment: &nothing };
    load(&request, &Components::built_in())
}

fn messages(yaml: &str) -> Vec<String> {
    match loaded(yaml) {
        Ok(_) => panic!("this must be refused"),
        Err(problems) => problems.iter().map(ToString::to_string).collect(),
    }
}

#[test]
fn an_empty_configuration_is_refused() {
    assert_eq!(messages(""), ["yaml: the configuration is empty"]);
}

#[test]
fn a_configuration_must_be_named() {
    let request = Request { configs: &[], sets: &[], gates: Gates::default(), environment: &nothing };
    let problems = load(&request, &Components::default()).err().map(|problems| problems.to_string());

    assert_eq!(
        problems.as_deref(),
        Some(
            "the configuration has a mistake\nat least one --config must be given, for instance --config gateway.yaml"
        )
    );
}

#[test]
fn every_argument_that_cannot_be_read_is_named() {
    let configs = ["no/such.yaml", "s3://bucket/a.yaml", "env:NO_SUCH", "env:1X"].map(str::to_owned);
    let sets = ["receivers".to_owned()];
    let request = Request { configs: &configs, sets: &sets, gates: Gates::default(), environment: &nothing };

    let problems = load(&request, &Components::default()).err().unwrap();

    let messages: Vec<_> = problems.iter().map(ToString::to_string).collect();
    assert_eq!(
        messages,
        [
            "--config: cannot read file \"no/such.yaml\": No such file or directory (os error 2)",
            "--config: scheme \"s3\" is not supported, expected one of file, env, yaml, http, https",
            "--config: environment variable NO_SUCH is not set",
            "--config: environment variable \"1X\" has an invalid name: it must be letters, digits and underscores, and not begin with a digit",
            "--set receivers: must be key=value, found no equal sign",
        ]
    );
}

#[test]
fn what_is_set_on_the_command_line_is_laid_over_the_files() {
    let configs = ["yaml:exporters: {nop: {colour: red}}".to_owned()];
    let sets = ["exporters.nop.colour=".to_owned(), "exporters.nop.shape=round".to_owned()];
    let request = Request { configs: &configs, sets: &sets, gates: Gates::default(), environment: &nothing };

    let problems = load(&request, &Components::built_in()).err().unwrap();

    let messages: Vec<_> =
        problems.iter().map(ToString::to_string).filter(|message| message.contains("nop::")).collect();
    assert_eq!(
        messages,
        [
            "--set exporters.nop.colour: exporters::nop::colour: unknown key, no settings are expected here",
            "--set exporters.nop.shape: exporters::nop::shape: unknown key, no settings are expected here",
        ]
    );
}

/// Lines such as a configuration may have, well or badly put together.
fn lines() -> impl Strategy<Value = String> {
    let line = "( {0,6})(- |)(receivers|exporters|service|pipelines|traces|nop|batch|x::y|\\*a|<<|)(: |:|)(\\[nop\\]|\\{|&a|\\*a|\\$\\{X|5|~|'|\")?";
    prop::collection::vec(line, 0..12).prop_map(|lines| lines.join("\n"))
}

proptest! {
    #[test]
    fn any_text_is_taken_or_refused_with_places(text in prop_oneof![lines(), "\\PC{0,60}"]) {
        if let Err(problems) = loaded(&text) {
            prop_assert!(problems.iter().any(|problem| problem.severity == Severity::Error), "{}", problems);
            let placed = problems.iter().all(|problem| problem.location.source.is_some());
            prop_assert!(placed, "{}", problems);
        }
    }
}
