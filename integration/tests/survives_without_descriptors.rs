//! When no file descriptor is left the gateway waits, cheaply, and takes connections again as soon as there are some.

use std::time::Duration;

use futures_util::future::join_all;
use sluice_integration::{Gateway, Signal, eventually, raw, telemetry};

const DESCRIPTORS: u32 = 64;
const CONNECTIONS: usize = 200;
const LOOK: Duration = Duration::from_secs(2);

#[tokio::test]
async fn lives_through_more_connections_than_descriptors() {
    let gateway = Gateway::on("nowhere.yaml").descriptors(DESCRIPTORS).start().await;
    let address = gateway.value("HTTP");

    // The kernel completes connections into the listener's backlog, whether the gateway takes them or not.
    let mut held = join_all((0..CONNECTIONS).map(|_| raw::connect(&address))).await;
    let before = gateway.process.cpu_time();
    // A look at how busy it is while it can take nobody: one of the waiting ones is read from, in vain.
    let (answer, _) = raw::read_until_closed(&mut held[CONNECTIONS - 1], LOOK).await;
    let busy = gateway.process.cpu_time() - before;
    drop(held);

    assert!(answer.is_empty(), "{answer:?}");
    assert!(busy < LOOK / 10, "it spent {busy:?} of {LOOK:?} on connections it could not take");
    // A connection that came too early may have been turned away.
    eventually("the gateway to take connections again", async || {
        let reply = gateway.http().send(&telemetry::one_of_each(Signal::Logs)).await;
        reply.is_accepted().then_some(())
    })
    .await;
    gateway.assert_serves().await;
}
