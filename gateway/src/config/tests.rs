use std::ffi::OsString;

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
    assert_eq!(messages(""), ["the configuration is empty"]);
}
