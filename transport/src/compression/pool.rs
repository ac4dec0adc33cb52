//! Threads that pack big bodies, so that the sockets' threads need not.

use std::sync::OnceLock;
use std::thread;

use crossbeam_channel::{Sender, TrySendError, bounded};
use tokio::sync::oneshot;

type Job = Box<dyn FnOnce() + Send>;

/// How many jobs may wait a thread.
const WAITING: usize = 4;

/// Runs `job` on one of the compression threads, of which there are as many as cores; here, if all are busy.
///
/// Worth its two thread switches from about 64 KiB of work on. Once begun, the job is run to its end even if the future
/// is dropped. `None` means that the job panicked.
pub async fn run<T: Send + 'static>(job: impl FnOnce() -> T + Send + 'static) -> Option<T> {
    let (answer, outcome) = oneshot::channel();
    let job: Job = Box::new(move || drop(answer.send(job())));
    match jobs().try_send(job) {
        Ok(()) => {}
        Err(TrySendError::Full(job) | TrySendError::Disconnected(job)) => job(),
    }
    outcome.await.ok()
}

fn jobs() -> &'static Sender<Job> {
    static JOBS: OnceLock<Sender<Job>> = OnceLock::new();
    JOBS.get_or_init(|| {
        let threads = thread::available_parallelism().map_or(1, |threads| threads.get());
        let (sender, receiver) = bounded::<Job>(threads * WAITING);
        for index in 0..threads {
            let receiver = receiver.clone();
            let spawned = thread::Builder::new().name(format!("compress-{index}")).spawn(move || {
                for job in receiver {
                    // What it was working for sees that no answer comes.
                    let _ = std::panic::catch_unwind(std::panic::AssertUnwindSafe(job));
                }
            });
            if let Err(error) = spawned {
                tracing::warn!(%error, "cannot start a compression thread, bodies are packed where they are made");
            }
        }
        sender
    })
}
