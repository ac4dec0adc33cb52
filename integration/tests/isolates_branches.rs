//! Of two exporters of one pipeline, one that cannot send does not hold up the other, nor make it send twice.

use std::time::Duration;

use sluice_integration::{Answer, Backend, Gateway, difference, telemetry};

const REQUESTS: u64 = 50;

#[tokio::test]
async fn a_dead_backend_does_not_hold_up_the_other() {
    let (alive, mut dead) = (Backend::start().await, Backend::start().await);
    dead.stop().await;

    arrives_once(alive, dead).await;
}

#[tokio::test]
async fn a_backend_that_never_answers_does_not_hold_up_the_other() {
    let (alive, hanging) = (Backend::start().await, Backend::start().await);
    hanging.answer_always(Answer::Hang);

    arrives_once(alive, hanging).await;
}

async fn arrives_once(alive: Backend, other: Backend) {
    let setup = Gateway::on("same/two_exporters.yaml").with("BACKEND", alive.address());
    let gateway = setup.with("SECOND", other.address()).start().await;

    let mut sent = Vec::new();
    for n in 0..REQUESTS {
        let telemetry = telemetry::spans(1 + n * 10..1 + n * 10 + 10);
        let reply = gateway.grpc().send(&telemetry).await;
        assert!(reply.is_accepted(), "{reply:?}");
        sent.extend(telemetry.items());
    }

    assert_eq!(difference(&sent, &alive.wait_for_items(sent.len()).await), "");
    assert!(alive.stays_at(sent.len(), Duration::from_millis(500)).await, "it was sent more than once");
}
