use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use indexmap::IndexMap;
use sluice_component::config::{Node, Report, Section, Value};
use sluice_component::factory::{
    ConnectorConfig, ExporterConfig, Info, Outlets, ProcessorConfig, Program, ReceiverConfig, Settings, Stability,
};
use sluice_component::{
    Accepted, BoxFuture, BuildError, ComponentId, ConsumeError, Consumer, Consumers, Context, Kind, Reason, Receiver,
    Retry, RunError, Stop, Transform, Transport, transforming,
};
use sluice_pdata::{Batch, Signal};

use super::doubles::{Scripted, Step, batch, id, passing};
use super::*;
use crate::plan::{Configured, ConfiguredConnector, Pipeline, Plan};
use crate::telemetry::metrics::Registry;

const PROGRAM: Program = Program { name: "sluice", description: "Sluice", version: "0.0.0" };
const ALL: &[(Signal, Stability)] =
    &[(Signal::Traces, Stability::Stable), (Signal::Metrics, Stability::Stable), (Signal::Logs, Stability::Stable)];
const PAIRS: &[(Signal, Signal)] = &[(Signal::Traces, Signal::Traces), (Signal::Traces, Signal::Logs)];

/// What the components of a test were asked to do, in order.
#[derive(Clone, Default)]
struct Journal(Arc<Mutex<Vec<String>>>);

impl Journal {
    fn note(&self, entry: String) {
        self.0.lock().unwrap().push(entry);
    }

    fn take(&self) -> Vec<String> {
        std::mem::take(&mut *self.0.lock().unwrap())
    }
}

/// A component of every kind: it writes down when it is built and flushed, and lets everything through.
#[derive(Clone)]
struct Double {
    journal: Journal,
    script: Option<Arc<Scripted>>,
    consumers: Arc<Mutex<Consumers>>,
}

impl Double {
    fn pass(&self, name: String, next: Option<Arc<dyn Consumer>>) -> Arc<dyn Consumer> {
        self.journal.note(format!("build {name}"));
        let next = next.or_else(|| self.script.clone().map(|script| script as Arc<dyn Consumer>));
        Arc::new(Pass { name, journal: self.journal.clone(), next })
    }
}

struct Pass {
    name: String,
    journal: Journal,
    next: Option<Arc<dyn Consumer>>,
}

impl Consumer for Pass {
    fn consume(&self, batch: Batch, context: Context) -> BoxFuture<'_, Result<Accepted, ConsumeError>> {
        match &self.next {
            Some(next) => next.consume(batch, context),
            None => Box::pin(std::future::ready(Ok(Accepted::ALL))),
        }
    }

    fn flush(&self, _: Instant) -> BoxFuture<'_, usize> {
        self.journal.note(format!("flush {}", self.name));
        Box::pin(std::future::ready(1))
    }
}

struct Idle;

impl Receiver for Idle {
    fn run(self: Box<Self>, stop: Stop) -> BoxFuture<'static, Result<(), RunError>> {
        Box::pin(async move {
            stop.requested().await;
            Ok(())
        })
    }
}

impl ReceiverConfig for Double {
    fn build(&self, settings: Settings, consumers: Consumers) -> Result<Box<dyn Receiver>, BuildError> {
        if settings.id.name() == "taken" {
            return Err(BuildError::at("endpoint", "address already in use"));
        }
        self.journal.note(format!("build {}", settings.id));
        *self.consumers.lock().unwrap() = consumers;
        Ok(Box::new(Idle))
    }
}

impl ProcessorConfig for Double {
    fn build(&self, s: Settings, signal: Signal, next: Arc<dyn Consumer>) -> Result<Arc<dyn Consumer>, BuildError> {
        if s.id.component_type() == "fragile" {
            return Ok(transforming(Fragile, next));
        }
        Ok(self.pass(format!("{} {signal}", s.id), Some(next)))
    }
}

impl ExporterConfig for Double {
    fn build(&self, s: Settings, signal: Signal) -> Result<Arc<dyn Consumer>, BuildError> {
        Ok(self.pass(format!("{} {signal}", s.id), None))
    }
}

impl ConnectorConfig for Double {
    fn build(&self, s: Settings, from: Signal, to: Signal, next: Outlets) -> Result<Arc<dyn Consumer>, BuildError> {
        let begun: Vec<_> = next.pipelines.iter().map(|(id, _)| id.to_string()).collect();
        Ok(self.pass(format!("{} {from}-{to} before {}", s.id, begun.join("+")), Some(next.all)))
    }
}

struct Fragile;

impl Transform for Fragile {
    fn transform(&self, _: Batch, _: &Context) -> Result<Batch, ConsumeError> {
        panic!("something that cannot be")
    }
}

struct Gateway {
    double: Double,
    plan: Plan,
}

/// A plan in which every component is a double. A pipeline is `id: receivers | processors | exporters`; what begins
/// with `c` is a connector.
fn gateway(pipelines: &[&str], script: Option<Arc<Scripted>>) -> Gateway {
    let double = Double { journal: Journal::default(), script, consumers: Arc::default() };
    let empty = Node::new(Value::Null);
    let telemetry = Section::read(&empty, "", &Report::default(), crate::telemetry::Config::read).0;
    let mut plan = Plan {
        receivers: IndexMap::new(),
        processors: IndexMap::new(),
        exporters: IndexMap::new(),
        connectors: IndexMap::new(),
        extensions: IndexMap::new(),
        started_extensions: Vec::new(),
        pipelines: IndexMap::new(),
        telemetry,
    };
    let info = Info { name: "double", aliases: &[], signals: ALL };
    for line in pipelines {
        let (pipeline, parts) = line.split_once(": ").unwrap();
        let mut parts = parts.split('|').map(|ids| ids.split_whitespace().map(id).collect::<Vec<ComponentId>>());
        let mut next = || parts.next().unwrap();
        let parts = Pipeline { receivers: next(), processors: next(), exporters: next() };
        for id in parts.receivers.iter().chain(&parts.exporters).filter(|id| id.as_str().starts_with('c')) {
            let config = Box::new(double.clone());
            plan.connectors.insert(id.clone(), ConfiguredConnector { info, pairs: PAIRS, config });
        }
        for id in parts.receivers.iter().filter(|id| !id.as_str().starts_with('c')) {
            plan.receivers.insert(id.clone(), Configured { info, config: Box::new(double.clone()) });
        }
        for id in &parts.processors {
            plan.processors.insert(id.clone(), Configured { info, config: Box::new(double.clone()) });
        }
        for id in parts.exporters.iter().filter(|id| !id.as_str().starts_with('c')) {
            plan.exporters.insert(id.clone(), Configured { info, config: Box::new(double.clone()) });
        }
        plan.pipelines.insert(pipeline.parse().unwrap(), parts);
    }
    Gateway { double, plan }
}

impl Gateway {
    fn build(&self) -> Graph {
        Graph::build(&self.plan, PROGRAM, &Default::default()).unwrap()
    }

    fn refusal(&self) -> String {
        Graph::build(&self.plan, PROGRAM, &Default::default()).err().unwrap().to_string()
    }

    async fn receive(&self, signal: Signal, batch: Batch) -> Result<Accepted, ConsumeError> {
        let consumers = self.double.consumers.lock().unwrap().clone();
        consumers.get(signal).unwrap().consume(batch, Context::new(Transport::Grpc, None, Default::default())).await
    }
}

fn run<T>(test: impl AsyncFnOnce() -> T) -> (T, Registry) {
    let registry = Registry::default();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build().unwrap();
    let value = metrics::with_local_recorder(&registry, || runtime.block_on(test()));
    (value, registry)
}

#[test]
fn there_are_as_many_instances_as_the_collector_makes() {
    let gateway = gateway(&["traces: r | p | e", "traces/2: r | p | e", "logs: r | p | e"], None);

    gateway.build();

    assert_eq!(
        gateway.double.journal.take(),
        ["build e traces", "build p traces", "build p traces", "build e logs", "build p logs", "build r"]
    );
}

#[test]
fn a_connector_has_one_instance_a_pair_of_signals() {
    let gateway = gateway(
        &["traces/in: r || c e", "traces/in2: r || c", "traces/out: c || e", "logs/a: c || f", "logs/b: c || f"],
        None,
    );

    gateway.build();

    assert_eq!(
        gateway.double.journal.take(),
        [
            "build e traces",
            "build c traces-traces before traces/out",
            "build f logs",
            "build c traces-logs before logs/a+logs/b",
            "build r"
        ]
    );
}

#[test]
fn what_is_not_used_is_not_built() {
    let mut gateway = gateway(&["traces: r || e"], None);
    let unused =
        Configured { info: gateway.plan.exporters[&id("e")].info, config: Box::new(gateway.double.clone()) as _ };
    gateway.plan.exporters.insert(id("unused"), unused);

    gateway.build();

    assert_eq!(gateway.double.journal.take(), ["build e traces", "build r"]);
}

#[test]
fn the_chain_is_flushed_front_to_back() {
    let gateway = gateway(&["traces: r | p q | c e", "logs: c | s | f"], None);
    let graph = gateway.build();
    gateway.double.journal.take();

    let (lost, _) = run(async || graph.chain.flush(Instant::now() + Duration::from_secs(1)).await);

    assert_eq!(
        gateway.double.journal.take(),
        [
            "flush p traces",
            "flush q traces",
            "flush c traces-logs before logs",
            "flush s logs",
            "flush f logs",
            "flush e traces"
        ]
    );
    assert_eq!(lost, 6);
}

#[test]
fn items_are_counted_at_every_border() {
    let script = Scripted::new([Step::Take, Step::Refuse(passing("e", Retry::Now))]);
    let gateway = gateway(&["traces: r | p q | e"], Some(script));

    let (map, registry) = run(async || {
        let graph = gateway.build();
        gateway.receive(Signal::Traces, batch(3)).await.unwrap();
        gateway.receive(Signal::Traces, batch(4)).await.unwrap_err();
        graph.map
    });

    let sums = |name: &str, label: &str| registry.sums(name, label).into_iter().collect::<Vec<_>>();
    assert_eq!(sums("otelcol_receiver_accepted_spans", "transport"), [("grpc".to_owned(), 3)]);
    assert_eq!(sums("otelcol_receiver_refused_spans", "receiver"), [("r".to_owned(), 4)]);
    assert_eq!(sums("otelcol_receiver_failed_spans", "receiver"), []);
    let both = [("p".to_owned(), 7), ("q".to_owned(), 7)];
    assert_eq!(sums("otelcol_processor_incoming_items", "processor"), both);
    assert_eq!(sums("otelcol_processor_outgoing_items", "processor"), both);
    let pipeline = &map.pipelines()[0];
    assert_eq!((pipeline.items_in, pipeline.items_refused), (7, 4));
}

#[test]
fn a_client_that_goes_away_is_counted_as_refused() {
    let script = Scripted::new([Step::TakeAfter(Duration::from_secs(9))]);
    let gateway = gateway(&["traces: r || e"], Some(script));

    let ((), registry) = run(async || {
        gateway.build();
        let call = gateway.receive(Signal::Traces, batch(3));
        tokio::time::timeout(Duration::from_secs(1), call).await.unwrap_err();
    });

    assert_eq!(registry.sums("otelcol_receiver_refused_spans", "receiver")["r"], 3);
}

#[test]
fn a_panic_ends_the_request_and_not_the_gateway() {
    let script = Scripted::new([Step::Panic, Step::Take]);
    let gateway = gateway(&["traces: r || e", "logs: r | fragile | e"], Some(script));

    let (outcomes, registry) = run(async || {
        gateway.build();
        let asynchronous = gateway.receive(Signal::Traces, batch(3)).await.unwrap_err();
        let plain = gateway.receive(Signal::Logs, batch(3)).await.unwrap_err();
        let next = gateway.receive(Signal::Traces, batch(5)).await;
        (asynchronous, plain, next)
    });

    let (asynchronous, plain, next) = outcomes;
    assert_eq!((asynchronous.component, asynchronous.reason), (id("e"), Reason::Internal));
    assert_eq!((plain.component, plain.reason), (id("fragile"), Reason::Internal));
    assert_eq!(next.unwrap(), Accepted::ALL);
    assert_eq!(registry.sums("sluice_panics", "kind"), [("exporter".into(), 1), ("processor".into(), 1)].into());
    assert_eq!(registry.sums("otelcol_receiver_failed_spans", "receiver")["r"], 3);
}

#[test]
fn the_map_says_which_pipelines_an_instance_serves() {
    let gateway = gateway(&["traces: r | p | e", "traces/2: r || e"], None);

    let graph = gateway.build();

    let served = |kind: Kind, name: &str| {
        let instance = graph.map.instances.iter().find(|instance| instance.kind == kind && instance.id == id(name));
        instance.unwrap().pipelines.iter().map(ToString::to_string).collect::<Vec<_>>()
    };
    assert_eq!(served(Kind::Exporter, "e"), ["traces", "traces/2"]);
    assert_eq!(served(Kind::Processor, "p"), ["traces"]);
    assert_eq!(served(Kind::Receiver, "r"), ["traces", "traces/2"]);
}

#[test]
fn pipelines_that_do_not_fit_together_are_refused() {
    assert_eq!(
        gateway(&["traces/in: r || c"], None).refusal(),
        r#"connector "c" used as exporter in [traces/in] pipeline but not used in any supported receiver pipeline"#
    );
    assert_eq!(
        gateway(&["traces: r || e", "logs: c || e"], None).refusal(),
        r#"connector "c" used as receiver in [logs] pipeline but not used in any supported exporter pipeline"#
    );
    assert_eq!(
        gateway(&["traces/a: r c2 || c1", "traces/b: c1 || c2"], None).refusal(),
        r#"cycle detected: pipeline "traces/a" -> pipeline "traces/b" -> pipeline "traces/a""#
    );
    assert_eq!(
        gateway(&["profiles: r || e"], None).refusal(),
        r#"failed to create "e" exporter for data type "profiles": telemetry type is not supported"#
    );
    assert_eq!(
        gateway(&["traces: r/taken || e"], None).refusal(),
        r#"failed to start "r/taken" receiver: endpoint: address already in use"#
    );
}
