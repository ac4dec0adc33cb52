use super::*;

fn without_queue(mut json: Json, backend: &Arc<Backend>) -> Arc<dyn Consumer> {
    json["sending_queue"] = json!({"enabled": false});
    tail(json, backend)
}

#[tokio::test(start_paused = true)]
async fn the_caller_gets_what_the_backend_says() {
    let partial = Accepted { rejected: 1, message: Some("too old".into()) };
    let answer = partial.clone();
    let backend = Backend::new(move |names, _| match names[0].as_str() {
        "bad" => Err(rejected()),
        _ => Ok(answer.clone()),
    });
    let tail = without_queue(json!({}), &backend);

    assert_eq!(consume(&tail, "a b").await.unwrap(), partial);
    let error = consume(&tail, "bad").await.unwrap_err();
    assert_eq!((error.code, error.reason, error.retry), (Code::InvalidArgument, Reason::Rejected, Retry::Never));
    assert_eq!(backend.seen(), ["a b", "bad"]);
}

#[tokio::test(start_paused = true)]
async fn an_attempt_is_repeated_after_the_time_that_the_backend_asks_for() {
    let backend = Backend::new(|_, tried| match tried {
        1 => Err(unavailable(Retry::After(Duration::from_secs(20)))),
        _ => Ok(Accepted::ALL),
    });
    let tail = without_queue(json!({}), &backend);

    consume(&tail, "a").await.unwrap();

    let attempts = backend.attempts();
    assert_eq!(attempts[1].at - attempts[0].at, Duration::from_secs(20));
}

#[tokio::test(start_paused = true)]
async fn without_retries_the_backends_hint_goes_to_the_caller() {
    let hint = Retry::After(Duration::from_secs(20));
    let backend = Backend::new(move |_, _| Err(unavailable(hint)));
    let tail = without_queue(json!({"retry_on_failure": {"enabled": false}}), &backend);

    let error = consume(&tail, "a").await.unwrap_err();

    assert_eq!((error.reason, error.retry, error.code), (Reason::Unavailable, hint, Code::Unavailable));
}

#[tokio::test(start_paused = true)]
async fn retries_end_in_time() {
    let backend = Backend::new(|_, _| Err(unavailable(Retry::Now)));
    let retry = json!({"initial_interval": "1s", "randomization_factor": 0, "multiplier": 2,
        "max_interval": "4s", "max_elapsed_time": "8s"});
    let tail = without_queue(json!({"retry_on_failure": retry}), &backend);

    let error = consume(&tail, "a").await.unwrap_err();

    assert_eq!(error.message, "no more retries left: connection refused");
    assert_eq!((error.reason, error.retry), (Reason::RetriesExhausted, Retry::Now));
    // At 0, 1, 3 and 7 s.
    assert_eq!(backend.seen().len(), 4);
}

#[tokio::test(start_paused = true)]
async fn an_attempt_that_takes_too_long_is_given_up() {
    let backend = Backend::closed(|_, _| Ok(Accepted::ALL));
    let tail = without_queue(json!({"timeout": "1500ms", "retry_on_failure": {"enabled": false}}), &backend);

    let error = consume(&tail, "a").await.unwrap_err();

    assert_eq!(error.message, "the backend did not answer within 1.5s");
    assert_eq!((error.code, error.reason), (Code::DeadlineExceeded, Reason::DeadlineExceeded));
}

#[tokio::test(start_paused = true)]
async fn a_stop_leaves_one_more_attempt() {
    let backend = Backend::new(|_, _| Err(unavailable(Retry::Now)));
    let tail = without_queue(json!({}), &backend);
    let waiting = tokio::spawn({
        let tail = Arc::clone(&tail);
        async move { consume(&tail, "a").await }
    });
    backend.until_attempts(1).await;

    assert_eq!(tail.flush(soon()).await, 0);

    assert_eq!(waiting.await.unwrap().unwrap_err().message, "connection refused");
    assert_eq!(backend.seen().len(), 2);
}
