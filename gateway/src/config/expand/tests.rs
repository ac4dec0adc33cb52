use std::ffi::OsString;

use proptest::prelude::*;

use super::super::yaml::parse;
use super::*;

fn environment(name: &str) -> Option<OsString> {
    let value = match name {
        "INT" => "123",
        "OCTAL" => "0123",
        "HEX" => "0xdeadbeef",
        "QUOTED" => "\"0123\"",
        "TAGGED" => "!!str 0123",
        "LIST" => "[a,b]",
        "MAP" => "{a: {b: '${env:INT}'}, c::d: 1}",
        "TRUE" => "true",
        "FLOAT" => "1.5",
        "DATE" => "2006-01-02T15:04:05Z",
        "EMPTY" => "",
        "PEM" => "-----BEGIN KEY-----\na: b: c\n",
        "WHICH" => "INT",
        "OUTER" => "${env:OCTAL}",
        "EMBEDS" => "x${env:INT}y",
        "DOLLARS" => "a$$b",
        "SELF" => "${env:SELF}",
        "GROWS" => "a: ${env:GROWS}",
        "DOUBLES" => "${env:DOUBLES}${env:DOUBLES}",
        _ => return None,
    };
    Some(value.into())
}

/// What `value` becomes, and the messages.
fn expanded(value: &str) -> (Node, Vec<String>) {
    let mut root = parse(&format!("k: {value}"), Place::In(&"a.yaml".into())).unwrap();
    let mut problems = Vec::new();
    expand(&mut root, &environment, &mut problems);
    let node = root.get("k").unwrap().clone();
    (node, problems.iter().map(ToString::to_string).collect())
}

fn value(text: &str) -> Value {
    let (node, problems) = expanded(text);
    assert_eq!(problems, [""; 0], "{text}");
    node.value
}

fn typed(text: &str) -> (Value, Option<String>) {
    let (node, problems) = expanded(text);
    assert_eq!(problems, [""; 0], "{text}");
    (node.value, node.text.map(|text| text.to_string()))
}

fn text(text: &str) -> Value {
    Value::Text(text.into())
}

#[test]
fn a_whole_reference_has_the_type_of_its_text_and_keeps_the_text() {
    let original = |text: &str| Some(text.to_owned());

    assert_eq!(typed("${env:INT}"), (Value::Int(123), original("123")));
    assert_eq!(typed("${OCTAL}"), (Value::Int(83), original("0123")));
    assert_eq!(typed("\"${env:HEX}\""), (Value::Int(3_735_928_559), original("0xdeadbeef")));
    assert_eq!(typed("${env:TRUE}"), (Value::Bool(true), original("true")));
    assert_eq!(typed("${env:FLOAT}"), (Value::Float(1.5), original("1.5")));
    assert_eq!(typed("${env:EMPTY}"), (Value::Null, original("")));
    assert_eq!(typed("${env:QUOTED}"), (text("\"0123\""), original("\"0123\"")));
    assert_eq!(typed("${env:TAGGED}"), (text("!!str 0123"), original("!!str 0123")));
    assert_eq!(typed("${env:DATE}"), (text("2006-01-02T15:04:05Z"), original("2006-01-02T15:04:05Z")));
    assert_eq!(value("${env:PEM}"), text("-----BEGIN KEY-----\na: b: c\n"));
}

#[test]
fn a_whole_reference_may_be_a_list_or_a_map_with_references_in_it() {
    let (list, original) = typed("${env:LIST}");
    let Value::List(items) = list else { panic!("this is a list") };
    assert_eq!(items.iter().map(|item| item.value.clone()).collect::<Vec<_>>(), [text("a"), text("b")]);
    assert_eq!(original.as_deref(), Some("[a,b]"));

    let (map, _) = expanded("${env:MAP}");
    assert_eq!(map.get("a").unwrap().get("b").unwrap().value, Value::Int(123));
    assert_eq!(map.get("c").unwrap().get("d").unwrap().value, Value::Int(1));
    assert_eq!(map.text.as_deref(), Some("{a: {b: '123'}, c::d: 1}"));
    assert_eq!(map.get("a").unwrap().location.to_string(), "a.yaml:1:4");
}

#[test]
fn a_reference_within_a_text_is_replaced_by_the_text() {
    for (written, meant) in [
        ("a-${env:OCTAL}", "a-0123"),
        ("a-${HEX}-b", "a-0xdeadbeef-b"),
        ("a${env:LIST}b", "a[a,b]b"),
        ("a-${env:EMPTY}", "a-"),
        ("a-${env:QUOTED}", "a-\"0123\""),
        ("${env:INT}${env:INT}", "123123"),
        ("${env:EMBEDS}", "x123y"),
    ] {
        assert_eq!(value(written), text(meant), "{written}");
    }
}

#[test]
fn the_innermost_reference_goes_first_and_results_are_expanded_again() {
    assert_eq!(value("${env:${env:WHICH}}"), Value::Int(123));
    assert_eq!(typed("${env:OUTER}"), (Value::Int(83), Some("0123".into())));
    assert_eq!(value("${env:NOPE:-${env:INT}}"), Value::Int(123));
}

#[test]
fn a_default_is_used_when_the_variable_is_unset_only() {
    assert_eq!(value("${env:NOPE:-http://h:1}"), text("http://h:1"));
    assert_eq!(value("${NOPE:-5}"), Value::Int(5));
    assert_eq!(value("${env:NOPE:-}"), text(""));
    assert_eq!(value("${env:EMPTY:-5}"), Value::Null);
}

#[test]
fn an_unset_variable_is_nothing_and_warned_of() {
    let (node, problems) = expanded("${env:NOPE}");

    assert_eq!(node.value, Value::Null);
    assert_eq!(problems, ["a.yaml:1:4: k: environment variable NOPE is not set, its value is taken as empty"]);
}

#[test]
fn dollars_escape_references_and_themselves() {
    for (written, meant) in [
        ("$${env:INT}", "${env:INT}"),
        ("$$${env:INT}", "$123"),
        ("$$$${env:INT}", "$${env:INT}"),
        ("$$1", "$1"),
        ("$INT", "$INT"),
        ("a$", "a$"),
        ("${env:INT", "${env:INT"),
        ("$${env:INT} ${env:INT}", "${env:INT} 123"),
        ("x} ${env:INT}", "x} 123"),
    ] {
        assert_eq!(value(&format!("'{written}'")), text(meant), "{written}");
    }
    assert_eq!(value("${env:DOLLARS}"), text("a$b"));
}

#[test]
fn references_may_name_inline_yaml_and_files() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("part.yaml");
    std::fs::write(&path, "a: 1\n").unwrap();

    assert_eq!(value("'${yaml:0x10}'"), Value::Int(16));
    let (node, problems) = expanded(&format!("${{file:{}}}", path.display()));
    assert_eq!(problems, [""; 0]);
    assert_eq!(node.get("a").unwrap().value, Value::Int(1));
}

#[test]
fn what_cannot_be_expanded_is_said_with_its_place() {
    for (written, message) in [
        ("${zz:INT}", "scheme \"zz\" is not supported, expected one of file, env, yaml, http, https"),
        ("${1:2}", "\"1:2\" is no URI"),
        (
            "${env:a b}",
            "environment variable \"a b\" has an invalid name: it must be letters, digits and underscores, and not begin with a digit",
        ),
        ("${env:$INT}", "\"env:$INT\" must not contain '$'"),
        ("${file:no/such}", "cannot read file \"no/such\": No such file or directory (os error 2)"),
        ("${env:SELF}", "too many references: does one lead back to itself?"),
        ("${env:GROWS}", "unfolds to more than 128 levels"),
        ("${env:DOUBLES}", "too many references: does one lead back to itself?"),
    ] {
        let (node, problems) = expanded(&format!("'{written}'"));

        assert_eq!(problems, [format!("a.yaml:1:4: k: {message}")], "{written}");
        assert_eq!(node.value, Value::Null, "{written}");
    }
}

proptest! {
    #[test]
    fn doubled_dollars_give_any_text_back(written in "[${}a-zA-Z:_-]{0,40}") {
        let mut node = Node::new(Value::Text(written.replace('$', "$$").into()));
        let mut problems = Vec::new();

        expand(&mut node, &environment, &mut problems);

        prop_assert_eq!(problems, []);
        prop_assert_eq!(node.value, text(&written));
    }

    #[test]
    fn no_text_panics_or_runs_on(parts in prop::collection::vec("[${}:-]|env|yaml|INT|SELF|GROWS|MAP|NOPE", 0..20)) {
        let mut node = Node::new(Value::Text(parts.concat().into()));
        let mut problems = Vec::new();

        expand(&mut node, &environment, &mut problems);

        prop_assert!(problems.len() <= MAX_EXPANSIONS + 1);
    }
}
