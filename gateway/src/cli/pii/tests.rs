use clap::Parser;
use opentelemetry_proto::tonic::collector::metrics::v1::ExportMetricsServiceRequest;
use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceRequest;
use opentelemetry_proto::tonic::metrics::v1::{Gauge, Metric, NumberDataPoint, ResourceMetrics, ScopeMetrics, metric};
use opentelemetry_proto::tonic::trace::v1::{ResourceSpans, ScopeSpans, Span};
use prost::Message;

use super::*;

#[derive(Debug, clap::Parser)]
struct Command {
    #[command(flatten)]
    how: Explain,
}

fn explained(arguments: &[&str], mut input: &[u8]) -> Result<String, String> {
    let how = Command::parse_from(["explain"].iter().chain(arguments)).how;
    let explainer = Section::read(&Node::new(Value::Null), "pii", &Report::default(), Explainer::read).0;
    let shown = if how.json { Shown::Json } else { Shown::Text { colour: how.color == When::Always } };
    let mut output = Vec::new();
    match run(&how, &explainer, shown, &mut input, &mut output) {
        Ok(_) => Ok(String::from_utf8(output).unwrap()),
        Err(error) => Err(error.to_string()),
    }
}

#[test]
fn lines_of_text_are_bodies() {
    let input = "all is well\nmail from anna@example.org\r\n\nlast line of bob@example.org";

    assert_eq!(
        explained(&[], input.as_bytes()).unwrap(),
        "line 2, log.body body\n\
         \x20 before  mail from anna@example.org\n\
         \x20 after   mail from [EMAIL]\n\
         \x20 email \"anna@example.org\": it has the format; mask\n\
         \n\
         line 4, log.body body\n\
         \x20 before  last line of bob@example.org\n\
         \x20 after   last line of [EMAIL]\n\
         \x20 email \"bob@example.org\": it has the format; mask\n\
         \n\
         2 findings in 2 values, 4 lines or requests read\n"
    );
    assert_eq!(explained(&[], b"").unwrap(), "0 findings in 0 values, 0 lines or requests read\n");
}

#[test]
fn machines_are_given_json() {
    assert_eq!(
        explained(&["--json", "--key", "contact"], b"anna@example.org\n").unwrap(),
        r#"{"after":"[EMAIL]","before":"anna@example.org","found":[{"action":"mask","detector":"email","text":"anna@example.org","why":"it has the format"}],"line":1,"path":"contact","place":"log.attribute"}"#
            .to_owned()
            + "\n"
    );
}

#[test]
fn terminals_are_given_colours_and_no_control_characters() {
    let shown = explained(&["--color", "always"], b"\x1b[2J\x07 anna@example.org\n").unwrap();

    assert!(shown.contains("\x1b[31m\\u{1b}[2J\\u{7} anna@example.org\x1b[0m\n"), "{shown}");
}

#[test]
fn otlp_is_recognised() {
    let mail = || "anna@example.org".to_owned();
    let span = Span { trace_id: vec![1; 16], span_id: vec![0xff; 8], name: mail(), ..Span::default() };
    let scope_spans = vec![ScopeSpans { spans: vec![span], ..ScopeSpans::default() }];
    let traces =
        ExportTraceServiceRequest { resource_spans: vec![ResourceSpans { scope_spans, ..ResourceSpans::default() }] };
    let data = Some(metric::Data::Gauge(Gauge { data_points: vec![NumberDataPoint::default()] }));
    let metrics = vec![Metric { name: "a.b".into(), description: format!("{}\0", mail()), data, ..Metric::default() }];
    let scope_metrics = vec![ScopeMetrics { metrics, ..ScopeMetrics::default() }];
    let metrics = ExportMetricsServiceRequest {
        resource_metrics: vec![ResourceMetrics { scope_metrics, ..ResourceMetrics::default() }],
    };
    let line = r#"{"resourceLogs":[{"scopeLogs":[{"logRecords":[{"timeUnixNano":"5","body":{"stringValue":"anna@example.org"}}]}]}]}"#;
    let logs =
        sluice_pdata::Batch::check_json(sluice_pdata::Signal::Logs, line.as_bytes(), &Default::default()).unwrap();
    // Binary, so that it does not look like text.
    let logs = [&logs.to_bytes()[..], &[0x7a, 1, 0]].concat();
    let lines = format!("{line}\n\n{line}\n");
    let pretty = line.replace('[', "[\n").replace('{', "{\n ");

    for (input, headings) in [
        (&traces.encode_to_vec()[..], &["span.name\n"][..]),
        (&metrics.encode_to_vec(), &["metric.description\n"]),
        (&logs, &["log.body body\n"]),
        (lines.as_bytes(), &["line 1, log.body body\n", "line 3, log.body body\n"]),
        (pretty.as_bytes(), &["log.body body\n"]),
    ] {
        let shown = explained(&[], input).unwrap();
        for heading in headings {
            assert!(shown.contains(heading), "{shown}");
        }
        assert_eq!(shown.matches("after   [EMAIL]").count(), headings.len(), "{shown}");
    }
}

#[test]
fn what_cannot_be_read_is_explained() {
    assert_eq!(
        explained(&["--input", "otlp-proto"], b"text").unwrap_err(),
        "the input is neither text nor OTLP; --input and --signal say which it is"
    );
    let error = explained(&["--input", "otlp-proto", "--signal", "logs"], b"\x0a\xff").unwrap_err();
    assert!(error.starts_with("the input is no logs in OTLP: "), "{error}");
    let error = explained(&[], b"{\"resourceLogs\": []}\n{\"resourceLogs\": 5}\n").unwrap_err();
    assert!(error.starts_with("line 2 is no OTLP/JSON: "), "{error}");
}
