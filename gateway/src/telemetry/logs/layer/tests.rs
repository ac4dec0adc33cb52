use std::time::Duration;

use sluice_component::config::{Location, Node, Report, Section, Value};

use super::*;
use crate::telemetry::logs::Encoding;

fn config(change: impl FnOnce(&mut Config)) -> Config {
    let empty = Node::new(Value::Map(Vec::new()));
    let root = Node::new(Value::Map(vec![(("logs".into(), Location::default()), empty)]));
    let report = Report::default();
    let (telemetry, _) = Section::read(&root, "", &report, crate::telemetry::Config::read);
    let mut config = telemetry.logs;
    change(&mut config);
    config
}

/// Writes one event and returns its line.
fn line(config: &Config) -> String {
    let resource =
        [("service.version".to_owned(), "1.2.3".to_owned()), ("service.name".to_owned(), "sluice".to_owned())];
    let lines = Lines::new(config, &resource).unwrap();
    let mut event = Event { message: "Everything is\nready.".into(), ..Event::default() };
    let callsite = tracing::info_span!("fields", path = tracing::field::Empty, items = tracing::field::Empty);
    for field in callsite.metadata().map(|metadata| metadata.fields().iter()).into_iter().flatten() {
        match field.name() {
            "path" => tracing::field::Visit::record_str(&mut event, &field, "a\"b\\c\n\u{1}"),
            _ => tracing::field::Visit::record_u64(&mut event, &field, 7),
        }
    }
    let time = SystemTime::UNIX_EPOCH + Duration::from_millis(1_795_274_259_575);
    lines.style.line_at(time, Level::INFO, "sluice::service", &event)
}

#[test]
fn a_console_line_is_the_collectors() {
    let fields = tracing::subscriber::with_default(tracing_subscriber::registry(), || line(&config(|_| ())));

    assert_eq!(
        fields,
        concat!(
            "2026-11-21T15:17:39.575Z\tinfo\tsluice::service\tEverything is ready.\t",
            r#"{"resource": {"service.name": "sluice", "service.version": "1.2.3"}, "#,
            r#""path": "a\"b\\c\n\u0001", "items": 7}"#,
            "\n"
        )
    );
}

#[test]
fn what_the_user_has_printed_keeps_its_lines() {
    let style = Lines::new(&config(|config| config.disable_caller = true), &[]).unwrap().style;
    let event = Event { message: "Span #0\n\tname\u{1b}\n".into(), ..Event::default() };

    let line = style.line_at(SystemTime::UNIX_EPOCH, Level::INFO, sluice_exporters::debug::LOG_TARGET, &event);

    assert_eq!(line, "1970-01-01T00:00:00.000Z\tinfo\tSpan #0\n\tname \n\t{\"resource\": {}}\n");
}

#[test]
fn a_json_line_is_one_object() {
    let config = config(|config| {
        config.encoding = Encoding::Json;
        config.disable_caller = true;
        config.disable_resource = true;
        config.initial_fields = vec![("zone".into(), "eu".into())];
    });

    let line = tracing::subscriber::with_default(tracing_subscriber::registry(), || line(&config));

    assert_eq!(
        line,
        concat!(
            r#"{"level": "info", "ts": "2026-11-21T15:17:39.575Z", "msg": "Everything is\nready.", "zone": "eu", "#,
            r#""path": "a\"b\\c\n\u0001", "items": 7}"#,
            "\n"
        )
    );
}

#[test]
fn lines_go_to_every_path_and_files_are_appended_to() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("gateway.log");
    std::fs::write(&path, "before\n").unwrap();
    let config = config(|config| config.output_paths = vec![path.display().to_string()]);

    let lines = Lines::new(&config, &[]).unwrap();
    lines.output.write("line\n".into());
    lines.finish();

    assert_eq!(std::fs::read_to_string(&path).unwrap(), "before\nline\n");
}

#[test]
fn a_file_that_cannot_be_opened_is_named() {
    let config = config(|config| config.output_paths = vec!["/no/such/folder/log".into()]);

    let error = Lines::new(&config, &[]).err().unwrap();

    assert_eq!(error.to_string(), "open /no/such/folder/log: No such file or directory (os error 2)");
}
