//! Wakes that a task causes itself.

use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};
use std::task::{Context, Wake, Waker};

use futures_util::task::AtomicWaker;

/// Keeps from the runtime what wakes a task while it is being polled.
///
/// h2 wakes the task of a connection whenever a stream on it has something to send or has ended. Where the streams are
/// polled by that same task, it is running already; the runtime would poll it once more for nothing, and have another
/// thread awake for that. Here such a wake is only noted, and whoever polls decides whether there is more to do.
pub(crate) struct Wakes {
    state: Arc<State>,
    waker: Waker,
}

struct State {
    phase: AtomicU8,
    task: AtomicWaker,
}

/// Nobody polls, and nobody has woken the task.
const ASLEEP: u8 = 0;
/// The task is being polled, and nobody has woken it since [`Wakes::forget`].
const AWAKE: u8 = 1;
/// It is to be polled again.
const WOKEN: u8 = 2;

impl Wakes {
    pub(crate) fn new() -> Self {
        let state = Arc::new(State { phase: AtomicU8::new(ASLEEP), task: AtomicWaker::new() });
        Self { waker: Waker::from(Arc::clone(&state)), state }
    }

    /// What to poll with. Wakes the task of `cx`, unless that is being polled.
    pub(crate) fn waker(&self, cx: &Context<'_>) -> Waker {
        self.state.task.register(cx.waker());
        self.waker.clone()
    }

    /// Forgets the wakes so far: everything that could have caused one is polled after this.
    pub(crate) fn forget(&self) {
        self.state.phase.swap(AWAKE, Ordering::AcqRel);
    }

    /// Lets the task sleep, unless it was woken since [`forget`](Self::forget); says whether it may.
    pub(crate) fn rest(&self) -> bool {
        self.state.phase.compare_exchange(AWAKE, ASLEEP, Ordering::AcqRel, Ordering::Acquire).is_ok()
    }
}

impl Wake for State {
    fn wake(self: Arc<Self>) {
        self.wake_by_ref();
    }

    fn wake_by_ref(self: &Arc<Self>) {
        if self.phase.swap(WOKEN, Ordering::AcqRel) == ASLEEP {
            self.task.wake();
        }
    }
}

#[cfg(test)]
mod tests {
    use futures_util::task::noop_waker;

    use super::*;

    /// Counts.
    #[derive(Default)]
    struct Task(AtomicU8);

    impl Wake for Task {
        fn wake(self: Arc<Self>) {
            self.0.fetch_add(1, Ordering::Relaxed);
        }
    }

    #[test]
    fn only_a_sleeping_task_is_woken_and_only_once() {
        let task = Arc::new(Task::default());
        let woken = || task.0.load(Ordering::Relaxed);
        let wakes = Wakes::new();
        let waker = wakes.waker(&Context::from_waker(&Waker::from(Arc::clone(&task))));

        wakes.forget();
        waker.wake_by_ref();
        assert!(!wakes.rest(), "it was woken while it was polled");
        assert_eq!(woken(), 0);

        wakes.forget();
        assert!(wakes.rest());
        waker.wake_by_ref();
        waker.wake_by_ref();
        assert_eq!(woken(), 1);
    }

    #[test]
    fn a_task_that_was_woken_before_it_slept_does_not_sleep() {
        let wakes = Wakes::new();
        let waker = wakes.waker(&Context::from_waker(&noop_waker()));

        waker.wake_by_ref();

        assert!(!wakes.rest());
    }
}
