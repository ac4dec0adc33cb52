//! A file that the Go Collector takes is taken, and one that it refuses is refused, except where it is said here why not.

use std::{
    fs,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use sluice_integration::{Program, peers::Peer, root};

/// What Sluice takes beyond the Collector: what the Collector took once, and where the meaning is plain.
const TAKEN_BY_SLUICE: [&str; 9] = [
    "ballast",
    "client_of_2021",
    // `${NAME:-default}`, which the Collector's documentation has and its reader of 0.158 has not.
    "default_without_scheme",
    // The exporter `logging`; and no distribution of the Collector need have pprof.
    "demo_with_old_names",
    // The processor `label_mapping`, which is Sluice's own.
    "labels_mapped",
    "logging_of_every_age",
    // The exporter `loki`, which the Collector has no more.
    "loki_before_hints",
    "loki_of_every_age",
    "own_metrics_address",
];

/// What the Collector takes and Sluice does not.
const TAKEN_BY_THE_COLLECTOR: [&str; 2] = [
    // One of the two values holds, no telling which.
    "key_twice_by_path",
    // Not supported yet.
    "telemetry_with_views",
];

#[test]
fn what_the_collector_takes_is_taken_and_what_it_refuses_is_refused() {
    let Some(collector) = Peer::Collector.find() else { return };
    let sluice = Program::Sluice.path();
    let folder = root().join("../gateway/tests/config");

    let mut differences = Vec::new();
    for (name, files) in cases(&folder.join("valid")).into_iter().chain(cases(&folder.join("mistakes"))) {
        let (by_sluice, by_the_collector) = (takes(&sluice, &folder, &files), takes(&collector, &folder, &files));
        let expected = match () {
            () if TAKEN_BY_SLUICE.contains(&name.as_str()) => (true, false),
            () if TAKEN_BY_THE_COLLECTOR.contains(&name.as_str()) => (false, true),
            () => (by_the_collector, by_the_collector),
        };
        if (by_sluice, by_the_collector) != expected {
            differences.push(format!("{name}: Sluice {by_sluice}, the Collector {by_the_collector}"));
        }
    }

    assert!(differences.is_empty(), "taken by\n{}", differences.join("\n"));
}

/// Each file without a number, with those numbered after it, which are further `--config`.
fn cases(folder: &Path) -> Vec<(String, Vec<PathBuf>)> {
    let names =
        fs::read_dir(folder).expect("the folder is there").map(|entry| entry.expect("it can be read").file_name());
    let names = names.filter_map(|name| name.to_str()?.strip_suffix(".yaml").map(str::to_owned));
    let mut cases: Vec<_> = names
        .filter(|name| !name.contains('.'))
        .map(|name| {
            let numbered = (2..).map(|number| folder.join(format!("{name}.{number}.yaml")));
            let first = folder.join(format!("{name}.yaml"));
            let files = [first].into_iter().chain(numbered.take_while(|path| path.exists()));
            (name.clone(), files.collect())
        })
        .collect();
    cases.sort();
    assert!(cases.len() >= 15, "{} holds the cases", folder.display());
    cases
}

/// Whether `program validate` is content.
fn takes(program: &Path, folder: &Path, files: &[PathBuf]) -> bool {
    let environment = fs::read_to_string(folder.join("environment")).expect("the environment is there");
    let mut command = Command::new(program);
    command.arg("validate").envs(environment.lines().filter_map(|line| line.split_once('=')));
    for file in files {
        command.arg("--config").arg(file);
    }
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    command.status().expect("it can be started").success()
}
