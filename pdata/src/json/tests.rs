use proptest::prelude::*;

use crate::arbitrary::{by_prost, request, tidy_request};
use crate::{Batch, Limits, Signal};

proptest! {
    #![proptest_config(ProptestConfig::with_cases(500))]

    #[test]
    fn what_is_written_reads_as_the_same(
        signal in prop::sample::select(vec![Signal::Traces, Signal::Metrics, Signal::Logs]),
        seed: u64,
    ) {
        let batch = Batch::check(signal, request(signal, seed), &Limits::default()).expect("a valid request");

        let read = Batch::check_json(signal, &json(&batch), &Limits::default()).expect("what we write is valid");

        prop_assert_eq!(by_prost(signal, &read.to_bytes()), by_prost(signal, &batch.to_bytes()));
        prop_assert_eq!(read.items(), batch.items());
    }

    #[test]
    fn what_is_read_passes_the_check(signal in prop::sample::select(Signal::ALL.as_slice()), seed: u64) {
        let batch = Batch::check(signal, tidy_request(signal, seed), &Limits::default()).expect("a valid request");

        let read = Batch::check_json(signal, &json(&batch), &Limits::default()).expect("what we write is valid");

        let again = Batch::check(signal, read.to_bytes(), &Limits::default()).expect("what we read is valid");
        prop_assert_eq!(again.messages()[0].as_ptr(), read.messages()[0].as_ptr());
        prop_assert_eq!(again.items(), read.items());
        prop_assert_eq!(by_prost(signal, &read.to_bytes()), by_prost(signal, &batch.to_bytes()));
    }

    #[test]
    fn what_is_written_is_json_whatever_the_bytes(signal in prop::sample::select(Signal::ALL.as_slice()), bytes: Vec<u8>) {
        let written = json(&Batch::trusted(signal, bytes.into(), 0));

        prop_assert!(serde_json::from_slice::<serde_json::Value>(&written).is_ok());
    }

    #[test]
    fn never_panics_on_changed_json(seed: u64, at: usize, byte: u8) {
        let batch = Batch::check(Signal::Traces, request(Signal::Traces, seed), &Limits::default()).expect("valid");
        let mut json = json(&batch);
        let at = at % json.len();
        json[at] = byte;

        if let Ok(read) = Batch::check_json(Signal::Traces, &json, &Limits::default()) {
            prop_assert!(Batch::check(Signal::Traces, read.to_bytes(), &Limits::default()).is_ok());
        }
    }
}

fn json(batch: &Batch) -> Vec<u8> {
    let mut out = Vec::new();
    batch.write_json(&mut out);
    out
}

fn read(signal: Signal, text: &str) -> Batch {
    Batch::check_json(signal, text.as_bytes(), &Limits::default()).expect("valid JSON")
}

fn refused(signal: Signal, text: &str) -> String {
    Batch::check_json(signal, text.as_bytes(), &Limits::default()).expect_err("it must be refused").to_string()
}

/// The JSON that we write for what we read.
fn rewritten(signal: Signal, text: &str) -> String {
    String::from_utf8(json(&read(signal, text))).expect("JSON is UTF-8")
}

fn span(members: &str) -> String {
    format!(r#"{{"resourceSpans":[{{"scopeSpans":[{{"spans":[{{{members}}}]}}]}}]}}"#)
}

fn value(value: &str) -> String {
    format!(r#"{{"resourceLogs":[{{"scopeLogs":[{{"logRecords":[{{"body":{value}}}]}}]}}]}}"#)
}

/// The example of the specification, with a status.
const EXAMPLE: &str = concat!(
    r#"{"resourceSpans":[{"resource":{"attributes":[{"key":"service.name","value":{"stringValue":"cart"}}]},"#,
    r#""scopeSpans":[{"scope":{"name":"lib","version":"1"},"spans":[{"traceId":"5b8efff798038103d269b633813fc60c","#,
    r#""spanId":"eee19b7ec3c1b174","parentSpanId":"eee19b7ec3c1b173","flags":257,"name":"GET /","kind":2,"#,
    r#""startTimeUnixNano":"1544712660000000000","endTimeUnixNano":"1544712661000000000","#,
    r#""attributes":[{"key":"n","value":{"intValue":"5"}}],"status":{"message":"boom","code":2}}]}]}]}"#
);

#[test]
fn an_example_is_rewritten_as_it_was() {
    assert_eq!(rewritten(Signal::Traces, EXAMPLE), EXAMPLE);
    assert_eq!(read(Signal::Traces, EXAMPLE).items(), 1);
}

#[test]
fn an_empty_object_is_an_empty_request() {
    for signal in Signal::ALL {
        let batch = read(signal, " {} ");

        assert_eq!((batch.items(), batch.bytes()), (0, 0));
    }
}

#[test]
fn members_may_have_their_names_of_the_protobuf_definition() {
    let text = r#"{"resource_spans":[{"scope_spans":[{"spans":[{"start_time_unix_nano":1}]}]}]}"#;

    assert_eq!(rewritten(Signal::Traces, text), span(r#""startTimeUnixNano":"1""#));
}

#[test]
fn null_is_absent_for_every_field() {
    let text = span(
        r#""traceId":null,"name":null,"kind":null,"startTimeUnixNano":null,"attributes":null,"events":null,"status":null,"flags":null"#,
    );

    assert_eq!(rewritten(Signal::Traces, &text), span(""));
}

#[test]
fn null_before_a_value_does_not_count() {
    assert_eq!(
        rewritten(Signal::Logs, &value(r#"{"intValue":null,"boolValue":true}"#)),
        value(r#"{"boolValue":true}"#)
    );
}

#[test]
fn whole_numbers_may_be_strings_and_have_exponents() {
    for number in ["1000", r#""1000""#, "1e3", "1000.0", r#""1e3""#, "1000.000e0"] {
        let text = span(&format!(r#""startTimeUnixNano":{number},"droppedEventsCount":{number},"flags":{number}"#));

        let expected = span(r#""flags":1000,"startTimeUnixNano":"1000","droppedEventsCount":1000"#);
        assert_eq!(rewritten(Signal::Traces, &text), expected, "{number}");
    }
}

#[test]
fn numbers_of_64_bits_are_exact() {
    for number in ["9223372036854775807", "-9223372036854775808"] {
        assert_eq!(
            rewritten(Signal::Logs, &value(&format!(r#"{{"intValue":{number}}}"#))),
            value(&format!(r#"{{"intValue":"{number}"}}"#))
        );
    }
    let text = span(r#""endTimeUnixNano":18446744073709551615"#);
    assert_eq!(rewritten(Signal::Traces, &text), span(r#""endTimeUnixNano":"18446744073709551615""#));
}

#[test]
fn doubles_keep_their_sign_and_their_infinity() {
    for (number, written) in [
        ("-0.0", "-0"),
        ("5", "5"),
        ("5.25", "5.25"),
        ("1e300", "1e300"),
        (r#""NaN""#, r#""NaN""#),
        (r#""Infinity""#, r#""Infinity""#),
        (r#""-Infinity""#, r#""-Infinity""#),
        (r#""1.5""#, "1.5"),
    ] {
        let text = value(&format!(r#"{{"doubleValue":{number}}}"#));

        assert_eq!(rewritten(Signal::Logs, &text), value(&format!(r#"{{"doubleValue":{written}}}"#)));
    }
}

#[test]
fn bytes_are_base64_of_either_alphabet_padded_or_not() {
    for text in ["-_8", "-_8=", "+/8", "+/8="] {
        assert_eq!(
            rewritten(Signal::Logs, &value(&format!(r#"{{"bytesValue":"{text}"}}"#))),
            value(r#"{"bytesValue":"+/8="}"#)
        );
    }
}

#[test]
fn unknown_members_may_hold_anything() {
    let text = span(r#""new":{"a":[1e999,-1E-999,"\u00e9",null,true,{}]},"name":"n""#);

    assert_eq!(rewritten(Signal::Traces, &text), span(r#""name":"n""#));
}

#[test]
fn enums_are_numbers_or_names() {
    for kind in ["3", r#""3""#, r#""SPAN_KIND_CLIENT""#] {
        assert_eq!(rewritten(Signal::Traces, &span(&format!(r#""kind":{kind}"#))), span(r#""kind":3"#));
    }
    assert_eq!(rewritten(Signal::Traces, &span(r#""kind":77"#)), span(r#""kind":77"#));
}

#[test]
fn ids_may_be_upper_case_or_empty() {
    let text = span(r#""traceId":"5B8EFFF798038103D269B633813FC60C","spanId":"""#);

    assert_eq!(rewritten(Signal::Traces, &text), span(r#""traceId":"5b8efff798038103d269b633813fc60c""#));
}

#[test]
fn defaults_in_a_oneof_are_kept() {
    for value_of in [
        r#"{"intValue":"0"}"#,
        r#"{"stringValue":""}"#,
        r#"{"boolValue":false}"#,
        r#"{"doubleValue":0}"#,
        r#"{"bytesValue":""}"#,
        r#"{"arrayValue":{}}"#,
        r#"{"kvlistValue":{}}"#,
        "{}",
    ] {
        assert_eq!(rewritten(Signal::Logs, &value(value_of)), value(value_of));
    }
}

#[test]
fn strings_are_escaped() {
    let text = value(r#"{"stringValue":"\"\\\/\b\f\n\r\t\u0001 é 😀 \ud83d\ude00"}"#);

    let written = value(r#"{"stringValue":"\"\\/\u0008\u000c\n\r\t\u0001 é 😀 😀"}"#);
    assert_eq!(rewritten(Signal::Logs, &text), written);
}

#[test]
fn numbers_of_buckets_are_packed() {
    let point = |members: &str| {
        format!(
            r#"{{"resourceMetrics":[{{"scopeMetrics":[{{"metrics":[{{"name":"m","histogram":{{"dataPoints":[{{{members}}}]}}}}]}}]}}]}}"#
        )
    };
    let text = point(r#""bucketCounts":[1,"2",3e0],"explicitBounds":[0.5,"1"]"#);

    assert_eq!(rewritten(Signal::Metrics, &text), point(r#""bucketCounts":["1","2","3"],"explicitBounds":[0.5,1]"#));
}

#[test]
fn says_where_the_text_is_wrong() {
    for (text, expected) in [
        ("", "at line 1 column 0: expected JSON: EOF while parsing a value"),
        ("[]", "at line 1 column 1: expected an object, found an array"),
        ("\u{feff}{}", "at line 1 column 1: expected an object, found no JSON value"),
        ("{} x", "at line 1 column 4: expected JSON: trailing characters"),
        ("{}\n{}", "at line 2 column 1: expected JSON: trailing characters"),
        (r#"{"resourceSpans":{}}"#, "resourceSpans at line 1 column 18: expected an array, found an object"),
        (r#"{"resourceSpans":[null]}"#, "resourceSpans at line 1 column 19: expected an object, found null"),
        (
            "{\"resourceSpans\":[],\n\"resource_spans\":[]}",
            "resourceSpans at line 2 column 18: expected it once, found it again",
        ),
    ] {
        assert_eq!(refused(Signal::Traces, text), expected);
    }
}

#[test]
fn says_which_member_has_a_wrong_value() {
    for (member, expected) in [
        (r#""traceId":"5b8e""#, "traceId at line 1 column 55: expected 32 hexadecimal digits or none"),
        (r#""spanId":7"#, "spanId at line 1 column 54: expected a string, found a number"),
        (r#""name":true"#, "name at line 1 column 52: expected a string, found a boolean"),
        (r#""flags":-1"#, "flags at line 1 column 53: expected a whole number that fits the field"),
        (r#""flags":1.5"#, "flags at line 1 column 53: expected a whole number"),
        (r#""flags":[]"#, "flags at line 1 column 53: expected a whole number, found an array"),
        (r#""kind":"CLIENT""#, "kind at line 1 column 52: expected the number or the name of a value"),
        (r#""endTimeUnixNano":1e20"#, "endTimeUnixNano at line 1 column 63: expected a whole number"),
    ] {
        let path = "resourceSpans.scopeSpans.spans.";
        assert_eq!(refused(Signal::Traces, &span(member)), format!("{path}{expected}"));
    }
}

#[test]
fn says_which_value_is_wrong() {
    for (text, expected) in [
        (
            r#"{"intValue":1,"boolValue":true}"#,
            ".boolValue at line 1 column 81: expected one of its kind, found a second",
        ),
        (r#"{"doubleValue":1e999}"#, ".doubleValue at line 1 column 70: expected a number"),
        (r#"{"doubleValue":"inf"}"#, ".doubleValue at line 1 column 70: expected a number"),
        (r#"{"boolValue":"true"}"#, ".boolValue at line 1 column 68: expected true or false, found a string"),
        (r#"{"bytesValue":"?"}"#, ".bytesValue at line 1 column 69: expected base64"),
        (
            r#"{"stringValue":"\ud800"}"#,
            ".stringValue at line 1 column 77: expected JSON: unexpected end of hex escape",
        ),
    ] {
        assert_eq!(refused(Signal::Logs, &value(text)), format!("resourceLogs.scopeLogs.logRecords.body{expected}"));
    }
}

#[test]
fn refuses_what_is_not_utf8() {
    let error = Batch::check_json(Signal::Logs, b"{\"unknown\":\"\xff\"}", &Limits::default()).expect_err("not UTF-8");

    assert_eq!(error.to_string(), "at line 1 column 13: expected UTF-8");
}

/// A value that is nested so deep.
fn nested(levels: usize) -> String {
    let (open, close) = (r#"{"arrayValue":{"values":["#, "]}}");
    value(&format!("{}{{}}{}", open.repeat(levels - 1), close.repeat(levels - 1)))
}

#[test]
fn values_may_nest_64_deep() {
    assert_eq!(rewritten(Signal::Logs, &nested(64)), nested(64));
    for levels in [65, 10_000] {
        let text = refused(Signal::Logs, &nested(levels));
        assert_eq!(
            text,
            "resourceLogs.scopeLogs.logRecords.body.arrayValue.values.arrayValue.values... at line 1 column 1655: \
             expected values nested at most 64 deep"
        );
    }
}

/// Texts around which each size of a length occurs, on one level and on many.
#[test]
fn lengths_of_all_sizes_are_exact() {
    for size in [0, 1, 60, 110, 125, 128, 4_000, 4_096, 5_000, 16_200, 16_384, 20_000, 2_100_000] {
        let (open, close) = (r#"{"arrayValue":{"values":[{"intValue":"1"},"#, "]}}");
        let text = format!(r#"{{"stringValue":"{}"}}"#, "x".repeat(size));
        let text = value(&format!("{}{text}{}", open.repeat(20), close.repeat(20)));

        let batch = read(Signal::Logs, &text);

        assert!(Batch::check(Signal::Logs, batch.to_bytes(), &Limits::default()).is_ok(), "{size}");
        assert_eq!(String::from_utf8(json(&batch)), Ok(text), "{size}");
    }
}

#[test]
fn unknown_members_may_not_nest_without_end() {
    let text = format!(r#"{{"new":{}{}}}"#, "[".repeat(100_000), "]".repeat(100_000));

    let refused = refused(Signal::Logs, &text);

    assert!(refused.ends_with("expected JSON: recursion limit exceeded"), "{refused}");
}

#[test]
fn refuses_more_elements_than_the_limit() {
    let limits = Limits { elements: 4 };
    let spans = |count: usize| {
        format!(r#"{{"resourceSpans":[{{"scopeSpans":[{{"spans":[{}]}}]}}]}}"#, vec!["{}"; count].join(","))
    };

    assert!(Batch::check_json(Signal::Traces, spans(2).as_bytes(), &limits).is_ok());
    let error = Batch::check_json(Signal::Traces, spans(3).as_bytes(), &limits).expect_err("five elements");
    assert_eq!(error.to_string(), "resourceSpans.scopeSpans.spans at line 1 column 50: expected at most 4 elements");
}
