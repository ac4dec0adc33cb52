//! Batches that become several bodies.

use super::*;

/// Makes a parcel of each span, and settles each by its name: `taken`, `refused`, `half` (of two items), `large` (becomes two that
/// are taken), or `down`, which fails until the backend is up.
#[derive(Default)]
struct Office {
    prepared: AtomicUsize,
    up: std::sync::atomic::AtomicBool,
    tried: Mutex<Vec<String>>,
    in_order: bool,
    at_once: Option<usize>,
}

impl Deliver for Office {
    fn prepare(&self, batch: Batch, _: &Context) -> BoxFuture<'_, Result<Vec<Parcel>, ConsumeError>> {
        self.prepared.fetch_add(1, Ordering::Relaxed);
        let parcel =
            |name: String| Parcel { items: if name == "half" { 2 } else { 1 }, body: name.into(), ..Parcel::default() };
        Box::pin(std::future::ready(Ok(names(&batch).into_iter().map(parcel).collect())))
    }

    fn deliver<'a>(&'a self, parcel: &'a Parcel, _: &'a Context) -> BoxFuture<'a, Result<Receipt, ConsumeError>> {
        let name = std::str::from_utf8(&parcel.body).unwrap();
        self.tried.lock().unwrap().push(name.into());
        let receipt = match name {
            "refused" => Err(rejected()),
            "down" if !self.up.load(Ordering::Relaxed) => Err(unavailable(Retry::After(Duration::from_secs(7)))),
            "half" => Ok(Receipt::Taken(Accepted { rejected: 1, message: Some("one is too old".into()) })),
            "large" => {
                let small = |name: &'static str| Parcel { body: name.into(), items: 1, ..Parcel::default() };
                Ok(Receipt::Instead(vec![small("small-1"), small("small-2")]))
            }
            "stuck" => return Box::pin(std::future::pending()),
            "broken" => panic!("for the test"),
            _ => Ok(Receipt::Taken(Accepted::ALL)),
        };
        Box::pin(std::future::ready(receipt))
    }

    fn in_order(&self) -> bool {
        self.in_order
    }

    fn at_once(&self) -> usize {
        self.at_once.unwrap_or(1)
    }
}

/// The tail in front of an office, whose queue tells nobody what became of a request.
fn office(json: Json) -> (Arc<Office>, Arc<dyn Consumer>) {
    tail_of(Office::default(), json)
}

fn tail_of(office: Office, json: Json) -> (Arc<Office>, Arc<dyn Consumer>) {
    let office = Arc::new(office);
    let (config, problems) = read(json, |section| Config::read(section, Duration::from_secs(5)));
    assert_eq!(problems, [""; 0]);
    let tail = delivering(&settings("loki"), Signal::Traces, &config, Arc::clone(&office) as _);
    (office, tail)
}

fn counted(recorder: &DebuggingRecorder) -> (f64, f64, f64, f64) {
    let series = series(recorder.snapshotter().snapshot());
    let of = |name: &str| series.get(name).copied().unwrap_or(0.0);
    (
        of("otelcol_exporter_sent_spans"),
        of("otelcol_exporter_send_failed_spans"),
        of("sluice_lost_items otel_signal=traces reason=rejected"),
        of("sluice_lost_items otel_signal=traces reason=retries_exhausted"),
    )
}

#[tokio::test(start_paused = true)]
async fn what_was_taken_is_not_sent_again_when_a_later_one_fails() {
    let recorder = DebuggingRecorder::new();
    let _recording = metrics::set_default_local_recorder(&recorder);
    let (office, tail) = office(json!({}));

    consume(&tail, "a down b").await.unwrap();
    tokio::time::sleep(Duration::from_secs(1)).await;
    assert_eq!(counted(&recorder), (1.0, 0.0, 0.0, 0.0));
    office.up.store(true, Ordering::Relaxed);
    tokio::time::sleep(Duration::from_secs(7)).await;

    assert_eq!(*office.tried.lock().unwrap(), ["a", "down", "down", "b"]);
    assert_eq!(office.prepared.load(Ordering::Relaxed), 1);
    assert_eq!(counted(&recorder), (2.0, 0.0, 0.0, 0.0));
}

#[tokio::test(start_paused = true)]
async fn a_refused_parcel_is_lost_alone() {
    let recorder = DebuggingRecorder::new();
    let _recording = metrics::set_default_local_recorder(&recorder);
    let (_, tail) = office(json!({}));

    consume(&tail, "a refused half b").await.unwrap();
    tail.flush(soon()).await;

    assert_eq!(counted(&recorder), (3.0, 2.0, 2.0, 0.0));
}

#[tokio::test(start_paused = true)]
async fn what_is_left_when_retries_end_is_lost_alone() {
    let recorder = DebuggingRecorder::new();
    let _recording = metrics::set_default_local_recorder(&recorder);
    let (_, tail) =
        office(json!({"retry_on_failure": {"initial_interval": "1s", "max_interval": "1s", "max_elapsed_time": "2s"}}));

    consume(&tail, "a refused down b").await.unwrap();
    tokio::time::sleep(Duration::from_secs(10)).await;

    assert_eq!(counted(&recorder), (1.0, 3.0, 1.0, 2.0));
}

#[tokio::test(start_paused = true)]
async fn who_waits_is_told() {
    let (_, tail) = office(json!({"sending_queue": {"enabled": false}}));

    assert_eq!(consume(&tail, "a b").await.unwrap(), Accepted::ALL);
    let partly = consume(&tail, "a refused half").await.unwrap();
    assert_eq!(partly, Accepted { rejected: 2, message: Some("bad data".into()) });
    let partly = consume(&tail, "half").await.unwrap();
    assert_eq!(partly, Accepted { rejected: 1, message: Some("one is too old".into()) });
    assert_eq!(consume(&tail, "refused refused").await.unwrap_err().message, "bad data");
    assert_eq!(consume(&tail, "a broken").await.unwrap_err().reason, Reason::Internal);
}

#[tokio::test(start_paused = true)]
async fn smaller_ones_take_the_place_of_one_that_is_too_large() {
    let (office, tail) = office(json!({"sending_queue": {"enabled": false}}));

    consume(&tail, "a large b").await.unwrap();

    assert_eq!(*office.tried.lock().unwrap(), ["a", "large", "small-1", "small-2", "b"]);
}

#[tokio::test(start_paused = true)]
async fn the_timeout_is_for_each_parcel() {
    let (_, tail) = office(json!({"sending_queue": {"enabled": false}, "retry_on_failure": {"enabled": false}}));

    let error = consume(&tail, "a stuck").await.unwrap_err();

    assert_eq!((error.reason, error.code), (Reason::DeadlineExceeded, Code::DeadlineExceeded));
}

#[tokio::test(start_paused = true)]
async fn a_batch_overtakes_one_that_waits_unless_they_have_an_order() {
    for in_order in [false, true] {
        let (office, tail) = tail_of(Office { in_order, ..Office::default() }, json!({}));

        consume(&tail, "a down b").await.unwrap();
        consume(&tail, "c").await.unwrap();
        tokio::time::sleep(Duration::from_secs(1)).await;
        let before: &[_] = if in_order { &["a", "down"] } else { &["a", "down", "c"] };
        assert_eq!(*office.tried.lock().unwrap(), before);
        office.up.store(true, Ordering::Relaxed);
        tokio::time::sleep(Duration::from_secs(7)).await;

        let after: &[_] = if in_order { &["a", "down", "down", "b", "c"] } else { &["a", "down", "c", "down", "b"] };
        assert_eq!(*office.tried.lock().unwrap(), after);
    }
}

#[tokio::test(start_paused = true)]
async fn what_waits_for_its_turn_leaves_together() {
    let recorder = DebuggingRecorder::new();
    let _recording = metrics::set_default_local_recorder(&recorder);
    let (office, tail) = tail_of(Office { in_order: true, ..Office::default() }, json!({}));

    consume(&tail, "down").await.unwrap();
    tokio::time::sleep(Duration::from_secs(1)).await;
    for name in ["a", "b", "c"] {
        consume(&tail, name).await.unwrap();
    }
    tail.consume(spans(["d"]), from_tenant("other")).await.unwrap();
    office.up.store(true, Ordering::Relaxed);
    tail.flush(soon()).await;

    assert_eq!(*office.tried.lock().unwrap(), ["down", "down", "a", "b", "c", "d"]);
    assert_eq!(office.prepared.load(Ordering::Relaxed), 3);
    let series = series(recorder.snapshotter().snapshot());
    assert_eq!(series["otelcol_exporter_sent_spans"], 5.0);
    assert_eq!(series["otelcol_exporter_in_flight_requests data_type=traces"], 0.0);
    assert_eq!(series["otelcol_exporter_queue_size data_type=traces"], 0.0);
}

#[tokio::test(start_paused = true)]
async fn a_stop_does_not_wait_for_a_batch_that_lets_no_other_begin() {
    let recorder = DebuggingRecorder::new();
    let _recording = metrics::set_default_local_recorder(&recorder);
    let (office, tail) = tail_of(Office { in_order: true, ..Office::default() }, json!({}));
    consume(&tail, "down").await.unwrap();
    tokio::time::sleep(Duration::from_secs(1)).await;
    consume(&tail, "a").await.unwrap();

    let lost = tail.flush(soon()).await;

    assert_eq!(*office.tried.lock().unwrap(), ["down", "down", "a"]);
    assert_eq!((lost, counted(&recorder).0), (1, 1.0));
}

#[tokio::test(start_paused = true)]
async fn without_a_queue_callers_wait_for_their_turn() {
    let queueless = json!({"sending_queue": {"enabled": false}});
    let (office, tail) = tail_of(Office { in_order: true, ..Office::default() }, queueless);

    let up = async {
        tokio::time::sleep(Duration::from_secs(1)).await;
        office.up.store(true, Ordering::Relaxed);
    };
    let (first, second, ()) = tokio::join!(consume(&tail, "down"), consume(&tail, "a"), up);

    assert_eq!((first.unwrap(), second.unwrap()), (Accepted::ALL, Accepted::ALL));
    assert_eq!(*office.tried.lock().unwrap(), ["down", "down", "a"]);
}

#[tokio::test(start_paused = true)]
async fn of_parcels_that_are_under_way_together_only_those_that_failed_are_sent_again() {
    let (office, tail) = tail_of(Office { at_once: Some(3), ..Office::default() }, json!({}));

    consume(&tail, "a down large refused b").await.unwrap();
    tokio::time::sleep(Duration::from_secs(1)).await;
    assert_eq!(*office.tried.lock().unwrap(), ["a", "down", "large"]);
    office.up.store(true, Ordering::Relaxed);
    tokio::time::sleep(Duration::from_secs(7)).await;

    let all = ["a", "down", "large", "down", "small-1", "small-2", "refused", "b"];
    assert_eq!(*office.tried.lock().unwrap(), all);
}
