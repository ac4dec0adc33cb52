use std::convert::Infallible;

use http_body_util::{Full, StreamBody};
use tokio::time::sleep;

use super::super::Budget;
use super::*;

const BOUNDS: Bounds = Bounds { limit: 1_000_000, deadline: DEADLINE, announced: |_| None };

/// A body of these pieces, each after so long.
fn paced(pieces: Vec<(Duration, Bytes)>) -> impl Body<Data = Bytes, Error = Infallible> {
    StreamBody::new(futures_util::stream::unfold(pieces.into_iter(), |mut pieces| async {
        let (pause, piece) = pieces.next()?;
        sleep(pause).await;
        Some((Ok(http_body::Frame::data(piece)), pieces))
    }))
}

fn pieces(sizes: &[usize]) -> impl Body<Data = Bytes, Error = Infallible> {
    paced(sizes.iter().map(|&size| (Duration::ZERO, Bytes::from(vec![7; size]))).collect())
}

#[tokio::test]
async fn pieces_become_one() {
    let mut ticket = Budget::new(10_000_000).ticket();

    for sizes in [&[][..], &[5], &[0, 5], &[5, 0, 7], &[100_000, 300_000, 1], &[1, 999_999]] {
        let whole = collect(pieces(sizes), BOUNDS, &mut ticket).await.unwrap();

        assert_eq!(whole, vec![7; sizes.iter().sum()]);
    }
}

#[tokio::test]
async fn a_large_piece_that_is_all_is_not_copied_and_a_small_one_is() {
    let mut ticket = Budget::new(10_000_000).ticket();
    let (large, small) = (Bytes::from(vec![7; KEPT]), Bytes::from(vec![7; KEPT - 1]));

    let kept = collect(paced(vec![(Duration::ZERO, large.clone())]), BOUNDS, &mut ticket).await.unwrap();
    let copied = collect(paced(vec![(Duration::ZERO, small.clone())]), BOUNDS, &mut ticket).await.unwrap();

    assert_eq!((kept.as_ptr() == large.as_ptr(), copied.as_ptr() == small.as_ptr()), (true, false));
}

#[tokio::test]
async fn one_byte_too_many_is_too_large() {
    let mut ticket = Budget::new(10_000_000).ticket();
    let refused = |outcome: Result<Bytes, BodyError<Infallible>>| outcome.unwrap_err().to_string();
    let expected = "the body is longer than 1000000 bytes";

    assert_eq!(refused(collect(pieces(&[1_000_001]), BOUNDS, &mut ticket).await), expected);
    assert_eq!(refused(collect(pieces(&[500_000, 500_001]), BOUNDS, &mut ticket).await), expected);
    let whole = Full::new(Bytes::from(vec![7; 1_000_001]));
    assert_eq!(refused(collect(whole, BOUNDS, &mut ticket).await), expected);
    let announced = Bounds { announced: |_| Some(1_000_001), ..BOUNDS };
    assert_eq!(refused(collect(pieces(&[5, 5]), announced, &mut ticket).await), expected);
}

#[tokio::test]
async fn what_is_announced_is_not_taken_from_the_budget() {
    let budget = Budget::new(200_000);
    let mut ticket = budget.ticket();
    let announced = Bounds { announced: |_| Some(1_000_000), ..BOUNDS };

    collect(pieces(&[5, 5]), announced, &mut ticket).await.unwrap();
    assert_eq!(budget.taken(), 65_536);

    let error = collect(pieces(&[100_000, 200_000]), announced, &mut ticket).await.unwrap_err();
    assert_eq!(error.to_string(), "too many bodies are being received");
}

#[tokio::test(start_paused = true)]
async fn a_body_has_ten_seconds_to_become_fast_and_thirty_in_all() {
    let mut ticket = Budget::new(10_000_000).ticket();
    let second = Duration::from_secs(1);
    let every_second = |size: usize| paced((0..100).map(|_| (second, Bytes::from(vec![7; size]))).collect());
    let started = Instant::now();

    let drop_by_drop = collect(every_second(1), BOUNDS, &mut ticket).await.unwrap_err();
    assert_eq!(
        (drop_by_drop.to_string().as_str(), started.elapsed().as_secs()),
        ("the body does not arrive in time", 11)
    );

    let started = Instant::now();
    let too_long = collect(every_second(2000), BOUNDS, &mut ticket).await.unwrap_err();
    assert_eq!((too_long.to_string().as_str(), started.elapsed().as_secs()), ("the body does not arrive in time", 30));

    let started = Instant::now();
    let silent = collect(paced(vec![(100 * second, Bytes::new())]), BOUNDS, &mut ticket).await.unwrap_err();
    assert_eq!((silent.to_string().as_str(), started.elapsed().as_secs()), ("the body does not arrive in time", 11));
}
