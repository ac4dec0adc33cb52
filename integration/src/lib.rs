//! A small language to say what the gateway promises, as a black box, to real clients and backends.
//!
//! A test reads: a [`Backend`] stands behind, a [`Gateway`] is started on a file of `configs/`, a [`Client`] (or a real
//! SDK) sends, and what arrived is compared item by item. One file in `tests/` is one promise.
//!
//! The gateway is the `sluice` program, its own process. With `SLUICE_GATEWAY=collector` the same tests run against the
//! Go Collector, which shows whether a test is right about what clients and backends see.

mod backend;
pub mod cases;
mod client;
mod gateway;
pub mod hostile;
mod items;
mod mailbox;
pub mod peers;
mod ports;
mod process;
pub mod raw;
pub mod real;
pub mod remote_write;
pub mod telemetry;
mod tls;

pub use backend::{Answer, Backend};
pub use client::{Client, Encoding, Reply};
pub use gateway::{Gateway, Program, Setup, run_to_end};
pub use items::{Item, difference};
pub use mailbox::{Letter, Mailbox, Mishap};
pub use ports::free_port;
pub use process::{Process, Resident};
pub use telemetry::{Signal, Telemetry};
pub use tls::{Certificates, Identity};

use std::{path::PathBuf, time::Duration};

/// The bound on everything that should happen soon: generous, since a test machine may be busy.
pub const SOON: Duration = Duration::from_secs(30);

/// Asks again and again until there is an answer.
///
/// # Panics
/// When there is none soon.
pub async fn eventually<T>(what: &str, ask: impl AsyncFn() -> Option<T>) -> T {
    let asking = async {
        loop {
            if let Some(answer) = ask().await {
                return answer;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    tokio::time::timeout(SOON, asking).await.unwrap_or_else(|_| panic!("waited in vain for {what}"))
}

/// The folder of this crate: `configs/`, `peers/` and `sdk/` are below it.
pub fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}
