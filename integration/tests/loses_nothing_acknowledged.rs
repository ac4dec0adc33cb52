//! What a client was told is taken arrives, whatever happens to the backend or the gateway meanwhile.

use std::{
    collections::BTreeSet,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    time::Duration,
};

use sluice_integration::{Answer, Backend, Client, Encoding, Gateway, SOON, telemetry};
use tokio::task::JoinSet;
use tonic::Code;

const CLIENTS: u64 = 4;
const SPANS_A_REQUEST: u64 = 20;
/// Enough to be in the middle of the load when something happens.
const UNDER_LOAD: usize = 2_000;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn while_the_backend_restarts() {
    let mut backend = Backend::start().await;
    let gateway = Gateway::before(&backend, "queued.yaml").await;
    let load = Load::start(&gateway);

    backend.wait_for_items(UNDER_LOAD).await;
    for _ in 0..3 {
        backend.stop().await;
        load.acknowledges_more(200).await;
        backend.start_again().await;
        backend.wait_for_items(backend.items().len() + 200).await;
    }
    let acknowledged = load.finish().await;

    arrives(&backend, &acknowledged).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn while_the_backend_refuses_now_and_then() {
    let backend = Backend::start().await;
    let gateway = Gateway::before(&backend, "queued.yaml").await;
    let load = Load::start(&gateway);

    backend.wait_for_items(UNDER_LOAD).await;
    for code in [Code::Unavailable, Code::DeadlineExceeded, Code::Aborted, Code::Cancelled, Code::DataLoss] {
        (0..10).for_each(|_| backend.answer_next(Answer::Refuse { code, retry_after: None }));
        let retry_after = Some(Duration::from_millis(50));
        backend.answer_next(Answer::Refuse { code: Code::ResourceExhausted, retry_after });
    }
    backend.wait_for_refusals(55).await;
    let acknowledged = load.finish().await;

    arrives(&backend, &acknowledged).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn when_the_gateway_is_told_to_end_under_load() {
    ends_under_load("queued.yaml").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn when_the_gateway_is_told_to_end_with_batches_half_full() {
    ends_under_load("batched.yaml").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn when_the_gateway_is_told_to_end_before_a_slow_backend() {
    let backend = Backend::start().await;
    backend.answer_always(Answer::AcceptAfter(Duration::from_millis(30)));
    ends(backend, "queued.yaml").await;
}

async fn ends_under_load(file: &str) {
    ends(Backend::start().await, file).await;
}

async fn ends(backend: Backend, file: &str) {
    let mut gateway = Gateway::before(&backend, file).await;
    let load = Load::start(&gateway);

    load.acknowledges_more(UNDER_LOAD as u64).await;
    let status = gateway.stop().await;
    let acknowledged = load.finish().await;

    assert_eq!(status.code(), Some(0), "{}", gateway.process.lines().join("\n"));
    arrives(&backend, &acknowledged).await;
}

/// Every acknowledged span has arrived or does so soon, and none that nobody sent.
async fn arrives(backend: &Backend, acknowledged: &BTreeSet<u64>) {
    assert!(acknowledged.len() >= UNDER_LOAD, "{} are no load", acknowledged.len());
    let all_here = |numbers: &BTreeSet<u64>| acknowledged.is_subset(numbers);
    let arrived = backend.wait_for_numbers(all_here).await;
    let lost: Vec<_> = acknowledged.difference(&arrived).take(5).collect();
    assert!(all_here(&arrived), "of {} acknowledged {} arrived, not: {lost:?} ...", acknowledged.len(), arrived.len());
}

/// Clients that send numbered spans as fast as they are answered, half of them over gRPC, half over HTTP.
struct Load {
    clients: JoinSet<BTreeSet<u64>>,
    shared: Arc<Shared>,
}

#[derive(Default)]
struct Shared {
    next: AtomicU64,
    acknowledged: tokio::sync::watch::Sender<u64>,
    over: AtomicBool,
}

impl Load {
    fn start(gateway: &Gateway) -> Self {
        // Not from 0, since a span id of zeros is no id.
        let shared = Arc::new(Shared { next: 1.into(), ..Shared::default() });
        let mut clients = JoinSet::new();
        for n in 0..CLIENTS {
            let client = if n % 2 == 0 { gateway.grpc() } else { gateway.http().packing(Encoding::Gzip) };
            clients.spawn(send(client, shared.clone()));
        }
        Self { clients, shared }
    }

    /// Waits until this many more spans are acknowledged.
    async fn acknowledges_more(&self, spans: u64) {
        let mut acknowledged = self.shared.acknowledged.subscribe();
        let enough = *acknowledged.borrow() + spans;
        let wait = tokio::time::timeout(SOON, acknowledged.wait_for(|count| *count >= enough)).await;
        assert!(wait.is_ok(), "{} spans are acknowledged, not {enough}", *self.shared.acknowledged.borrow());
    }

    /// Ends the load; the numbers of all acknowledged spans.
    async fn finish(self) -> BTreeSet<u64> {
        self.shared.over.store(true, Ordering::Relaxed);
        self.clients.join_all().await.into_iter().flatten().collect()
    }
}

/// Sends until the load is over, or the gateway is gone.
async fn send(client: Client, shared: Arc<Shared>) -> BTreeSet<u64> {
    let mut acknowledged = BTreeSet::new();
    while !shared.over.load(Ordering::Relaxed) {
        let first = shared.next.fetch_add(SPANS_A_REQUEST, Ordering::Relaxed);
        let numbers = first..first + SPANS_A_REQUEST;
        let reply = client.send(&telemetry::spans(numbers.clone())).await;
        if reply.is_accepted() {
            acknowledged.extend(numbers);
            shared.acknowledged.send_modify(|count| *count += SPANS_A_REQUEST);
        } else if reply.is_cut_off() {
            break;
        } else {
            // Refused, for instance because the queue is full: let others do something.
            tokio::task::yield_now().await;
        }
    }
    acknowledged
}
