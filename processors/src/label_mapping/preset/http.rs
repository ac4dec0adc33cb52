//! HTTP: from version 1.20 of the semantic conventions and before to the stable ones.
//!
//! Source: the semantic conventions, "HTTP semantic convention stability migration" and the registry of deprecated attributes.

use super::Act::{Drop, Extract, Rename, Values};
use super::{CLIENT, EVENTS, Preset, SEMCONV, SERVER, at, spans};

pub(super) static PRESET: Preset = Preset {
    name: "semconv_http",
    group: SEMCONV,
    tables: &[
        at(
            EVENTS,
            Rename(&[
                ("http.method", "http.request.method"),
                ("http.status_code", "http.response.status_code"),
                ("http.scheme", "url.scheme"),
                ("http.url", "url.full"),
                ("http.request_content_length", "http.request.body.size"),
                ("http.request_content_length_uncompressed", "http.request.body.size"),
                ("http.response_content_length", "http.response.body.size"),
                ("http.response_content_length_uncompressed", "http.response.body.size"),
                ("http.resend_count", "http.request.resend_count"),
                ("http.retry_count", "http.request.resend_count"),
                ("http.user_agent", "user_agent.original"),
                ("http.client_ip", "client.address"),
                ("http.flavor", "network.protocol.version"),
                ("net.sock.peer.addr", "network.peer.address"),
                ("net.sock.peer.port", "network.peer.port"),
                ("net.sock.host.addr", "network.local.address"),
                ("net.sock.host.port", "network.local.port"),
                ("net.protocol.name", "network.protocol.name"),
                ("net.app.protocol.name", "network.protocol.name"),
                ("net.protocol.version", "network.protocol.version"),
                ("net.app.protocol.version", "network.protocol.version"),
            ]),
        ),
        at(EVENTS, Values("network.protocol.version", &[("2.0", "2"), ("3.0", "3")])),
        at(EVENTS, Extract("http.target", r"^(?P<url.path>[^?#]*)(?:\?(?P<url.query>[^#]*))?")),
        at(EVENTS, Drop(&["http.target"])),
        spans(&[SERVER], Rename(&[("net.peer.name", "client.address"), ("net.peer.port", "client.port")])),
        spans(&[CLIENT], Rename(&[("net.peer.name", "server.address"), ("net.peer.port", "server.port")])),
        // Of a metric or a log record nobody knows the side; what was recorded there is the one that was called.
        at(
            EVENTS,
            Rename(&[
                ("net.peer.name", "server.address"),
                ("net.peer.port", "server.port"),
                ("net.host.name", "server.address"),
                ("net.host.port", "server.port"),
                ("http.server_name", "server.address"),
            ]),
        ),
    ],
};
