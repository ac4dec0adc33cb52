use std::collections::VecDeque;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use futures_util::future::join_all;
use metrics_util::debugging::{DebugValue, DebuggingRecorder, Snapshotter};
use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceRequest;
use opentelemetry_proto::tonic::trace::v1::{ResourceSpans, ScopeSpans, Span};
use prost::Message;
use sluice_component::config::{Node, Report, Value};
use sluice_component::{
    Accepted, BoxFuture, Code, ConsumeError, Consumer, Context, Metadata, Reason, Retry, Transport,
};
use sluice_pdata::{Batch, Signal};
use tokio::sync::Semaphore;
use tokio::time::Instant;

use super::config::{Acknowledge, Config};
use super::processor::{Batcher, WAIT_FOR_ROOM};
use super::ticket::Answer;
use crate::testing::{configure, settings};

const TIMEOUT: Duration = Duration::from_millis(200);

/// What stands behind the batcher: remembers the span names of each batch, and answers as it is told.
struct Backend {
    batches: Mutex<Vec<(Vec<String>, Context)>>,
    answers: Mutex<VecDeque<Answer>>,
    open: Semaphore,
    panics: AtomicBool,
}

impl Backend {
    fn new() -> Arc<Self> {
        let open = Semaphore::new(Semaphore::MAX_PERMITS);
        Arc::new(Self { batches: Mutex::default(), answers: Mutex::default(), open, panics: AtomicBool::new(false) })
    }

    /// One that answers nobody until a permit is added.
    fn closed() -> Arc<Self> {
        let backend = Self::new();
        backend.open.forget_permits(Semaphore::MAX_PERMITS);
        backend
    }

    fn answer(&self, answer: Answer) {
        self.answers.lock().unwrap().push_back(answer);
    }

    fn batches(&self) -> Vec<String> {
        self.batches.lock().unwrap().iter().map(|(names, _)| names.join(" ")).collect()
    }
}

impl Consumer for Backend {
    fn consume(&self, batch: Batch, context: Context) -> BoxFuture<'_, Answer> {
        assert!(!self.panics.load(Ordering::Relaxed), "told to panic");
        let names = names(&batch);
        Box::pin(async move {
            self.batches.lock().unwrap().push((names, context));
            self.open.acquire().await.unwrap().forget();
            self.answers.lock().unwrap().pop_front().unwrap_or(Ok(Accepted::ALL))
        })
    }

    fn flush(&self, _deadline: std::time::Instant) -> BoxFuture<'_, usize> {
        Box::pin(std::future::ready(0))
    }
}

fn config() -> Config {
    Config {
        timeout: TIMEOUT,
        send_batch_size: 8,
        send_batch_max_size: usize::MAX,
        metadata_keys: Vec::new(),
        metadata_cardinality_limit: 2,
        acknowledge: Acknowledge::OnEnqueue,
        max_pending_mib: 1,
    }
}

fn on_delivery() -> Config {
    Config { acknowledge: Acknowledge::OnDelivery, ..config() }
}

fn batcher(config: &Config, backend: &Arc<Backend>) -> Batcher {
    Batcher::new(config, &settings("batch"), Signal::Traces, backend.clone())
}

/// A request of spans with these names, a letter each.
fn spans(names: &str) -> Batch {
    let span = |name: char| Span { name: name.into(), ..Span::default() };
    let scope_spans = vec![ScopeSpans { spans: names.chars().map(span).collect(), ..ScopeSpans::default() }];
    let resource_spans = vec![ResourceSpans { scope_spans, ..ResourceSpans::default() }];
    let request = ExportTraceServiceRequest { resource_spans };
    Batch::trusted(Signal::Traces, request.encode_to_vec().into(), names.len())
}

fn names(batch: &Batch) -> Vec<String> {
    let request = ExportTraceServiceRequest::decode(batch.to_bytes()).unwrap();
    let scopes = request.resource_spans.into_iter().flat_map(|resource| resource.scope_spans);
    let names: Vec<_> = scopes.flat_map(|scope| scope.spans).map(|span| span.name).collect();
    assert_eq!(names.len(), batch.items());
    names
}

fn from_tenant(tenant: &str) -> Context {
    let metadata: Metadata = [("X-Tenant", tenant), ("other", "o")].into_iter().collect();
    Context::new(Transport::Grpc, None, metadata)
}

fn unavailable() -> ConsumeError {
    ConsumeError::retryable(&settings("otlp").id, Reason::Unavailable, Retry::Now, "down")
}

fn rejected() -> ConsumeError {
    ConsumeError::permanent(&settings("otlp").id, Reason::Rejected, Code::InvalidArgument, "bad span")
}

async fn consume(batcher: &Batcher, batch: Batch) -> Answer {
    batcher.consume(batch, Context::default()).await
}

/// Lets the tasks do what they can without time passing.
async fn settle() {
    for _ in 0..20 {
        tokio::task::yield_now().await;
    }
}

fn alive_tasks() -> usize {
    tokio::runtime::Handle::current().metrics().num_alive_tasks()
}

fn counters(snapshotter: &Snapshotter) -> Vec<String> {
    let mut lines = Vec::new();
    for (key, _, _, value) in snapshotter.snapshot().into_vec() {
        let labels: Vec<_> = key.key().labels().map(|label| format!("{}={}", label.key(), label.value())).collect();
        let value = match value {
            DebugValue::Counter(value) => value.to_string(),
            DebugValue::Gauge(value) => value.to_string(),
            DebugValue::Histogram(values) => format!("{:?}", values.iter().map(|value| value.0).collect::<Vec<_>>()),
        };
        lines.push(format!("{}{{{}}} {value}", key.key().name(), labels.join(",")));
    }
    lines.sort();
    lines
}

#[test]
fn mistakes_are_told_as_the_collector_tells_them() {
    let report = Report::default();
    let text = |text: &str| Node::new(Value::Text(text.into()));
    let keys = [
        ("send_batch_max_size", Value::Int(100)),
        ("metadata_keys", Value::List(vec![text("X-Tenant"), text("x-tenant")])),
        ("max_pending_mib", Value::Int(0)),
    ];

    let config = configure("processors::batch", &keys, &report, Config::read);

    assert_eq!(
        report.into_problems().iter().map(ToString::to_string).collect::<Vec<_>>(),
        [
            "processors::batch::send_batch_max_size: send_batch_max_size must be greater or equal to send_batch_size",
            "processors::batch::max_pending_mib: must be greater than zero",
            "processors::batch::metadata_keys: duplicate entry in metadata_keys: \"x-tenant\" (case-insensitive)",
        ]
    );
    assert_eq!(config.metadata_keys, ["x-tenant"]);
    assert_eq!((config.timeout, config.send_batch_size), (TIMEOUT, 8192));
    assert_eq!((config.metadata_cardinality_limit, config.acknowledge), (1000, Acknowledge::OnEnqueue));
}

#[tokio::test(start_paused = true)]
async fn sends_once_there_are_enough_items() {
    let backend = Backend::new();
    let batcher = batcher(&config(), &backend);
    let start = Instant::now();

    for names in ["abc", "def", "ghi", "j"] {
        consume(&batcher, spans(names)).await.unwrap();
    }
    settle().await;

    assert_eq!(backend.batches(), ["a b c d e f g h i j"]);
    assert_eq!(start.elapsed(), Duration::ZERO);
}

#[tokio::test(start_paused = true)]
async fn sends_what_there_is_when_time_is_up() {
    let backend = Backend::new();
    let batcher = batcher(&config(), &backend);

    consume(&batcher, spans("abc")).await.unwrap();
    tokio::time::sleep(TIMEOUT / 2).await;
    consume(&batcher, spans("d")).await.unwrap();
    tokio::time::sleep(TIMEOUT / 2 - Duration::from_millis(1)).await;
    assert_eq!(backend.batches(), [""; 0]);
    tokio::time::sleep(Duration::from_millis(2)).await;

    assert_eq!(backend.batches(), ["a b c d"]);
    assert_eq!(alive_tasks(), 0);
}

#[tokio::test(start_paused = true)]
async fn cuts_at_the_largest_size_and_keeps_the_rest_for_later() {
    let backend = Backend::new();
    let batcher = batcher(&Config { send_batch_size: 4, send_batch_max_size: 5, ..config() }, &backend);

    consume(&batcher, spans("abcdefghijkl")).await.unwrap();
    settle().await;
    assert_eq!(backend.batches(), ["a b c d e", "f g h i j"]);
    consume(&batcher, spans("m")).await.unwrap();
    tokio::time::sleep(TIMEOUT * 2).await;

    assert_eq!(backend.batches(), ["a b c d e", "f g h i j", "k l m"]);
}

#[tokio::test(start_paused = true)]
async fn without_a_timeout_or_a_size_every_request_leaves_at_once() {
    for config in [Config { timeout: Duration::ZERO, ..config() }, Config { send_batch_size: 0, ..config() }] {
        let backend = Backend::new();
        let batcher = batcher(&Config { send_batch_max_size: 2, ..config }, &backend);
        let start = Instant::now();

        consume(&batcher, spans("abc")).await.unwrap();
        settle().await;
        consume(&batcher, spans("d")).await.unwrap();
        settle().await;

        assert_eq!(backend.batches(), ["a b", "c", "d"]);
        assert_eq!(start.elapsed(), Duration::ZERO);
    }
}

#[tokio::test(start_paused = true)]
async fn requests_merge_when_their_metadata_agree() {
    let backend = Backend::new();
    let batcher = batcher(&Config { metadata_keys: vec!["x-tenant".into()], ..config() }, &backend);

    for (names, tenant) in [("ab", "one"), ("c", "two"), ("d", "one")] {
        batcher.consume(spans(names), from_tenant(tenant)).await.unwrap();
    }
    tokio::time::sleep(TIMEOUT * 2).await;

    let mut batches = backend.batches.lock().unwrap().clone();
    batches.sort_by(|a, b| a.0.cmp(&b.0));
    assert_eq!(batches[0].0.join(""), "abd");
    assert_eq!(batches[1].0.join(""), "c");
    assert_eq!(batches[1].1.metadata().iter().collect::<Vec<_>>(), [("x-tenant", "two")]);
    assert_eq!((batches[1].1.transport(), batches.len()), (Transport::None, 2));
}

#[tokio::test(start_paused = true)]
async fn one_combination_too_many_is_refused_until_another_is_idle() {
    let backend = Backend::new();
    let batcher = batcher(&Config { metadata_keys: vec!["x-tenant".into()], ..config() }, &backend);
    let consume = |tenant| batcher.consume(spans("a"), from_tenant(tenant));
    consume("one").await.unwrap();
    consume("two").await.unwrap();

    let error = consume("three").await.unwrap_err();

    assert_eq!(error.to_string(), "batch: too many batcher metadata-value combinations");
    assert_eq!((error.code, error.reason, error.retry), (Code::Internal, Reason::TooMany, Retry::Never));
    consume("one").await.unwrap();
    tokio::time::sleep(TIMEOUT * 2).await;
    consume("three").await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn what_fails_after_the_answer_is_counted_as_lost() {
    let recorder = DebuggingRecorder::new();
    let snapshotter = recorder.snapshotter();
    let _recording = metrics::set_default_local_recorder(&recorder);
    let backend = Backend::new();
    let batcher = batcher(&config(), &backend);
    backend.answer(Ok(Accepted { rejected: 1, message: None }));
    backend.answer(Err(unavailable()));

    consume(&batcher, spans("abcdefgh")).await.unwrap();
    settle().await;
    consume(&batcher, spans("ij")).await.unwrap();
    tokio::time::sleep(TIMEOUT * 2).await;

    assert_eq!(
        counters(&snapshotter),
        [
            "otelcol_processor_batch_batch_send_size_bytes{processor=batch} [44.0]",
            "otelcol_processor_batch_batch_send_size{processor=batch} [8.0]",
            "otelcol_processor_batch_batch_size_trigger_send{processor=batch} 1",
            "otelcol_processor_batch_metadata_cardinality{processor=batch} 1",
            "otelcol_processor_batch_timeout_trigger_send{processor=batch} 0",
            "sluice_lost_items{component=batch,otel_signal=traces,reason=rejected} 1",
            "sluice_lost_items{component=batch,otel_signal=traces,reason=unavailable} 2",
        ]
    );
}

#[tokio::test(start_paused = true)]
async fn a_lone_caller_does_not_wait_for_the_timeout() {
    let backend = Backend::new();
    let batcher = batcher(&on_delivery(), &backend);
    let start = Instant::now();

    consume(&batcher, spans("a")).await.unwrap();

    assert_eq!(backend.batches(), ["a"]);
    assert_eq!(start.elapsed(), Duration::ZERO);
}

#[tokio::test(start_paused = true)]
async fn callers_that_wait_together_share_a_batch_and_its_answer() {
    let backend = Backend::new();
    let batcher = batcher(&on_delivery(), &backend);
    backend.answer(Err(unavailable()));
    let start = Instant::now();

    let answers = join_all(["a", "bc", "d"].map(|names| consume(&batcher, spans(names)))).await;

    assert_eq!(backend.batches(), ["a b c d"]);
    assert_eq!(start.elapsed(), Duration::ZERO);
    for answer in answers {
        assert_eq!(answer.unwrap_err().to_string(), "otlp: down");
    }
}

#[tokio::test(start_paused = true)]
async fn callers_that_come_during_a_send_form_the_next_batch() {
    let backend = Backend::closed();
    let batcher = batcher(&on_delivery(), &backend);

    let first = consume(&batcher, spans("a"));
    let later = async {
        settle().await;
        let rest = join_all(["b", "c"].map(|names| consume(&batcher, spans(names))));
        let open = async {
            settle().await;
            assert_eq!(backend.batches(), ["a"]);
            backend.open.add_permits(2);
        };
        tokio::join!(rest, open).0
    };
    let (first, later) = tokio::join!(first, later);

    assert!(first.is_ok() && later.iter().all(Result::is_ok));
    assert_eq!(backend.batches(), ["a", "b c"]);
}

#[tokio::test(start_paused = true)]
async fn a_request_in_several_batches_waits_for_all_of_them() {
    let config = Config { send_batch_size: 2, send_batch_max_size: 2, ..on_delivery() };
    let outcome = async |answers: [Answer; 3]| {
        let backend = Backend::new();
        let batcher = batcher(&config, &backend);
        answers.into_iter().for_each(|answer| backend.answer(answer));
        let answer = consume(&batcher, spans("abcde")).await;
        assert_eq!(backend.batches(), ["a b", "c d", "e"]);
        answer
    };
    let partial = Accepted { rejected: 1, message: Some("odd".into()) };

    assert_eq!(outcome([Ok(Accepted::ALL), Ok(Accepted::ALL), Ok(Accepted::ALL)]).await.unwrap(), Accepted::ALL);
    assert_eq!(outcome([Ok(Accepted::ALL), Ok(partial.clone()), Ok(Accepted::ALL)]).await.unwrap(), partial);
    let error = outcome([Err(rejected()), Err(unavailable()), Ok(Accepted::ALL)]).await.unwrap_err();
    assert_eq!((error.to_string(), error.retry), ("otlp: down".into(), Retry::Now));
    let saved = outcome([Err(rejected()), Ok(Accepted::ALL), Ok(Accepted::ALL)]).await.unwrap();
    assert_eq!(saved, Accepted { rejected: 2, message: Some("bad span".into()) });
    let error = outcome([Err(rejected()), Err(rejected()), Err(rejected())]).await.unwrap_err();
    assert_eq!((error.to_string(), error.retry), ("otlp: bad span".into(), Retry::Never));
}

#[tokio::test(start_paused = true)]
async fn a_partial_success_of_a_shared_batch_is_a_remark() {
    let backend = Backend::new();
    let batcher = batcher(&on_delivery(), &backend);
    backend.answer(Ok(Accepted { rejected: 1, message: Some("odd".into()) }));

    let answers = join_all(["a", "b"].map(|names| consume(&batcher, spans(names)))).await;

    for answer in answers {
        assert_eq!(answer.unwrap(), Accepted { rejected: 0, message: Some("odd".into()) });
    }
}

#[tokio::test(start_paused = true)]
async fn what_a_caller_that_left_had_given_is_delivered() {
    let backend = Backend::closed();
    let batcher = batcher(&on_delivery(), &backend);

    let left = tokio::time::timeout(Duration::from_millis(1), consume(&batcher, spans("a"))).await;
    assert!(left.is_err());
    backend.open.add_permits(1);

    assert_eq!(batcher.flush(Instant::now().into_std() + TIMEOUT).await, 0);
    assert_eq!(backend.batches(), ["a"]);
}

#[tokio::test(start_paused = true)]
async fn a_caller_waits_for_room_and_is_refused_if_none_comes() {
    let backend = Backend::closed();
    let batcher = batcher(&config(), &backend);
    let large = || Batch::trusted(Signal::Traces, spans("a").to_bytes(), 1);
    let fills_all = {
        let name = "x".repeat(1 << 20);
        let span = Span { name, ..Span::default() };
        let scope_spans = vec![ScopeSpans { spans: vec![span], ..ScopeSpans::default() }];
        let resource_spans = vec![ResourceSpans { scope_spans, ..ResourceSpans::default() }];
        Batch::trusted(Signal::Traces, ExportTraceServiceRequest { resource_spans }.encode_to_vec().into(), 1)
    };
    consume(&batcher, fills_all).await.unwrap();
    let start = Instant::now();

    let error = consume(&batcher, large()).await.unwrap_err();

    assert_eq!(start.elapsed(), WAIT_FOR_ROOM);
    assert_eq!(error.to_string(), "batch: 1 MiB are pending, which is as much as may be");
    assert_eq!(
        (error.code, error.reason, error.retry),
        (Code::ResourceExhausted, Reason::QueueFull, Retry::After(Duration::from_secs(1)))
    );
    let waiting = consume(&batcher, large());
    let open = async {
        settle().await;
        backend.open.add_permits(1);
    };
    let start = Instant::now();
    tokio::join!(waiting, open).0.unwrap();
    assert_eq!(start.elapsed(), Duration::ZERO);
}

#[tokio::test(start_paused = true)]
async fn a_flush_sends_what_is_pending_and_does_not_wait_for_the_timeout() {
    let backend = Backend::new();
    let batcher = batcher(&config(), &backend);
    consume(&batcher, spans("ab")).await.unwrap();
    let start = Instant::now();

    let lost = batcher.flush(Instant::now().into_std() + Duration::from_secs(5)).await;

    assert_eq!((lost, start.elapsed()), (0, Duration::ZERO));
    assert_eq!(backend.batches(), ["a b"]);
    assert_eq!(batcher.flush(Instant::now().into_std()).await, 0);
}

#[tokio::test(start_paused = true)]
async fn a_flush_that_takes_too_long_gives_up_and_says_what_is_lost() {
    let backend = Backend::closed();
    let batcher = batcher(&Config { send_batch_max_size: 8, ..config() }, &backend);
    consume(&batcher, spans("abcdefghij")).await.unwrap();
    let deadline = Instant::now() + Duration::from_secs(5);

    let lost = batcher.flush(deadline.into_std()).await;

    assert_eq!(lost, 10);
    assert_eq!(Instant::now(), deadline);
    assert_eq!(alive_tasks(), 0);
}

#[tokio::test(start_paused = true)]
async fn callers_are_answered_when_the_flush_gives_up_and_after() {
    let backend = Backend::closed();
    let batcher = batcher(&on_delivery(), &backend);
    let waiting = consume(&batcher, spans("a"));
    let flush = async {
        settle().await;
        batcher.flush(Instant::now().into_std() + TIMEOUT).await
    };

    let (answer, lost) = tokio::join!(waiting, flush);
    let after = consume(&batcher, spans("b")).await;

    assert_eq!(lost, 0);
    for error in [answer.unwrap_err(), after.unwrap_err()] {
        assert_eq!(error.to_string(), "batch: stopped before the batch was delivered");
        assert_eq!((error.reason, error.retry), (Reason::Shutdown, Retry::Now));
    }
}

#[tokio::test(start_paused = true)]
async fn a_panic_behind_is_an_answer_and_the_batcher_goes_on() {
    let backend = Backend::new();
    let batcher = batcher(&on_delivery(), &backend);
    backend.panics.store(true, Ordering::Relaxed);

    let error = consume(&batcher, spans("a")).await.unwrap_err();
    backend.panics.store(false, Ordering::Relaxed);
    consume(&batcher, spans("b")).await.unwrap();

    assert_eq!(error.to_string(), "batch: a component behind panicked");
    assert_eq!(error.reason, Reason::Internal);
    assert_eq!(backend.batches(), ["b"]);
}

#[tokio::test(start_paused = true)]
async fn dropped_it_lets_go_of_what_stands_behind() {
    let backend = Backend::new();
    let batcher = batcher(&config(), &backend);
    consume(&batcher, spans("a")).await.unwrap();

    drop(batcher);
    settle().await;

    assert_eq!((Arc::strong_count(&backend), alive_tasks()), (1, 0));
}
