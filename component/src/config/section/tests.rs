use super::*;

fn text(value: &str) -> Node {
    Node::new(Value::Text(value.into()))
}

fn map(entries: Vec<(&str, Node)>) -> Node {
    Node::new(Value::Map(entries.into_iter().map(|(key, node)| ((key.into(), Location::default()), node)).collect()))
}

/// Reads `node` and returns the value with the messages of all problems.
fn read<T>(node: &Node, read: impl for<'n> FnOnce(&mut Section<'n>) -> T) -> (T, Vec<String>) {
    let report = Report::default();
    let (value, _) = Section::read(node, "exporters::x", &report, read);
    (value, report.into_problems().iter().map(ToString::to_string).collect())
}

#[test]
fn an_absent_key_has_its_default_and_null_is_zero() {
    let node = map(vec![("size", Node::new(Value::Null)), ("wait", Node::new(Value::Null))]);

    let (value, problems) = read(&node, |s| {
        (s.integer("size", 8192u32), s.integer("other", 7u32), s.duration("wait", Duration::from_secs(1)))
    });

    assert_eq!(value, (0, 7, Duration::ZERO));
    assert_eq!(problems, [""; 0]);
}

#[test]
fn every_mistake_is_noted_with_its_path() {
    let node = map(vec![("size", text("8192")), ("wait", text("soon")), ("endpont", text("a:1")), ("zzz", text(""))]);

    let ((), problems) = read(&node, |s| {
        s.integer("size", 1u32);
        s.duration("wait", Duration::ZERO);
        s.string("endpoint", "");
    });

    assert_eq!(
        problems,
        [
            r#"exporters::x::size: must be a whole number, not negative, found "8192", write it without quotes"#,
            r#"exporters::x::wait: must be a duration such as 200ms, 5s or 1h30m, not negative, found "soon""#,
            r#"exporters::x::endpont: unknown key, did you mean "endpoint"?"#,
            "exporters::x::zzz: unknown key, expected one of endpoint, size, wait",
        ]
    );
}

#[test]
fn a_value_from_outside_is_text_for_a_text_and_number_for_a_number() {
    let mut from_env = Node::new(Value::Int(83));
    from_env.text = Some("0123".into());
    let node = map(vec![("a", from_env.clone()), ("b", from_env)]);

    let (value, problems) = read(&node, |s| (s.string("a", ""), s.integer("b", 0u16)));

    assert_eq!(value, ("0123".into(), 83));
    assert_eq!(problems, [""; 0]);
}

#[test]
fn an_optional_section_is_on_as_its_presence_says() {
    let null = || Node::new(Value::Null);
    let off = || map(vec![("enabled", Node::new(Value::Bool(false)))]);
    let node = map(vec![("n1", null()), ("n2", null()), ("n3", null()), ("m1", off()), ("m3", map(vec![]))]);

    let (on, problems) = read(&node, |s| {
        [
            s.optional("absent1", Presence::OnByDefault, |_| ()).is_some(),
            s.optional("absent2", Presence::OnWhenPresent, |_| ()).is_some(),
            s.optional("absent3", Presence::OnWhenSet, |_| ()).is_some(),
            s.optional("n1", Presence::OnByDefault, |_| ()).is_some(),
            s.optional("n2", Presence::OnWhenPresent, |_| ()).is_some(),
            s.optional("n3", Presence::OnWhenSet, |_| ()).is_some(),
            s.optional("m1", Presence::OnByDefault, |_| ()).is_some(),
            s.optional("m3", Presence::OnWhenSet, |_| ()).is_some(),
        ]
    });

    assert_eq!(on, [true, false, false, true, true, false, false, true]);
    assert_eq!(problems, [""; 0]);
}

#[test]
fn what_the_collector_has_and_we_have_not_is_refused_by_name() {
    let node = map(vec![("middlewares", Node::new(Value::List(vec![])))]);

    let ((), problems) = read(&node, |s| s.unsupported("middlewares", "list extensions elsewhere"));

    assert_eq!(problems, ["exporters::x::middlewares: not supported by Sluice yet: list extensions elsewhere"]);
}

#[test]
fn effective_values_hold_defaults_and_hide_secrets() {
    let node = map(vec![("headers", map(vec![("authorization", text("Bearer t"))]))]);
    let report = Report::default();

    let (_, effective) = Section::read(&node, "", &report, |s| (s.headers("headers"), s.bool("insecure", false)));

    let headers = Effective::Map(vec![("authorization".into(), Effective::Secret(Secret::new("Bearer t")))]);
    assert_eq!(
        effective,
        Effective::Map(vec![("headers".into(), headers), ("insecure".into(), Effective::Bool(false))])
    );
    assert!(!format!("{effective:?}").contains("Bearer"));
}

#[test]
fn a_number_for_a_text_wants_quotes() {
    let node = map(vec![("name", Node::new(Value::Int(5)))]);

    let (_, problems) = read(&node, |s| s.string("name", ""));

    assert_eq!(problems, ["exporters::x::name: must be a text, found 5, write it in quotes"]);
}

#[test]
fn what_is_found_in_place_of_a_secret_is_not_shown() {
    let headers = map(vec![("api-key", Node::new(Value::Int(1234)))]);
    let node = map(vec![("token", Node::new(Value::Int(1234))), ("headers", headers), ("more", text("hunter2"))]);

    let (_, problems) = read(&node, |s| (s.secret("token"), s.headers("headers"), s.headers("more")));

    assert_eq!(
        problems,
        [
            "exporters::x::token: must be a text, found a whole number",
            "exporters::x::headers::api-key: must be a text, found a whole number",
            "exporters::x::more: must be a map of names and texts, found a text",
        ]
    );
}

#[test]
fn null_in_a_list_of_texts_is_the_empty_text() {
    let node = map(vec![("list", Node::new(Value::List(vec![text("a"), Node::new(Value::Null)])))]);

    let (list, problems) = read(&node, |s| s.strings("list", &[]));

    assert_eq!((list, problems), (vec!["a".to_owned(), String::new()], Vec::new()));
}

#[test]
fn a_section_that_is_off_is_decoded_and_not_validated() {
    let inner = map(vec![("size", Node::new(Value::Int(0))), ("depth", text("deep"))]);
    let queue = map(vec![("enabled", Node::new(Value::Bool(false))), ("batch", inner), ("nmae", text("x"))]);
    let node = map(vec![("queue", queue)]);

    let (queue, problems) = read(&node, |s| {
        s.optional("queue", Presence::OnByDefault, |s| {
            s.section("batch", |s| {
                s.integer("depth", 1u8);
                if s.integer("size", 1u8) == 0 {
                    s.problem("size", "must be positive");
                }
            });
            s.string("name", "");
        })
    });

    assert_eq!(queue, None);
    assert_eq!(
        problems,
        [
            r#"exporters::x::queue::batch::depth: must be a whole number, not negative, found "deep""#,
            r#"exporters::x::queue::nmae: unknown key, did you mean "name"?"#,
        ]
    );
}

#[test]
fn a_number_that_does_not_fit_is_told_the_limit() {
    let node = map(vec![("port", Node::new(Value::Int(70_000))), ("size", Node::new(Value::Int(-1)))]);

    let (_, problems) = read(&node, |s| (s.integer("port", 0u16), s.integer("size", 0u16)));

    assert_eq!(
        problems,
        [
            "exporters::x::port: must be a whole number, at most 65535, found 70000",
            "exporters::x::size: must be a whole number, not negative, found -1",
        ]
    );
}

#[test]
fn a_reference_to_an_extension_is_noted_with_its_place() {
    let node = map(vec![
        ("a", text("basicauth/server")),
        ("b", text("")),
        ("c", text("no id")),
        ("d", Node::new(Value::Int(5))),
    ]);
    let report = Report::default();

    let (ids, _) = Section::read(&node, "here", &report, |s| {
        ["a", "b", "c", "d", "e"].map(|key| s.extension(key, Role::ServerAuth))
    });

    let references = report.take_references();
    assert_eq!(ids[0], Some("basicauth/server".parse().unwrap()));
    assert_eq!(ids[1..], [None, None, None, None]);
    assert_eq!(references.len(), 1);
    assert_eq!((references[0].path.as_str(), references[0].role), ("here::a", Role::ServerAuth));
    assert_eq!(
        report.into_problems().iter().map(ToString::to_string).collect::<Vec<_>>(),
        [
            "here::b: must name an extension that is a server authenticator",
            r#"here::c: invalid character(s) in type "no id""#,
            "here::d: must be a text, found 5, write it in quotes",
            "here::e: must name an extension that is a server authenticator",
        ]
    );
}

#[test]
fn a_list_of_secrets_is_read_and_never_shown() {
    let list = Node::new(Value::List(vec![text("a"), Node::new(Value::Map(Vec::new()))]));
    let node = map(vec![("one", text("a,b")), ("list", list), ("null", Node::new(Value::Null)), ("map", map(vec![]))]);
    let report = Report::default();

    let (secrets, effective) = Section::read(&node, "here", &report, |s| {
        ["one", "list", "null", "map", "none"]
            .map(|key| s.secrets(key).iter().map(|secret| secret.reveal().to_owned()).collect::<Vec<_>>())
    });

    assert_eq!(secrets, [vec!["a", "b"], vec!["a"], vec![], vec![], vec![]]);
    assert!(!format!("{effective:?}").contains("\"a"), "{effective:?}");
    assert_eq!(
        report.into_problems().iter().map(ToString::to_string).collect::<Vec<_>>(),
        ["here::list::1: must be a text, found a map", "here::map: must be a text, found a map"]
    );
}
