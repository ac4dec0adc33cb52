//! Unary OTLP calls over one HTTP/2 connection, with many streams on it.

use std::collections::VecDeque;
use std::time::{Duration, Instant};

use bytes::Bytes;
use tokio::io::Interest;
use tokio::net::TcpStream;

use super::timer::Timer;
use super::{Answer, BACKOFF, Connection, Outcome};
use crate::compression::Compression;
use crate::http2::{
    DEFAULT_FRAME, DEFAULT_HEADER_TABLE, DEFAULT_WINDOW, Error, Event, Head, Outbox, PREFACE, Reader, RequestHeaders,
    Settings, flags, grpc_status, kind, ping_answer, reset, settings, settings_answer, window_update,
};

/// How much is laid out for the socket ahead of time.
const OUTBOX: usize = 256 << 10;

/// At a rate, this many times the usual number of requests may wait for late answers.
const LATE: usize = 32;

/// How long to wait before connecting anew.
const RECONNECT: Duration = Duration::from_millis(100);

/// Our window for answers, which are a few bytes each; renewed when half is used.
const ANSWERS: u32 = 32 << 10;

pub(super) async fn run(mut plan: Connection) -> Outcome {
    let mut outcome = Outcome::new(plan.workload.requests.len());
    loop {
        match connect(&mut plan).await {
            Ok(mut client) => match client.run(&mut plan, &mut outcome).await {
                Ok(()) => return outcome,
                Err(error) => outcome.failed(client.streams.len(), error.to_string()),
            },
            Err(error) => outcome.failed(0, error.to_string()),
        }
        if Instant::now() + RECONNECT >= plan.schedule.end {
            return outcome;
        }
        tokio::time::sleep(RECONNECT).await;
    }
}

struct Client {
    socket: TcpStream,
    timer: Timer,
    reader: Reader,
    outbox: Outbox,
    headers: RequestHeaders,
    /// In the order in which they started.
    streams: VecDeque<Stream>,
    next_stream: u32,
    next_request: usize,
    /// What the peer still takes on this connection.
    window: i64,
    initial_window: i64,
    max_frame: usize,
    /// Received since the last update of our window.
    received: u32,
    not_before: Instant,
}

struct Stream {
    id: u32,
    request: usize,
    due: Instant,
    body: Bytes,
    sent: usize,
    window: i64,
    status: Option<u8>,
}

async fn connect(plan: &mut Connection) -> Result<Client, Error> {
    let socket = TcpStream::connect(plan.target).await?;
    socket.set_nodelay(true)?;
    let encoding = (plan.workload.compression != Compression::None).then(|| plan.workload.compression.name());
    let mut client = Client {
        socket,
        timer: Timer::new()?,
        reader: Reader::new(),
        outbox: Outbox::default(),
        headers: RequestHeaders::new(plan.workload.signal.grpc_path(), plan.target, encoding),
        streams: VecDeque::new(),
        next_stream: 1,
        next_request: plan.first,
        window: DEFAULT_WINDOW,
        initial_window: DEFAULT_WINDOW,
        max_frame: DEFAULT_FRAME,
        received: 0,
        not_before: Instant::now(),
    };
    client.outbox.push(PREFACE);
    // Without a header table every block of an answer can be read by itself.
    client.outbox.push(settings(0, ANSWERS, DEFAULT_FRAME));
    client.outbox.write(&client.socket)?;
    client.await_settings(plan).await?;
    Ok(client)
}

impl Client {
    async fn run(&mut self, plan: &mut Connection, outcome: &mut Outcome) -> Result<(), Error> {
        loop {
            self.frames(plan, outcome)?;
            let now = Instant::now();
            self.start_streams(plan, now);
            self.write()?;
            if plan.schedule.is_over(now) && self.streams.is_empty() {
                return Ok(());
            }
            self.wait(plan, now).await?;
            self.reader.fill(&self.socket)?;
        }
    }

    /// The peer's limits come first; requests laid out before would not respect them.
    async fn await_settings(&mut self, plan: &Connection) -> Result<(), Error> {
        loop {
            self.socket.readable().await?;
            self.reader.fill(&self.socket)?;
            if let Some(event) = self.reader.next()? {
                let Event::Frame(Head { kind: kind::SETTINGS, .. }, payload) = event else {
                    return Err(Error::Protocol("no SETTINGS at first"));
                };
                let settings = Settings::read(payload);
                self.apply(settings, plan)?;
                return Ok(());
            }
        }
    }

    fn apply(&mut self, settings: Settings, plan: &Connection) -> Result<(), Error> {
        if settings.header_table.is_some_and(|size| size < DEFAULT_HEADER_TABLE) {
            return Err(Error::Protocol("the peer's header table is too small"));
        }
        if let Some(window) = settings.initial_window.map(i64::from) {
            for stream in &mut self.streams {
                stream.window += window - self.initial_window;
            }
            self.initial_window = window;
        }
        if let Some(largest) = settings.max_frame {
            self.max_frame = plan.max_frame.min(largest as usize);
        }
        self.outbox.push(settings_answer());
        Ok(())
    }

    fn start_streams(&mut self, plan: &mut Connection, now: Instant) {
        while now >= self.not_before && !self.is_full(plan) {
            let Some(due) = plan.schedule.start(now) else { return };
            let body = plan.workload.requests[self.next_request].grpc.clone();
            self.outbox.push(self.headers.frame(self.next_stream));
            self.streams.push_back(Stream {
                id: self.next_stream,
                request: self.next_request,
                due,
                body,
                sent: 0,
                window: self.initial_window,
                status: None,
            });
            self.next_stream += 2;
            self.next_request = (self.next_request + 1) % plan.workload.requests.len();
        }
    }

    /// Writes until the socket or the windows are full, or nothing is left.
    fn write(&mut self) -> Result<(), Error> {
        loop {
            self.lay_out();
            if self.outbox.len() == 0 {
                return Ok(());
            }
            self.outbox.write(&self.socket)?;
            if self.outbox.len() > 0 {
                return Ok(());
            }
        }
    }

    /// Moves as much of the bodies as windows allow into the outbox, the oldest stream first.
    fn lay_out(&mut self) {
        for stream in &mut self.streams {
            while stream.sent < stream.body.len() && self.outbox.len() < OUTBOX {
                let missing = stream.body.len() - stream.sent;
                let window = usize::try_from(stream.window.min(self.window)).unwrap_or(0);
                let length = missing.min(self.max_frame).min(window);
                if length == 0 {
                    break;
                }
                let end = if length == missing { flags::END_STREAM } else { 0 };
                let head = Head { length, kind: kind::DATA, flags: end, stream: stream.id };
                self.outbox.push(Bytes::copy_from_slice(&head.bytes()));
                self.outbox.push(stream.body.slice(stream.sent..stream.sent + length));
                stream.sent += length;
                stream.window -= length as i64;
                self.window -= length as i64;
            }
        }
    }

    /// Until the socket can be read, or written when something waits for that, or a request is due, or time is over.
    async fn wait(&self, plan: &Connection, now: Instant) -> Result<(), Error> {
        let writable = if self.outbox.len() > 0 { Interest::WRITABLE } else { Interest::READABLE };
        let wake = self.wake(plan, now);
        tokio::select! {
            ready = self.socket.ready(Interest::READABLE | writable) => { ready?; }
            woken = self.timer.until(wake) => {
                woken?;
                if wake >= plan.deadline() {
                    return Err(Error::Protocol("answers are missing"));
                }
            }
        }
        Ok(())
    }

    fn is_full(&self, plan: &Connection) -> bool {
        let room = if plan.schedule.is_closed() { plan.in_flight } else { plan.in_flight * LATE };
        self.streams.len() >= room
    }

    /// When there is something to do though the socket stays silent.
    fn wake(&self, plan: &Connection, now: Instant) -> Instant {
        if plan.schedule.is_over(now) || self.is_full(plan) {
            return plan.deadline();
        }
        plan.schedule.due().max(self.not_before).min(plan.deadline())
    }

    fn frames(&mut self, plan: &Connection, outcome: &mut Outcome) -> Result<(), Error> {
        while let Some(event) = self.reader.next()? {
            match event {
                Event::Data { bytes, .. } => self.received += bytes.len() as u32,
                Event::Frame(head, payload) => match head.kind {
                    kind::HEADERS => {
                        if !head.has(flags::END_HEADERS) {
                            return Err(Error::Protocol("headers in several frames"));
                        }
                        let status = grpc_status(payload);
                        self.answered(head, status, outcome)?;
                    }
                    kind::SETTINGS if !head.has(flags::ACK) => {
                        let settings = Settings::read(payload);
                        self.apply(settings, plan)?;
                    }
                    kind::PING if !head.has(flags::ACK) => {
                        let answer = ping_answer(payload);
                        self.outbox.push(answer);
                    }
                    kind::WINDOW_UPDATE => {
                        let by = payload.first_chunk().ok_or(Error::Protocol("a short WINDOW_UPDATE"))?;
                        let by = u32::from_be_bytes(*by);
                        self.widen(head.stream, by.into());
                    }
                    kind::RST_STREAM => self.reset(head.stream, outcome),
                    kind::GOAWAY => return Err(Error::Protocol("the peer sent GOAWAY")),
                    kind::CONTINUATION => return Err(Error::Protocol("headers in several frames")),
                    _ => {}
                },
            }
        }
        if self.received >= ANSWERS / 2 {
            self.outbox.push(window_update(0, self.received));
            self.received = 0;
        }
        Ok(())
    }

    fn widen(&mut self, stream: u32, by: i64) {
        if stream == 0 {
            self.window += by;
        } else if let Some(stream) = self.streams.iter_mut().find(|open| open.id == stream) {
            stream.window += by;
        }
    }

    fn answered(&mut self, head: Head, status: Option<u8>, outcome: &mut Outcome) -> Result<(), Error> {
        let place = self.streams.iter().position(|open| open.id == head.stream);
        let Some(place) = place else { return Ok(()) };
        self.streams[place].status = status.or(self.streams[place].status);
        if !head.has(flags::END_STREAM) {
            return Ok(());
        }
        let Some(status) = self.streams[place].status else {
            return Err(Error::Protocol("an answer without grpc-status"));
        };
        let answer = if status == 0 { Answer::Acknowledged } else { Answer::Refused(status.into()) };
        self.close(place, answer, outcome);
        Ok(())
    }

    fn reset(&mut self, stream: u32, outcome: &mut Outcome) {
        const UNAVAILABLE: u16 = 14;
        // After a complete answer a reset only says that the rest of the request is not wanted.
        if let Some(place) = self.streams.iter().position(|open| open.id == stream) {
            self.close(place, Answer::Refused(UNAVAILABLE), outcome);
        }
    }

    fn close(&mut self, place: usize, answer: Answer, outcome: &mut Outcome) {
        let Some(stream) = self.streams.remove(place) else { return };
        let now = Instant::now();
        outcome.answered(stream.request, answer, now - stream.due);
        if answer != Answer::Acknowledged {
            self.not_before = now + BACKOFF;
        }
        if stream.sent < stream.body.len() {
            // The stream would stay half open at the peer.
            self.outbox.push(reset(stream.id));
        }
    }
}
