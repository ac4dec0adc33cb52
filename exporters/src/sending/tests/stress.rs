//! Many callers at once, an unreliable backend, a stop in the middle: every item that was taken is sent once or lost once.

use super::*;

#[derive(Default)]
struct Unreliable {
    sent: AtomicUsize,
}

impl Push for Unreliable {
    fn push(&self, batch: Batch, _: Context) -> BoxFuture<'_, Result<Accepted, ConsumeError>> {
        Box::pin(async move {
            for _ in 0..fastrand::usize(..4) {
                tokio::task::yield_now().await;
            }
            match fastrand::usize(..10) {
                0..2 => Err(unavailable(Retry::Now)),
                2 => Err(rejected()),
                _ => {
                    self.sent.fetch_add(batch.items(), Ordering::Relaxed);
                    Ok(Accepted::ALL)
                }
            }
        })
    }
}

#[test]
fn nothing_is_forgotten_or_sent_twice() {
    for round in 0..24 {
        let sizer = ["requests", "items", "bytes"][round % 3];
        let queue = json!({
            "num_consumers": 1 + round % 4,
            "queue_size": 8 + 40 * (round % 3),
            "sizer": sizer,
            "block_on_overflow": round % 2 == 0,
        });
        let batch = json!({"sizer": "items", "min_size": 5, "max_size": 7, "flush_timeout": "1ms"});
        let queue = match round / 6 {
            0 => queue,
            1 => merged(queue, "wait_for_result", json!(true)),
            2 => merged(queue, "batch", batch),
            _ => merged(merged(queue, "batch", batch), "wait_for_result", json!(true)),
        };
        let retry = json!({"initial_interval": "1ms", "max_interval": "2ms", "max_elapsed_time": 0});

        let recorder = DebuggingRecorder::new();
        let _recording = metrics::set_default_local_recorder(&recorder);
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(4).enable_all().build().unwrap();
        let (taken, sent) = runtime.block_on(run(json!({"sending_queue": queue, "retry_on_failure": retry})));

        let counted = series(recorder.snapshotter().snapshot());
        assert!(sent > 0);
        assert_eq!(counted["otelcol_exporter_sent_spans"], sent as f64, "round {round}");
        assert_eq!(counted["otelcol_exporter_send_failed_spans"], (taken - sent) as f64, "round {round}");
        assert_eq!(counted["otelcol_exporter_queue_size data_type=traces"], 0.0, "round {round}");
    }
}

fn merged(mut queue: Json, key: &str, value: Json) -> Json {
    queue[key] = value;
    queue
}

/// The items that were taken, those with a bad outcome included, and those that the backend has taken.
async fn run(json: Json) -> (usize, usize) {
    let backend = Arc::new(Unreliable::default());
    let (config, problems) = read(json, |section| Config::read(section, Duration::from_secs(5)));
    assert_eq!(problems, [""; 0]);
    let tail = sending(&settings("otlp"), Signal::Traces, &config, Arc::clone(&backend) as _);
    let taken = Arc::new(AtomicUsize::new(0));

    let callers: Vec<_> = (0..8)
        .map(|_| {
            let (tail, taken) = (Arc::clone(&tail), Arc::clone(&taken));
            tokio::spawn(async move {
                for _ in 0..50 {
                    let items = 1 + fastrand::usize(..4);
                    let outcome = tail.consume(spans(["a"; 4].into_iter().take(items)), Context::default()).await;
                    match outcome {
                        Err(error) if error.reason == Reason::QueueFull => tokio::task::yield_now().await,
                        Err(error) if error.reason != Reason::Rejected => panic!("{error}"),
                        _ => drop(taken.fetch_add(items, Ordering::Relaxed)),
                    }
                }
            })
        })
        .collect();
    for caller in callers {
        tokio::time::timeout(Duration::from_secs(60), caller).await.expect("a caller waits for ever").unwrap();
    }
    let flush = tail.flush(std::time::Instant::now() + Duration::from_secs(30));
    tokio::time::timeout(Duration::from_secs(60), flush).await.expect("the queue never empties");

    (taken.load(Ordering::Relaxed), backend.sent.load(Ordering::Relaxed))
}
