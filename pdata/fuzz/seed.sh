#!/bin/sh
# Writes seeds for the fuzz targets into corpus/: small valid messages, and the bombs that blind fuzzing does not find.
# The first bytes choose the signal (0 traces, 1 metrics, 2 logs) and, for `pieces`, the limits.
set -eu
cd "$(dirname "$0")"
mkdir -p corpus/check corpus/json corpus/pieces

python3 - <<'PYTHON'
def varint(n):
    out = b""
    while n >= 128:
        out += bytes([n & 127 | 128])
        n >>= 7
    return out + bytes([n])

def field(number, content):
    return varint(number << 3 | 2) + varint(len(content)) + content

def envelope(record):
    return field(1, field(1, field(1, field(1, b"k") + field(2, field(1, b"v")))) + field(2, record) + field(3, b"url"))

def nested(levels, kind):
    value = field(1, b"core")
    for _ in range(levels):
        inner = value if kind == 5 else field(1, b"k") + field(2, value)
        value = field(kind, field(1, inner))
    return value

attribute = field(1, b"key") + field(2, field(1, b"value"))
span = (field(1, bytes(16)) + field(2, bytes(8)) + field(5, b"name") + b"\x30\x02" + b"\x39" + bytes(8)
        + field(9, attribute) + field(11, field(2, b"event")) + field(13, field(1, bytes(16))) + field(15, b"\x18\x02"))
point = b"\x19" + bytes(8) + b"\x21" + bytes(8) + field(7, attribute) + field(5, b"\x11" + bytes(8))
histogram = field(6, bytes(24)) + b"\x31" + bytes(8) + field(7, bytes(16)) + field(9, attribute)
exponential = field(8, b"\x08\x03" + field(2, b"\x01\x02\xac\x02")) + b"\x30\x05"
summary = field(6, b"\x09" + bytes(8) + b"\x11" + bytes(8))
metrics = b"".join(field(2, field(1, b"m") + field(kind, field(1, data) + b"\x10\x02"))
                   for kind, data in [(5, point), (7, point), (9, histogram), (10, exponential), (11, summary)])
log = b"\x09" + bytes(8) + b"\x10\x09" + field(5, field(1, b"body")) + field(6, attribute) + field(12, b"event")

messages = {
    "span": (0, envelope(field(2, span))),
    "metrics": (1, envelope(metrics)),
    "log": (2, envelope(field(2, log))),
    "split_resource": (0, field(1, field(1, field(1, attribute)) + field(1, field(1, attribute)) + field(2, field(2, span)))),
    "bomb_spans": (0, field(1, field(2, b"\x12\x00" * 600_000))),
    "bomb_attributes": (0, envelope(field(2, b"\x4a\x00" * 20_000))),
    "bomb_exemplars": (1, envelope(field(2, field(5, field(1, b"\x2a\x00" * 20_000))))),
    "bomb_arrays": (2, envelope(field(2, field(5, nested(10_000, 5))))),
    "bomb_maps": (2, envelope(field(2, field(5, nested(5_000, 6))))),
    "deep_but_allowed": (2, envelope(field(2, field(5, nested(63, 5))))),
}
for name, (signal, message) in messages.items():
    open(f"corpus/check/{name}", "wb").write(bytes([signal]) + message)
    open(f"corpus/pieces/{name}", "wb").write(bytes([signal, 1, 4]) + message)

texts = {
    "span": (0, '{"resourceSpans":[{"resource":{"attributes":[{"key":"k","value":{"stringValue":"v"}}]},"scopeSpans":[{"scope":'
                '{"name":"s"},"spans":[{"traceId":"5b8efff798038103d269b633813fc60c","kind":"SPAN_KIND_SERVER",'
                '"startTimeUnixNano":"1e3","flags":257,"status":{"code":2}}]}]}]}'),
    "metrics": (1, '{"resourceMetrics":[{"scopeMetrics":[{"metrics":[{"name":"m","histogram":{"dataPoints":[{"bucketCounts":'
                   '["1",2,3.0],"explicitBounds":[0.5,"NaN"],"sum":-0.0}]}}]}]}]}'),
    "log": (2, '{"resourceLogs":[{"scopeLogs":[{"logRecords":[{"body":{"kvlistValue":{"values":[{"key":"a","value":'
               '{"bytesValue":"-_8"}}]}},"unknown":[1e999,null,{}]}]}]}]}'),
    "bomb_arrays": (2, '{"resourceLogs":[{"scopeLogs":[{"logRecords":[{"body":'
                       + '{"arrayValue":{"values":[' * 5_000 + ']}}' * 5_000 + '}]}]}]}'),
    "bomb_unknown": (2, '{"unknown":' + '[' * 50_000 + ']' * 50_000 + '}'),
    "bomb_numbers": (1, '{"resourceMetrics":[{"scopeMetrics":[{"metrics":[{"histogram":{"dataPoints":[{"bucketCounts":['
                        + '1,' * 600_000 + '1]}]}}]}]}]}'),
}
for name, (signal, text) in texts.items():
    open(f"corpus/json/{name}", "wb").write(bytes([signal]) + text.encode())
PYTHON
