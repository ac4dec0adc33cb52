//! Wakes that a task causes itself.

use std::cell::Cell;
use std::future::{Future, poll_fn};
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll, Wake, Waker};

use futures_util::task::AtomicWaker;

/// How often a future is polled in a row that wakes itself, before other tasks have their turn.
pub const ROUNDS: usize = 8;

/// Keeps from the runtime the wakes that a task causes itself while it is being polled.
///
/// h2 wakes the task of a connection whenever a stream on it has something to send or has ended, and `FuturesUnordered`
/// wakes its own after it has polled all futures. The task is running then; the runtime would poll it once more for nothing,
/// and have another thread awake for that. Here such a wake is only noted, and whoever polls decides whether there is more
/// to do. Wakes by other threads pass through.
pub struct Wakes {
    state: Arc<State>,
    waker: Waker,
}

/// A task that is being polled by this thread, until dropped.
pub struct Polling {
    state: Arc<State>,
    /// What this thread was polling around it.
    around: usize,
}

struct State {
    /// Whether the task has woken itself.
    woken: AtomicBool,
    task: AtomicWaker,
}

thread_local! {
    /// The address of the innermost state that is polled with.
    static POLLED: Cell<usize> = const { Cell::new(0) };
}

impl Wakes {
    /// Of a task that is not being polled.
    pub fn new() -> Self {
        let state = Arc::new(State { woken: AtomicBool::new(false), task: AtomicWaker::new() });
        Self { waker: Waker::from(Arc::clone(&state)), state }
    }

    /// What to poll with; who holds it wakes the task. To be used only while the task of `cx` is [polled](Self::polling).
    pub fn waker(&self, cx: &Context<'_>) -> Waker {
        self.state.task.register(cx.waker());
        self.waker.clone()
    }

    /// Notes that the task is being polled.
    pub fn polling(&self) -> Polling {
        Polling { state: Arc::clone(&self.state), around: POLLED.replace(self.state.address()) }
    }
}

impl Polling {
    /// Forgets the task's wakes so far: everything that could have caused one is polled after this.
    pub fn forget(&self) {
        self.state.woken.store(false, Ordering::Relaxed);
    }

    /// Whether the task has not woken itself since [`forget`](Self::forget), and may sleep.
    pub fn may_rest(&self) -> bool {
        !self.state.woken.load(Ordering::Relaxed)
    }
}

impl Drop for Polling {
    fn drop(&mut self) {
        POLLED.set(self.around);
    }
}

impl Default for Wakes {
    fn default() -> Self {
        Self::new()
    }
}

/// Runs a future that is a task of its own, and polls it again by itself when it has woken itself.
pub async fn quietly<F: Future>(future: F) -> F::Output {
    let mut future = pin!(future);
    let wakes = Wakes::new();
    let rounds = poll_fn(|task| {
        let waker = wakes.waker(task);
        let polling = wakes.polling();
        for _ in 0..ROUNDS {
            polling.forget();
            if let Poll::Ready(output) = future.as_mut().poll(&mut Context::from_waker(&waker)) {
                return Poll::Ready(output);
            }
            if polling.may_rest() {
                return Poll::Pending;
            }
        }
        task.waker().wake_by_ref();
        Poll::Pending
    });
    rounds.await
}

impl State {
    fn address(&self) -> usize {
        std::ptr::from_ref(self).addr()
    }
}

impl Wake for State {
    fn wake(self: Arc<Self>) {
        self.wake_by_ref();
    }

    fn wake_by_ref(self: &Arc<Self>) {
        // What is dropped at a thread's end may wake, too; nothing is polled then.
        if POLLED.try_with(Cell::get) == Ok(self.address()) {
            self.woken.store(true, Ordering::Relaxed);
        } else {
            self.task.wake();
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::AtomicU8;

    use super::*;

    /// Counts its wakes.
    #[derive(Default)]
    struct Task(AtomicU8);

    impl Wake for Task {
        fn wake(self: Arc<Self>) {
            self.0.fetch_add(1, Ordering::Relaxed);
        }
    }

    #[test]
    fn only_what_a_task_does_itself_while_it_is_polled_does_not_wake_it() {
        let task = Arc::new(Task::default());
        let woken = || task.0.swap(0, Ordering::Relaxed);
        let wakes = Wakes::new();
        let task_waker = Waker::from(Arc::clone(&task));
        let poll = || (wakes.waker(&Context::from_waker(&task_waker)), wakes.polling());

        let (waker, polling) = poll();
        polling.forget();
        assert!(polling.may_rest());
        waker.wake_by_ref();
        assert_eq!((polling.may_rest(), woken()), (false, 0));

        polling.forget();
        std::thread::scope(|scope| scope.spawn(|| waker.wake_by_ref()).join().unwrap());
        assert_eq!((polling.may_rest(), woken()), (true, 1), "another thread");

        let (waker, _) = poll();
        let within = Wakes::new().polling();
        waker.wake_by_ref();
        assert_eq!((polling.may_rest(), woken()), (true, 1), "another task");
        drop((within, polling));

        let (waker, _) = poll();
        waker.wake_by_ref();
        assert_eq!(woken(), 1, "nobody polls");
    }

    #[test]
    fn a_future_that_wakes_itself_is_polled_on_the_spot_but_not_for_ever() {
        let task = Arc::new(Task::default());
        let waker = Waker::from(Arc::clone(&task));
        let left = AtomicU8::new(0);
        let mut future = pin!(quietly(poll_fn(|cx| {
            if left.try_update(Ordering::Relaxed, Ordering::Relaxed, |left| left.checked_sub(1)).is_ok() {
                cx.waker().wake_by_ref();
            }
            Poll::<()>::Pending
        })));
        let mut poll = |wakes| {
            left.store(wakes, Ordering::Relaxed);
            assert!(future.as_mut().poll(&mut Context::from_waker(&waker)).is_pending());
            (left.load(Ordering::Relaxed), task.0.swap(0, Ordering::Relaxed))
        };

        assert_eq!(poll(3), (0, 0));
        assert_eq!(poll(100), (100 - ROUNDS as u8, 1));
    }
}
