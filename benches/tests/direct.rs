//! Generator and sink without a gateway between them.

use std::sync::Arc;
use std::time::Duration;

use sluice_benches::compression::Compression;
use sluice_benches::generator::{self, Load, Outcome, Pace, Protocol};
use sluice_benches::sink::{Settings, Sink};
use sluice_benches::wire::Signal;
use sluice_benches::workload::Workload;

/// Enough for bodies of several frames.
const ITEMS: usize = 60;

/// Sends for a moment; what the generator and the sink say of it.
async fn exchange(protocol: Protocol, compression: Compression, pace: Pace, max_frame: usize) -> (Outcome, Sink) {
    let sink = Sink::start(Settings { signal: Signal::Traces, grpc_port: 0, http_port: 0, max_frame })
        .expect("loopback works");
    let workload = Arc::new(Workload::new(Signal::Traces, ITEMS, compression, 1).expect("loopback works"));
    let target = match protocol {
        Protocol::Grpc => sink.grpc,
        Protocol::Http => sink.http,
    };
    let duration = Duration::from_millis(200);
    let load = Load { target, protocol, connections: 2, in_flight: 2, pace, duration, max_frame };
    (generator::run(load, workload).await.expect("loopback works"), sink)
}

#[tokio::test]
async fn everything_acknowledged_has_arrived() {
    for protocol in [Protocol::Grpc, Protocol::Http] {
        for compression in [Compression::None, Compression::Gzip, Compression::Zstd] {
            let (outcome, sink) = exchange(protocol, compression, Pace::Closed, 16 << 10).await;

            assert_eq!((outcome.refusals(), outcome.unanswered), (0, 0), "{:?}", outcome.failures);
            assert!(outcome.requests() > 0, "nothing went through");
            for (place, requests) in outcome.acknowledged.iter().enumerate() {
                assert_eq!(sink.counts.of_request(place), requests * ITEMS as u64, "request {place} of the pool");
            }
            assert_eq!(sink.counts.totals().unreadable, 0);
        }
    }
}

#[tokio::test]
async fn large_frames_arrive_as_well() {
    let (outcome, sink) = exchange(Protocol::Grpc, Compression::None, Pace::Closed, 1 << 20).await;

    assert!(outcome.requests() > 0, "nothing went through");
    assert_eq!(sink.counts.totals().items, outcome.requests() * ITEMS as u64);
}

#[tokio::test]
async fn a_rate_is_kept() {
    for protocol in [Protocol::Grpc, Protocol::Http] {
        let (outcome, _sink) = exchange(protocol, Compression::None, Pace::Rate(200.0), 16 << 10).await;

        assert_eq!(outcome.requests(), 40);
    }
}
