use opentelemetry_proto::tonic::common::v1::any_value::Value as Any;
use opentelemetry_proto::tonic::common::v1::{AnyValue, ArrayValue, KeyValue, KeyValueList};
use opentelemetry_proto::tonic::logs::v1::LogRecord as Decoded;
use prost::Message as _;
use sluice_pdata::view::{LogRecord, Message};

use super::*;

fn pair(key: &str, value: Any) -> KeyValue {
    KeyValue { key: key.into(), value: any(value), ..KeyValue::default() }
}

fn any(value: Any) -> Option<AnyValue> {
    Some(AnyValue { value: Some(value) })
}

fn text(text: &str) -> Any {
    Any::StringValue(text.into())
}

fn map(values: Vec<KeyValue>) -> Any {
    Any::KvlistValue(KeyValueList { values })
}

fn list(values: Vec<Any>) -> Any {
    Any::ArrayValue(ArrayValue { values: values.into_iter().flat_map(any).collect() })
}

/// The line that a record becomes, whose resource has one attribute.
fn line(format: Format, record: &Decoded) -> String {
    let bytes = record.encode_to_vec();
    let view = LogRecord::from(Message::new(&bytes));
    let part = Part::new([("host", Value::String("h 1"))].into_iter());
    let (fields, labels) = (view.fields(), MappedLabels::default());
    let record = Record {
        fields: &fields,
        attributes: view.attributes(),
        hidden: &["hidden"],
        resource: &part,
        scope: None,
        labels: &labels,
    };
    let mut out = Vec::new();
    write(&mut out, format, &record);
    String::from_utf8(out).unwrap()
}

fn full() -> Decoded {
    Decoded {
        body: any(text("tea \"for\" two")),
        severity_number: 9,
        severity_text: "info".into(),
        flags: 1,
        trace_id: vec![0xab; 16],
        span_id: vec![1; 8],
        attributes: vec![
            pair("a.b", text("1 2")),
            pair("hidden", text("x")),
            pair("loki.format", text("x")),
            pair("m", map(vec![pair("n", list(vec![Any::IntValue(-5), Any::BoolValue(true)]))])),
        ],
        ..Decoded::default()
    }
}

#[test]
fn each_format_says_all_that_is_no_label() {
    let (trace, span) = ("ab".repeat(16), "01".repeat(8));

    assert_eq!(
        line(Format::Json, &full()),
        format!(
            r#"{{"body":"tea \"for\" two","traceid":"{trace}","spanid":"{span}","severity":"info","flags":1,"attributes":{{"a.b":"1 2","m":{{"n":[-5,true]}}}},"resources":{{"host":"h 1"}}}}"#
        )
    );
    assert_eq!(
        line(Format::Logfmt, &full()),
        format!(
            r#"msg="tea \"for\" two" traceID={trace} spanID={span} severity=info flags=1 attribute_a.b="1 2" attribute_m_n_0=-5 attribute_m_n_1=true resource_host="h 1""#
        )
    );
    assert_eq!(
        line(Format::Body, &full()),
        format!(
            r#"severity=info severityN=9 traceID={trace} spanID={span} a.b="1 2" m="{{\"n\":[-5,true]}}" host=h 1 tea "for" two"#
        )
    );
    assert_eq!(line(Format::Raw, &full()), r#"tea "for" two"#);
}

#[test]
fn every_kind_of_body_is_a_line() {
    let nested = || map(vec![pair("k", text("v")), pair("nan", Any::DoubleValue(f64::NAN))]);
    for (body, json, logfmt, raw) in [
        (None, "", "", ""),
        (Some(text("")), r#""body":"","#, "", ""),
        (Some(text("a\nb")), r#""body":"a\nb","#, r#"msg="a\nb" "#, "a\nb"),
        (Some(text("null")), r#""body":"null","#, "null= ", "null"),
        (Some(Any::BoolValue(false)), r#""body":false,"#, "msg=false ", "false"),
        (
            Some(Any::IntValue(i64::MIN)),
            r#""body":-9223372036854775808,"#,
            "msg=-9223372036854775808 ",
            "-9223372036854775808",
        ),
        (Some(Any::DoubleValue(1.5)), r#""body":1.5,"#, "msg=1.5 ", "1.5"),
        (Some(Any::DoubleValue(f64::NAN)), r#""body":"NaN","#, "msg=NaN ", "NaN"),
        (Some(Any::DoubleValue(f64::NEG_INFINITY)), r#""body":"-Infinity","#, "msg=-Infinity ", "-Infinity"),
        (Some(Any::BytesValue(vec![0, 255])), r#""body":"AP8=","#, r#"msg="AP8=" "#, "AP8="),
        (Some(nested()), r#""body":{"k":"v","nan":"NaN"},"#, "k=v nan=NaN ", r#"{"k":"v","nan":"NaN"}"#),
        (
            Some(list(vec![text("a"), nested()])),
            r#""body":["a",{"k":"v","nan":"NaN"}],"#,
            "body_0=a body_1_k=v body_1_nan=NaN ",
            r#"["a",{"k":"v","nan":"NaN"}]"#,
        ),
        (Some(map(Vec::new())), r#""body":{},"#, "", "{}"),
    ] {
        let record = Decoded { body: body.and_then(any), ..Decoded::default() };
        assert_eq!(line(Format::Json, &record), format!(r#"{{{json}"resources":{{"host":"h 1"}}}}"#));
        assert_eq!(line(Format::Logfmt, &record), format!(r#"{logfmt}resource_host="h 1""#));
        assert_eq!(line(Format::Raw, &record), raw);
        assert_eq!(line(Format::Body, &record), format!("host=h 1 {raw}"));
    }
}

/// Seen with the Collector's translator, but for the lines of several lines.
#[test]
fn a_body_that_is_logfmt_is_taken_apart() {
    let body = |body: &str| {
        let record = Decoded { body: any(text(body)), ..Decoded::default() };
        line(Format::Logfmt, &record).strip_suffix(r#"resource_host="h 1""#).unwrap().trim_end().to_owned()
    };

    assert_eq!(body("hello world"), "hello= world=");
    assert_eq!(body(" level=info  msg=\"it \\\"is\\\"\" n=5 "), r#"level=info msg="it \"is\"" n=5"#);
    assert_eq!(body("a= b=\"\" c=x\"y"), r#"msg="a= b=\"\" c=x\"y""#);
    assert_eq!(body("a= b=\"\""), "a= b=");
    assert_eq!(body("a=\"x\"b=2"), "a=x b=2");
    for no_logfmt in ["=x", "a=b=c", "say \"hi\"", "a=\"open", "a=\"bad \\q\""] {
        let mut quoted = Vec::new();
        write_json_text(&mut quoted, no_logfmt.as_bytes());
        assert_eq!(body(no_logfmt), format!("msg={}", String::from_utf8(quoted).unwrap()));
    }
    assert_eq!(body("a=1\nb=2"), r#"msg="a=1\nb=2""#);
}

#[test]
fn keys_that_logfmt_cannot_have_lose_what_it_cannot() {
    let attributes = vec![pair("a b=\"c\u{1}", text("1")), pair("", Any::IntValue(2)), pair("e", text(""))];
    let record = Decoded { attributes, ..Decoded::default() };

    assert_eq!(line(Format::Logfmt, &record), r#"attribute_abc=1 attribute_=2 attribute_e= resource_host="h 1""#);
}

#[test]
fn json_is_escaped_wherever_in_a_text_it_must_be() {
    for at in 0..20 {
        for special in
            ['"', '\\', '\n', '\r', '\t', '\0', '\u{1f}', '\u{7f}', '\u{80}', '\u{2028}', 'é', '\u{10ffff}', ' ', '!']
        {
            let mut text: String = "0123456789abcdefghij".into();
            text.insert(at, special);
            text.push(special);
            let mut json = Vec::new();
            write_json_text(&mut json, text.as_bytes());
            assert_eq!(serde_json::from_slice::<String>(&json).unwrap(), text);
        }
    }
}
