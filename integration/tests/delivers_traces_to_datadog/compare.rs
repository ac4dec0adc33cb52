//! What the Agent and Sluice say of the same spans, made comparable.

use std::{
    collections::BTreeMap,
    io::Write,
    process::{Command, Stdio},
};

use serde_json::{Map, Value as Json, json};
use sluice_integration::peers::Peer;

/// Asks the Agent's own code, if it has been built.
pub(super) fn agent(command: &[&str], input: &[u8]) -> Option<Json> {
    let program = Peer::DatadogTraceOracle.find()?;
    let mut asked = Command::new(program)
        .args(command)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("it is a program");
    asked.stdin.take().expect("it is piped").write_all(input).expect("it reads all");
    let answer = asked.wait_with_output().expect("it ends");
    assert!(answer.status.success(), "{command:?}: {answer:?}");
    Some(serde_json::from_slice(&answer.stdout).expect("it says JSON"))
}

/// The spans of an answer by their ids, each with what is said of its chunk and resource.
pub(super) fn spans(answer: &Json) -> BTreeMap<u64, Json> {
    let mut spans = BTreeMap::new();
    for tracer in list(&answer["Tracers"]) {
        for chunk in list(&tracer["Chunks"]) {
            for span in list(&chunk["Spans"]) {
                let mut span = span.clone();
                for key in ["Host", "Env", "Version", "Container", "Language", "TracerVersion"] {
                    span[key] = tracer[key].clone();
                }
                span["ContainerTags"] = container_tags(&tracer["Tags"]);
                span["Priority"] = chunk["Priority"].clone();
                span["Origin"] = chunk["Origin"].clone();
                for key in ["events", "_dd.span_links"] {
                    let meta = &mut span["meta"];
                    if let Some(text) = meta[key].as_str() {
                        meta[key] = serde_json::from_str(text).expect("events and links are JSON");
                    } else if let Some(meta) = meta.as_object_mut() {
                        meta.remove(key);
                    }
                }
                spans.insert(span["span_id"].as_u64().expect("an id is a number"), span);
            }
        }
    }
    spans
}

/// As pairs, whether they come as pairs or as one text.
fn container_tags(tags: &Json) -> Json {
    let Some(joined) = tags["_dd.tags.container"].as_str() else {
        return if tags.is_null() { json!({}) } else { tags.clone() };
    };
    let pairs = joined.split(',').filter_map(|tag| tag.split_once(':'));
    Json::Object(pairs.map(|(key, value)| (key.to_owned(), value.into())).collect())
}

/// Takes out of our span what the Agent does not have, after a look at it: the whole of the trace's id and who decided, on the
/// first span of a chunk; an error's message, type and stack, which the Agent leaves among the events; that a statement could not
/// be read, which the Agent then shows.
pub(super) fn without_ours(ours: &mut Json, theirs: &Json) {
    let exception = list(&ours["meta"]["events"]).iter().rfind(|event| event["name"] == "exception").cloned();
    let failed = ours["meta"]["otel.status_code"] == "Error";
    let status = ours["metrics"]["http.status_code"].as_f64().map(|status| format!("{status} "));
    let meta: &mut Map<String, Json> = ours["meta"].as_object_mut().expect("there is always a text");
    if let Some(high) = meta.remove("_dd.p.tid") {
        assert_eq!(high, "000000000000feed");
        assert!(matches!(meta["_dd.p.dm"].as_str(), Some("-9" | "-4")));
    }
    meta.remove("_dd.p.dm");
    if meta.get("db.statement").is_some_and(|statement| statement == "Non-parsable SQL query") {
        assert!(["SELECT 'open", "Non-parsable SQL query"].contains(&text(&theirs["meta"]["db.statement"])));
        meta["db.statement"] = theirs["meta"]["db.statement"].clone();
    }
    for (key, part) in [("error.msg", "message"), ("error.type", "type"), ("error.stack", "stacktrace")] {
        if theirs["meta"].get(key).is_some() {
            continue;
        }
        let Some(said) = meta.remove(key) else { continue };
        assert!(failed, "{key} without an error");
        let of_exception = exception.as_ref().map(|exception| &exception["attributes"][format!("exception.{part}")]);
        let of_status = status.as_ref().is_some_and(|status| text(&said).starts_with(status.trim_end()));
        assert!(Some(&said) == of_exception || key == "error.msg" && of_status, "{key}: {said}");
    }
}

/// The groups of an answer, by what they are, with what is counted. The bucket is the time's, and both have one.
pub(super) fn groups(answer: &Json) -> BTreeMap<String, Json> {
    let mut groups: BTreeMap<String, Json> = BTreeMap::new();
    for group in list(&answer["Groups"]) {
        let mut what = group.as_object().expect("a group is an object").clone();
        let counted = ["Hits", "Errors", "TopLevelHits", "Duration", "Ok", "Error"]
            .map(|key| (key.to_owned(), what.remove(key).expect("all is said")));
        if what["PeerTags"].is_null() {
            what["PeerTags"] = json!([]);
        }
        let before = groups.insert(Json::Object(what).to_string(), Json::Object(counted.into_iter().collect()));
        assert!(before.is_none(), "twice: {group}");
    }
    groups
}

fn text(text: &Json) -> &str {
    text.as_str().expect("a text")
}

fn list(list: &Json) -> &[Json] {
    list.as_array().map(Vec::as_slice).unwrap_or_default()
}
