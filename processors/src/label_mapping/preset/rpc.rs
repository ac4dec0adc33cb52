//! Remote procedure calls: from version 1.37 of the semantic conventions and before to those of today.
//!
//! Source: the semantic conventions, "RPC semantic convention stability migration" and the registry of deprecated attributes.
//! `rpc.service`, which is part of `rpc.method` today, stays.

use super::Act::{Rename, RenameGlobs, Values};
use super::{EVENTS, Preset, SEMCONV, at};

pub(super) static PRESET: Preset = Preset {
    name: "semconv_rpc",
    group: SEMCONV,
    tables: &[
        at(
            EVENTS,
            Rename(&[
                ("rpc.system", "rpc.system.name"),
                ("rpc.jsonrpc.request_id", "jsonrpc.request.id"),
                ("rpc.jsonrpc.version", "jsonrpc.protocol.version"),
            ]),
        ),
        at(EVENTS, Values("rpc.system.name", &[("apache_dubbo", "dubbo"), ("connect_rpc", "connectrpc")])),
        at(
            EVENTS,
            RenameGlobs(&[
                ("rpc.grpc.request.metadata.*", "rpc.request.metadata.*"),
                ("rpc.grpc.response.metadata.*", "rpc.response.metadata.*"),
                ("rpc.connect_rpc.request.metadata.*", "rpc.request.metadata.*"),
                ("rpc.connect_rpc.response.metadata.*", "rpc.response.metadata.*"),
            ]),
        ),
    ],
};
