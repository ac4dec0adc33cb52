use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use sluice_component::config::{Report, Value};
use sluice_component::factory::{ProcessorConfig, Settings};
use sluice_component::{Code, Consumer, Context, Health, Reason, Retry, StatusReporter, transforming};
use sluice_pdata::Signal;

use super::checker::{Checker, Limits, Watch};
use super::config::Config;
use super::processor::MemoryLimiter;
use crate::testing::{Sink, batch, configure, settings};

const MIB: u64 = 1024 * 1024;
const INTERVAL: Duration = Duration::from_secs(5);

fn read(yaml: &[(&str, i64)]) -> (Config, Vec<String>) {
    let report = Report::default();
    let keys: Vec<_> = yaml.iter().map(|&(key, value)| (key, Value::Int(value))).collect();
    let config = configure("processors::memory_limiter", &keys, &report, Config::read);
    (config, report.into_problems().iter().map(ToString::to_string).collect())
}

fn watch(used: &Arc<AtomicU64>, status: StatusReporter) -> Arc<Watch> {
    let used = Arc::clone(used);
    let usage = move || match used.load(Ordering::Relaxed) {
        u64::MAX => Err(io::Error::other("unreadable")),
        used => Ok(used),
    };
    let checker = Checker::new(settings("memory_limiter").id, Limits { hard: 100, soft: 80 }, usage);
    checker.report_to(status);
    Arc::new(Watch::start(checker, INTERVAL))
}

fn limiter(watch: &Arc<Watch>, settings: &Settings) -> (Arc<dyn Consumer>, Arc<Sink>) {
    let sink = Arc::new(Sink::default());
    let limiter = MemoryLimiter::new(settings, Signal::Traces, Arc::clone(watch));
    (transforming(limiter, sink.clone()), sink)
}

#[test]
fn limits_are_required_and_consistent() {
    assert_eq!(
        read(&[]).1,
        [
            "processors::memory_limiter::check_interval: 'check_interval' must be greater than zero",
            "processors::memory_limiter: 'limit_mib' or 'limit_percentage' must be greater than zero",
        ]
    );
    assert_eq!(
        read(&[("check_interval", 1), ("limit_mib", 10), ("spike_limit_mib", 10)]).1,
        ["processors::memory_limiter::spike_limit_mib: 'spike_limit_mib' must be smaller than 'limit_mib'"]
    );
    assert_eq!(
        read(&[("check_interval", 1), ("limit_percentage", 50), ("spike_limit_percentage", 60)]).1,
        ["processors::memory_limiter::spike_limit_percentage: 'spike_limit_percentage' must be smaller than \
          'limit_percentage'"]
    );
    assert_eq!(
        read(&[("check_interval", 1), ("limit_percentage", 101)]).1,
        ["processors::memory_limiter::limit_percentage: 'limit_percentage' and 'spike_limit_percentage' must be \
          greater than zero and less than or equal to hundred"]
    );
    assert_eq!(
        read(&[("check_interval", 1), ("limit_mib", -1)]).1,
        [
            "processors::memory_limiter::limit_mib: must be a whole number, not negative, found -1",
            "processors::memory_limiter: 'limit_mib' or 'limit_percentage' must be greater than zero",
        ]
    );
}

#[test]
fn the_spike_is_a_fifth_unless_it_is_said() {
    let none = || Err(io::Error::other("no /proc"));
    let limits = |yaml: &[(&str, i64)], total: u64| read(yaml).0.limits(|| Ok(total)).unwrap();

    let fixed = read(&[("limit_mib", 100), ("limit_percentage", 10)]).0.limits(none).unwrap();
    assert_eq!(fixed, Limits { hard: 100 * MIB, soft: 80 * MIB });
    assert_eq!(
        limits(&[("limit_percentage", 80), ("spike_limit_percentage", 25)], 1000),
        Limits { hard: 800, soft: 550 }
    );
    let error = read(&[("limit_percentage", 80)]).0.limits(none).unwrap_err();
    assert_eq!(error.to_string(), "failed to get total memory, use fixed memory settings (limit_mib): no /proc");
}

#[tokio::test(start_paused = true)]
async fn refuses_above_the_soft_limit_and_resumes_below_it() {
    let used = Arc::new(AtomicU64::new(79));
    let settings = settings("memory_limiter/x");
    let watch = watch(&used, settings.status.clone());
    let (limiter, sink) = limiter(&watch, &settings);
    limiter.consume(batch(Signal::Traces, 3), Context::default()).await.unwrap();

    used.store(80, Ordering::Relaxed);
    limiter.consume(batch(Signal::Traces, 3), Context::default()).await.unwrap();
    tokio::time::sleep(INTERVAL + Duration::from_millis(1)).await;
    let error = limiter.consume(batch(Signal::Traces, 3), Context::default()).await.unwrap_err();

    assert_eq!(error.to_string(), "memory_limiter/x: data refused due to high memory usage");
    assert_eq!(
        (error.code, error.reason, error.retry),
        (Code::Unavailable, Reason::MemoryLimit, Retry::After(INTERVAL))
    );
    assert_eq!(settings.status.current(), Health::Recoverable("data refused due to high memory usage".into()));
    assert_eq!(sink.items(), 6);

    used.store(79, Ordering::Relaxed);
    tokio::time::sleep(INTERVAL + Duration::from_millis(1)).await;
    limiter.consume(batch(Signal::Traces, 3), Context::default()).await.unwrap();

    assert_eq!(settings.status.current(), Health::Ok);
    assert_eq!(sink.items(), 9);
}

#[tokio::test(start_paused = true)]
async fn the_last_answer_holds_while_memory_cannot_be_read() {
    let used = Arc::new(AtomicU64::new(90));
    let watch = watch(&used, StatusReporter::default());

    used.store(u64::MAX, Ordering::Relaxed);
    tokio::time::sleep(INTERVAL + Duration::from_millis(1)).await;

    assert!(watch.checker().must_refuse());
}

#[tokio::test(start_paused = true)]
async fn the_task_ends_with_the_last_pipeline() {
    let used = Arc::new(AtomicU64::new(0));
    let watch = watch(&used, StatusReporter::default());
    let tasks = || tokio::runtime::Handle::current().metrics().num_alive_tasks();
    assert_eq!(tasks(), 1);

    drop(watch);
    tokio::task::yield_now().await;

    assert_eq!(tasks(), 0);
}

#[tokio::test]
async fn pipelines_of_one_configuration_share_a_checker() {
    let (config, problems) = read(&[("check_interval", 1_000_000_000), ("limit_mib", 4000)]);
    assert_eq!(problems, [""; 0]);
    let settings = settings("memory_limiter");

    let first = config.watch(&settings).unwrap();
    let second = config.watch(&settings).unwrap();
    assert!(Arc::ptr_eq(&first, &second));
    let weak = Arc::downgrade(&first);
    drop((first, second));

    assert!(weak.upgrade().is_none());
    config.build(settings, Signal::Logs, Arc::new(Sink::default())).unwrap();
}
