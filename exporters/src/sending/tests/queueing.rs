use super::*;

#[tokio::test(start_paused = true)]
async fn takes_at_once_and_sends_in_order() {
    let backend = Backend::closed(|_, _| Ok(Accepted::ALL));
    let tail = tail(json!({"sending_queue": {"num_consumers": 1}}), &backend);

    for name in ["a", "b", "c"] {
        assert_eq!(consume(&tail, name).await.unwrap(), Accepted::ALL);
    }
    backend.gate.add_permits(3);

    assert_eq!(tail.flush(soon()).await, 0);
    assert_eq!(backend.seen(), ["a", "b", "c"]);
}

#[tokio::test(start_paused = true)]
async fn callers_are_answered_as_fast_as_the_backend_takes_what_they_bring() {
    let backend = Backend::closed(|_, _| Ok(Accepted::ALL));
    let tail = tail(json!({"sending_queue": {"num_consumers": 1}, "timeout": "10s"}), &backend);
    let large = "x".repeat(17 << 20);
    let began = Instant::now();
    consume(&tail, "sent").await.unwrap();
    backend.until_attempts(1).await;

    // Nothing leaves: the answer is held up, but comes.
    consume(&tail, &large).await.unwrap();
    let held_up = began.elapsed();
    assert!((Duration::from_millis(700)..Duration::from_millis(900)).contains(&held_up), "{held_up:?}");
    // Something leaves meanwhile: it comes at once.
    let (answer, ()) = tokio::join!(consume(&tail, "late"), async { backend.gate.add_permits(1) });

    assert_eq!((answer.unwrap(), began.elapsed()), (Accepted::ALL, held_up));
    backend.gate.add_permits(2);
    assert_eq!(tail.flush(soon()).await, 0);
}

#[tokio::test(start_paused = true)]
async fn as_many_are_sent_at_a_time_as_there_are_consumers() {
    let backend = Backend::closed(|_, _| Ok(Accepted::ALL));
    let tail = tail(json!({"sending_queue": {"num_consumers": 2}}), &backend);

    for name in ["a", "b", "c"] {
        consume(&tail, name).await.unwrap();
    }
    backend.until_attempts(2).await;
    tokio::time::advance(Duration::from_secs(1)).await;
    assert_eq!(backend.seen(), ["a", "b"]);
    backend.gate.add_permits(1);
    backend.until_attempts(3).await;
}

#[tokio::test(start_paused = true)]
async fn what_is_being_sent_still_counts_towards_the_size() {
    let backend = Backend::closed(|_, _| Ok(Accepted::ALL));
    let tail = tail(json!({"sending_queue": {"sizer": "items", "queue_size": 3}}), &backend);

    consume(&tail, "a b").await.unwrap();
    backend.until_attempts(1).await;
    let error = consume(&tail, "c d").await.unwrap_err();
    assert_eq!((error.reason, error.code), (Reason::QueueFull, Code::Unavailable));
    assert_eq!(error.message, "sending queue is full");
    consume(&tail, "e").await.unwrap();

    backend.gate.add_permits(2);
    assert_eq!(tail.flush(soon()).await, 0);
    assert_eq!(backend.seen(), ["a b", "e"]);
}

#[tokio::test(start_paused = true)]
async fn a_full_queue_says_when_there_should_be_room() {
    let backend = Backend::closed(|_, _| Ok(Accepted::ALL));
    let tail = tail(json!({"sending_queue": {"sizer": "items", "queue_size": 4, "num_consumers": 1}}), &backend);
    for name in ["a b", "c d"] {
        consume(&tail, name).await.unwrap();
    }
    backend.until_attempts(1).await;

    // Nothing has left yet: the first wait of a retry is the best guess.
    assert_eq!(consume(&tail, "e").await.unwrap_err().retry, Retry::After(Duration::from_secs(5)));
    // Two items left in four seconds: the next should leave in two.
    backend.gate.add_permits(1);
    backend.until_attempts(2).await;
    tokio::time::advance(Duration::from_secs(4)).await;
    consume(&tail, "e f").await.unwrap();
    assert_eq!(consume(&tail, "g").await.unwrap_err().retry, Retry::After(Duration::from_secs(2)));
}

#[tokio::test(start_paused = true)]
async fn what_never_fits_is_refused_for_good() {
    let backend = Backend::healthy();
    let full = json!({"sizer": "items", "queue_size": 1, "block_on_overflow": true});
    let tail = tail(json!({"sending_queue": full}), &backend);

    let error = consume(&tail, "a b").await.unwrap_err();

    assert_eq!((error.reason, error.retry), (Reason::TooLarge, Retry::Never));
    assert_eq!(error.message, "the request is larger than the whole sending queue");
}

#[tokio::test(start_paused = true)]
async fn block_on_overflow_lets_the_caller_wait_for_room() {
    let backend = Backend::closed(|_, _| Ok(Accepted::ALL));
    let tail = tail(json!({"sending_queue": {"queue_size": 1, "block_on_overflow": true}}), &backend);
    consume(&tail, "a").await.unwrap();

    let mut blocked = tail.consume(spans(["b"]), Context::default());
    assert!(futures_util::poll!(&mut blocked).is_pending());
    backend.gate.add_permits(2);
    blocked.await.unwrap();

    assert_eq!(tail.flush(soon()).await, 0);
    assert_eq!(backend.seen(), ["a", "b"]);
}

#[tokio::test(start_paused = true)]
async fn a_stop_refuses_the_callers_that_wait_for_room() {
    let backend = Backend::closed(|_, _| Ok(Accepted::ALL));
    let tail = tail(json!({"sending_queue": {"queue_size": 1, "block_on_overflow": true}}), &backend);
    consume(&tail, "a").await.unwrap();
    let mut blocked = tail.consume(spans(["b"]), Context::default());
    assert!(futures_util::poll!(&mut blocked).is_pending());

    let mut flush = tail.flush(soon());
    assert!(futures_util::poll!(&mut flush).is_pending());

    assert_eq!(blocked.await.unwrap_err().reason, Reason::Shutdown);
    assert_eq!(consume(&tail, "c").await.unwrap_err().reason, Reason::Shutdown);
}

#[tokio::test(start_paused = true)]
async fn wait_for_result_tells_the_outcome() {
    let partial = Accepted { rejected: 1, message: Some("too old".into()) };
    let answer = partial.clone();
    let backend = Backend::new(move |names, tried| match (names[0].as_str(), tried) {
        ("bad", _) => Err(rejected()),
        ("late", 1) => Err(unavailable(Retry::Now)),
        _ => Ok(answer.clone()),
    });
    let tail = tail(json!({"sending_queue": {"wait_for_result": true}}), &backend);

    assert_eq!(consume(&tail, "late").await.unwrap(), partial);
    assert_eq!(consume(&tail, "bad").await.unwrap_err().message, "bad data");
}

#[tokio::test(start_paused = true)]
async fn a_waiting_retry_holds_no_consumer() {
    let backend = Backend::new(|names, tried| match (names[0].as_str(), tried) {
        ("poisoned", ..3) => Err(unavailable(Retry::After(Duration::from_secs(60)))),
        _ => Ok(Accepted::ALL),
    });
    let tail = tail(json!({"sending_queue": {"num_consumers": 1}}), &backend);

    for name in ["poisoned", "a", "b"] {
        consume(&tail, name).await.unwrap();
    }
    backend.until_attempts(5).await;

    let attempts = backend.attempts();
    assert_eq!(backend.seen(), ["poisoned", "a", "b", "poisoned", "poisoned"]);
    assert_eq!(attempts[2].at, attempts[0].at);
    assert_eq!(attempts[4].at - attempts[0].at, Duration::from_secs(120));
}

#[tokio::test(start_paused = true)]
async fn a_defect_in_an_attempt_costs_one_batch_and_no_consumer() {
    let backend = Backend::new(|names, _| match names[0].as_str() {
        "defect" => panic!("defect"),
        _ => Ok(Accepted::ALL),
    });
    let tail = tail(json!({"sending_queue": {"num_consumers": 1, "wait_for_result": true}}), &backend);

    let error = consume(&tail, "defect").await.unwrap_err();
    assert_eq!((error.reason, error.retry), (Reason::Internal, Retry::Never));
    consume(&tail, "a").await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn metadata_goes_with_the_batch() {
    let backend = Backend::healthy();
    let tail = tail(json!({}), &backend);

    tail.consume(spans(["a"]), from_tenant("t")).await.unwrap();
    assert_eq!(tail.flush(soon()).await, 0);

    let metadata: Metadata = [("x-tenant", "t"), ("x-other", "o")].into_iter().collect();
    assert_eq!(backend.attempts()[0].metadata, metadata);
}

#[tokio::test(start_paused = true)]
async fn a_stop_gives_everything_one_attempt_and_counts_what_is_lost() {
    let backend = Backend::closed(|names, _| match names[0].as_str() {
        "down" => Err(unavailable(Retry::Now)),
        "bad" => Err(rejected()),
        _ => Ok(Accepted::ALL),
    });
    let tail = tail(json!({"sending_queue": {"num_consumers": 1}}), &backend);
    for names in ["down 2", "a", "down 3 4", "bad", "b"] {
        consume(&tail, names).await.unwrap();
    }
    // The first waits for its retry when the stop comes.
    backend.gate.add_permits(1);
    backend.until_attempts(2).await;
    let mut flush = tail.flush(soon());
    assert!(futures_util::poll!(&mut flush).is_pending());

    backend.gate.add_permits(5);

    assert_eq!(flush.await, 2 + 3 + 1);
    assert_eq!(backend.seen(), ["down 2", "a", "down 3 4", "bad", "b", "down 2"]);
    assert_eq!(tail.flush(soon()).await, 0);
}

#[tokio::test(start_paused = true)]
async fn what_is_left_at_the_deadline_is_lost() {
    let backend = Backend::closed(|_, _| Ok(Accepted::ALL));
    let tail = tail(json!({"sending_queue": {"num_consumers": 1}, "timeout": 0}), &backend);
    for names in ["a", "b c"] {
        consume(&tail, names).await.unwrap();
    }

    assert_eq!(tail.flush(std::time::Instant::now() + Duration::from_secs(1)).await, 3);
    assert_eq!(backend.seen(), ["a"]);
}

#[test]
fn everything_is_counted_under_the_collectors_names() {
    let recorder = DebuggingRecorder::new();
    let _recording = metrics::set_default_local_recorder(&recorder);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().start_paused(true).build().unwrap();

    let (waiting, done) = runtime.block_on(async {
        let backend = Backend::closed(|names, _| match names[0].as_str() {
            "bad" => Err(rejected()),
            "half" => Ok(Accepted { rejected: 1, message: None }),
            _ => Ok(Accepted::ALL),
        });
        let tail = tail(json!({"sending_queue": {"sizer": "items", "queue_size": 6}}), &backend);
        for names in ["a b", "bad c", "half d"] {
            consume(&tail, names).await.unwrap();
        }
        consume(&tail, "e f g").await.unwrap_err();
        let waiting = series(recorder.snapshotter().snapshot());
        backend.gate.add_permits(3);
        tail.flush(soon()).await;
        (waiting, series(recorder.snapshotter().snapshot()))
    });

    assert_eq!(waiting["otelcol_exporter_queue_capacity data_type=traces"], 6.0);
    assert_eq!(waiting["otelcol_exporter_queue_size data_type=traces"], 6.0);
    assert_eq!(waiting["otelcol_exporter_in_flight_requests data_type=traces"], 3.0);
    assert_eq!(waiting["otelcol_exporter_enqueue_failed_spans"], 3.0);
    assert_eq!(done["otelcol_exporter_queue_size data_type=traces"], -6.0);
    assert_eq!(done["otelcol_exporter_in_flight_requests data_type=traces"], -3.0);
    assert_eq!(done["otelcol_exporter_sent_spans"], 4.0);
    assert_eq!(done["otelcol_exporter_send_failed_spans"], 2.0);
    assert_eq!(done["sluice_lost_items otel_signal=traces reason=rejected"], 3.0);
}
