//! Frames out of a socket.

use tokio::net::TcpStream;

use super::Error;
use super::frame::{HEAD, Head, flags, kind};

/// 64 KiB is where a loopback read costs least a byte: larger buffers leave the second-level cache.
const BUFFER: usize = 64 << 10;

/// Reads much at a time and hands out frames; the payload of DATA in pieces, as it comes.
pub(crate) struct Reader {
    buffer: Box<[u8]>,
    start: usize,
    end: usize,
    /// The DATA frame whose payload is not complete yet, with what is missing.
    data: Option<(Head, usize)>,
}

/// What [`Reader::next`] found.
#[derive(Debug)]
pub(crate) enum Event<'a> {
    /// A piece of a DATA frame.
    Data {
        stream: u32,
        bytes: &'a [u8],
        /// The stream has ended with this piece.
        end: bool,
    },
    /// Any other frame, whole.
    Frame(Head, &'a [u8]),
}

impl Reader {
    pub(crate) fn new() -> Reader {
        Reader { buffer: vec![0; BUFFER].into(), start: 0, end: 0, data: None }
    }

    /// Reads once, if there is something; an error when the peer has closed.
    pub(crate) fn fill(&mut self, stream: &TcpStream) -> Result<(), Error> {
        self.make_room();
        match stream.try_read(&mut self.buffer[self.end..]) {
            Ok(0) => Err(Error::Closed),
            Ok(length) => {
                self.end += length;
                Ok(())
            }
            Err(error) if error.kind() == std::io::ErrorKind::WouldBlock => Ok(()),
            Err(error) => Err(error.into()),
        }
    }

    /// Takes `length` bytes that are no frame; `None` until they are there.
    pub(crate) fn take(&mut self, length: usize) -> Option<&[u8]> {
        (self.end - self.start >= length).then(|| self.advance(length))
    }

    /// The next frame or piece; `None` when the socket has to be read again.
    pub(crate) fn next(&mut self) -> Result<Option<Event<'_>>, Error> {
        let available = self.end - self.start;
        if let Some((head, missing)) = self.data {
            return Ok((available > 0).then(|| self.data_piece(head, missing)));
        }
        let Some(head) = self.buffer[self.start..self.end].first_chunk::<HEAD>() else { return Ok(None) };
        let head = Head::read(head);
        if head.kind == kind::DATA {
            if head.has(flags::PADDED) {
                return Err(Error::Protocol("padded DATA"));
            }
            self.advance(HEAD);
            self.data = Some((head, head.length));
            return Ok((available > HEAD || head.length == 0).then(|| self.data_piece(head, head.length)));
        }
        if HEAD + head.length > BUFFER {
            return Err(Error::Protocol("a control frame larger than the buffer"));
        }
        if available < HEAD + head.length {
            return Ok(None);
        }
        let frame = self.advance(HEAD + head.length);
        Ok(Some(Event::Frame(head, &frame[HEAD..])))
    }

    fn data_piece(&mut self, head: Head, missing: usize) -> Event<'_> {
        let length = missing.min(self.end - self.start);
        self.data = (length < missing).then_some((head, missing - length));
        let end = length == missing && head.has(flags::END_STREAM);
        Event::Data { stream: head.stream, bytes: self.advance(length), end }
    }

    fn advance(&mut self, length: usize) -> &[u8] {
        let start = self.start;
        self.start += length;
        &self.buffer[start..self.start]
    }

    fn make_room(&mut self) {
        self.buffer.copy_within(self.start..self.end, 0);
        self.end -= self.start;
        self.start = 0;
    }
}
