//! Ports that a program under test can listen on.

use std::{
    net::TcpListener,
    sync::atomic::{AtomicU16, Ordering},
};

/// Ports below the range from which outgoing connections take theirs, so that nobody grabs one between our look and
/// the program's bind.
const FIRST: u16 = 10_240;
const LAST: u16 = 32_000;

static NEXT: AtomicU16 = AtomicU16::new(0);

/// A port on 127.0.0.1 that is free, and that no other call in this process returns.
pub fn free_port() -> u16 {
    let spread = LAST - FIRST;
    let start = (std::process::id().wrapping_mul(97) % u32::from(spread)) as u16;
    loop {
        let step = NEXT.fetch_add(1, Ordering::Relaxed) % spread;
        let port = FIRST + (start + step) % spread;
        if TcpListener::bind(("127.0.0.1", port)).is_ok() {
            return port;
        }
    }
}
