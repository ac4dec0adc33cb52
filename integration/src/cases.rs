//! Cases of a processor: its settings in files, all given to one gateway at once.
//!
//! A file of `cases/<processor>/` holds what stands below the processor's name in a configuration. A first line
//! `# signals: traces, logs` says of which signals the case is, if not of all. Each case gets pipelines of its own, which
//! begin with a port of its own, so that a hundred cases take one start of a program.

use std::{collections::BTreeMap, fmt::Write, fs};

use crate::{Backend, Client, Gateway, Program, Signal, Telemetry, free_port, root};

/// The header by which a case's exporter says whose data it sends.
const CASE: &str = "x-case";

/// The settings of one processor.
pub struct Case {
    /// The type of the processor.
    pub processor: String,
    /// The name of the file.
    pub name: String,
    signals: Vec<Signal>,
    settings: String,
}

/// What came out, by case and signal, [spelled out](Telemetry::spelled_out). What was all dropped is not there.
pub type Outputs = BTreeMap<(String, Signal), Telemetry>;

impl Case {
    /// The cases of a processor, in the order of their names.
    pub fn all(processor: &str) -> Vec<Self> {
        let folder = root().join("cases").join(processor);
        let entries = fs::read_dir(folder).expect("a folder of cases").map(|entry| entry.expect("an entry").path());
        let mut files: Vec<_> = entries.filter(|path| path.extension().is_some_and(|kind| kind == "yaml")).collect();
        files.sort();
        assert!(!files.is_empty(), "no cases of {processor}");
        let case = |path: &std::path::PathBuf| {
            let name = path.file_stem().expect("a file has a name").to_string_lossy().into_owned();
            Self::new(processor, name, fs::read_to_string(path).expect("a text"))
        };
        files.iter().map(case).collect()
    }

    fn new(processor: &str, name: String, settings: String) -> Self {
        let named = settings.lines().next().and_then(|line| line.strip_prefix("# signals:"));
        let named = named.map(|names| names.split(',').map(|name| format!("/v1/{}", name.trim())));
        let signals = match named {
            None => Signal::ALL.to_vec(),
            Some(paths) => paths.map(|path| Signal::of_path(&path).expect("a signal")).collect(),
        };
        Self { processor: processor.to_owned(), name, signals, settings }
    }

    /// Of which signals it is.
    pub fn signals(&self) -> &[Signal] {
        &self.signals
    }
}

/// Gives the cases to a program, sends to each of them one request of each of its signals, and returns what arrived at
/// the backend.
///
/// # Panics
/// When the program does not start, or does not take a request.
pub async fn outputs(program: Program, cases: &[Case], telemetry: impl Fn(Signal) -> &'static Telemetry) -> Outputs {
    let backend = Backend::start().await;
    let ports: Vec<_> = cases.iter().map(|_| free_port()).collect();
    let folder = tempfile::tempdir().expect("a temporary folder");
    let file = folder.path().join("cases.yaml");
    fs::write(&file, configuration(cases, &ports, &backend.address())).expect("a file in our folder");
    let mut gateway = Gateway::on_file(file).program(program).start().await;

    let mut outputs = Outputs::new();
    let mut seen = 0;
    for (case, port) in cases.iter().zip(&ports) {
        let client = Client::http(&format!("127.0.0.1:{port}"));
        let client =
            client.with_header("x-tenant", b"red").with_header("x-tenant", b"blue").with_header("x-empty", b"");
        for &signal in case.signals() {
            let reply = client.send(telemetry(signal)).await;
            assert!(reply.is_accepted(), "{program:?}, {}, {signal:?}: {reply:?}", case.name);
            let arrived = backend.requests_since(seen);
            seen += arrived.len();
            assert!(arrived.len() < 2, "{program:?}, {}, {signal:?}: {} requests", case.name, arrived.len());
            for (headers, request) in arrived {
                assert_eq!(headers[CASE], case.name.as_str());
                outputs.insert((case.name.clone(), signal), request.spelled_out());
            }
        }
    }
    assert!(gateway.stop().await.success(), "{program:?}");
    outputs
}

/// What a case changed otherwise in one program than in the other: for each signal the first item that differs.
pub fn difference(case: &Case, expected: &Outputs, found: &Outputs) -> Vec<String> {
    let mut differences = Vec::new();
    for signal in case.signals() {
        let key = (case.name.clone(), *signal);
        let (expected, found) = (expected.get(&key), found.get(&key));
        // Encoded, because a NaN is not equal to itself.
        if expected.map(Telemetry::encode) == found.map(Telemetry::encode) {
            continue;
        }
        let items = |output: Option<&Telemetry>| output.map(Telemetry::items).unwrap_or_default();
        let (expected, found) = (items(expected), items(found));
        let differing = expected.iter().zip(&found).find(|(expected, found)| expected != found);
        differences.push(match differing {
            Some((expected, found)) => {
                let (expected, found) = from_where_they_differ(&expected.0, &found.0);
                format!("{key:?}:\nexpected …{expected}…\n   found …{found}…")
            }
            None => format!("{key:?}: expected {} items, found {}", expected.len(), found.len()),
        });
    }
    differences
}

/// The part of two long texts in which they differ, with a little before it.
fn from_where_they_differ(one: &str, other: &str) -> (String, String) {
    let same = one.chars().zip(other.chars()).take_while(|(one, other)| one == other).count();
    let part = |text: &str| text.chars().skip(same.saturating_sub(150)).take(400).collect();
    (part(one), part(other))
}

/// A pipeline a case and signal, from a port to the backend, without a queue: what was taken has arrived.
fn configuration(cases: &[Case], ports: &[u16], backend: &str) -> String {
    let mut sections: [String; 4] = Default::default();
    let [receivers, processors, exporters, pipelines] = &mut sections;
    for (Case { processor, name, signals, settings }, port) in cases.iter().zip(ports) {
        let http = format!("{{endpoint: '127.0.0.1:{port}', include_metadata: true}}");
        let queue = "sending_queue: {enabled: false}, retry_on_failure: {enabled: false}";
        let exporter = format!("{{endpoint: 'http://{backend}', {queue}, headers: {{{CASE}: {name}}}}}");
        let settings: String = settings.lines().map(|line| format!("    {line}\n")).collect();
        let written = [
            writeln!(receivers, "  otlp/{name}: {{protocols: {{http: {http}}}}}"),
            write!(processors, "  {processor}/{name}:\n{settings}"),
            writeln!(exporters, "  otlp_http/{name}: {exporter}"),
        ];
        assert!(written.iter().all(Result::is_ok), "a text takes everything");
        for signal in signals {
            let signal = signal.path().trim_start_matches("/v1/");
            let steps = format!("processors: ['{processor}/{name}'], exporters: ['otlp_http/{name}']");
            pipelines.push_str(&format!("    {signal}/{name}: {{receivers: ['otlp/{name}'], {steps}}}\n"));
        }
    }
    let [receivers, processors, exporters, pipelines] = sections;
    format!(
        "receivers:\n{receivers}processors:\n{processors}exporters:\n{exporters}service:\n  pipelines:\n{pipelines}"
    )
}
