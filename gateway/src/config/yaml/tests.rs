use super::*;

fn value(text: &str) -> Value {
    parse(text, Place::In(&"a.yaml".into())).map(|node| node.value).expect("this is YAML")
}

fn refused(text: &str) -> Vec<String> {
    let problems = parse(text, Place::In(&"a.yaml".into())).expect_err("this must be refused");
    problems.iter().map(ToString::to_string).collect()
}

fn text(text: &str) -> Value {
    Value::Text(text.into())
}

#[test]
fn plain_scalars_mean_what_they_mean_in_go() {
    for (written, meant) in [
        ("0123", Value::Int(83)),
        ("0o17", Value::Int(15)),
        ("0x1F", Value::Int(31)),
        ("0b101", Value::Int(5)),
        ("1_000", Value::Int(1000)),
        ("-5", Value::Int(-5)),
        ("+5", Value::Int(5)),
        ("18446744073709551615", Value::Int(-1)),
        ("-9223372036854775808", Value::Int(i64::MIN)),
        ("08", Value::Float(8.0)),
        ("1e3", Value::Float(1000.0)),
        (".5", Value::Float(0.5)),
        ("5.", Value::Float(5.0)),
        ("-.inf", Value::Float(f64::NEG_INFINITY)),
        ("True", Value::Bool(true)),
        ("FALSE", Value::Bool(false)),
        ("~", Value::Null),
        ("Null", Value::Null),
        ("", Value::Null),
        ("yes", text("yes")),
        ("on", text("on")),
        ("1:30", text("1:30")),
        ("0x", text("0x")),
        ("1.2.3", text("1.2.3")),
        ("+-5", text("+-5")),
        ("1e999", text("1e999")),
        ("e5", text("e5")),
        ("\"8192\"", text("8192")),
        ("'true'", text("true")),
        ("!!str 0123", text("0123")),
        ("!!int \"0123\"", Value::Int(83)),
        ("!!float 5", Value::Float(5.0)),
        ("!!binary aGk=", text("hi")),
        ("!secret 5", text("5")),
        ("2024-01-31", text("2024-01-31")),
    ] {
        assert_eq!(value(written), meant, "{written}");
    }
    assert!(matches!(value(".NaN"), Value::Float(value) if value.is_nan()));
}

#[test]
fn every_value_knows_its_place() {
    let node = parse("a:\n  b: [x,\n    y]\n", Place::In(&"a.yaml".into())).unwrap();

    let Value::Map(entries) = &node.get("a").unwrap().value else { panic!("a is a map") };
    assert_eq!(entries[0].0.1.to_string(), "a.yaml:2:3");
    let Value::List(items) = &entries[0].1.value else { panic!("b is a list") };
    assert_eq!(items[1].location.to_string(), "a.yaml:3:5");
}

#[test]
fn anchors_aliases_and_merge_keys_are_unfolded() {
    let node = value("base: &b {a: 1, b: 2}\nuse: {<<: *b, b: 3}\nboth: {<<: [{a: 0}, *b]}\n");

    assert_eq!(
        node,
        value("base: {a: 1, b: 2}\nuse: {b: 3, a: 1}\nboth: {a: 0, b: 2}\n").tap_locations(&node),
        "own keys win over merged ones, earlier merged maps over later"
    );
}

#[test]
fn only_the_first_document_is_read() {
    assert_eq!(value("5\n---\n{{{ not yaml"), Value::Int(5));
    assert_eq!(value("5\n...\n6"), Value::Int(5));
}

#[test]
fn a_document_that_ends_too_early_is_refused() {
    assert_eq!(
        refused("  receivers:\n    otlp:\nexporters:\n  debug:\n"),
        ["a.yaml:3:1: is not YAML: does not belong to what stands above, is it indented alike?"]
    );
}

#[test]
fn a_key_that_stands_twice_is_refused_with_both_places() {
    assert_eq!(
        refused("a: 1\nb: 2\na: 3\nb: 4\n"),
        [
            r#"a.yaml:3:1: key "a" stands here already at a.yaml:1:1"#,
            r#"a.yaml:4:1: key "b" stands here already at a.yaml:2:1"#
        ]
    );
}

#[test]
fn a_map_as_key_is_refused() {
    assert_eq!(refused("? {a: 1}\n: 2\n"), ["a.yaml:1:3: a key must be a text"]);
}

#[test]
fn nesting_is_bounded() {
    assert_eq!(refused(&"[".repeat(200)), ["a.yaml:1:129: is nested deeper than 128 levels"]);
    assert_eq!(refused(&"- ".repeat(10_000)), ["a.yaml:1:257: is nested deeper than 128 levels"]);
    assert_eq!(refused(&"[".repeat(10_000)), ["a.yaml:1:256: is not YAML: recursion limit exceeded"]);
}

#[test]
fn aliases_cannot_blow_up() {
    let mut bomb = String::from("a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n");
    for level in 1..10 {
        let before = format!("*a{}", level - 1);
        bomb += &format!("a{level}: &a{level} [{}]\n", [before.as_str(); 10].join(", "));
    }

    let problems = refused(&bomb);

    assert_eq!(problems.len(), 1);
    assert!(problems[0].ends_with("unfolds to more than 250000 values"), "{problems:?}");
}

#[test]
fn an_anchor_in_itself_is_refused() {
    assert_eq!(refused("&a [*a]"), ["a.yaml:1:5: is not YAML: an anchor contains itself"]);
}

trait TapLocations {
    /// The same value with the places of another, which is of the same shape.
    fn tap_locations(self, places: &Value) -> Value;
}

impl TapLocations for Value {
    fn tap_locations(self, places: &Value) -> Value {
        match (self, places) {
            (Value::Map(entries), Value::Map(places)) => Value::Map(
                entries
                    .into_iter()
                    .zip(places)
                    .map(|(((key, _), node), ((_, location), place))| {
                        let value = node.value.tap_locations(&place.value);
                        ((key, location.clone()), Node { value, text: None, location: place.location.clone() })
                    })
                    .collect(),
            ),
            (value, _) => value,
        }
    }
}
