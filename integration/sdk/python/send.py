"""Sends one of everything with the OpenTelemetry SDK, as an instrumented program would.

Where and how is told by the SDK's own variables: OTEL_EXPORTER_OTLP_PROTOCOL (grpc, http/protobuf, http/json),
OTEL_EXPORTER_OTLP_ENDPOINT, OTEL_EXPORTER_OTLP_COMPRESSION. Exits with 1 when the SDK reports a failed export.
"""

import importlib
import logging
import os
import sys

from opentelemetry._logs import LogRecord, SeverityNumber
from opentelemetry.sdk._logs import LoggerProvider
from opentelemetry.sdk._logs.export import BatchLogRecordProcessor
from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.metrics.export import PeriodicExportingMetricReader
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.trace import SpanKind, Status, StatusCode

EXPORTERS = {
    "grpc": "opentelemetry.exporter.otlp.proto.grpc",
    "http/protobuf": "opentelemetry.exporter.otlp.proto.http",
    "http/json": "opentelemetry.exporter.otlp.json.http",
}


class Complaints(logging.Handler):
    """Counts what the SDK logs as a warning or worse: that is how it tells of a failed export."""

    count = 0

    def emit(self, record):
        Complaints.count += 1
        print(record.getMessage(), file=sys.stderr)


def exporter(module, name):
    package = EXPORTERS[os.environ["OTEL_EXPORTER_OTLP_PROTOCOL"]]
    return getattr(importlib.import_module(f"{package}.{module}"), name)()


logging.getLogger("opentelemetry").addHandler(Complaints(logging.WARNING))
resource = Resource.create({"service.name": "shop-python", "replicas": 3})

tracers = TracerProvider(resource=resource)
tracers.add_span_processor(BatchSpanProcessor(exporter("trace_exporter", "OTLPSpanExporter")))
tracer = tracers.get_tracer("shop", "1.0")
with tracer.start_as_current_span("checkout", kind=SpanKind.SERVER, attributes={"cart.items": 3}) as span:
    span.add_event("paid", {"amount": 9.5})
    with tracer.start_as_current_span("charge card", kind=SpanKind.CLIENT) as inner:
        inner.set_status(Status(StatusCode.ERROR, "declined"))

reader = PeriodicExportingMetricReader(exporter("metric_exporter", "OTLPMetricExporter"))
meters = MeterProvider(metric_readers=[reader], resource=resource)
meter = meters.get_meter("shop", "1.0")
meter.create_counter("shop.orders", unit="{order}").add(2, {"tier": "gold"})
meter.create_histogram("shop.order.value", unit="EUR").record(19.5, {"tier": "gold"})
meter.create_up_down_counter("shop.carts").add(-1)

loggers = LoggerProvider(resource=resource)
loggers.add_log_record_processor(BatchLogRecordProcessor(exporter("_log_exporter", "OTLPLogExporter")))
logger = loggers.get_logger("shop", "1.0")
logger.emit(LogRecord(body="order received", severity_number=SeverityNumber.INFO, attributes={"order": 17}))
logger.emit(LogRecord(body={"reason": "declined", "codes": [5, 1]}, severity_number=SeverityNumber.ERROR))

for provider in (tracers, meters, loggers):
    provider.shutdown()
sys.exit(1 if Complaints.count else 0)
