//! OTLP/gRPC: every call is answered with OK, whatever its path.

use std::collections::{HashMap, VecDeque};
use std::sync::Arc;

use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;

use super::Counts;
use crate::format::Format;
use crate::http2::{
    Answer, DEFAULT_HEADER_TABLE, DEFAULT_WINDOW, Error, Event, Head, PREFACE, Reader, Settings, flags, kind,
    ping_answer, settings, settings_answer, window_update,
};

/// What a client may send on a stream, and on a connection, before it has to wait: enough that it never does.
const STREAM_WINDOW: u32 = 8 << 20;
const CONNECTION_WINDOW: u32 = 64 << 20;

/// Bodies kept for the next stream.
const SPARE: usize = 16;

pub(super) async fn serve(socket: TcpStream, counts: Arc<Counts>, max_frame: usize) {
    let mut connection = Connection {
        counts,
        reader: Reader::new(),
        out: Vec::new(),
        answer: Answer::new(),
        streams: HashMap::new(),
        spare: Vec::new(),
        unanswered: VecDeque::new(),
        window: DEFAULT_WINDOW,
        received: 0,
    };
    match connection.serve(socket, max_frame).await {
        // A client that goes away is no concern of the sink.
        Ok(()) | Err(Error::Closed | Error::Io(_)) => {}
        Err(error) => eprintln!("sink: {error}"),
    }
}

struct Connection {
    counts: Arc<Counts>,
    reader: Reader,
    out: Vec<u8>,
    answer: Answer,
    streams: HashMap<u32, Stream>,
    spare: Vec<Vec<u8>>,
    /// Complete requests whose answer waits for the client's window.
    unanswered: VecDeque<u32>,
    /// What the client still takes.
    window: i64,
    /// Received since the last update of the connection's window.
    received: u32,
}

struct Stream {
    body: Vec<u8>,
    /// Received since the last update of the stream's window.
    received: u32,
}

impl Connection {
    async fn serve(&mut self, mut socket: TcpStream, max_frame: usize) -> Result<(), Error> {
        socket.set_nodelay(true)?;
        self.out = settings(DEFAULT_HEADER_TABLE, STREAM_WINDOW, max_frame);
        self.out.extend(window_update(0, CONNECTION_WINDOW - DEFAULT_WINDOW as u32));
        socket.write_all(&self.out).await?;
        self.out.clear();
        self.preface(&socket).await?;
        loop {
            self.frames()?;
            self.answer_streams();
            if !self.out.is_empty() {
                socket.write_all(&self.out).await?;
                self.out.clear();
            }
            socket.readable().await?;
            self.reader.fill(&socket)?;
        }
    }

    async fn preface(&mut self, socket: &TcpStream) -> Result<(), Error> {
        loop {
            if let Some(preface) = self.reader.take(PREFACE.len()) {
                return if preface == PREFACE { Ok(()) } else { Err(Error::Protocol("no preface")) };
            }
            socket.readable().await?;
            self.reader.fill(socket)?;
        }
    }

    fn frames(&mut self) -> Result<(), Error> {
        while let Some(event) = self.reader.next()? {
            match event {
                Event::Data { stream, bytes, end } => {
                    self.received += bytes.len() as u32;
                    let Some(open) = self.streams.get_mut(&stream) else { continue };
                    open.body.extend_from_slice(bytes);
                    open.received += bytes.len() as u32;
                    if end {
                        self.complete(stream);
                    } else if open.received >= STREAM_WINDOW / 2 {
                        self.out.extend(window_update(stream, open.received));
                        open.received = 0;
                    }
                }
                Event::Frame(head, payload) => match head.kind {
                    kind::HEADERS => {
                        let body = self.spare.pop().unwrap_or_default();
                        self.streams.insert(head.stream, Stream { body, received: 0 });
                        if head.has(flags::END_STREAM) {
                            self.complete(head.stream);
                        }
                    }
                    kind::SETTINGS if !head.has(flags::ACK) => {
                        if Settings::read(payload).initial_window.is_some_and(|window| i64::from(window) < Answer::DATA)
                        {
                            return Err(Error::Protocol("no window for an answer"));
                        }
                        self.out.extend(settings_answer());
                    }
                    kind::PING if !head.has(flags::ACK) => {
                        let answer = ping_answer(payload);
                        self.out.extend(answer);
                    }
                    kind::WINDOW_UPDATE if head.stream == 0 => self.window += increment(payload)?,
                    kind::RST_STREAM => self.drop_stream(head),
                    _ => {}
                },
            }
        }
        if self.received >= CONNECTION_WINDOW / 4 {
            self.out.extend(window_update(0, self.received));
            self.received = 0;
        }
        Ok(())
    }

    fn drop_stream(&mut self, head: Head) {
        self.streams.remove(&head.stream);
    }

    /// Counts the request and lets its answer wait for the window.
    fn complete(&mut self, stream: u32) {
        let Some(Stream { mut body, .. }) = self.streams.remove(&stream) else { return };
        if let Some((prefix, message)) = body.split_at_checked(5) {
            self.counts.add(Format::Otlp, message, prefix[0] != 0);
        }
        self.unanswered.push_back(stream);
        if self.spare.len() < SPARE {
            body.clear();
            self.spare.push(body);
        }
    }

    fn answer_streams(&mut self) {
        while self.window >= Answer::DATA {
            let Some(stream) = self.unanswered.pop_front() else { return };
            self.answer.write(stream, &mut self.out);
            self.window -= Answer::DATA;
        }
    }
}

fn increment(payload: &[u8]) -> Result<i64, Error> {
    let by = payload.first_chunk().ok_or(Error::Protocol("a short WINDOW_UPDATE"))?;
    Ok(u32::from_be_bytes(*by).into())
}
