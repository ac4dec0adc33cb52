//! What is left of `net.*`, beside the names that HTTP shares, and `code.*`.
//!
//! Source: the semantic conventions' registries of deprecated attributes, `network`, `code`, `deployment`, `otel`.

use super::Act::{Rename, Values};
use super::{CLIENT, CONSUMER, EVENTS, PRODUCER, Preset, SEMCONV, SERVER, at, spans};
use crate::label_mapping::rule::{Bits, Level};

pub(super) static PRESET: Preset = Preset {
    name: "semconv_network",
    group: SEMCONV,
    tables: &[
        at(
            EVENTS,
            Rename(&[
                ("net.transport", "network.transport"),
                ("net.peer.ip", "network.peer.address"),
                ("net.host.ip", "network.local.address"),
                ("net.sock.peer.addr", "network.peer.address"),
                ("net.sock.peer.port", "network.peer.port"),
                ("net.sock.host.addr", "network.local.address"),
                ("net.sock.host.port", "network.local.port"),
                ("net.host.connection.type", "network.connection.type"),
                ("net.host.connection.subtype", "network.connection.subtype"),
                ("net.host.carrier.name", "network.carrier.name"),
                ("net.host.carrier.mcc", "network.carrier.mcc"),
                ("net.host.carrier.mnc", "network.carrier.mnc"),
                ("net.host.carrier.icc", "network.carrier.icc"),
                ("net.protocol.name", "network.protocol.name"),
                ("net.protocol.version", "network.protocol.version"),
            ]),
        ),
        at(EVENTS, Values("network.transport", &[("ip_tcp", "tcp"), ("ip_udp", "udp")])),
        spans(&[SERVER], Rename(&[("net.peer.name", "client.address"), ("net.peer.port", "client.port")])),
        spans(
            &[CLIENT, PRODUCER, CONSUMER],
            Rename(&[("net.peer.name", "server.address"), ("net.peer.port", "server.port")]),
        ),
        at(
            EVENTS,
            Rename(&[
                ("net.peer.name", "server.address"),
                ("net.peer.port", "server.port"),
                ("net.host.name", "server.address"),
                ("net.host.port", "server.port"),
            ]),
        ),
        at(
            EVENTS,
            Rename(&[
                ("code.filepath", "code.file.path"),
                ("code.lineno", "code.line.number"),
                ("code.column", "code.column.number"),
            ]),
        ),
        at(
            Bits::of(&[Level::Resource]),
            Rename(&[
                ("deployment.environment", "deployment.environment.name"),
                ("container.runtime", "container.runtime.name"),
            ]),
        ),
    ],
};
