//! When a failed attempt is repeated.

use std::time::Duration;

use sluice_component::Retry;
use tokio::time::Instant;

use super::RetryConfig;

/// How far the attempts at one batch have come.
///
/// The formula is the Collector's, so that its settings mean the same here. No maintained crate has it: `backon` and
/// `exponential-backoff` only add to a wait, or take it from all the attempts so far; `backoff` is abandoned.
///
/// Source: `cenkalti/backoff` `ExponentialBackOff` as used by the Collector's `retry_sender.go`.
#[derive(Debug, Default)]
pub(super) struct Backoff {
    /// The first attempt's begin and the next wait, before chance.
    state: Option<(Instant, Duration)>,
}

/// What to do after a failed attempt.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Next {
    /// Try again after this time.
    Wait(Duration),
    /// It has no sense: the error is permanent, or repeating is off.
    Never,
    /// It took too long already.
    Exhausted,
}

impl Backoff {
    /// Notes that an attempt begins.
    pub(super) fn begin(&mut self, config: &RetryConfig) {
        self.state.get_or_insert_with(|| (Instant::now(), config.initial_interval));
    }

    /// Decides about an attempt that has failed.
    pub(super) fn failed(&mut self, config: &RetryConfig, retry: Retry) -> Next {
        let (started, interval) = self.state.get_or_insert_with(|| (Instant::now(), config.initial_interval));
        let own = shifted(*interval, config.randomization_factor);
        let wait = match retry {
            Retry::Never => return Next::Never,
            Retry::Now => own,
            Retry::After(wanted) => own.max(wanted),
        };
        *interval = longer(*interval, config.multiplier, config.max_interval);
        // A backend may ask for any time at all; without an end, the sum of the two must still be a time.
        let end = config.max_elapsed_time;
        if !end.is_zero() && started.elapsed().saturating_add(wait) > end {
            return Next::Exhausted;
        }
        Next::Wait(wait)
    }
}

/// Somewhere within `factor` of the interval, below and above.
fn shifted(interval: Duration, factor: f64) -> Duration {
    let shift = factor * (2.0 * fastrand::f64() - 1.0);
    Duration::try_from_secs_f64(interval.as_secs_f64() * (1.0 + shift)).unwrap_or(interval)
}

fn longer(interval: Duration, multiplier: f64, max: Duration) -> Duration {
    Duration::try_from_secs_f64(interval.as_secs_f64() * multiplier).unwrap_or(max).min(max)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn config(randomization_factor: f64) -> RetryConfig {
        RetryConfig {
            initial_interval: Duration::from_secs(5),
            randomization_factor,
            multiplier: 1.5,
            max_interval: Duration::from_secs(10),
            max_elapsed_time: Duration::from_secs(60),
        }
    }

    #[tokio::test(start_paused = true)]
    async fn waits_grow_to_the_longest_and_end_in_time() {
        let config = config(0.0);
        let mut backoff = Backoff::default();
        let mut waits = Vec::new();
        backoff.begin(&config);

        while let Next::Wait(wait) = backoff.failed(&config, Retry::Now) {
            waits.push(wait.as_secs_f64());
            tokio::time::advance(wait).await;
            backoff.begin(&config);
        }

        // Another 10 s would end after 62.5 s.
        assert_eq!(waits, [5.0, 7.5, 10.0, 10.0, 10.0, 10.0]);
        assert_eq!(backoff.failed(&config, Retry::Now), Next::Exhausted);
    }

    #[tokio::test(start_paused = true)]
    async fn a_backend_can_lengthen_a_wait_but_not_shorten_it() {
        let config = config(0.0);
        let mut backoff = Backoff::default();

        let short = backoff.failed(&config, Retry::After(Duration::from_secs(1)));
        let long = backoff.failed(&config, Retry::After(Duration::from_secs(42)));
        let for_ever = backoff.failed(&config, Retry::After(Duration::MAX));

        assert_eq!(short, Next::Wait(Duration::from_secs(5)));
        assert_eq!(long, Next::Wait(Duration::from_secs(42)));
        assert_eq!(for_ever, Next::Exhausted);
    }

    #[tokio::test(start_paused = true)]
    async fn chance_stays_within_its_factor() {
        let config = config(0.5);

        for _ in 0..1000 {
            let next = Backoff::default().failed(&config, Retry::Now);
            let Next::Wait(wait) = next else { panic!("{next:?}") };
            assert!((2.5..=7.5).contains(&wait.as_secs_f64()), "{wait:?}");
        }
    }

    #[tokio::test(start_paused = true)]
    async fn a_permanent_error_is_not_repeated() {
        assert_eq!(Backoff::default().failed(&config(0.0), Retry::Never), Next::Never);
    }
}
