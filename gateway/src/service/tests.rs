use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use indexmap::IndexMap;
use sluice_component::config::{Effective, Location, Node, Report, Section, Value};
use sluice_component::factory::{ExporterConfig, Info, Program, ReceiverConfig, Settings, Stability};
use sluice_component::{
    Accepted, BoxFuture, BuildError, ConsumeError, Consumer, Consumers, Context, Reason, Receiver, RunError, Stop,
    count_lost,
};
use sluice_pdata::{Batch, Signal};
use tokio::sync::mpsc;

use super::*;
use crate::config::{self, Request};
use crate::graph::doubles::id;
use crate::plan::{Configured, Pipeline, Plan};

const TRACES: &[(Signal, Stability)] = &[(Signal::Traces, Stability::Stable)];

/// What a component of the test does.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Behaviour {
    #[default]
    Good,
    DoesNotComeUp,
    Fails,
    Panics,
    NeverStops,
    NeverFlushes,
    Loses(usize),
}

/// A receiver or an exporter that writes down what happens to it.
#[derive(Clone)]
struct Double {
    name: &'static str,
    behaviour: Behaviour,
    journal: Journal,
}

/// What happened, in order.
#[derive(Clone, Default)]
struct Journal(Arc<Mutex<Vec<String>>>);

impl Journal {
    fn note(&self, entry: String) {
        self.0.lock().unwrap().push(entry);
    }

    fn entries(&self) -> Vec<String> {
        self.0.lock().unwrap().clone()
    }
}

impl ReceiverConfig for Double {
    fn build(&self, _: Settings, _: Consumers) -> Result<Box<dyn Receiver>, BuildError> {
        if self.behaviour == Behaviour::DoesNotComeUp {
            return Err(BuildError::new("listen tcp 127.0.0.1:4317: address already in use"));
        }
        self.journal.note(format!("build {}", self.name));
        Ok(Box::new(self.clone()))
    }
}

impl Receiver for Double {
    fn run(self: Box<Self>, stop: Stop) -> BoxFuture<'static, Result<(), RunError>> {
        Box::pin(async move {
            match self.behaviour {
                Behaviour::Fails => return Err(RunError("the socket is gone".into())),
                Behaviour::Panics => panic!("as the test says"),
                Behaviour::NeverStops => std::future::pending().await,
                _ => {}
            }
            stop.requested().await;
            self.journal.note(format!("stop {}", self.name));
            Ok(())
        })
    }
}

impl ExporterConfig for Double {
    fn build(&self, _: Settings, _: Signal) -> Result<Arc<dyn Consumer>, BuildError> {
        Ok(Arc::new(self.clone()))
    }
}

impl Consumer for Double {
    fn consume(&self, _: Batch, _: Context) -> BoxFuture<'_, Result<Accepted, ConsumeError>> {
        Box::pin(std::future::ready(Ok(Accepted::ALL)))
    }

    fn flush(&self, deadline: Instant) -> BoxFuture<'_, usize> {
        Box::pin(async move {
            self.journal.note(format!("flush {}", self.name));
            match self.behaviour {
                Behaviour::NeverFlushes => std::future::pending().await,
                Behaviour::Loses(items) => {
                    tokio::time::sleep_until(deadline.into()).await;
                    count_lost(&id(self.name), Signal::Traces, Reason::Shutdown, items);
                    items
                }
                _ => 0,
            }
        })
    }
}

/// A configuration of one receiver and one exporter. It says nothing about itself.
fn configuration(journal: &Journal, receiver: (&'static str, Behaviour), exporter: Behaviour) -> Configuration {
    let text = |text: &str| Node::new(Value::Text(text.into()));
    let map = |key: &str, node| Node::new(Value::Map(vec![((key.into(), Location::default()), node)]));
    let mut quiet = map("logs", map("level", text("fatal")));
    if let (Value::Map(all), Value::Map(more)) = (&mut quiet.value, map("metrics", map("level", text("none"))).value) {
        all.extend(more);
    }
    let telemetry = Section::read(&quiet, "", &Report::default(), crate::telemetry::Config::read).0;
    let info = Info { name: "double", aliases: &[], signals: TRACES };
    let double = |name, behaviour| Box::new(Double { name, behaviour, journal: journal.clone() });
    let (name, behaviour) = receiver;
    let pipeline = Pipeline { receivers: vec![id(name)], processors: Vec::new(), exporters: vec![id("e")] };
    let plan = Plan {
        receivers: IndexMap::from([(id(name), Configured { info, config: double(name, behaviour) as _ })]),
        processors: IndexMap::new(),
        exporters: IndexMap::from([(id("e"), Configured { info, config: double("e", exporter) as _ })]),
        connectors: IndexMap::new(),
        extensions: IndexMap::new(),
        started_extensions: Vec::new(),
        pipelines: IndexMap::from([("traces".parse().unwrap(), pipeline)]),
        telemetry,
    };
    Configuration { plan, effective: Effective::Null, warnings: Vec::new() }
}

type Loaded = Result<(&'static str, Behaviour, Behaviour), &'static str>;

/// Runs configurations that are loaded one after the other; `ask` is told what happened so far, and asks for more.
async fn run_with(
    loads: Vec<Loaded>,
    ask: impl AsyncFnOnce(mpsc::Sender<Event>, Journal),
) -> (Result<(), ServiceError>, Vec<String>) {
    // What is lost is counted for the whole process.
    static ONE_AT_A_TIME: tokio::sync::Mutex<()> = tokio::sync::Mutex::const_new(());
    let _only = ONE_AT_A_TIME.lock().await;
    let journal = Journal::default();
    let options = Options {
        program: Program { name: "sluice", description: "Sluice", version: "0.0.0" },
        components: Components::default(),
        gates: Gates::default(),
        drain: Duration::from_secs(20),
        started: Instant::now(),
        ready: Arc::default(),
    };
    let (events, receiver) = mpsc::channel(4);
    let loads = Mutex::new(loads.into_iter());
    let noted = journal.clone();
    let load: Load = Arc::new(move || {
        let next = loads.lock().unwrap().next().expect("the test says what is loaded");
        next.map(|(name, receiver, exporter)| configuration(&noted, (name, receiver), exporter)).map_err(problems)
    });
    let (outcome, ()) = tokio::join!(run(&options, load, receiver), ask(events, journal.clone()));
    (outcome, journal.entries())
}

/// The problems of a configuration that is wrong.
fn problems(text: &str) -> Problems {
    let configs = [format!("yaml:{text}")];
    let request = Request { configs: &configs, sets: &[], gates: config::Gates::default(), environment: &|_| None };
    config::load(&request, &Components::default()).err().unwrap()
}

/// Lets everything happen that can happen without an event.
async fn settle() {
    tokio::time::sleep(Duration::from_secs(1)).await;
}

async fn stop(events: mpsc::Sender<Event>, _: Journal) {
    settle().await;
    events.send(Event::Stop("terminated")).await.unwrap();
    settle().await;
    // The sender lives on, as the signals of a process do.
    events.closed().await;
}

async fn ask_nothing(events: mpsc::Sender<Event>, _: Journal) {
    events.closed().await;
}

#[tokio::test(start_paused = true)]
async fn an_end_stops_receivers_and_then_flushes() {
    let (outcome, journal) = run_with(vec![Ok(("r", Behaviour::Good, Behaviour::Good))], stop).await;

    outcome.unwrap();
    assert_eq!(journal, ["build r", "stop r", "flush e"]);
}

#[tokio::test(start_paused = true)]
async fn receivers_leave_half_of_the_time_to_the_queues() {
    let start = tokio::time::Instant::now();

    let (outcome, journal) = run_with(vec![Ok(("r", Behaviour::NeverStops, Behaviour::NeverFlushes))], stop).await;

    outcome.unwrap();
    assert_eq!(journal, ["build r", "flush e"]);
    let took = start.elapsed().as_secs_f64();
    assert!((20.0..21.0).contains(&took), "{took}");
}

#[tokio::test(start_paused = true)]
async fn what_is_lost_while_stopping_is_an_error() {
    let (outcome, _) = run_with(vec![Ok(("r", Behaviour::Good, Behaviour::Loses(7)))], stop).await;

    assert_eq!(outcome.unwrap_err().to_string(), "7 items were lost while stopping");
}

#[tokio::test(start_paused = true)]
async fn a_receiver_that_cannot_go_on_ends_the_gateway() {
    let failing = run_with(vec![Ok(("r", Behaviour::Fails, Behaviour::Good))], ask_nothing).await;
    let panicking = run_with(vec![Ok(("r", Behaviour::Panics, Behaviour::Good))], ask_nothing).await;

    assert_eq!(failing.0.unwrap_err().to_string(), r#"receiver "r" cannot go on: the socket is gone"#);
    assert_eq!(failing.1, ["build r", "flush e"]);
    assert_eq!(panicking.0.unwrap_err().to_string(), r#"receiver "r" cannot go on: internal error, see the log"#);
}

#[tokio::test(start_paused = true)]
async fn a_second_signal_ends_at_once() {
    let start = tokio::time::Instant::now();

    let (outcome, _) = run_with(vec![Ok(("r", Behaviour::NeverStops, Behaviour::Good))], async |events, _| {
        for _ in 0..2 {
            settle().await;
            events.send(Event::Stop("interrupt")).await.unwrap();
        }
        events.closed().await;
    })
    .await;

    assert_eq!(outcome.unwrap_err().to_string(), "ended by a second signal before everything was handed on");
    assert!(start.elapsed() < Duration::from_secs(3));
}

#[tokio::test(start_paused = true)]
async fn a_reload_puts_the_new_in_the_place_of_the_old() {
    let loads = vec![Ok(("r1", Behaviour::Good, Behaviour::Good)), Ok(("r2", Behaviour::Good, Behaviour::Good))];

    let (outcome, journal) = run_with(loads, async |events, journal| {
        settle().await;
        events.send(Event::Reload).await.unwrap();
        stop(events, journal).await;
    })
    .await;

    outcome.unwrap();
    assert_eq!(journal, ["build r1", "stop r1", "flush e", "build r2", "stop r2", "flush e"]);
}

#[tokio::test(start_paused = true)]
async fn a_wrong_new_configuration_changes_nothing() {
    let loads = vec![Ok(("r1", Behaviour::Good, Behaviour::Good)), Err("receivers: 5")];

    let (outcome, journal) = run_with(loads, async |events, journal| {
        settle().await;
        events.send(Event::Reload).await.unwrap();
        settle().await;
        assert_eq!(journal.entries().last().unwrap(), "build r1");
        stop(events, journal).await;
    })
    .await;

    outcome.unwrap();
    assert_eq!(journal, ["build r1", "stop r1", "flush e"]);
}

#[tokio::test(start_paused = true)]
async fn what_does_not_come_up_gives_way_to_the_old() {
    let loads =
        vec![Ok(("r1", Behaviour::Good, Behaviour::Good)), Ok(("r2", Behaviour::DoesNotComeUp, Behaviour::Good))];

    let (outcome, journal) = run_with(loads, async |events, journal| {
        settle().await;
        events.send(Event::Reload).await.unwrap();
        stop(events, journal).await;
    })
    .await;

    outcome.unwrap();
    assert_eq!(journal, ["build r1", "stop r1", "flush e", "build r1", "stop r1", "flush e"]);
}

#[tokio::test(start_paused = true)]
async fn who_asks_for_the_end_during_a_reload_gets_it() {
    let loads = vec![Ok(("r1", Behaviour::NeverStops, Behaviour::Good)), Ok(("r2", Behaviour::Good, Behaviour::Good))];

    let (outcome, journal) = run_with(loads, async |events, journal| {
        settle().await;
        events.send(Event::Reload).await.unwrap();
        stop(events, journal).await;
    })
    .await;

    outcome.unwrap();
    assert_eq!(journal, ["build r1", "flush e"]);
}

#[tokio::test]
async fn what_does_not_come_up_is_an_error_at_the_start() {
    let (outcome, _) = run_with(vec![Ok(("r", Behaviour::DoesNotComeUp, Behaviour::Good))], ask_nothing).await;
    let (wrong, _) = run_with(vec![Err("receivers: 5")], ask_nothing).await;

    assert_eq!(
        outcome.unwrap_err().to_string(),
        r#"cannot start pipelines: failed to start "r" receiver: listen tcp 127.0.0.1:4317: address already in use"#
    );
    assert!(matches!(wrong.unwrap_err(), ServiceError::Configuration(_)));
}
