use super::*;

fn batching(mut batch: Json, backend: &Arc<Backend>) -> Arc<dyn Consumer> {
    let wait = batch.as_object_mut().unwrap().remove("wait").is_some();
    tail(json!({"sending_queue": {"wait_for_result": wait, "num_consumers": 1, "batch": batch}}), backend)
}

#[tokio::test(start_paused = true)]
async fn batches_are_merged_until_they_are_large_enough() {
    let backend = Backend::healthy();
    let tail = batching(json!({"min_size": 3}), &backend);

    for names in ["a", "b", "c d", "e"] {
        consume(&tail, names).await.unwrap();
    }

    assert_eq!(tail.flush(soon()).await, 0);
    assert_eq!(backend.seen(), ["a b c d", "e"]);
}

#[tokio::test(start_paused = true)]
async fn a_batch_waits_for_others_no_longer_than_it_may() {
    let backend = Backend::healthy();
    let tail = batching(json!({"min_size": 3, "flush_timeout": "1s"}), &backend);
    let begin = Instant::now();

    consume(&tail, "a").await.unwrap();
    tokio::time::sleep(Duration::from_millis(600)).await;
    consume(&tail, "b").await.unwrap();
    backend.until_attempts(1).await;
    consume(&tail, "c").await.unwrap();
    backend.until_attempts(2).await;

    let times: Vec<_> = backend.attempts().iter().map(|attempt| attempt.at - begin).collect();
    assert_eq!(backend.seen(), ["a b", "c"]);
    assert_eq!(times.iter().map(Duration::as_secs).collect::<Vec<_>>(), [1, 2]);
}

#[tokio::test(start_paused = true)]
async fn what_is_too_large_is_cut_and_the_rest_waits() {
    let backend = Backend::healthy();
    let tail = batching(json!({"min_size": 2, "max_size": 3}), &backend);

    consume(&tail, "a b c d e f g").await.unwrap();
    backend.until_attempts(2).await;
    consume(&tail, "h i").await.unwrap();
    backend.until_attempts(3).await;

    assert_eq!(backend.seen(), ["a b c", "d e f", "g h i"]);
}

#[tokio::test(start_paused = true)]
async fn bytes_count_where_they_are_asked_for() {
    let backend = Backend::healthy();
    let size = spans(["a"]).bytes();
    let tail = batching(json!({"sizer": "bytes", "min_size": 2 * size, "max_size": 2 * size}), &backend);

    for name in ["a", "b", "c"] {
        consume(&tail, name).await.unwrap();
    }

    assert_eq!(tail.flush(soon()).await, 0);
    assert_eq!(backend.seen(), ["a b", "c"]);
}

#[tokio::test(start_paused = true)]
async fn only_what_agrees_in_its_metadata_is_merged() {
    let backend = Backend::healthy();
    let tail = batching(json!({"min_size": 2, "partition": {"metadata_keys": ["X-Tenant"]}}), &backend);

    for (name, tenant) in [("a", "t"), ("b", "u"), ("c", "t"), ("d", "u")] {
        tail.consume(spans([name]), from_tenant(tenant)).await.unwrap();
    }
    assert_eq!(tail.flush(soon()).await, 0);

    assert_eq!(backend.seen(), ["a c", "b d"]);
    let metadata: Metadata = [("x-tenant", "t")].into_iter().collect();
    assert_eq!(backend.attempts()[0].metadata, metadata);
}

#[tokio::test(start_paused = true)]
async fn more_combinations_than_can_be_kept_are_sent_as_they_are() {
    let backend = Backend::closed(|_, _| Ok(Accepted::ALL));
    let queue = json!({
        "queue_size": 10_000, "batch": {"min_size": 2, "partition": {"metadata_keys": ["x-tenant"]}},
    });
    let tail = tail(json!({"sending_queue": queue}), &backend);
    for tenant in 0..4096 {
        tail.consume(spans(["a"]), from_tenant(&tenant.to_string())).await.unwrap();
    }
    tokio::task::yield_now().await;
    assert_eq!(backend.seen(), [""; 0]);

    tail.consume(spans(["alone"]), from_tenant("one more")).await.unwrap();
    tail.consume(spans(["b"]), from_tenant("7")).await.unwrap();
    backend.until_attempts(2).await;

    assert_eq!(backend.seen(), ["alone", "a b"]);
}

#[tokio::test(start_paused = true)]
async fn everybody_whose_items_are_in_a_batch_is_told_its_outcome() {
    let backend = Backend::new(|names, _| match names.contains(&"bad".to_owned()) {
        true => Err(rejected()),
        false => Ok(Accepted { rejected: 1, message: Some("too old".into()) }),
    });
    let tail = batching(json!({"wait": true, "min_size": 2, "max_size": 2}), &backend);

    let (first, second, third) = tokio::join!(consume(&tail, "a"), consume(&tail, "b c d"), consume(&tail, "e bad f"));

    // a b | c d | e bad | f, and nobody knows whose item of the first was rejected.
    let unknown = Accepted { rejected: 0, message: Some("too old".into()) };
    assert_eq!(backend.seen(), ["a b", "c d", "e bad", "f"]);
    assert_eq!(first.unwrap(), unknown);
    assert_eq!(second.unwrap(), unknown);
    assert_eq!(third.unwrap_err().message, "bad data");
}

#[tokio::test(start_paused = true)]
async fn profiles_are_never_merged() {
    let backend = Arc::new(Sizes::default());
    let (config, _) = read(json!({"sending_queue": {"batch": {"min_size": 10}}}), |section| {
        Config::read(section, Duration::from_secs(5))
    });
    let tail = sending(&settings("otlp"), Signal::Profiles, &config, Arc::clone(&backend) as _);
    let profiles = |items| Batch::trusted(Signal::Profiles, bytes::Bytes::from_static(b"\x12\x00"), items);

    for items in [1, 2, 3] {
        tail.consume(profiles(items), Context::default()).await.unwrap();
    }
    assert_eq!(tail.flush(soon()).await, 0);

    assert_eq!(*backend.0.lock().unwrap(), [1, 2, 3]);
}

#[derive(Default)]
struct Sizes(Mutex<Vec<usize>>);

impl Push for Sizes {
    fn push(&self, batch: Batch, _: Context) -> BoxFuture<'_, Result<Accepted, ConsumeError>> {
        self.0.lock().unwrap().push(batch.items());
        Box::pin(std::future::ready(Ok(Accepted::ALL)))
    }
}
