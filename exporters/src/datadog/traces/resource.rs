//! What the spans of one resource have in common: made once for all of them.

use std::borrow::Cow;

use sluice_pdata::view::{ResourceSpans, Scope};

use super::attributes::{Attributes, Value};
use super::key::Key;
use super::normalize::cut;
use super::texts::{self, PeerKeys, Seen, Work};
use crate::datadog::host::Source;
use crate::datadog::tags;

/// How many bytes a host's name has at most.
const LONGEST_HOST: usize = 255;

/// How many bytes of a container's tags are kept.
const LONGEST_TAGS: usize = 5_000;

/// A resource, as its spans need it.
pub(super) struct Resource<'a> {
    pub(super) attributes: Attributes<'a>,
    pub(super) texts: Vec<Text<'a>>,
    /// The keys of the texts.
    pub(super) seen: Seen<'a>,
    /// All texts as they lie in a span.
    pub(super) encoded: Vec<u8>,
    /// The tags of the texts that name a peer.
    pub(super) peers: Vec<String>,
    pub(super) host: String,
    pub(super) env: String,
    pub(super) container: String,
    pub(super) language: String,
    pub(super) tracer: String,
    /// `key:value`, joined by commas.
    pub(super) container_tags: String,
    /// Whether somebody else has computed statistics of these spans already.
    pub(super) has_statistics: bool,
}

/// A text that each span has unless it has another one of the key.
pub(super) struct Text<'a> {
    pub(super) key: Key,
    pub(super) name: &'a [u8],
    pub(super) text: Cow<'a, str>,
}

impl<'a> Resource<'a> {
    pub(super) fn read(spans: ResourceSpans<'a>, fallback_host: &str, peer_keys: &PeerKeys) -> Self {
        let resource = spans.resource().unwrap_or_default();
        let mut attributes = Attributes::new();
        attributes.read(resource.attributes());
        let source = Source::of(resource.attributes());
        let mut container_tags = attributes.tag(&[Key::DatadogContainerTags]).into_owned();
        let mut of_container = tags::of_containers(resource.attributes());
        if let Source::FargateTask(arn) = &source {
            of_container.push(("task_arn", arn));
        }
        if container_tags.is_empty() {
            let pairs: Vec<_> = of_container.iter().map(|(key, value)| format!("{key}:{value}")).collect();
            container_tags = pairs.join(",");
        }
        container_tags.truncate(cut(&container_tags, LONGEST_TAGS).len());
        let first_tag = |first: Key, then: &[Key]| {
            let said = attributes.tag(&[first]);
            if said.is_empty() { attributes.tag(then).into_owned() } else { said.into_owned() }
        };
        let host = match attributes.tag(&[Key::DatadogHost]) {
            said if said.is_empty() => cut(source.host(fallback_host), LONGEST_HOST).to_owned(),
            said => said.into_owned(),
        };
        let environments = [Key::DeploymentEnvironmentName, Key::DeploymentEnvironment];
        let mut read = Self {
            host,
            env: first_tag(Key::DatadogEnv, &environments),
            container: first_tag(Key::DatadogContainerId, &[Key::ContainerId, Key::K8sPodUid]),
            language: attributes.tag(&[Key::TelemetrySdkLanguage]).into_owned(),
            tracer: format!("otlp-{}", attributes.tag(&[Key::TelemetrySdkVersion])),
            container_tags,
            has_statistics: !attributes.text(&[Key::StatsComputed]).is_empty(),
            attributes: Attributes::new(),
            texts: Vec::new(),
            seen: Seen::default(),
            encoded: Vec::new(),
            peers: Vec::new(),
        };
        attributes.iter().for_each(|attribute| read.take(attribute.key, attribute.name, &attribute.value, peer_keys));
        read.attributes = attributes;
        read
    }

    fn take(&mut self, key: Key, name: &'a [u8], value: &Value<'a>, peer_keys: &PeerKeys) {
        let text = match value {
            Value::Text(text) => text.clone(),
            number => Cow::Owned(number.text().into_owned()),
        };
        // Each span says these itself.
        let is_a_spans = matches!(key, Key::SpanKind | Key::TraceId | Key::StatusCode | Key::AnalyticsEvent);
        if text.is_empty() || key.is_a_field() || is_a_spans || name.is_empty() {
            return;
        }
        let (key, name) = key.renamed().unwrap_or((key, name));
        let Some(adjusted) = texts::adjusted(key, &text, Work::Other) else { return };
        let text = if adjusted == text { text } else { Cow::Owned(adjusted.into_owned()) };
        if !self.seen.add(key, name) {
            return;
        }
        if peer_keys.has(name) {
            self.peers.push(texts::peer_tag(name, &text));
        }
        texts::write(&mut self.encoded, key, name, &text);
        self.texts.push(Text { key, name, text });
    }
}

/// A scope, as its spans need it.
pub(super) struct Library<'a> {
    pub(super) name: &'a str,
    pub(super) version: &'a str,
    pub(super) attributes: Attributes<'a>,
}

impl<'a> Library<'a> {
    pub(super) fn read(scope: Option<Scope<'a>>) -> Self {
        let scope = scope.unwrap_or_default();
        let mut attributes = Attributes::new();
        attributes.read(scope.attributes());
        Self { name: scope.name(), version: scope.version(), attributes }
    }
}
