//! Ports that a program under test can listen on.

use std::{
    io,
    net::SocketAddr,
    sync::atomic::{AtomicU16, Ordering},
};

use socket2::{Domain, Socket, Type};

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
        if is_free(port).is_ok() {
            return port;
        }
    }
}

/// Binds without listening: a child that is being started meanwhile may hold a copy of the socket until it becomes its
/// program, and a listening copy would keep the port.
fn is_free(port: u16) -> io::Result<()> {
    let socket = Socket::new(Domain::IPV4, Type::STREAM, None)?;
    socket.set_reuse_address(true)?;
    socket.bind(&SocketAddr::from(([127, 0, 0, 1], port)).into())
}
