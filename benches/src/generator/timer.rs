//! A timer that is exact to some ten microseconds; tokio's own fires up to two milliseconds late, which is more than what is
//! measured.

use std::io;
use std::os::fd::OwnedFd;
use std::time::{Duration, Instant};

use rustix::time::{Itimerspec, TimerfdClockId, TimerfdFlags, TimerfdTimerFlags, Timespec};
use rustix::time::{timerfd_create, timerfd_settime};
use tokio::io::unix::AsyncFd;

/// Waits longer than this begin with tokio's timer.
const COARSE: Duration = Duration::from_millis(4);

/// A timer of the kernel (`timerfd_create(2)`).
pub(super) struct Timer {
    descriptor: AsyncFd<OwnedFd>,
}

impl Timer {
    pub(super) fn new() -> io::Result<Timer> {
        let flags = TimerfdFlags::NONBLOCK | TimerfdFlags::CLOEXEC;
        let descriptor = timerfd_create(TimerfdClockId::Monotonic, flags)?;
        #[expect(deprecated, reason = "its successor is unsafe; the descriptor of an OwnedFd stays what it is")]
        let descriptor = AsyncFd::new(descriptor)?;
        Ok(Timer { descriptor })
    }

    /// Waits until the time has come. May be dropped half-way and called again.
    pub(super) async fn until(&self, time: Instant) -> io::Result<()> {
        let wait = time.saturating_duration_since(Instant::now());
        if wait.is_zero() {
            return Ok(());
        }
        if wait > COARSE {
            // Cheaper: no system call.
            tokio::time::sleep(wait - COARSE).await;
        }
        let wait = time.saturating_duration_since(Instant::now());
        timerfd_settime(
            self.descriptor.get_ref(),
            TimerfdTimerFlags::empty(),
            &once(wait.max(Duration::from_nanos(1))),
        )?;
        while Instant::now() < time {
            // Setting the timer made it unreadable, so a readiness from before is an error here and is waited for again.
            let mut expired = self.descriptor.readable().await?;
            let _ = expired.try_io(|timer| Ok(rustix::io::read(timer.get_ref(), &mut [0; 8])?));
        }
        Ok(())
    }
}

fn once(wait: Duration) -> Itimerspec {
    let never = Timespec { tv_sec: 0, tv_nsec: 0 };
    let value = Timespec { tv_sec: wait.as_secs() as i64, tv_nsec: wait.subsec_nanos().into() };
    Itimerspec { it_interval: never, it_value: value }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn fires_once_the_time_has_come_and_can_be_used_again() {
        let timer = Timer::new().unwrap();

        for _ in 0..3 {
            let time = Instant::now() + Duration::from_micros(300);
            timer.until(time).await.unwrap();
            assert!(Instant::now() >= time);
        }
    }
}
