use serde_json::Value;
use sluice_component::config::{Node, Report, Value as Config};

use super::*;
use crate::testing::configure;

/// What Go's `regexp.Compile` and `ReplaceAllStringFunc` make of these patterns: the first line has the texts, each of the
/// others a pattern and the texts with `*` for each match, or that the pattern is refused.
const GO: &str = include_str!("testdata/go.jsonl");

#[test]
fn patterns_mean_what_they_mean_in_go() {
    let mut lines = GO.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
    let texts = lines.next().unwrap();
    let texts: Vec<&str> = texts.as_array().unwrap().iter().map(|text| text.as_str().unwrap()).collect();
    let mut compared = 0;
    for line in lines {
        let pattern = line["pattern"].as_str().unwrap();
        let compiled = compile(pattern);
        if line["refused"] == Value::Bool(true) {
            assert!(compiled.is_err(), "{pattern} is refused by Go");
            continue;
        }
        let compiled = compiled.unwrap_or_else(|error| panic!("{pattern} {error}"));
        for (text, expected) in texts.iter().zip(line["replaced"].as_array().unwrap()) {
            assert_eq!(starred(&compiled, text), expected.as_str().unwrap(), "{pattern} in {text:?}");
            compared += 1;
        }
    }
    assert!(compared > 1000);
}

fn starred(pattern: &Regex, text: &str) -> String {
    let mut out = String::new();
    let mut copied = 0;
    for found in pattern.find_iter(text) {
        out.push_str(&text[copied..found.start()]);
        out.push('*');
        copied = found.end();
    }
    out + &text[copied..]
}

#[test]
fn where_a_pattern_matches_its_needs_are_met() {
    let mut lines = GO.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
    let texts = lines.next().unwrap();
    for pattern in lines.filter_map(|line| Some(line["pattern"].as_str()?.to_owned())) {
        let Ok(parsed) = Pattern::parse(&pattern) else { continue };
        let (needs, regex) = (parsed.needs(), compile(&pattern).unwrap());
        for text in texts.as_array().unwrap().iter().map(|text| text.as_str().unwrap()) {
            let met = needs.met_by(text.as_bytes(), count_digits(text.as_bytes()));
            assert!(met || !regex.is_match(text), "{pattern} in {text:?} needs {needs:?}");
        }
    }
}

#[test]
fn of_what_a_pattern_needs_the_rarest_is_looked_for() {
    for (pattern, digits, bytes) in [
        (r"\b(?:\d{4}[ -]?){3}\d{4}\b", 16, ""),
        (r"\b\d{3}-\d{2}-\d{4}\b", 9, "-"),
        (r"[\w.+-]+@[\w-]+\.[\w.]+", 0, "@"),
        (r"(?i)bearer\s+\w+", 0, "Bb"),
        (r"AKIA|ASIA", 0, "KS"),
        (r"4\d{12}|5[1-5]\d{14}", 13, "45"),
        (r"a?b*", 0, ""),
        (r"[а-я]", 0, ""),
        ("(?i)k", 0, "Kk\u{e2}"),
    ] {
        let bytes: Vec<u8> = bytes.chars().map(|character| character as u8).collect();
        assert_eq!(Pattern::parse(pattern).unwrap().needs(), Needs { digits, bytes }, "{pattern}");
    }
}

#[test]
fn a_pattern_without_text_that_must_be_there_is_slow() {
    for (pattern, has) in [
        (r"\d{3}-\d{2}-\d{4}", true),
        (r"[\w.+-]+@[\w-]+\.[\w.]+", true),
        (r"(?i)bearer \w+", true),
        (r"(?i)k", true),
        (r"4\d{12}|5[1-5]\d{14}", true),
        (r"\d{13,19}", false),
        (r"(\d{3}-)?\d{7}", false),
        (r"a|\d", false),
        (r".*", false),
        (r"\b", false),
        ("", false),
    ] {
        assert_eq!(Pattern::parse(pattern).unwrap().has_literal(), has, "{pattern}");
    }
}

#[test]
fn a_pattern_that_is_too_large_is_refused() {
    let error = compile(r"((\pL{1000}){1000}){100}").unwrap_err();

    assert_eq!(error.to_string(), "is not a regular expression: it is too large when compiled");
}

#[test]
fn a_list_tells_each_mistake_and_each_slow_pattern_by_its_place() {
    let text = |text: &str| Node::new(Config::Text(text.into()));
    let list = Config::List(vec![text("a+"), text("(a"), text(r"\d+"), text("a++")]);
    let report = Report::default();

    let patterns =
        configure("processors::redaction", &[("blocked", list)], &report, |section| read(section, "blocked"));

    let problems: Vec<String> = report.into_problems().iter().map(ToString::to_string).collect();
    assert_eq!(patterns.len(), 2);
    assert_eq!(
        problems,
        [
            "processors::redaction::blocked::1: is not a regular expression: unclosed group, found \"(a\"",
            "processors::redaction::blocked::2: is slow: no text in it must occur in every match, so nothing can be \
             skipped",
            "processors::redaction::blocked::3: is not a regular expression: invalid nested repetition operator, found \
             \"a++\"",
        ]
    );
}
