//! Making every worker thread return the memory that its allocator only keeps.
//!
//! An allocator with a heap for each thread, `mimalloc` among them, returns what a thread has freed, or others have freed
//! for it, when that thread allocates and frees again. After a peak, threads that have nothing to do would keep it.

use std::cell::Cell;
use std::sync::atomic::{AtomicU64, Ordering};

static ASKED: AtomicU64 = AtomicU64::new(0);

thread_local! {
    static DONE: Cell<u64> = const { Cell::new(0) };
}

/// Asks every worker thread to return what it keeps free; each does before it next waits for work.
///
/// Inside a tokio runtime, threads that wait already are woken for it.
pub fn ask() {
    ASKED.fetch_add(1, Ordering::Relaxed);
    if let Ok(runtime) = tokio::runtime::Handle::try_current() {
        for _ in 0..2 * runtime.metrics().num_workers() {
            runtime.spawn(tokio::task::yield_now());
        }
    }
}

/// What a worker thread does before it waits for work: for the runtime's `on_thread_park`.
pub fn on_thread_park() {
    let asked = ASKED.load(Ordering::Relaxed);
    if DONE.replace(asked) != asked {
        give_back();
    }
}

/// Returns what this thread keeps free: freeing a large block makes the allocator look through all it has.
fn give_back() {
    const LARGE: usize = 8 * 1024 * 1024;
    drop(std::hint::black_box(Vec::<u8>::with_capacity(LARGE)));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_thread_answers_each_request_once() {
        let done = || DONE.get();
        ask();
        let asked = ASKED.load(Ordering::Relaxed);

        on_thread_park();
        assert!(done() >= asked);
        std::thread::spawn(move || {
            assert_eq!(DONE.get(), 0);
            on_thread_park();
            assert!(DONE.get() >= asked);
        })
        .join()
        .unwrap();
    }
}
