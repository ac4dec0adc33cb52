//! What every component must do, over the lists of factories.
//!
//! The configuration of each is the first one in its README, so that what a user copies from there is known to work.

#![allow(clippy::unwrap_used, reason = "a failed expectation should end the test, in helpers too")]

mod nothing_runs;

use std::collections::HashSet;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use bytes::Bytes;
use sluice::components::Components;
use sluice::config::{Configuration, Gates, Problems, Request, load};
use sluice::graph::Graph;
use sluice_component::config::Effective;
use sluice_component::factory::{Info, Outlets};
use sluice_component::{Accepted, BoxFuture, ComponentId, ConsumeError, Consumer, Context, Kind};
use sluice_pdata::{Batch, Signal};

use nothing_runs::{PROGRAM, built_extensions, settings};

/// A component under test.
struct Case {
    kind: Kind,
    info: Info,
    /// The pairs of signals, of a connector.
    pairs: &'static [(Signal, Signal)],
}

/// Every built-in component.
fn cases() -> Vec<Case> {
    let components = Components::built_in();
    let mut cases = Vec::new();
    let mut add = |kind, info, pairs| cases.push(Case { kind, info, pairs });
    components.receivers.iter().for_each(|factory| add(Kind::Receiver, factory.info, &[]));
    components.processors.iter().for_each(|factory| add(Kind::Processor, factory.info, &[]));
    components.exporters.iter().for_each(|factory| add(Kind::Exporter, factory.info, &[]));
    components.connectors.iter().for_each(|factory| add(Kind::Connector, factory.info, factory.pairs));
    components.extensions.iter().for_each(|factory| add(Kind::Extension, factory.info, &[]));
    cases
}

impl Case {
    fn section(&self) -> String {
        format!("{}s", self.kind.as_str())
    }

    fn path(&self) -> String {
        format!("{}::{}", self.section(), self.info.name)
    }

    fn id(&self) -> ComponentId {
        self.info.name.parse().unwrap()
    }

    fn readme(&self) -> String {
        let path = Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("..")
            .join(self.section())
            .join("src")
            .join(self.info.name)
            .join("README.md");
        std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
    }

    /// The first configuration in its README.
    fn example(&self) -> String {
        let readme = self.readme();
        let (_, after) = readme.split_once("```yaml\n").unwrap_or_else(|| panic!("{}: no example", self.path()));
        after.split_once("```").unwrap().0.to_owned()
    }

    /// What must be changed so that tests neither meet each other nor anybody else.
    fn sets(&self, directory: &Path) -> Vec<String> {
        let free = "127.0.0.1:0";
        match (self.kind, self.info.name) {
            (Kind::Receiver, "otlp") => {
                ["grpc", "http"].map(|way| format!("receivers.otlp.protocols.{way}.endpoint={free}")).into()
            }
            (Kind::Exporter, "file") => {
                vec![format!("exporters.file.path={}", directory.join("telemetry.json").display())]
            }
            // Nobody listens there.
            (Kind::Exporter, "datadog") => {
                let intakes = ["logs", "metrics", "traces"];
                intakes.map(|intake| format!("exporters.datadog.{intake}.endpoint=http://127.0.0.1:9")).into()
            }
            (Kind::Exporter, "otlp_grpc") => vec!["exporters.otlp_grpc.endpoint=127.0.0.1:9".into()],
            (Kind::Exporter, "otlp_http") => vec!["exporters.otlp_http.endpoint=http://127.0.0.1:9".into()],
            (Kind::Exporter, "prometheus") => vec![format!("exporters.prometheus.endpoint={free}")],
            (Kind::Exporter, "prometheus_remote_write") => {
                vec!["exporters.prometheus_remote_write.endpoint=http://127.0.0.1:9".into()]
            }
            (Kind::Extension, name @ ("health_check" | "pprof" | "zpages")) => {
                vec![format!("extensions.{name}.endpoint={free}")]
            }
            _ => Vec::new(),
        }
    }

    /// Pipelines that use the component for every signal that it takes.
    fn service(&self) -> String {
        let name = self.info.name;
        let pipelines: Vec<_> = match self.kind {
            Kind::Extension => vec!["traces: {receivers: [nop], exporters: [nop]}".into()],
            Kind::Connector => {
                let pair = |(from, to): &(Signal, Signal)| {
                    format!(
                        "{from}/in: {{receivers: [nop], exporters: [{name}]}}, \
                         {to}/out: {{receivers: [{name}], exporters: [nop]}}"
                    )
                };
                self.pairs.iter().map(pair).collect()
            }
            _ => {
                let [receiver, processor, exporter] = match self.kind {
                    Kind::Receiver => [name, "", "nop"],
                    Kind::Processor => ["nop", name, "nop"],
                    _ => ["nop", "", name],
                };
                let pipeline = |(signal, _): &(Signal, _)| {
                    format!("{signal}: {{receivers: [{receiver}], processors: [{processor}], exporters: [{exporter}]}}")
                };
                self.info.signals.iter().map(pipeline).collect()
            }
        };
        let extensions = if self.kind == Kind::Extension { name } else { "" };
        format!("service: {{extensions: [{extensions}], pipelines: {{{}}}}}", pipelines.join(", "))
    }

    fn load(&self, directory: &Path, more: &[String]) -> Result<Configuration, Problems> {
        let example = directory.join(format!("{}.yaml", self.path().replace("::", "-")));
        std::fs::write(&example, self.example()).unwrap();
        let mut configs = vec![
            example.display().to_string(),
            // What an example says of pipelines is about components that it does not show.
            "yaml:service:".into(),
            "yaml:{receivers: {nop: {}}, exporters: {nop: {}}}".into(),
            format!("yaml:{}", self.service()),
        ];
        configs.extend_from_slice(more);
        let gates = Gates { profiles_support: true, ..Gates::default() };
        let request = Request { configs: &configs, sets: &self.sets(directory), gates, environment: &secret };
        load(&request, &Components::built_in())
    }

    fn loaded(&self, directory: &Path) -> Configuration {
        self.load(directory, &[]).unwrap_or_else(|problems| panic!("{}: {problems}", self.path()))
    }
}

fn directory() -> (tempfile::TempDir, PathBuf) {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().to_owned();
    (directory, path)
}

/// The secrets that examples take from the environment.
fn secret(name: &str) -> Option<OsString> {
    ["API_TOKEN", "CLIENT_SECRET", "DD_API_KEY"].contains(&name).then(|| "hunter2".into())
}

/// Waits until no task is left, within a bound.
async fn tasks_end(case: &Case) {
    let alive = || tokio::runtime::Handle::current().metrics().num_alive_tasks();
    let wait = async {
        while alive() > 0 {
            tokio::task::yield_now().await;
        }
    };
    let ended = tokio::time::timeout(Duration::from_secs(10), wait).await;
    assert!(ended.is_ok(), "{}: {} tasks are left", case.path(), alive());
}

/// Takes everything and counts it.
#[derive(Default)]
struct Sink(Mutex<usize>);

impl Consumer for Sink {
    fn consume(&self, batch: Batch, _context: Context) -> BoxFuture<'_, Result<Accepted, ConsumeError>> {
        *self.0.lock().unwrap() += batch.items();
        Box::pin(std::future::ready(Ok(Accepted::ALL)))
    }

    fn flush(&self, _deadline: Instant) -> BoxFuture<'_, usize> {
        Box::pin(std::future::ready(0))
    }
}

/// Three items: the smallest requests that hold them, by the field numbers of OTLP.
fn three_items(signal: Signal) -> Batch {
    fn field(number: u8, content: &[u8]) -> Vec<u8> {
        [&[number << 3 | 2, content.len() as u8], content].concat()
    }
    let item = match signal {
        Signal::Traces | Signal::Logs => field(2, b""),
        // A gauge with a point.
        Signal::Metrics => field(2, &field(5, &field(1, b""))),
        // A profile with a sample.
        Signal::Profiles => field(2, &field(2, b"")),
    };
    let message = field(1, &field(2, &item.repeat(3)));
    let batch = Batch::from_messages(signal, [Bytes::from(message)]);
    assert_eq!(batch.items(), 3, "{signal}");
    batch
}

#[test]
fn lists_are_in_the_order_of_names_and_names_are_the_fields_own() {
    let mut seen = HashSet::new();
    let mut last = None;
    for case in cases() {
        let name = case.info.name;
        assert!(last.is_none_or(|last| last < (case.kind, name)), "{}", case.path());
        last = Some((case.kind, name));
        assert!(name.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_'), "{name}");
        for name in [name].iter().chain(case.info.aliases) {
            assert!(seen.insert((case.kind, *name)), "{}: {name} is there twice", case.path());
        }
    }
}

#[test]
fn a_readme_names_its_component_and_every_setting() {
    let (_guard, directory) = directory();
    let mut missing = Vec::new();
    for case in cases() {
        let readme = case.readme();
        let configuration = case.loaded(&directory);

        assert!(readme.starts_with(&format!("# {}\n", case.info.name)), "{}", case.path());
        let keys = keys(&configuration.effective, &[&case.section(), case.info.name]);
        missing.extend(keys.iter().filter(|key| !readme.contains(*key)).map(|key| format!("{}::{key}", case.path())));
    }
    assert_eq!(missing, [""; 0]);
}

/// The keys of the map at a path.
fn keys(effective: &Effective, path: &[&str]) -> Vec<String> {
    let Effective::Map(entries) = effective else { return Vec::new() };
    match path {
        [] => entries.iter().map(|(key, _)| key.clone()).collect(),
        [first, rest @ ..] => {
            entries.iter().find(|(key, _)| key == first).map(|(_, value)| keys(value, rest)).unwrap_or_default()
        }
    }
}

#[tokio::test]
async fn its_example_is_read_without_a_warning_and_it_stops_without_having_started() {
    let (_guard, directory) = directory();
    for case in cases() {
        let configuration = case.loaded(&directory);
        assert_eq!(configuration.warnings, [], "{}", case.path());

        let (extensions, offered) = built_extensions(&configuration.plan);
        let graph = Graph::build(&configuration.plan, PROGRAM, &offered)
            .unwrap_or_else(|error| panic!("{}: {error}", case.path()));
        assert!(case.kind != Kind::Extension || configuration.plan.started_extensions.contains(&case.id()));
        drop((graph, extensions, offered, configuration));

        tasks_end(&case).await;
    }
}

#[test]
fn an_unknown_key_is_refused_by_its_path() {
    let (_guard, directory) = directory();
    for case in cases() {
        let more = format!("yaml:{}::no_such_key: 1", case.path());

        let problems = case.load(&directory, &[more]).err().unwrap_or_else(|| panic!("{}: taken", case.path()));

        let text = problems.to_string();
        let expected = format!("{}::no_such_key: unknown key, ", case.path());
        assert_eq!(text.matches("no_such_key").count(), 1, "{text}");
        assert!(text.contains(&expected), "{text}");
    }
}

#[tokio::test]
async fn processors_and_connectors_flush_what_they_hold() {
    let (_guard, directory) = directory();
    for case in cases() {
        let plan = case.loaded(&directory).plan;
        let mut built: Vec<(Signal, Arc<Sink>, Arc<dyn Consumer>)> = Vec::new();
        if let Some(processor) = plan.processors.get(&case.id()) {
            for (signal, _) in case.info.signals {
                let sink = Arc::new(Sink::default());
                let consumer = processor.config.build(settings(&case.id()), *signal, sink.clone()).unwrap();
                built.push((*signal, sink, consumer));
            }
        }
        if let Some(connector) = plan.connectors.get(&case.id()) {
            for (from, to) in case.pairs {
                let sink = Arc::new(Sink::default());
                let pipeline = (format!("{to}/out").parse().unwrap(), sink.clone() as Arc<dyn Consumer>);
                let next = Outlets { pipelines: vec![pipeline], all: sink.clone() };
                let consumer = connector.config.build(settings(&case.id()), *from, *to, next).unwrap();
                built.push((*from, sink, consumer));
            }
        }
        for (signal, sink, consumer) in built {
            consumer.consume(three_items(signal), Context::default()).await.unwrap();
            let lost = consumer.flush(Instant::now() + Duration::from_secs(10)).await;
            let lost_again = consumer.flush(Instant::now()).await;

            let taken = *sink.0.lock().unwrap();
            assert_eq!((taken, lost, lost_again), (3, 0, 0), "{}: {signal}", case.path());
        }
        tasks_end(&case).await;
    }
}

#[tokio::test]
async fn exporters_end_their_flush_in_time() {
    let (_guard, directory) = directory();
    for case in cases().iter().filter(|case| case.kind == Kind::Exporter) {
        let plan = case.loaded(&directory).plan;
        for (signal, _) in case.info.signals {
            let exporter = plan.exporters[&case.id()].config.build(settings(&case.id()), *signal).unwrap();
            // Whether it takes the batch or not: it must not keep the gateway from ending.
            let taken = exporter.consume(three_items(*signal), Context::default()).await.is_ok();
            let start = Instant::now();

            let lost = exporter.flush(start + Duration::from_millis(200)).await;

            assert!(start.elapsed() < Duration::from_secs(10), "{}: {signal}", case.path());
            assert!(lost == 0 || taken && lost == 3, "{}: {signal}: lost {lost}", case.path());
            drop(exporter);
            tasks_end(case).await;
        }
    }
}
