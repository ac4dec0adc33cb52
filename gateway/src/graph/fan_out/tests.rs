use std::collections::BTreeMap;

use sluice_component::{ComponentId, LOST_ITEMS, Retry};

use super::*;
use crate::graph::doubles::{Scripted, Step, batch, id, lasting, passing};
use crate::telemetry::metrics::Registry;

const SECOND: Duration = Duration::from_secs(1);

/// Runs a test with a clock that moves only when everything waits, and returns what was counted as lost, by reason.
fn losing(test: impl AsyncFnOnce()) -> BTreeMap<String, u64> {
    let registry = Registry::default();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build().unwrap();
    metrics::with_local_recorder(&registry, || runtime.block_on(test()));
    registry.sums(LOST_ITEMS, "reason")
}

fn fan_out(branches: &[(&str, &Arc<Scripted>)]) -> FanOut {
    let branch =
        |(name, consumer): &(&str, &Arc<Scripted>)| Branch::new(id(name), Arc::clone(*consumer) as Arc<dyn Consumer>);
    FanOut::new(branches.iter().map(branch).collect())
}

async fn send(fan_out: &FanOut, items: usize) -> Result<Accepted, (ComponentId, Retry)> {
    fan_out.consume(batch(items), Context::default()).await.map_err(|error| (error.component, error.retry))
}

fn lost(reason: &str, items: u64) -> BTreeMap<String, u64> {
    BTreeMap::from([(reason.to_owned(), items)])
}

#[test]
fn every_branch_takes_every_batch() {
    let (a, b) = (Scripted::new([Step::Take]), Scripted::new([Step::Take]));

    let lost = losing(async || {
        assert_eq!(send(&fan_out(&[("a", &a), ("b", &b)]), 7).await, Ok(Accepted::ALL));
    });

    assert_eq!((a.taken(), b.taken()), (vec![7], vec![7]));
    assert_eq!(lost, BTreeMap::new());
}

#[test]
fn when_nobody_took_it_the_sender_is_told_to_try_again_if_that_may_help() {
    let a = Scripted::new([Step::Refuse(lasting("a"))]);
    let b = Scripted::new([Step::Refuse(passing("b", Retry::After(SECOND)))]);

    let lost = losing(async || {
        let answer = send(&fan_out(&[("a", &a), ("b", &b)]), 7).await;
        assert_eq!(answer, Err((id("b"), Retry::After(SECOND))));
    });

    assert_eq!((a.calls(), b.calls()), (1, 1));
    assert_eq!(lost, BTreeMap::new());
}

#[test]
fn what_one_branch_refuses_for_good_is_not_asked_for_again() {
    let (a, b) = (Scripted::new([Step::Take]), Scripted::new([Step::Refuse(lasting("b"))]));

    let lost_items = losing(async || {
        let answer = send(&fan_out(&[("a", &a), ("b", &b)]), 7).await.unwrap();
        assert_eq!(answer.rejected, 0);
        assert_eq!(answer.message.as_deref(), Some("7 items did not reach b: no such tenant"));
    });

    assert_eq!((a.calls(), b.calls()), (1, 1));
    assert_eq!(lost_items, lost("rejected", 7));
}

#[test]
fn a_failing_branch_is_tried_again_alone() {
    let refuse = Step::Refuse(passing("b", Retry::Now));
    let (a, b) = (Scripted::new([Step::Take]), Scripted::new([refuse.clone(), refuse, Step::Take]));

    let lost = losing(async || {
        assert_eq!(send(&fan_out(&[("a", &a), ("b", &b)]), 7).await, Ok(Accepted::ALL));
    });

    assert_eq!((a.calls(), b.calls()), (1, 3));
    assert_eq!(lost, BTreeMap::new());
}

#[test]
fn a_branch_that_stays_down_delays_one_request_and_no_more() {
    let (a, b) = (Scripted::new([Step::Take]), Scripted::new([Step::Refuse(passing("b", Retry::Now))]));

    let lost_items = losing(async || {
        let fan_out = fan_out(&[("a", &a), ("b", &b)]);
        let start = tokio::time::Instant::now();

        let answer = send(&fan_out, 7).await.unwrap();
        let first = start.elapsed();
        let tries = b.calls();
        send(&fan_out, 7).await.unwrap();

        assert_eq!(answer.message.as_deref(), Some("7 items did not reach b: sending queue is full"));
        assert!(first <= PATIENCE && first >= PATIENCE - SECOND, "{first:?}");
        assert_eq!(start.elapsed(), first);
        assert!((5..20).contains(&tries), "{tries}");
        assert_eq!(b.calls(), tries + 1);
    });

    assert_eq!(a.taken(), [7, 7]);
    assert_eq!(lost_items, lost("queue_full", 14));
}

#[test]
fn a_branch_that_comes_back_is_waited_for_again() {
    let refuse = || Step::Refuse(passing("b", Retry::After(10 * SECOND)));
    let refuse_briefly = Step::Refuse(passing("b", Retry::Now));
    let a = Scripted::new([Step::Take]);
    let b = Scripted::new([refuse(), Step::Take, refuse_briefly, Step::Take]);

    let lost_items = losing(async || {
        let fan_out = fan_out(&[("a", &a), ("b", &b)]);
        for _ in 0..3 {
            send(&fan_out, 7).await.unwrap();
        }
    });

    assert_eq!(b.taken(), [7, 7]);
    assert_eq!(lost_items, lost("queue_full", 7));
}

#[test]
fn a_slow_branch_ends_on_its_own() {
    let (a, b) = (Scripted::new([Step::Take]), Scripted::new([Step::TakeAfter(60 * SECOND)]));

    let lost = losing(async || {
        let fan_out = fan_out(&[("a", &a), ("b", &b)]);
        let start = tokio::time::Instant::now();

        assert_eq!(send(&fan_out, 7).await, Ok(Accepted::ALL));
        assert_eq!(start.elapsed(), PATIENCE);
        let given_up = fan_out.flush((start + 100 * SECOND).into_std()).await;

        assert_eq!(given_up, 0);
        assert_eq!(start.elapsed(), 60 * SECOND);
    });

    assert_eq!((a.taken(), b.taken()), (vec![7], vec![7]));
    assert_eq!(lost, BTreeMap::new());
}

#[test]
fn past_what_may_be_held_the_caller_waits() {
    let (a, b) = (Scripted::new([Step::Take]), Scripted::new([Step::TakeAfter(60 * SECOND)]));

    losing(async || {
        let fan_out = FanOut { held: Held::new(150), ..fan_out(&[("a", &a), ("b", &b)]) };
        let start = tokio::time::Instant::now();

        send(&fan_out, 1).await.unwrap();
        let first = start.elapsed();
        send(&fan_out, 1).await.unwrap();

        assert_eq!((first, start.elapsed()), (PATIENCE, PATIENCE + 60 * SECOND));
    });

    assert_eq!(b.taken(), [1, 1]);
}

#[test]
fn what_is_held_at_the_deadline_is_counted_as_lost() {
    let (a, b) = (Scripted::new([Step::Take]), Scripted::new([Step::TakeAfter(60 * SECOND)]));

    let lost_items = losing(async || {
        let fan_out = fan_out(&[("a", &a), ("b", &b)]);
        let start = tokio::time::Instant::now();
        send(&fan_out, 7).await.unwrap();

        assert_eq!(fan_out.flush((start + 10 * SECOND).into_std()).await, 7);
        assert_eq!(start.elapsed(), 10 * SECOND);
    });

    assert_eq!(lost_items, lost("shutdown", 7));
}

#[test]
fn a_caller_that_goes_away_leaves_nothing_behind() {
    let (a, b) = (Scripted::new([Step::Take]), Scripted::new([Step::TakeAfter(60 * SECOND)]));

    let lost = losing(async || {
        let fan_out = fan_out(&[("a", &a), ("b", &b)]);
        tokio::time::timeout(SECOND, send(&fan_out, 7)).await.unwrap_err();

        assert_eq!(fan_out.flush(Instant::now()).await, 0);
    });

    assert_eq!((a.taken(), b.taken()), (vec![7], vec![]));
    assert_eq!(lost, BTreeMap::new());
}

#[test]
fn what_several_backends_reject_is_not_added_up() {
    let mut answer = Answer::default();
    let branch = Branch::new(id("a"), Scripted::new([Step::Take]));

    answer.take(&branch, Accepted { rejected: 3, message: Some("too old".into()) });
    answer.take(&branch, Accepted { rejected: 2, message: Some("é".repeat(600).into()) });
    let accepted = answer.give().unwrap();

    assert_eq!(accepted.rejected, 3);
    assert_eq!(accepted.message.unwrap().len(), 1023);
}
