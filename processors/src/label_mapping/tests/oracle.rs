//! The same rules on decoded telemetry, one after the other and in the plainest way, against the one pass over the bytes.

use bytes::Bytes;
use fastrand::Rng;
use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceRequest;
use opentelemetry_proto::tonic::common::v1::{KeyValue, any_value};
use opentelemetry_proto::tonic::resource::v1::Resource;
use opentelemetry_proto::tonic::trace::v1::span::{Event, Link};
use opentelemetry_proto::tonic::trace::v1::{ResourceSpans, ScopeSpans, Span};
use proptest::prelude::*;
use prost::Message;
use sluice_component::ComponentId;
use sluice_pdata::{Batch, Limits, Signal};

use super::super::config::Plan;
use super::super::convert::Type;
use super::super::names::{MatchType, Names, Template};
use super::super::processor::LabelMapping;
use super::super::rule::{Action, Bits, LEVELS, Level, ON_CONFLICT, OnConflict, OnFailure, Rule, Values};
use super::{attribute, text};

const KEYS: [&str; 7] = ["a", "b", "c", "ab", "ac", "a_renamed", ""];

proptest! {
    #[test]
    fn one_pass_does_what_one_rule_after_the_other_does(seed: u64) {
        let mut rng = Rng::with_seed(seed);
        let plain: Vec<Plain> = (0..rng.usize(1..5)).map(|_| Plain::any(&mut rng)).collect();
        let request = request(&mut rng);
        let message = Bytes::from(request.encode_to_vec());
        let batch = Batch::check(Signal::Traces, message.clone(), &Limits::default()).expect("valid");

        let mapped = processor(&plain).map(&batch).0;

        let expected = by_hand(&plain, request.clone());
        let bytes = mapped.to_bytes();
        let found = ExportTraceServiceRequest::decode(bytes.clone()).expect("valid");
        prop_assert!(found == expected, "{}", difference(&plain, &request, &expected, &found));
        prop_assert!(Batch::check(Signal::Traces, bytes.clone(), &Limits::default()).is_ok());
        if expected == request {
            prop_assert_eq!(bytes.as_ptr(), message.as_ptr(), "nothing changed: {:?}", plain);
        }
    }

    #[test]
    fn a_list_that_is_long_enough_for_a_table_is_treated_alike(seed: u64) {
        let mut rng = Rng::with_seed(seed);
        let plain: Vec<Plain> = (0..rng.usize(1..4)).map(|_| Plain::any(&mut rng)).collect();
        let mut request = request(&mut rng);
        let resource = request.resource_spans[0].resource.get_or_insert_default();
        // Many duplicates, and more than are found one by one.
        resource.attributes = (0..rng.usize(30..80)).map(|_| any_attribute(&mut rng)).collect();
        let batch = Batch::from_messages(Signal::Traces, [Bytes::from(request.encode_to_vec())]);

        let mapped = processor(&plain).map(&batch).0;

        let expected = by_hand(&plain, request.clone());
        let found = ExportTraceServiceRequest::decode(mapped.to_bytes()).expect("valid");
        prop_assert!(found == expected, "{}", difference(&plain, &request, &expected, &found));
    }
}

/// The first list of attributes that differs.
fn difference(
    plain: &[Plain],
    request: &ExportTraceServiceRequest,
    expected: &ExportTraceServiceRequest,
    found: &ExportTraceServiceRequest,
) -> String {
    let lists = |request: &ExportTraceServiceRequest| {
        let mut lists = Vec::new();
        for entry in &request.resource_spans {
            lists.push(describe(entry.resource.as_ref().map_or(&[], |resource| &resource.attributes)));
            for span in entry.scope_spans.iter().flat_map(|scope| &scope.spans) {
                lists.push(describe(&span.attributes));
                lists.extend(span.events.iter().map(|event| describe(&event.attributes)));
                lists.extend(span.links.iter().map(|link| describe(&link.attributes)));
            }
        }
        lists
    };
    let all: Vec<_> = lists(request).into_iter().zip(lists(expected)).zip(lists(found)).collect();
    let first = all.into_iter().find(|((_, expected), found)| expected != found);
    format!("{plain:?}\n{first:?}")
}

fn describe(attributes: &[KeyValue]) -> String {
    let texts = attributes.iter().map(|attribute| {
        let value = attribute.value.as_ref().and_then(|value| value.value.as_ref());
        format!("{}={value:?}", attribute.key)
    });
    texts.collect::<Vec<_>>().join(" ")
}

fn processor(plain: &[Plain]) -> LabelMapping {
    let plan = Plan { rules: plain.iter().map(Plain::rule).collect(), ..Plan::default() };
    LabelMapping::new(&plan, &"label_mapping".parse::<ComponentId>().expect("an id"), Signal::Traces)
}

/// A rule as simple as can be.
#[derive(Clone, Debug)]
struct Plain {
    act: PlainAct,
    match_type: MatchType,
    levels: Vec<Level>,
    on_conflict: OnConflict,
    /// Names, and what they become: a name, a type, or nothing.
    rows: Vec<(String, String)>,
    into_span: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum PlainAct {
    Rename,
    Copy,
    Drop,
    Keep,
    Value,
    ToInt,
}

impl Plain {
    fn any(rng: &mut Rng) -> Self {
        use PlainAct::{Copy, Drop, Keep, Rename, ToInt, Value};
        let act = [Rename, Rename, Rename, Copy, Copy, Drop, Keep, Value, ToInt][rng.usize(..9)];
        let match_type = if rng.u8(..3) == 0 { MatchType::Glob } else { MatchType::Strict };
        let name = |rng: &mut Rng| match match_type {
            MatchType::Glob => ["a*", "*c", "?", "a?", "*"][rng.usize(..5)].to_owned(),
            _ => KEYS[rng.usize(..KEYS.len())].to_owned(),
        };
        let mut rows: Vec<(String, String)> = Vec::new();
        for _ in 0..rng.usize(1..4) {
            let name = name(rng);
            if !rows.iter().any(|(other, _)| *other == name) {
                let to = match match_type {
                    MatchType::Glob if rng.bool() => "b{1}".into(),
                    _ => KEYS[rng.usize(..KEYS.len() - 1)].into(),
                };
                rows.push((name, to));
            }
        }
        let mut levels: Vec<_> = LEVELS.iter().map(|(_, level)| *level).filter(|_| rng.u8(..3) > 0).collect();
        let into_span = matches!(act, Rename | Copy) && rng.u8(..4) == 0;
        if into_span {
            levels = vec![Level::Resource];
        }
        let on_conflict = ON_CONFLICT[rng.usize(..ON_CONFLICT.len())].1;
        Self { act, match_type, levels, on_conflict, rows, into_span }
    }

    fn rule(&self) -> Rule {
        let mut names = Names::default();
        let mut to = Vec::new();
        for (name, target) in &self.rows {
            names.add(self.match_type, name).expect("each is there once");
            to.push(Template::read(target, self.match_type, names.last_pattern()).expect("the group is there"));
        }
        let into = self.into_span.then_some(Bits::of(&[Level::Span]));
        let action = match self.act {
            PlainAct::Rename => Action::Rename { names, to, into },
            PlainAct::Copy => Action::Copy { names, to, into },
            PlainAct::Drop => Action::Drop(names),
            PlainAct::Keep => Action::Keep(names),
            PlainAct::Value => {
                let table = || [("1".into(), "one".into())].into();
                let tables = to.iter().map(|_| Values { table: table(), other: None }).collect();
                Action::Values { names, tables }
            }
            PlainAct::ToInt => Action::Convert {
                names,
                to: self.rows.iter().map(|_| Type::Int).collect(),
                on_failure: OnFailure::Drop,
            },
        };
        Rule {
            place: "rules".into(),
            levels: Bits::of(&self.levels),
            signals: Bits::ALL,
            span_kinds: Bits::ALL,
            on_conflict: self.on_conflict,
            action,
        }
    }

    /// The first row that means a key, and what it makes of it.
    fn row(&self, key: &str) -> Option<(usize, String)> {
        let found = self.rows.iter().enumerate().find_map(|(number, (name, to))| {
            let first_star = match self.match_type {
                MatchType::Strict => (name == key).then(String::new),
                _ => match (name.as_str(), key.chars().count()) {
                    ("a*", _) => key.strip_prefix('a').map(str::to_owned),
                    ("*c", _) => key.strip_suffix('c').map(str::to_owned),
                    ("?", 1) => Some(key.to_owned()),
                    ("a?", 2) => key.strip_prefix('a').map(str::to_owned),
                    ("*", _) => Some(key.to_owned()),
                    _ => None,
                },
            };
            first_star.map(|star| (number, to.replace("{1}", &star)))
        });
        match self.act {
            PlainAct::Keep if found.is_some() => None,
            PlainAct::Keep => Some((0, String::new())),
            // A name that stays is no change, and none is no name.
            PlainAct::Rename | PlainAct::Copy if !self.into_span => found.filter(|(_, to)| to != key && !to.is_empty()),
            _ => found,
        }
    }
}

/// What the resource hands to every span: at which rule, what, and the rule's way with conflicts.
type Handed = Vec<(usize, KeyValue, OnConflict)>;

fn by_hand(rules: &[Plain], mut request: ExportTraceServiceRequest) -> ExportTraceServiceRequest {
    for entry in &mut request.resource_spans {
        let mut handed = Vec::new();
        if let Some(resource) = &mut entry.resource {
            list_by_hand(rules, Level::Resource, &mut resource.attributes, &[], &mut handed);
        }
        for span in entry.scope_spans.iter_mut().flat_map(|scope| &mut scope.spans) {
            list_by_hand(rules, Level::Span, &mut span.attributes, &handed, &mut Vec::new());
            for event in &mut span.events {
                list_by_hand(rules, Level::SpanEvent, &mut event.attributes, &[], &mut Vec::new());
            }
            for link in &mut span.links {
                list_by_hand(rules, Level::Link, &mut link.attributes, &[], &mut Vec::new());
            }
        }
    }
    request
}

fn list_by_hand(
    rules: &[Plain],
    level: Level,
    attributes: &mut Vec<KeyValue>,
    arriving: &[(usize, KeyValue, OnConflict)],
    handed: &mut Handed,
) {
    // Those that are gone keep their place, so that the others keep their numbers.
    let mut list: Vec<(Option<KeyValue>, Option<usize>)> = attributes.drain(..).map(|it| (Some(it), None)).collect();
    for (number, rule) in rules.iter().enumerate() {
        // In the order in which the resource's rows and attributes handed them down.
        for (_, attribute, on_conflict) in arriving.iter().filter(|(at, ..)| *at == number) {
            if let Some(key) = settle(&mut list, None, &attribute.key, attribute, *on_conflict).key() {
                list.push((Some(KeyValue { key, ..attribute.clone() }), Some(number)));
            }
        }
        if !rule.levels.contains(&level) {
            continue;
        }
        for row in 0..rule.rows.len() {
            for at in 0..list.len() {
                let (Some(attribute), done) = list[at].clone() else { continue };
                let Some((_, to)) = rule.row(&attribute.key).filter(|(found, _)| *found == row) else { continue };
                if done == Some(number) {
                    continue;
                }
                list[at].1 = Some(number);
                match rule.act {
                    PlainAct::Rename | PlainAct::Copy if rule.into_span => {
                        handed.push((number, KeyValue { key: to, ..attribute }, rule.on_conflict));
                        if rule.act == PlainAct::Rename {
                            list[at].0 = None;
                        }
                    }
                    PlainAct::Rename => match settle(&mut list, Some(at), &to, &attribute, rule.on_conflict) {
                        Settled::Free(key) => list[at].0 = Some(KeyValue { key, ..attribute }),
                        Settled::Needless => list[at].0 = None,
                        Settled::Refused => {}
                    },
                    PlainAct::Copy => {
                        if let Some(key) = settle(&mut list, None, &to, &attribute, rule.on_conflict).key() {
                            list.push((Some(KeyValue { key, ..attribute }), Some(number)));
                        }
                    }
                    PlainAct::Drop | PlainAct::Keep => list[at].0 = None,
                    PlainAct::Value => {
                        let value = attribute.value.as_ref().and_then(|value| value.value.clone());
                        if value == Some(text("1")) || value == Some(any_value::Value::IntValue(1)) {
                            list[at].0 = Some(super::attribute(&attribute.key, text("one")));
                        }
                    }
                    PlainAct::ToInt => match attribute.value.as_ref().and_then(|value| value.value.clone()) {
                        Some(any_value::Value::IntValue(_)) => {}
                        Some(any_value::Value::StringValue(value)) if value == "1" => {
                            list[at].0 = Some(super::attribute(&attribute.key, any_value::Value::IntValue(1)));
                        }
                        _ => list[at].0 = None,
                    },
                }
            }
        }
    }
    attributes.extend(list.into_iter().filter_map(|(attribute, _)| attribute));
}

enum Settled {
    Free(String),
    Needless,
    Refused,
}

impl Settled {
    fn key(self) -> Option<String> {
        match self {
            Self::Free(key) => Some(key),
            _ => None,
        }
    }
}

fn settle(
    list: &mut [(Option<KeyValue>, Option<usize>)],
    except: Option<usize>,
    key: &str,
    wants: &KeyValue,
    on_conflict: OnConflict,
) -> Settled {
    let is_it = |at: usize, it: &Option<KeyValue>, key: &str| {
        Some(at) != except && it.as_ref().is_some_and(|attribute| attribute.key == key)
    };
    let same_key: Vec<usize> = (0..list.len()).filter(|at| is_it(*at, &list[*at].0, key)).collect();
    if same_key.is_empty() {
        return Settled::Free(key.into());
    }
    if list[same_key[0]].0.as_ref().is_some_and(|other| other.value == wants.value) {
        return Settled::Needless;
    }
    match on_conflict {
        OnConflict::KeepExisting | OnConflict::Fill => Settled::Needless,
        OnConflict::Skip => Settled::Refused,
        OnConflict::KeepBoth => {
            let other = format!("{key}_renamed");
            match list.iter().enumerate().any(|(at, (it, _))| is_it(at, it, &other)) {
                true => Settled::Refused,
                false => Settled::Free(other),
            }
        }
        OnConflict::Overwrite => {
            same_key.into_iter().for_each(|at| list[at].0 = None);
            Settled::Free(key.into())
        }
    }
}

fn any_attribute(rng: &mut Rng) -> KeyValue {
    let value = match rng.u8(..5) {
        0 => text("1"),
        1 => text("x"),
        2 => any_value::Value::IntValue(1),
        3 => any_value::Value::BytesValue(vec![1]),
        _ => text("y"),
    };
    attribute(KEYS[rng.usize(..KEYS.len())], value)
}

fn request(rng: &mut Rng) -> ExportTraceServiceRequest {
    let attributes = |rng: &mut Rng| (0..rng.usize(..6)).map(|_| any_attribute(rng)).collect::<Vec<_>>();
    let span = |rng: &mut Rng| Span {
        attributes: attributes(rng),
        events: (0..rng.usize(..3)).map(|_| Event { attributes: attributes(rng), ..Event::default() }).collect(),
        links: (0..rng.usize(..3)).map(|_| Link { attributes: attributes(rng), ..Link::default() }).collect(),
        ..Span::default()
    };
    let spans = (0..rng.usize(..4)).map(|_| span(rng)).collect();
    let resource = rng.bool().then(|| Resource { attributes: attributes(rng), ..Resource::default() });
    let scope_spans = vec![ScopeSpans { spans, ..ScopeSpans::default() }];
    ExportTraceServiceRequest {
        resource_spans: vec![ResourceSpans { resource, scope_spans, ..ResourceSpans::default() }],
    }
}
