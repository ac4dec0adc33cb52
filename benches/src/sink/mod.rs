//! The sink: a backend over gRPC and HTTP/1.1 that acknowledges everything and counts what arrives.

mod counts;
mod grpc;
mod http;

use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::sync::Arc;
use std::{io, thread};

use tokio::sync::oneshot;

use crate::wire::Signal;
pub use counts::{Counts, Totals};

/// The name of the sink's thread, by which its CPU time is found.
pub const THREAD: &str = "sink";

/// A running sink; stops when dropped.
#[derive(Debug)]
pub struct Sink {
    /// Where it takes OTLP/gRPC.
    pub grpc: SocketAddr,
    /// Where it takes OTLP/HTTP.
    pub http: SocketAddr,
    /// What has arrived.
    pub counts: Arc<Counts>,
    /// Dropped with the sink, which ends its thread.
    _stop: oneshot::Sender<()>,
}

/// How a sink is set up.
#[derive(Clone, Copy, Debug)]
pub struct Settings {
    /// What it takes; everything that comes is read as this.
    pub signal: Signal,
    /// The port for gRPC; 0 for any free one.
    pub grpc_port: u16,
    /// The port for HTTP; 0 for any free one.
    pub http_port: u16,
    /// The largest DATA frame that it allows its clients.
    pub max_frame: usize,
}

impl Sink {
    /// Binds to 127.0.0.1 and serves on a thread of its own.
    pub fn start(settings: Settings) -> io::Result<Sink> {
        let grpc = bind(settings.grpc_port)?;
        let http = bind(settings.http_port)?;
        let (grpc_address, http_address) = (grpc.local_addr()?, http.local_addr()?);
        let counts = Arc::new(Counts::new(settings.signal));
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        let (stop, stopped) = oneshot::channel();
        let shared = counts.clone();
        thread::Builder::new().name(THREAD.into()).spawn(move || {
            runtime.block_on(async {
                tokio::select! {
                    result = serve(grpc, http, shared, settings.max_frame) => {
                        if let Err(error) = result {
                            eprintln!("sink: {error}");
                        }
                    }
                    _ = stopped => {}
                }
            });
        })?;
        Ok(Sink { grpc: grpc_address, http: http_address, counts, _stop: stop })
    }
}

fn bind(port: u16) -> io::Result<TcpListener> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port))?;
    listener.set_nonblocking(true)?;
    Ok(listener)
}

async fn serve(grpc: TcpListener, http: TcpListener, counts: Arc<Counts>, max_frame: usize) -> io::Result<()> {
    let grpc = tokio::net::TcpListener::from_std(grpc)?;
    let http = tokio::net::TcpListener::from_std(http)?;
    loop {
        tokio::select! {
            accepted = grpc.accept() => {
                tokio::spawn(grpc::serve(accepted?.0, counts.clone(), max_frame));
            }
            accepted = http.accept() => {
                tokio::spawn(http::serve(accepted?.0, counts.clone()));
            }
        }
    }
}
