//! The table agrees with opentelemetry-proto, which is generated from the definitions.

use opentelemetry_proto::tonic::collector::{
    logs::v1::ExportLogsServiceRequest, metrics::v1::ExportMetricsServiceRequest,
    profiles::v1development::ExportProfilesServiceRequest, trace::v1::ExportTraceServiceRequest,
};
use opentelemetry_proto::tonic::logs::v1::SeverityNumber;
use opentelemetry_proto::tonic::metrics::v1::AggregationTemporality;
use opentelemetry_proto::tonic::trace::v1::{span::SpanKind, status::StatusCode};
use prost::Message as _;

use super::{Field, Kind, Label, Message, whole_request};
use crate::{Signal, wire};

/// Calls back for each field that is reached from a message, with the fields that lead to it. Values are entered once.
fn each_field(message: &'static Message, path: &mut Vec<&'static Field>, see: &mut dyn FnMut(&[&'static Field])) {
    for field in message.fields {
        path.push(field);
        see(path);
        let values = path.iter().filter(|field| matches!(field.kind, Kind::AnyValue)).count();
        if let Some(inner) = field.message()
            && values < 3
        {
            each_field(inner, path, see);
        }
        path.pop();
    }
}

/// A request that has the last field of the path, with a value that is not its default, and what leads to it.
fn request_with(path: &[&'static Field]) -> Vec<u8> {
    let (last, around) = path.split_last().expect("a path has a field");
    let mut out = Vec::new();
    wire::put_varint(&mut out, u64::from(wire::tag(last.number, last.wire_type())));
    match (last.kind, last.wire_type()) {
        (Kind::Id(length), _) => out.extend([&[length][..], &vec![7; usize::from(length)]].concat()),
        (Kind::Str, _) => out.extend(*b"\x08sentinel"),
        (Kind::Bytes, _) => out.extend(*b"\x02\x07\x07"),
        (Kind::Double, _) => out.extend(77_f64.to_le_bytes()),
        (Kind::Sint32, _) => out.extend([154, 1]),
        (Kind::Bool, _) => out.push(1),
        (_, wire::VARINT) => out.push(77),
        (_, wire::FIXED64) => out.extend(77_u64.to_le_bytes()),
        (_, wire::FIXED32) => out.extend(77_u32.to_le_bytes()),
        _ => out.push(0),
    }
    for field in around.iter().rev() {
        let inner = std::mem::take(&mut out);
        wire::put_header(&mut out, wire::tag(field.number, wire::BYTES), inner.len());
        out.extend(inner);
    }
    out
}

/// How prost shows the last field of the path.
fn shown(field: &Field) -> String {
    let value = match field.kind {
        Kind::Id(_) | Kind::Bytes => "[7, 7",
        Kind::Str => "\"sentinel\"",
        Kind::Double => "77.0",
        Kind::Bool => "true",
        Kind::Message(_) | Kind::KeyValue | Kind::AnyValue | Kind::Opaque => "",
        _ => "77",
    };
    let name = field.name;
    match field.label {
        Label::Oneof => {
            let words = name.split('_').map(|word| word[..1].to_uppercase() + &word[1..]);
            format!("{}({value}", words.collect::<String>())
        }
        Label::Repeated | Label::Item => format!("{name}: [{value}"),
        Label::Optional => format!("{name}: Some({value}"),
        Label::Singular if value.is_empty() => format!("{name}: Some("),
        Label::Singular => format!("{name}: {value}"),
    }
}

fn debug(signal: Signal, message: &[u8]) -> String {
    const VALID: &str = "the table has the wire types of prost";
    match signal {
        Signal::Traces => format!("{:?}", ExportTraceServiceRequest::decode(message).expect(VALID)),
        Signal::Metrics => format!("{:?}", ExportMetricsServiceRequest::decode(message).expect(VALID)),
        Signal::Logs => format!("{:?}", ExportLogsServiceRequest::decode(message).expect(VALID)),
        Signal::Profiles => format!("{:?}", ExportProfilesServiceRequest::decode(message).expect(VALID)),
    }
    .replace("r#", "")
}

#[test]
fn names_numbers_and_kinds_are_those_of_opentelemetry_proto() {
    for signal in Signal::ALL {
        let mut fields = 0;
        each_field(whole_request(signal), &mut Vec::new(), &mut |path| {
            let (last, around) = path.split_last().expect("a path has a field");
            let with = debug(signal, &request_with(path));
            let without = if around.is_empty() { String::new() } else { debug(signal, &request_with(around)) };
            let names: Vec<_> = path.iter().map(|field| field.name).collect();
            let shown = shown(last);

            let times = |text: &str| text.matches(&shown).count();
            assert!(times(&with) > 0 && with != without, "{}: no {shown} in {with}", names.join("."));
            fields += 1;
        });
        assert!(fields > 50, "{signal}: {fields} fields");
    }
}

#[test]
fn names_in_json_are_the_names_in_lower_camel_case() {
    for signal in Signal::ALL {
        each_field(whole_request(signal), &mut Vec::new(), &mut |path| {
            let field = path.last().expect("a path has a field");
            let mut words = field.name.split('_');
            let first = words.next().unwrap_or_default().to_owned();

            let camel = words.fold(first, |name, word| name + &word[..1].to_uppercase() + &word[1..]);

            assert_eq!(field.json, camel);
        });
    }
}

#[test]
fn names_of_enums_are_those_of_opentelemetry_proto() {
    for signal in Signal::ALL {
        each_field(whole_request(signal), &mut Vec::new(), &mut |path| {
            let field = path.last().expect("a path has a field");
            let Kind::Enum(names) = field.kind else { return };
            for (name, number) in names {
                let known = match field.name {
                    "kind" => SpanKind::from_str_name(name).map(|it| it as i32),
                    "code" => StatusCode::from_str_name(name).map(|it| it as i32),
                    "severity_number" => SeverityNumber::from_str_name(name).map(|it| it as i32),
                    _ => AggregationTemporality::from_str_name(name).map(|it| it as i32),
                };
                assert_eq!(known, Some(*number), "{name}");
            }
        });
    }
}
