//! What the key of a value says of it.

use crate::words::atoms::*;
use crate::words::{Atoms, Meanings, meanings};
use crate::{Detector, Rule};

/// What the key of a value says of it: that it needs no look, that all of it is personal, or which detectors to trust.
/// Keys repeat, so whoever walks telemetry asks once a key and keeps the answer.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Key {
    pub(crate) atoms: Atoms,
    pub(crate) whole: Option<Rule>,
    pub(crate) look: Look,
    /// The user's settings name it.
    pub(crate) is_listed: bool,
    /// Bits of the user's patterns that have a keyword in it; of the first 128.
    pub(crate) keywords: u128,
}

impl Key {
    /// No value of this key can hold anything personal, or the settings allow it: there is nothing to scan.
    pub fn is_skipped(self) -> bool {
        self.look == Look::Skip
    }

    /// The rule that takes the whole value, whatever it is, as long as it says something: no empty text, no `true`, no
    /// placeholder such as `***` or `${PASSWORD}`. [`crate::Scanner::scan`] applies it.
    pub fn whole_value(self) -> Option<Rule> {
        self.whole
    }

    /// What a key says by itself, without settings.
    pub(crate) fn of(key: &[u8]) -> Self {
        // It is a place, and says nothing of what stands there.
        if matches!(key, b"trace_state" | b"tracestate" | b"w3c.tracestate") {
            return Self::default();
        }
        if is_safe(key) {
            return Self { look: Look::Skip, ..Self::default() };
        }
        let meanings = meanings(key);
        let (atoms, whole) = (meanings.all, whole(meanings).map(Rule::Detector));
        Self { atoms, whole, look: if is_infrastructure(key) { Look::Strong } else { Look::All }, ..Self::default() }
    }
}

/// Which detectors look at a value.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Look {
    /// All that are switched on.
    #[default]
    All,
    /// Not those that need to trust numbers and names to be somebody's: the key is about machines or code.
    Strong,
    /// None, but what the user's settings say.
    Settings,
    /// None at all.
    Skip,
}

/// Keys of semantic conventions whose values are out of a short list, or numbers that count.
const SAFE: &[&str] = &[
    "http.method",
    "http.request.method",
    "http.request.method_original",
    "http.status_code",
    "http.response.status_code",
    "http.flavor",
    "http.scheme",
    "url.scheme",
    "http.request.body.size",
    "http.response.body.size",
    "http.request_content_length",
    "http.response_content_length",
    "http.request.resend_count",
    "http.resend_count",
    "network.protocol.name",
    "network.protocol.version",
    "network.transport",
    "network.type",
    "net.transport",
    "net.protocol.name",
    "net.protocol.version",
    "net.sock.family",
    "net.peer.port",
    "net.host.port",
    "server.port",
    "client.port",
    "network.peer.port",
    "network.local.port",
    "db.system",
    "db.system.name",
    "db.operation",
    "db.operation.name",
    "db.response.status_code",
    "messaging.system",
    "messaging.operation",
    "messaging.operation.type",
    "messaging.operation.name",
    "rpc.system",
    "rpc.grpc.status_code",
    "service.version",
    "service.instance.id",
    "telemetry.sdk.name",
    "telemetry.sdk.language",
    "telemetry.sdk.version",
    "telemetry.auto.version",
    "telemetry.distro.name",
    "telemetry.distro.version",
    "otel.library.name",
    "otel.library.version",
    "otel.scope.name",
    "otel.scope.version",
    "otel.status_code",
    "span.kind",
    "process.pid",
    "process.parent_pid",
    "process.runtime.name",
    "process.runtime.version",
    "process.runtime.description",
    "thread.id",
    "code.lineno",
    "code.line.number",
    "code.column",
    "code.function",
    "code.function.name",
    "code.namespace",
    "os.type",
    "os.version",
    "os.name",
    "host.arch",
    "host.type",
    "host.id",
    "host.image.id",
    "cloud.provider",
    "cloud.platform",
    "cloud.region",
    "cloud.availability_zone",
    "container.id",
    "container.runtime",
    "container.image.id",
    "container.image.tag",
    "container.image.tags",
    "container.image.repo_digests",
    "k8s.pod.uid",
    "k8s.node.uid",
    "k8s.deployment.uid",
    "k8s.replicaset.uid",
    "k8s.cluster.uid",
    "k8s.namespace.uid",
    "k8s.container.restart_count",
    "faas.version",
    "faas.coldstart",
    "faas.trigger",
    "error.type",
    "severity_text",
    "trace_id",
    "traceid",
    "trace.id",
    "span_id",
    "spanid",
    "span.id",
    "parent_span_id",
    "parent_id",
    "deployment.environment",
    "deployment.environment.name",
];

fn is_safe(key: &[u8]) -> bool {
    SAFE.iter().any(|safe| key.eq_ignore_ascii_case(safe.as_bytes()))
}

/// Prefixes of keys about machines and code.
fn is_infrastructure(key: &[u8]) -> bool {
    const PREFIXES: &[&str] = &[
        "k8s.",
        "container.",
        "code.",
        "telemetry.",
        "host.",
        "os.",
        "process.runtime.",
        "cloud.",
        "server.",
        "net.host.",
        "network.local.",
        "service.",
        "faas.",
        "deployment.",
        "aws.ecs.",
        "gcp.",
        "azure.vm.",
        "thread.",
        "webengine.",
    ];
    PREFIXES.iter().any(|prefix| key.starts_with(prefix.as_bytes()))
}

/// The detector that takes the whole value of a key.
pub(crate) fn whole(Meanings { all, last, near }: Meanings) -> Option<Detector> {
    // `password_length`, `token_type`, `user_agent`: about the thing, not the thing.
    if last.any(META) && !last.any(SECRET | LOGIN | PASSWORD) || last.any(TIME.or(AGENT).or(HASH)) && !all.any(BIRTH) {
        return None;
    }
    let named = last.any(NAME);
    if all.any(PASSWORD) && !named {
        return Some(Detector::Password);
    }
    if all.any(CVV) && (all.any(CARD) || last.any(CVV) && !all.any(ID)) {
        return Some(Detector::CreditCard);
    }
    if all.any(AUTH) || all.any(COOKIE) && !named {
        return Some(Detector::Authorization);
    }
    if all.any(SESSION) && (last.any(ID | KEY | TOKEN) || last.any(SESSION)) && !named {
        return Some(Detector::Authorization);
    }
    if (all.any(SECRET | TOKEN) || all.all(API | KEY) && last.any(KEY | ID)) && !named {
        return Some(Detector::ApiKey);
    }
    personal(all, last, near)
}

fn personal(all: Atoms, last: Atoms, near: Atoms) -> Option<Detector> {
    if all.any(IBAN) {
        return Some(Detector::Iban);
    }
    if all.any(SSN) {
        return Some(Detector::UsSsn);
    }
    if all.any(PASSPORT) && last.any(PASSPORT | NUMBER | ID) {
        return Some(Detector::Passport);
    }
    if all.all(LICENCE | DRIVER) && !last.any(NAME | PLATE) {
        return Some(Detector::DriverLicence);
    }
    if all.any(PLATE) {
        return Some(Detector::Vehicle);
    }
    if last.any(BIRTH) || all.any(BIRTH) && last.any(DATE) {
        return Some(Detector::DateOfBirth);
    }
    if all.any(CARD) && last.any(NUMBER | CARD) && !last.any(NAME) {
        return Some(Detector::CreditCard);
    }
    if all.any(ROUTING) && !all.any(INFRA | URL) && last.any(ROUTING | NUMBER | CODE)
        || all.all(ACCOUNT | NUMBER) && last.any(ACCOUNT | NUMBER)
        || all.any(BANK) && last.any(ACCOUNT | NUMBER)
    {
        return Some(Detector::BankAccount);
    }
    if all.any(NATIONAL) || all.any(TAX | PERSONAL) && last.any(ID | NUMBER) && !all.any(USER | ORDER) {
        return Some(Detector::NationalId);
    }
    if last.any(PHONE) || all.any(PHONE) && last.any(NUMBER) {
        return Some(Detector::Phone);
    }
    if all.any(IMEI) || all.any(DEVICE) && last.any(ID) {
        return Some(Detector::DeviceId);
    }
    if all.any(EMAIL) && last.any(EMAIL | ADDRESS) {
        return Some(Detector::Email);
    }
    if all.any(WALLET) && last.any(ADDRESS | WALLET) {
        return Some(Detector::CryptoWallet);
    }
    if last.any(MAC) || all.any(MAC) && last.any(ADDRESS) {
        return Some(Detector::Mac);
    }
    named_or_placed(all, last, near)
}

fn named_or_placed(all: Atoms, last: Atoms, near: Atoms) -> Option<Detector> {
    if all.any(USER) && last.any(LOGIN | USER | ID)
        || last.any(LOGIN)
        || all.any(USER) && last.any(NAME) && !all.any(GIVEN)
    {
        return Some(Detector::UserAccount);
    }
    let is_a_persons = all.any(GIVEN | PERSON) && !near.without(PERSON | GIVEN).any(THING);
    // A name by itself may be anything's: its value decides.
    if last.any(NAME | GIVEN) && all.any(NAME) && (is_a_persons || last == NAME) {
        return Some(Detector::PersonName);
    }
    if last.any(STREET) && !all.any(IP)
        || last.any(ZIP)
        || all.any(ZIP | POSTAL) && all.any(CODE) && last.any(CODE | POSTAL)
    {
        return Some(Detector::PostalAddress);
    }
    if last.any(ADDRESS) && !all.any(IP | MAC | CLIENT | INFRA | EMAIL | WALLET) && !near.any(THING) {
        return Some(Detector::PostalAddress);
    }
    if last.any(LAT | LON) || all.any(GEO) && last.any(GEO) {
        return Some(Detector::GeoLocation);
    }
    None
}
