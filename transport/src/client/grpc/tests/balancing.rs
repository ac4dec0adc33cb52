use std::collections::BTreeMap;

use super::super::address::{Addresses, Resolver};
use super::super::connection::Address;
use super::super::endpoint::Endpoint;
use super::*;

/// A client of several addresses, which no lookup can be made to give on every machine.
struct Several {
    addresses: Addresses,
    resolver: Resolver,
    running: BTreeMap<Arc<[Address]>, CancellationToken>,
}

impl Several {
    fn new(balancer: Balancer) -> Self {
        let dialer = Dialer { tls: None, host: String::new(), keepalive: None, proxy: None };
        let endpoint = Endpoint::parse("localhost:1").unwrap();
        let (resolver, addresses) = Addresses::unresolved(endpoint, balancer, dialer);
        Self { addresses, resolver, running: BTreeMap::new() }
    }

    fn lead_to(&mut self, servers: &[&Server]) {
        let addresses = servers.iter().map(|server| Address::Tcp(server.address)).collect();
        self.resolver.lead_to(addresses, &mut self.running);
    }

    /// Calls until each of the servers was called as often as the others.
    async fn calls_all(&self, servers: &[&Server]) -> bool {
        let method = Method { uri: Uri::from_static("http://a/b"), headers: HeaderMap::new() };
        for _ in 0..1000 {
            let connection = self.addresses.pick(false).await.unwrap();
            exchange(&connection, &method).await;
            if servers.iter().all(|server| !server.requests.lock().unwrap().is_empty()) {
                return true;
            }
        }
        false
    }
}

#[tokio::test]
async fn round_robin_takes_turns_over_all_addresses() {
    let servers = [Server::new(|_, _| answer(b"", &ok())).await, Server::new(|_, _| answer(b"", &ok())).await];
    let servers = servers.each_ref();
    let mut several = Several::new(Balancer::RoundRobin);
    several.lead_to(&servers);
    assert!(several.calls_all(&servers).await);
    servers.iter().for_each(|server| server.requests.lock().unwrap().clear());

    let method = Method { uri: Uri::from_static("http://a/b"), headers: HeaderMap::new() };
    for _ in 0..10 {
        let connection = several.addresses.pick(false).await.unwrap();
        exchange(&connection, &method).await;
    }

    assert_eq!(servers.map(|server| server.requests.lock().unwrap().len()), [5, 5]);
}

#[tokio::test]
async fn an_address_that_is_none_any_more_is_left() {
    let servers = [Server::new(|_, _| answer(b"", &ok())).await, Server::new(|_, _| answer(b"", &ok())).await];
    let mut several = Several::new(Balancer::RoundRobin);
    several.lead_to(&[&servers[0]]);
    assert!(several.calls_all(&[&servers[0]]).await);

    several.lead_to(&[&servers[1]]);

    assert!(several.calls_all(&[&servers[1]]).await);
    let before = servers[0].requests.lock().unwrap().len();
    assert!(several.calls_all(&[&servers[1]]).await);
    assert_eq!(servers[0].requests.lock().unwrap().len(), before);
}

#[tokio::test]
async fn pick_first_stays_with_the_first_that_can_be_connected() {
    let gone = {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        Address::Tcp(listener.local_addr().unwrap())
    };
    let servers = [Server::new(|_, _| answer(b"", &ok())).await, Server::new(|_, _| answer(b"", &ok())).await];
    let mut several = Several::new(Balancer::PickFirst);
    let all = [gone, Address::Tcp(servers[0].address), Address::Tcp(servers[1].address)];
    several.resolver.lead_to(all.into(), &mut several.running);

    let method = Method { uri: Uri::from_static("http://a/b"), headers: HeaderMap::new() };
    for _ in 0..10 {
        let connection = several.addresses.pick(true).await.unwrap();
        exchange(&connection, &method).await;
    }

    assert_eq!(servers.each_ref().map(|server| server.requests.lock().unwrap().len()), [10, 0]);
}

/// Calls on this very connection.
async fn exchange(connection: &super::super::connection::Connection, method: &Method) {
    let payload = super::super::payload::Payload::new(&[], None).await.unwrap();
    assert!(connection.call(method.request(method.headers.clone()), payload).await.is_ok());
}
