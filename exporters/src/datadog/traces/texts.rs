//! The texts and numbers that describe a span: `meta` and `metrics`, each key once.

use std::borrow::Cow;
use std::collections::HashSet;

use foldhash::fast::RandomState;

use super::key::{Key, Keys};
use super::normalize::{cut, peer, tag_value};
use super::proto::{put_entry, put_number_entry, tag};
use super::quantize;

/// How many bytes a key has at most.
const LONGEST_KEY: usize = 200;

/// How many bytes a value has at most.
const LONGEST_VALUE: usize = 25_000;

/// How many bytes of a word are kept that statistics know spans by.
pub(super) const LONGEST_WORD: usize = 200;

/// What is put behind what was cut off.
const CUT: &str = "...";

/// In front of what the headers of a request are called.
const HEADER: &[u8] = b"http.request.header.";
const HEADERS: &[u8] = b"http.request.headers.";

/// Which keys were written.
#[derive(Debug, Default)]
pub(super) struct Seen<'a> {
    known: Keys,
    others: HashSet<&'a [u8], RandomState>,
}

impl<'a> Seen<'a> {
    pub(super) fn clear(&mut self) {
        self.known = Keys::default();
        self.others.clear();
    }

    pub(super) fn has(&self, key: Key, name: &[u8]) -> bool {
        match key {
            Key::Other | Key::HttpRequestHeader => self.others.contains(name),
            _ => self.known.has(key),
        }
    }

    /// Notes a key; says whether it is new.
    pub(super) fn add(&mut self, key: Key, name: &'a [u8]) -> bool {
        match key {
            Key::Other | Key::HttpRequestHeader => self.others.insert(name),
            _ => self.known.add(key),
        }
    }

    /// Whether a key is in both.
    pub(super) fn meets(&self, more: &Self) -> bool {
        let (few, many) = if self.others.len() < more.others.len() { (self, more) } else { (more, self) };
        self.known.meets(more.known) || few.others.iter().any(|name| many.others.contains(name))
    }
}

/// What a span is about, where it decides what its texts may say.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Work {
    /// A request of HTTP.
    Web,
    /// A statement of SQL or CQL.
    Sql,
    Redis,
    Other,
}

impl Work {
    pub(super) fn of(kind: &str) -> Self {
        match kind {
            "web" | "http" => Self::Web,
            "sql" | "cassandra" => Self::Sql,
            "redis" | "valkey" => Self::Redis,
            _ => Self::Other,
        }
    }
}

/// Attributes that name a peer of a span, under which its statistics are kept apart.
#[derive(Debug, Default)]
pub(crate) struct PeerKeys(HashSet<Box<[u8]>, RandomState>);

impl PeerKeys {
    pub(super) fn new<'k>(keys: impl IntoIterator<Item = &'k str>) -> Self {
        Self(keys.into_iter().map(|key| key.as_bytes().into()).collect())
    }

    pub(super) fn has(&self, name: &[u8]) -> bool {
        self.0.contains(name)
    }
}

/// Writes texts.
pub(super) struct Texts<'t, 'a> {
    pub(super) out: &'t mut Vec<u8>,
    pub(super) seen: &'t mut Seen<'a>,
    pub(super) work: Work,
    /// Which of them name a peer, and the tags that those are.
    pub(super) peers: Option<(&'t PeerKeys, &'t mut Vec<String>)>,
}

impl<'a> Texts<'_, 'a> {
    /// Writes a text, unless there is one of this key; of some keys, what Datadog lets it be.
    pub(super) fn put(&mut self, key: Key, name: &'a [u8], text: &str) {
        let Some(text) = adjusted(key, text, self.work) else { return };
        if !self.seen.add(key, name) {
            return;
        }
        if let Some((keys, tags)) = &mut self.peers
            && !text.is_empty()
            && keys.has(name)
        {
            tags.push(peer_tag(name, &text));
        }
        write(self.out, key, name, &text);
    }
}

/// The tag of a peer, which statistics keep.
pub(super) fn peer_tag(name: &[u8], text: &str) -> String {
    format!("{}:{}", String::from_utf8_lossy(name), quantize::addresses(cut(text, LONGEST_WORD)))
}

/// Writes an entry that is known to be new.
pub(super) fn write(out: &mut Vec<u8>, key: Key, name: &[u8], text: &str) {
    let text = match text.len() {
        ..=LONGEST_VALUE => [text, ""],
        _ if is_structured(name) => [text, ""],
        _ => [cut(text, LONGEST_VALUE), CUT],
    };
    put_entry(out, tag::SPAN_META, written(key, name).parts(), text);
}

/// Writes a number, unless there is one of this key.
pub(super) fn put_number<'a>(out: &mut Vec<u8>, seen: &mut Seen<'a>, key: Key, name: &'a [u8], number: f64) {
    if seen.add(key, name) {
        put_number_entry(out, tag::SPAN_METRICS, written(key, name).parts(), number);
    }
}

/// A key as it is written: as it is, or in two parts.
enum Written<'n> {
    Parts(&'n [u8], &'n [u8]),
    Long(Vec<u8>),
}

impl Written<'_> {
    fn parts(&self) -> [&[u8]; 2] {
        match self {
            Self::Parts(first, second) => [first, second],
            Self::Long(key) => [key, CUT.as_bytes()],
        }
    }
}

fn written(key: Key, name: &[u8]) -> Written<'_> {
    let whole = match name.strip_prefix(HEADER) {
        Some(header) if key == Key::HttpRequestHeader => Written::Parts(HEADERS, header),
        _ => Written::Parts(name, b""),
    };
    let [first, second] = whole.parts();
    if first.len() + second.len() <= LONGEST_KEY || is_structured(name) {
        return whole;
    }
    let all = String::from_utf8_lossy(&[first, second].concat()).into_owned();
    Written::Long(cut(&all, LONGEST_KEY).as_bytes().to_vec())
}

/// Keys whose values are documents, which must not be cut.
fn is_structured(name: &[u8]) -> bool {
    let ends: [&[u8]; 3] = [b".json", b".msgpack", b".protobuf"];
    name.starts_with(b"_dd.") && ends.iter().any(|end| name.ends_with(end))
}

/// What a text may be under its key; none if it may not be there.
pub(super) fn adjusted(key: Key, text: &str, work: Work) -> Option<Cow<'_, str>> {
    Some(match (key, work) {
        (Key::Env, _) => tag_value(text),
        (Key::PeerService | Key::BaseService, _) => peer(text),
        (Key::HttpStatusCode, _) => match text.parse() {
            Ok(100..600_u32) => Cow::Borrowed(text),
            _ => return None,
        },
        (Key::HttpUrl, Work::Web) => quantize::url(text),
        (Key::DbStatement | Key::DbQueryText, Work::Sql) => quantize::sql(text),
        _ => Cow::Borrowed(text),
    })
}
