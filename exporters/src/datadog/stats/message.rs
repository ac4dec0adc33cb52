//! Bodies of `/api/v0.2/stats`, in MessagePack.
//!
//! Source: the Agent, `pkg/proto/pbgo/trace/stats_gen.go`: structs are maps, whose keys are the names of their fields.

use rmp::encode::{ByteBuf, write_array_len, write_bin, write_bool, write_map_len, write_sint, write_str, write_uint};

use super::concentrator::{Flushed, INTERVAL};
use super::group::{Group, OriginKey};

/// How many groups a body has at most.
const MOST: usize = 4_000;

/// The Agent whose statistics these are like.
const AGENT_VERSION: &str = "7.76.0";

/// The bodies, before they are packed, and how many groups are in each.
pub(super) fn bodies(host: &str, flushed: Vec<Flushed>) -> Vec<Vec<u8>> {
    let cut = cut(flushed, MOST);
    let is_split = cut.len() > 1;
    cut.into_iter().map(|part| body(host, part, is_split)).collect()
}

/// Parts of at most so many groups each.
fn cut(flushed: Vec<Flushed>, most: usize) -> Vec<Vec<Flushed>> {
    let mut parts: Vec<Vec<Flushed>> = Vec::new();
    let mut room = 0;
    for Flushed { origin, buckets } in flushed {
        for (start, mut groups) in buckets {
            while !groups.is_empty() {
                if room == 0 {
                    parts.push(Vec::new());
                    room = most;
                }
                let rest = groups.split_off(groups.len().min(room));
                room -= groups.len();
                if let Some(part) = parts.last_mut() {
                    put(part, &origin, start, groups);
                }
                groups = rest;
            }
        }
    }
    parts
}

fn put(part: &mut Vec<Flushed>, origin: &OriginKey, start: i64, groups: Vec<Group>) {
    match part.last_mut() {
        Some(last) if last.origin == *origin => last.buckets.push((start, groups)),
        _ => part.push(Flushed { origin: origin.clone(), buckets: vec![(start, groups)] }),
    }
}

fn body(host: &str, part: Vec<Flushed>, is_split: bool) -> Vec<u8> {
    let mut out = Out(ByteBuf::new());
    out.map(6);
    out.text("AgentHostname", host);
    out.text("AgentEnv", super::super::traces::NO_ENVIRONMENT);
    out.text("AgentVersion", AGENT_VERSION);
    out.flag("ClientComputed", false);
    out.flag("SplitPayload", is_split);
    out.list("Stats", part.len());
    part.into_iter().for_each(|of_origin| out.origin(of_origin));
    out.0.into_vec()
}

/// A body under way. Writing to memory does not fail.
struct Out(ByteBuf);

impl Out {
    fn origin(&mut self, Flushed { origin, buckets }: Flushed) {
        self.map(8);
        self.text("Hostname", &origin.host);
        self.text("Env", &origin.env);
        self.text("Version", &origin.version);
        self.text("Lang", &origin.language);
        self.text("ContainerID", &origin.container);
        self.text("GitCommitSha", &origin.git_commit);
        let mut tags: Vec<_> = origin.container_tags.split(',').filter(|tag| !tag.is_empty()).collect();
        tags.sort_unstable();
        self.list("Tags", tags.len());
        tags.into_iter().for_each(|tag| self.value(tag));
        self.list("Stats", buckets.len());
        for (start, groups) in buckets {
            self.map(4);
            self.number("Start", start as u64);
            self.number("Duration", INTERVAL as u64);
            self.value("AgentTimeShift");
            let _ = write_sint(&mut self.0, 0);
            self.list("Stats", groups.len());
            groups.into_iter().for_each(|group| self.group(group));
        }
    }

    fn group(&mut self, group: Group) {
        let kind = group.kind.borrow();
        self.map(17);
        self.text("Service", kind.service);
        self.text("Name", kind.name);
        self.text("Resource", kind.resource);
        self.number("HTTPStatusCode", u64::from(kind.http_status));
        self.text("Type", kind.kind_of_work);
        self.text("DBType", "");
        self.number("Hits", rounded(group.hits));
        self.number("Errors", rounded(group.errors));
        self.number("Duration", rounded(group.duration));
        self.flag("Synthetics", kind.is_synthetic);
        self.number("TopLevelHits", rounded(group.top_level_hits));
        self.text("SpanKind", kind.kind);
        self.list("PeerTags", kind.peers.len());
        kind.peers.iter().for_each(|tag| self.value(tag));
        // Of three: not said, yes, no.
        self.number("IsTraceRoot", if kind.is_root { 1 } else { 2 });
        self.text("GRPCStatusCode", kind.grpc_status);
        self.bytes("OkSummary", &group.ok.encode_to_vec());
        self.bytes("ErrorSummary", &group.failed.encode_to_vec());
    }

    fn map(&mut self, entries: u32) {
        let _ = write_map_len(&mut self.0, entries);
    }

    fn value(&mut self, text: &str) {
        let _ = write_str(&mut self.0, text);
    }

    fn text(&mut self, key: &str, text: &str) {
        self.value(key);
        self.value(text);
    }

    fn number(&mut self, key: &str, number: u64) {
        self.value(key);
        let _ = write_uint(&mut self.0, number);
    }

    fn flag(&mut self, key: &str, flag: bool) {
        self.value(key);
        let _ = write_bool(&mut self.0, flag);
    }

    fn bytes(&mut self, key: &str, bytes: &[u8]) {
        self.value(key);
        let _ = write_bin(&mut self.0, bytes);
    }

    fn list(&mut self, key: &str, items: usize) {
        self.value(key);
        let _ = write_array_len(&mut self.0, u32::try_from(items).unwrap_or(u32::MAX));
    }
}

/// A fraction counts as one as often as it says.
fn rounded(number: f64) -> u64 {
    let whole = number.floor();
    whole as u64 + u64::from(fastrand::f64() < number - whole)
}
