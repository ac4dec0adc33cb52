//! Peers that have gone without a word.

use std::time::Duration;

use h2::{Ping, PingPong};

use crate::io::Handle;

/// How often within the time that a peer may be silent it is looked whether it is.
const LOOKS: u32 = 4;

/// Waits until the peer of an HTTP/2 connection must have gone: it said nothing for `most`, a quarter longer at the worst,
/// and then did not answer a ping within `patience`. Silence only counts while it `matters`.
pub(crate) async fn silence<S>(
    most: Duration,
    patience: Duration,
    mut pings: PingPong,
    stream: &Handle<S>,
    matters: impl Fn() -> bool,
) {
    let mut heard = stream.traffic().read;
    let mut looks = 0;
    loop {
        tokio::time::sleep(most / LOOKS).await;
        let read = stream.traffic().read;
        looks = if read == heard && matters() { looks + 1 } else { 0 };
        heard = read;
        if looks < LOOKS {
            continue;
        }
        looks = 0;
        match tokio::time::timeout(patience, pings.ping(Ping::opaque())).await {
            Ok(Ok(_pong)) => {}
            // The connection ends by itself.
            Ok(Err(_)) => std::future::pending().await,
            Err(_) => return,
        }
    }
}
