//! What the backend has taken, and what it plans to say.

use std::{collections::VecDeque, sync::Mutex};

use http::HeaderMap;
use tokio::sync::watch;

use super::Answer;
use crate::Telemetry;

/// Shared by all connections.
pub(super) struct Store {
    inner: Mutex<Inner>,
    changed: watch::Sender<()>,
}

/// What became of a request.
pub(super) enum Verdict {
    Taken,
    Refused,
}

#[derive(Default)]
struct Inner {
    taken: Vec<(HeaderMap, Telemetry)>,
    items: usize,
    refusals: usize,
    planned: VecDeque<Answer>,
    otherwise: Option<Answer>,
}

impl Default for Store {
    fn default() -> Self {
        Self { inner: Mutex::default(), changed: watch::channel(()).0 }
    }
}

impl Store {
    pub(super) fn plan(&self, answer: Answer) {
        self.lock().planned.push_back(answer);
    }

    pub(super) fn always(&self, answer: Answer) {
        self.lock().otherwise = Some(answer);
    }

    pub(super) fn next_answer(&self) -> Answer {
        let mut inner = self.lock();
        inner.planned.pop_front().or_else(|| inner.otherwise.clone()).unwrap_or(Answer::Accept)
    }

    /// Takes or refuses a request as the answer says, when the answer says.
    pub(super) async fn settle(&self, answer: &Answer, headers: HeaderMap, telemetry: Telemetry) -> Verdict {
        match answer {
            Answer::Refuse { .. } | Answer::HttpStatus(_) => {
                self.refuse();
                return Verdict::Refused;
            }
            Answer::Hang => std::future::pending().await,
            Answer::AcceptAfter(delay) => tokio::time::sleep(*delay).await,
            Answer::Accept | Answer::AcceptPart { .. } => {}
        }
        self.take(headers, telemetry);
        Verdict::Taken
    }

    fn take(&self, headers: HeaderMap, telemetry: Telemetry) {
        let items = telemetry.item_count();
        let mut inner = self.lock();
        inner.items += items;
        inner.taken.push((headers, telemetry));
        drop(inner);
        self.changed.send_replace(());
    }

    fn refuse(&self) {
        self.lock().refusals += 1;
        self.changed.send_replace(());
    }

    /// What was taken after the first `seen` requests.
    pub(super) fn taken_since(&self, seen: usize) -> Vec<Telemetry> {
        self.lock().taken.iter().skip(seen).map(|(_, telemetry)| telemetry.clone()).collect()
    }

    pub(super) fn requests_since(&self, seen: usize) -> Vec<(HeaderMap, Telemetry)> {
        self.lock().taken.iter().skip(seen).cloned().collect()
    }

    pub(super) fn headers(&self) -> Vec<HeaderMap> {
        self.lock().taken.iter().map(|(headers, _)| headers.clone()).collect()
    }

    pub(super) fn item_count(&self) -> usize {
        self.lock().items
    }

    pub(super) fn refusals(&self) -> usize {
        self.lock().refusals
    }

    pub(super) fn changes(&self) -> watch::Receiver<()> {
        self.changed.subscribe()
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Inner> {
        self.inner.lock().expect("nobody panics while holding it")
    }
}
