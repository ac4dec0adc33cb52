//! One call.

use std::borrow::Cow;

use bytes::{Buf, Bytes, BytesMut};
use h2::RecvStream;
use h2::client::SendRequest;
use http::{HeaderMap, Request, Response, StatusCode, header};
use sluice_component::{Code, Context, NoCredentials};

use super::super::auth::Authorized;
use super::payload::Payload;
use super::{Inner, Method};
use crate::compression::{Encoding, decompress};
use crate::status::Status;

/// The most that an answer's message may hold, packed or not.
const MAX_ANSWER: usize = 4 * 1024 * 1024;

/// How often a call that the server has not looked at is repeated on another connection.
const MAX_UNPROCESSED: usize = 4;

/// A call did not succeed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Failure {
    /// The server said so.
    Status(Status),
    /// The server could not be reached, or the connection broke.
    Connection(Cow<'static, str>),
    /// The server's answer is none of gRPC, or too large.
    Answer(Status),
    /// A defect here.
    Internal(Cow<'static, str>),
    /// There is nothing to show the server.
    NoCredentials(NoCredentials),
}

impl Failure {
    fn is_unauthenticated(&self) -> bool {
        matches!(self, Self::Status(status) | Self::Answer(status) if status.code == Code::Unauthenticated)
    }
}

impl From<NoCredentials> for Failure {
    fn from(error: NoCredentials) -> Self {
        Self::NoCredentials(error)
    }
}

/// How a try on one connection failed.
pub(super) enum Failed {
    /// The server has not looked at the call: it may be repeated at once, whatever it does.
    Unprocessed(Cow<'static, str>),
    /// Otherwise.
    Finally(Failure),
}

pub(super) async fn call(
    client: &Inner,
    method: &Method,
    parts: &[Bytes],
    context: &Context,
) -> Result<Bytes, Failure> {
    let mut authorized = Authorized::new(client.auth.as_ref(), &method.headers, context).await?;
    let mut packed = None;
    let mut tries = 0;
    loop {
        // A connection first: while there is none, nothing is packed.
        let connection = client.addresses.pick(client.wait_for_ready).await.map_err(Failure::Connection)?;
        let _call = connection.begin();
        let payload = match &packed {
            Some(payload) => Payload::clone(payload),
            None => packed.insert(Payload::new(parts, client.compressor).await?).clone(),
        };
        let error = match connection.call(method.request(authorized.headers().clone()), payload).await {
            Ok(answer) => {
                connection.answered();
                return Ok(answer);
            }
            Err(Failed::Finally(failure)) if failure.is_unauthenticated() && authorized.has_others().await? => continue,
            Err(Failed::Finally(failure)) => return Err(failure),
            Err(Failed::Unprocessed(error)) => error,
        };
        connection.retire();
        tries += 1;
        if tries == MAX_UNPROCESSED {
            return Err(Failure::Connection(format!("the connection takes no calls: {error}").into()));
        }
    }
}

pub(super) async fn exchange(
    mut sender: SendRequest<Payload>,
    request: Request<()>,
    payload: Payload,
) -> Result<Bytes, Failed> {
    let (response, mut body) = sender.send_request(request, false).map_err(Failed::before_answer)?;
    // The whole message is handed over at once: h2 sends it as the server's windows open.
    body.send_data(payload, true).map_err(Failed::before_answer)?;
    let response = response.await.map_err(Failed::before_answer)?;
    answer(response).await.map_err(Failed::Finally)
}

impl Failed {
    fn before_answer(error: h2::Error) -> Self {
        let refused = error.is_reset() && error.reason() == Some(h2::Reason::REFUSED_STREAM);
        // A server that goes away says which calls it will still answer; h2 ends only the others so.
        let going_away = error.is_go_away() && error.is_remote() && error.reason() == Some(h2::Reason::NO_ERROR);
        if refused || going_away { Self::Unprocessed(error.to_string().into()) } else { Self::Finally(broken(&error)) }
    }
}

async fn answer(response: Response<RecvStream>) -> Result<Bytes, Failure> {
    let (head, mut body) = response.into_parts();
    if let Some(failure) = foreign(head.status, &head.headers) {
        return Err(failure);
    }
    // Where there is nothing but a status, it stands in the headers.
    let early = Status::from_trailers(&head.headers);
    let mut message = Message::default();
    while let Some(data) = body.data().await {
        let data = data.map_err(|error| broken(&error))?;
        // What cannot be given back belongs to a stream that has ended.
        let _ = body.flow_control().release_capacity(data.len());
        message.push(data)?;
    }
    let status = match early {
        Some(status) => Some(status),
        None => {
            body.trailers().await.map_err(|error| broken(&error))?.and_then(|trailers| Status::from_trailers(&trailers))
        }
    };
    match status {
        Some(Status { code: Code::Ok, .. }) => message.unpack(&head.headers),
        Some(status) => Err(Failure::Status(status)),
        None => Err(Failure::Answer(Status::new(Code::Internal, "the server sent no status"))),
    }
}

/// An answer that is none of gRPC: a proxy's, or another server's.
///
/// Source: gRPC's "HTTP to gRPC Status Code Mapping".
fn foreign(status: StatusCode, headers: &HeaderMap) -> Option<Failure> {
    if status != StatusCode::OK {
        let code = match status.as_u16() {
            400 => Code::Internal,
            401 => Code::Unauthenticated,
            403 => Code::PermissionDenied,
            404 => Code::Unimplemented,
            429 | 502 | 503 | 504 => Code::Unavailable,
            _ => Code::Unknown,
        };
        return Some(Failure::Answer(Status::new(code, format!("the server answered with HTTP status {status}"))));
    }
    let content_type = headers.get(header::CONTENT_TYPE).map_or(&b""[..], |value| value.as_bytes());
    if content_type.starts_with(b"application/grpc") {
        return None;
    }
    Some(Failure::Answer(Status::new(Code::Unknown, "the server's answer is none of gRPC")))
}

fn broken(error: &h2::Error) -> Failure {
    match (error.is_reset() && error.is_remote(), error.reason()) {
        // The server's own words, in HTTP/2's terms.
        (true, Some(h2::Reason::CANCEL)) => {
            Failure::Status(Status::new(Code::Cancelled, "the server cancelled the call"))
        }
        (true, Some(h2::Reason::ENHANCE_YOUR_CALM)) => {
            Failure::Connection("the server asks for fewer or smaller calls".into())
        }
        _ => Failure::Connection(format!("the connection broke: {error}").into()),
    }
}

/// An answer's message as it arrives, prefix included. Answers are small: mostly nothing but the prefix.
#[derive(Default)]
struct Message(Bytes);

impl Message {
    fn push(&mut self, data: Bytes) -> Result<(), Failure> {
        if self.0.len() + data.len() > MAX_ANSWER {
            return Err(too_large());
        }
        if self.0.is_empty() {
            self.0 = data;
        } else {
            let mut joined = BytesMut::from(std::mem::take(&mut self.0));
            joined.extend_from_slice(&data);
            self.0 = joined.freeze();
        }
        Ok(())
    }

    /// The message itself. None at all is an empty one.
    fn unpack(mut self, headers: &HeaderMap) -> Result<Bytes, Failure> {
        let internal = |message: String| Failure::Answer(Status::new(Code::Internal, message));
        if self.0.is_empty() {
            return Ok(self.0);
        }
        let Some((&[packed, a, b, c, d], message)) = self.0.split_first_chunk::<5>() else {
            return Err(internal("the answer ends in its prefix".into()));
        };
        if usize::try_from(u32::from_be_bytes([a, b, c, d])) != Ok(message.len()) {
            return Err(internal("the answer is not as long as it says".into()));
        }
        self.0.advance(5);
        if packed == 0 {
            return Ok(self.0);
        }
        let name = headers.get("grpc-encoding").and_then(|name| name.to_str().ok()).unwrap_or_default();
        let Some(encoding) = Encoding::from_grpc(name) else {
            return Err(internal(format!("the answer is packed with {name:?}, which was not offered")));
        };
        decompress(encoding, &self.0, MAX_ANSWER).map_err(|error| internal(format!("the answer: {error}")))
    }
}

fn too_large() -> Failure {
    Failure::Answer(Status::new(Code::ResourceExhausted, "the answer is larger than 4 MiB"))
}
