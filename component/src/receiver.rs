//! What brings data.

use std::borrow::Cow;
use std::sync::Arc;

use sluice_pdata::Signal;

use crate::{BoxFuture, Consumer, Stop};

/// Brings data from outside and hands it to its consumers.
///
/// It binds its ports while it is built, so that a taken port is a start-up error, and answers nobody before it runs.
pub trait Receiver: Send {
    /// Serves until `stop` is requested, then takes nothing new and returns once what it began is answered, at the latest
    /// at the stop's deadline. Dropped without having run, it frees what it bound.
    ///
    /// # Errors
    ///
    /// Something made it impossible to go on; the whole gateway then stops.
    fn run(self: Box<Self>, stop: Stop) -> BoxFuture<'static, Result<(), RunError>>;
}

/// A component cannot go on.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct RunError(pub Cow<'static, str>);

/// Where a receiver hands its data: one consumer a signal, none for a signal that no pipeline takes from it.
#[derive(Clone, Default)]
pub struct Consumers([Option<Arc<dyn Consumer>>; Signal::ALL.len()]);

impl Consumers {
    /// Who takes this signal.
    pub fn get(&self, signal: Signal) -> Option<&Arc<dyn Consumer>> {
        self.0[signal as usize].as_ref()
    }

    /// Sets who takes this signal.
    pub fn set(&mut self, signal: Signal, consumer: Arc<dyn Consumer>) {
        self.0[signal as usize] = Some(consumer);
    }
}
