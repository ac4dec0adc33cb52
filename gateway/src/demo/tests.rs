use super::*;
use crate::components::Components;

fn settings(directory: &std::path::Path) -> Settings {
    Settings {
        directory: directory.into(),
        duration: None,
        orders_per_second: 20,
        grpc: "localhost:4317".into(),
        http: "localhost:4318".into(),
        metrics: ("localhost".into(), 8888),
        pages: "localhost:55679".into(),
    }
}

#[test]
fn its_configuration_is_one_that_can_be_run() {
    let directory = tempfile::tempdir().unwrap();

    let folder = Folder::prepare(&settings(&directory.path().join("it's $HOME"))).unwrap();
    let configs = [folder.configuration().display().to_string()];
    let gates = config::Gates::default();
    let request = Request { configs: &configs, sets: &[], gates, environment: &|_| None };
    let configuration = config::load(&request, &Components::built_in()).unwrap();

    assert_eq!(configuration.warnings, []);
    assert_eq!(configuration.plan.pipelines.len(), 3);
}

#[test]
fn a_port_that_is_taken_is_explained() {
    let error = || ServiceError::Telemetry("listen tcp localhost:8888: Address already in use (os error 98)".into());

    assert_eq!(explain(error()).to_string(), format!("{}\n\n{PORT_HINT}", error()));
}
