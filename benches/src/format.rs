//! What other backends than those of OTLP are sent, read as far as it takes to count the items in it.
//!
//! As [`wire`] it is the judge's own reading, and knows nothing of what is under test.

use crate::wire::{self, Malformed, Signal, Value, each_field, each_message};

/// What a body is, by the path that it was posted to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Format {
    /// An OTLP export request.
    Otlp,
    /// `prometheus.WriteRequest`.
    RemoteWrite,
    /// `logproto.PushRequest`.
    Loki,
    /// A JSON array of log entries.
    DatadogLogs,
    /// `datadog.agentpayload.MetricPayload`, version 2 of the series.
    DatadogSeries,
    /// `datadog.agentpayload.SketchPayload`.
    DatadogSketches,
    /// `datadog.trace.AgentPayload`.
    DatadogTraces,
    /// Something beside the items: statistics, metadata of hosts, the check of a key.
    Aside,
}

impl Format {
    /// What is posted to a path.
    pub fn of_path(path: &str) -> Self {
        match path {
            "/api/v1/write" => Self::RemoteWrite,
            "/loki/api/v1/push" => Self::Loki,
            "/api/v2/logs" => Self::DatadogLogs,
            "/api/v2/series" => Self::DatadogSeries,
            "/api/beta/sketches" => Self::DatadogSketches,
            "/api/v0.2/traces" => Self::DatadogTraces,
            path if path.starts_with("/v1") => Self::Otlp,
            _ => Self::Aside,
        }
    }

    /// Status, content type and body with which such a backend says that it has taken something.
    pub(crate) fn answer(self) -> (u16, &'static str, &'static str) {
        match self {
            Self::Otlp => (200, "application/x-protobuf", ""),
            Self::RemoteWrite | Self::Loki => (204, "", ""),
            Self::DatadogLogs => (202, "application/json", "{}"),
            Self::DatadogSeries | Self::DatadogSketches => (202, "application/json", r#"{"errors":[]}"#),
            Self::DatadogTraces => (200, "application/json", "{}"),
            Self::Aside => (200, "application/json", r#"{"valid":true}"#),
        }
    }

    /// Whether a body is packed as a block of snappy without a word about it.
    pub(crate) fn is_snappy(self) -> bool {
        matches!(self, Self::RemoteWrite | Self::Loki)
    }

    /// Calls `item` with the mark of every item in an unpacked body, `None` where the format leaves no place for it.
    ///
    /// # Errors
    ///
    /// The body is not what it should be.
    pub fn each_item(self, signal: Signal, body: &[u8], mut item: impl FnMut(Option<u8>)) -> Result<(), Malformed> {
        let mut found = |mark| {
            item(mark);
            Ok(())
        };
        match self {
            Self::Otlp => wire::each_item(signal, body, item),
            Self::RemoteWrite => each_message(body, 1, |series| written_series(series, &mut item)),
            Self::Loki => each_message(body, 1, |stream| each_message(stream, 2, |_entry| found(None))),
            Self::DatadogLogs => (0..elements(body)?).try_for_each(|_| found(None)),
            Self::DatadogSeries => each_message(body, 1, |series| datadog_series(series, &mut found)),
            Self::DatadogSketches => each_message(body, 1, |sketch| each_message(sketch, 7, |_point| found(None))),
            Self::DatadogTraces => each_message(body, 5, |payload| {
                each_message(payload, 6, |chunk| each_message(chunk, 3, |span| found(datadog_mark(span)?)))
            }),
            Self::Aside => Ok(()),
        }
    }
}

/// A data point of a histogram is many series: the one of its count stands for it. What a resource has no part in is no item.
fn written_series(series: &[u8], item: &mut impl FnMut(Option<u8>)) -> Result<(), Malformed> {
    let (mut counts, mut mark, mut samples) = (true, None, 0);
    each_field(series, |number, value| {
        match (number, value) {
            (1, Value::Bytes(label)) => {
                let (name, value) = label_of(label)?;
                match name {
                    b"__name__" => {
                        let derived: [&[u8]; 2] = [b"_bucket", b"_sum"];
                        counts = value != b"target_info" && !derived.iter().any(|suffix| value.ends_with(suffix));
                    }
                    b"instance" => mark = mark_in_hex(value),
                    _ => {}
                }
            }
            (2 | 4, Value::Bytes(_)) => samples += 1,
            _ => {}
        }
        Ok(())
    })?;
    if counts {
        (0..samples).for_each(|_| item(mark));
    }
    Ok(())
}

fn label_of(label: &[u8]) -> Result<(&[u8], &[u8]), Malformed> {
    let mut texts: [&[u8]; 2] = [b""; 2];
    each_field(label, |number, value| {
        if let (1 | 2, Value::Bytes(text)) = (number, value) {
            texts[number as usize - 1] = text;
        }
        Ok(())
    })?;
    Ok((texts[0], texts[1]))
}

/// Series of the gateway itself say that it runs, and are no items.
fn datadog_series(series: &[u8], found: &mut impl FnMut(Option<u8>) -> Result<(), Malformed>) -> Result<(), Malformed> {
    let (mut own, mut points) = (false, 0);
    each_field(series, |number, value| {
        match (number, value) {
            (2, Value::Bytes(name)) => own = name.starts_with(b"otel."),
            (4, Value::Bytes(_)) => points += 1,
            _ => {}
        }
        Ok(())
    })?;
    let points = if own { 0 } else { points };
    (0..points).try_for_each(|_| found(None))
}

/// The last two digits.
fn mark_in_hex(text: &[u8]) -> Option<u8> {
    let digits = std::str::from_utf8(text.last_chunk::<2>()?).ok()?;
    u8::from_str_radix(digits, 16).ok()
}

/// Field 5 of a span is its id.
fn datadog_mark(span: &[u8]) -> Result<Option<u8>, Malformed> {
    let mut mark = None;
    each_field(span, |number, value| {
        if let (5, Value::Varint(id)) = (number, value) {
            mark = Some(id as u8);
        }
        Ok(())
    })?;
    Ok(mark)
}

/// How many elements a JSON array has.
fn elements(json: &[u8]) -> Result<usize, Malformed> {
    let (mut depth, mut count, mut empty) = (0usize, 0, true);
    let mut rest = json.iter();
    while let Some(&byte) = rest.next() {
        match byte {
            b'"' => {
                empty = false;
                while let Some(&byte) = rest.next()
                    && byte != b'"'
                {
                    if byte == b'\\' {
                        rest.next();
                    }
                }
            }
            b'[' | b'{' => {
                empty &= depth == 0;
                depth += 1;
            }
            b']' | b'}' => depth = depth.checked_sub(1).ok_or(Malformed)?,
            b',' if depth == 1 => count += 1,
            b' ' | b'\n' | b'\r' | b'\t' => {}
            _ => empty = false,
        }
    }
    match (json.first(), depth) {
        (Some(b'['), 0) => Ok(count + usize::from(!empty)),
        _ => Err(Malformed),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A field with a length in front, by its number.
    fn field(number: u8, content: &[u8]) -> Vec<u8> {
        [&[number << 3 | 2, content.len() as u8], content].concat()
    }

    fn items(format: Format, body: &[u8]) -> Vec<Option<u8>> {
        let mut items = Vec::new();
        format.each_item(Signal::Traces, body, |mark| items.push(mark)).unwrap();
        items
    }

    #[test]
    fn of_a_histogram_in_a_remote_write_only_the_count_is_an_item() {
        let label =
            |name: &str, value: &str| field(1, &[field(1, name.as_bytes()), field(2, value.as_bytes())].concat());
        let series = |name: &str, samples: usize| {
            let labels = [label("__name__", name), label("instance", "ab2a")].concat();
            field(1, &[labels, field(2, &[9, 0, 0, 0, 0, 0, 0, 0, 0]).repeat(samples)].concat())
        };
        let body =
            [series("d_bucket", 3), series("d_sum", 1), series("d_count", 1), series("g", 2), series("target_info", 1)];

        assert_eq!(items(Format::RemoteWrite, &body.concat()), [Some(0x2a); 3]);
    }

    #[test]
    fn items_of_other_formats_are_counted_where_they_lie() {
        let entries = [field(1, b"{}"), field(2, b""), field(2, b"")].concat();
        assert_eq!(items(Format::Loki, &[field(1, &entries), field(1, &entries)].concat()), [None; 4]);

        let points = [field(2, b"name"), field(4, b""), field(4, b"")].concat();
        let running = [field(2, b"otel.running"), field(4, b"")].concat();
        assert_eq!(items(Format::DatadogSeries, &[field(1, &points), field(1, &running)].concat()), [None; 2]);
        assert_eq!(items(Format::DatadogSketches, &field(1, &field(7, b""))), [None; 1]);

        let chunk = [field(3, &[0x28, 0x81, 0x02]), field(3, &[0x28, 0x07])].concat();
        assert_eq!(items(Format::DatadogTraces, &field(5, &field(6, &chunk))), [Some(1), Some(7)]);
    }

    #[test]
    fn elements_of_json_are_counted_at_the_top_only() {
        for (json, count) in [
            ("[]", 0),
            ("[ ]", 0),
            ("[1]", 1),
            (r#"[{"a":[1,2],"b":"x,]\",{"},{"c":{}}]"#, 2),
            (r#"["",""]"#, 2),
            ("[{},[]]", 2),
        ] {
            assert_eq!(elements(json.as_bytes()), Ok(count), "{json}");
        }
        assert_eq!(elements(b"{}"), Err(Malformed));
        assert_eq!(elements(b"[[]"), Err(Malformed));
    }
}
