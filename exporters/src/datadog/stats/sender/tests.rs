//! Against a server that answers as it is told.

use std::sync::Arc;

use serde_json::json;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

use super::super::tests::{NOW, origin, span};
use super::*;
use crate::testing::{read, settings};

/// The path and the body of a request.
type Posted = (String, Vec<u8>);

/// An intake that answers each request with the next of its statuses, and then with 202.
#[derive(Clone, Default)]
struct Server {
    statuses: Arc<Mutex<VecDeque<u16>>>,
    requests: Arc<Mutex<Vec<Posted>>>,
}

impl Server {
    async fn start(statuses: &[u16]) -> (Self, String) {
        let server = Self { statuses: Arc::new(Mutex::new(statuses.iter().copied().collect())), ..Self::default() };
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let serving = server.clone();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(serving.clone().serve(stream));
            }
        });
        (server, format!("http://{address}"))
    }

    async fn serve(self, mut stream: TcpStream) -> Option<()> {
        let mut held = Vec::new();
        loop {
            let head = loop {
                if let Some(end) = held.windows(4).position(|window| window == b"\r\n\r\n") {
                    break end + 4;
                }
                stream.read_buf(&mut held).await.ok().filter(|read| *read > 0)?;
            };
            let text = String::from_utf8(held[..head].to_vec()).ok()?.to_ascii_lowercase();
            let length: usize = text.lines().find_map(|line| line.strip_prefix("content-length: "))?.parse().ok()?;
            while held.len() < head + length {
                stream.read_buf(&mut held).await.ok().filter(|read| *read > 0)?;
            }
            let path = text.split(' ').nth(1)?.to_owned();
            self.requests.lock().unwrap().push((path, held[head..head + length].to_vec()));
            held.drain(..head + length);
            let status = self.statuses.lock().unwrap().pop_front().unwrap_or(202);
            let answer = format!("HTTP/1.1 {status} As Told\r\ncontent-length: 0\r\n\r\n");
            stream.write_all(answer.as_bytes()).await.ok()?;
        }
    }

    fn requests(&self) -> Vec<Posted> {
        self.requests.lock().unwrap().clone()
    }
}

fn statistics(endpoint: &str) -> Arc<Statistics> {
    let (config, problems) = read(json!({"api": {"key": "k"}, "traces": {"endpoint": endpoint}}), Config::read);
    assert_eq!(problems, [""; 0]);
    Statistics::start(&config, &settings("datadog")).unwrap()
}

/// One more body that waits.
async fn count_one(statistics: &Statistics) {
    statistics.concentrator().add(&origin(), &span("GET /", NOW, 1), &[], NOW);
    statistics.take(true).await;
}

#[tokio::test]
async fn what_an_intake_does_not_take_now_is_sent_again_as_it_was() {
    let (server, endpoint) = Server::start(&[503, 429]).await;
    let statistics = statistics(&endpoint);
    count_one(&statistics).await;

    assert!(!statistics.send().await);
    assert!(!statistics.send().await);
    assert!(statistics.send().await);
    assert!(statistics.send().await);

    let requests = server.requests();
    assert_eq!(requests.len(), 3);
    assert_eq!(requests[0].0, "/api/v0.2/stats");
    assert!(requests.iter().all(|request| request == &requests[0]));
}

#[tokio::test]
async fn what_an_intake_refuses_does_not_hold_up_what_comes_after() {
    let (server, endpoint) = Server::start(&[400]).await;
    let statistics = statistics(&endpoint);
    count_one(&statistics).await;
    count_one(&statistics).await;

    assert!(statistics.send().await);

    assert_eq!(server.requests().len(), 2);
    assert!(statistics.waiting().is_empty());
}

#[tokio::test]
async fn of_too_many_bodies_the_oldest_are_given_up() {
    let (server, endpoint) = Server::start(&[503]).await;
    let statistics = statistics(&endpoint);
    count_one(&statistics).await;
    assert!(!statistics.send().await);

    for _ in 0..WAITING {
        count_one(&statistics).await;
    }

    assert_eq!(statistics.waiting().len(), WAITING);
    assert!(statistics.send().await);
    assert_eq!(server.requests().len(), 1 + WAITING);
}

#[tokio::test]
async fn a_stop_sends_what_is_open_and_does_not_wait_for_ever() {
    let (server, endpoint) = Server::start(&[]).await;
    let open = statistics(&endpoint);
    open.concentrator().add(&origin(), &span("GET /", NOW, 1), &[], NOW);

    open.finish(Instant::now()).await;
    assert_eq!(server.requests().len(), 1);

    // Nobody listens there.
    let nowhere = TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap();
    let lost = statistics(&format!("http://{nowhere}"));
    count_one(&lost).await;
    lost.finish(Instant::now()).await;
    assert!(lost.waiting().is_empty());
}
