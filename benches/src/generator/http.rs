//! OTLP/HTTP with protobuf over one HTTP/1.1 connection, one request after the other.

use std::time::{Duration, Instant};

use bytes::Bytes;
use http::Request;
use http::header::{CONTENT_ENCODING, CONTENT_TYPE, HOST, USER_AGENT};
use http_body_util::{BodyExt, Full};
use hyper::client::conn::http1::{self, SendRequest};
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;
use tokio::time::timeout_at;

use super::timer::Timer;
use super::{Answer, BACKOFF, Connection, Outcome};
use crate::compression::Compression;

const RECONNECT: Duration = Duration::from_millis(100);

type Error = Box<dyn std::error::Error + Send + Sync>;

pub(super) async fn run(mut plan: Connection) -> Outcome {
    let mut outcome = Outcome::new(plan.workload.requests.len());
    let mut next = plan.first;
    while !plan.schedule.is_over(Instant::now()) && Instant::now() < plan.deadline() {
        match connect(&plan).await {
            Ok(mut client) => {
                if let Err(error) = requests(&mut client, &mut plan, &mut next, &mut outcome).await {
                    outcome.failed(1, error.to_string());
                }
            }
            Err(error) => {
                outcome.failed(0, error.to_string());
                tokio::time::sleep(RECONNECT).await;
            }
        }
    }
    outcome
}

async fn connect(plan: &Connection) -> Result<SendRequest<Full<Bytes>>, Error> {
    let socket = TcpStream::connect(plan.target).await?;
    socket.set_nodelay(true)?;
    let (client, connection) = http1::Builder::new().handshake(TokioIo::new(socket)).await?;
    // Its error is seen by the request that it breaks.
    tokio::spawn(connection);
    Ok(client)
}

/// Sends until the end of the run or the first failure of the connection.
async fn requests(
    client: &mut SendRequest<Full<Bytes>>,
    plan: &mut Connection,
    next: &mut usize,
    outcome: &mut Outcome,
) -> Result<(), Error> {
    let host = plan.target.to_string();
    let timer = Timer::new()?;
    loop {
        let now = Instant::now();
        if plan.schedule.is_over(now) {
            return Ok(());
        }
        let Some(due) = plan.schedule.start(now) else {
            timer.until(plan.schedule.due()).await?;
            continue;
        };
        let place = *next;
        *next = (place + 1) % plan.workload.requests.len();
        let status = timeout_at(plan.deadline().into(), exchange(client, &host, plan, place)).await??;
        let answer = if status == 200 { Answer::Acknowledged } else { Answer::Refused(status) };
        outcome.answered(place, answer, due.elapsed());
        if answer != Answer::Acknowledged {
            tokio::time::sleep(BACKOFF).await;
        }
    }
}

async fn exchange(
    client: &mut SendRequest<Full<Bytes>>,
    host: &str,
    plan: &Connection,
    place: usize,
) -> Result<u16, Error> {
    let workload = &plan.workload;
    let mut request = Request::post(workload.signal.http_path())
        .header(HOST, host)
        .header(USER_AGENT, "sluice-load")
        .header(CONTENT_TYPE, "application/x-protobuf");
    if workload.compression != Compression::None {
        request = request.header(CONTENT_ENCODING, workload.compression.name());
    }
    client.ready().await?;
    let response = client.send_request(request.body(Full::new(workload.requests[place].message()))?).await?;
    let status = response.status().as_u16();
    response.into_body().collect().await?;
    Ok(status)
}
