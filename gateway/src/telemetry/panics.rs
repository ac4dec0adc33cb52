//! Panics in the log.

use std::panic::{PanicHookInfo, set_hook};

/// Writes panics of any thread to the log: where they happened, and their text if it was fixed when the program was
/// compiled. A text that was made at run time may quote telemetry and is left out.
pub fn log_panics() {
    set_hook(Box::new(|panic| {
        let location = panic.location().map(ToString::to_string).unwrap_or_default();
        let thread = std::thread::current();
        let thread = thread.name().unwrap_or_default();
        tracing::error!(location, thread, panic = text(panic), "A defect in the gateway: please report it");
    }));
}

fn text<'p>(panic: &PanicHookInfo<'p>) -> &'p str {
    match panic.payload().downcast_ref::<&'static str>() {
        Some(text) => text,
        None => "(text left out)",
    }
}
