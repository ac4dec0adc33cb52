//! What the user decides about traces.

use std::collections::HashMap;

use regex_automata::meta::Regex;
use sluice_component::BuildError;

use super::super::config::TracesConfig;
use super::texts::PeerKeys;

/// Attributes that name a peer without being asked for; the first is the service of the process itself.
///
/// Source: the Agent, `pkg/trace/config/peer_tags.ini`.
const PEER_TAGS: [&str; 43] = [
    "_dd.base_service",
    "active_record.db.vendor",
    "amqp.destination",
    "amqp.exchange",
    "amqp.queue",
    "aws.queue.name",
    "aws.s3.bucket",
    "bucketname",
    "cassandra.keyspace",
    "db.cassandra.contact.points",
    "db.couchbase.seed.nodes",
    "db.hostname",
    "db.instance",
    "db.name",
    "db.namespace",
    "db.system",
    "db.type",
    "dns.hostname",
    "grpc.host",
    "hostname",
    "http.host",
    "http.server_name",
    "messaging.destination",
    "messaging.destination.name",
    "messaging.kafka.bootstrap.servers",
    "messaging.rabbitmq.exchange",
    "messaging.system",
    "mongodb.db",
    "msmq.queue.path",
    "net.peer.name",
    "network.destination.ip",
    "network.destination.name",
    "out.host",
    "peer.hostname",
    "peer.service",
    "queuename",
    "rpc.service",
    "rpc.system",
    "sequel.db.vendor",
    "server.address",
    "streamname",
    "tablename",
    "topicname",
];

/// How spans are turned into Datadog's.
#[derive(Debug)]
pub(crate) struct Rules {
    /// The host where telemetry names none.
    pub(super) host: String,
    pub(super) naming: Naming,
    pub(super) top_level_by_kind: bool,
    /// Whether spans of kind server, client, producer and consumer have statistics.
    pub(crate) statistics_by_kind: bool,
    /// Attributes that name a span's peer.
    pub(super) peer_keys: PeerKeys,
    /// What names it where a span is put under another service than its process.
    pub(super) base_service: PeerKeys,
    ignored: Option<Regex>,
}

/// How operations are named.
#[derive(Debug)]
pub(super) struct Naming {
    pub(super) remappings: HashMap<String, String>,
    pub(super) span_name_is_operation: bool,
}

impl Naming {
    /// Whether names follow the attributes; otherwise they follow the span's name and the library, which is the older way.
    pub(super) fn is_plain(&self) -> bool {
        !self.span_name_is_operation && self.remappings.is_empty()
    }
}

impl Rules {
    /// Takes the settings, and the host where telemetry names none.
    ///
    /// # Errors
    ///
    /// What resources are ignored by is no regular expression.
    pub(in super::super) fn new(config: &TracesConfig, host: String) -> Result<Self, BuildError> {
        let ignored = match config.ignore_resources.as_slice() {
            [] => None,
            patterns => Some(Regex::new_many(patterns).map_err(|error| {
                BuildError::at("traces::ignore_resources", format!("is not a list of regular expressions: {error}"))
            })?),
        };
        let own = config.peer_tags.iter().map(String::as_str);
        let (peer_keys, base_service) = if config.peer_tags_aggregation {
            (PeerKeys::new(PEER_TAGS.into_iter().chain(own)), PeerKeys::new([PEER_TAGS[0]]))
        } else {
            (PeerKeys::default(), PeerKeys::default())
        };
        Ok(Self {
            host,
            naming: Naming {
                remappings: config.span_name_remappings.iter().cloned().collect(),
                span_name_is_operation: config.span_name_as_resource_name,
            },
            top_level_by_kind: config.compute_top_level_by_span_kind,
            statistics_by_kind: config.compute_stats_by_span_kind,
            peer_keys,
            base_service,
            ignored,
        })
    }

    /// Whether traces with such a root are left out.
    pub(super) fn ignores(&self, resource: &str) -> bool {
        self.ignored.as_ref().is_some_and(|ignored| ignored.is_match(resource))
    }
}
