// Sends one of everything with the OpenTelemetry SDK, as an instrumented program would.
//
// Where and how is told by the SDK's own variables: OTEL_EXPORTER_OTLP_PROTOCOL (grpc, http/protobuf, http/json),
// OTEL_EXPORTER_OTLP_ENDPOINT, OTEL_EXPORTER_OTLP_COMPRESSION. Exits with 1 when the SDK reports a failed export.
'use strict';

const { DiagLogLevel, SpanKind, SpanStatusCode, context, diag, trace } = require('@opentelemetry/api');
const { SeverityNumber } = require('@opentelemetry/api-logs');
const { resourceFromAttributes } = require('@opentelemetry/resources');
const { BatchLogRecordProcessor, LoggerProvider } = require('@opentelemetry/sdk-logs');
const { MeterProvider, PeriodicExportingMetricReader } = require('@opentelemetry/sdk-metrics');
const { BatchSpanProcessor, NodeTracerProvider } = require('@opentelemetry/sdk-trace-node');

const SUFFIXES = { grpc: 'grpc', 'http/protobuf': 'proto', 'http/json': 'http' };
const suffix = SUFFIXES[process.env.OTEL_EXPORTER_OTLP_PROTOCOL];
const { OTLPTraceExporter } = require(`@opentelemetry/exporter-trace-otlp-${suffix}`);
const { OTLPMetricExporter } = require(`@opentelemetry/exporter-metrics-otlp-${suffix}`);
const { OTLPLogExporter } = require(`@opentelemetry/exporter-logs-otlp-${suffix}`);

let complaints = 0;
function complain(...message) {
  complaints += 1;
  console.error(...message);
}
const quiet = () => {};
diag.setLogger({ error: complain, warn: complain, info: quiet, debug: quiet, verbose: quiet }, DiagLogLevel.WARN);

const resource = resourceFromAttributes({ 'service.name': 'shop-node', replicas: 3 });

async function main() {
  const tracers = new NodeTracerProvider({
    resource,
    spanProcessors: [new BatchSpanProcessor(new OTLPTraceExporter())],
  });
  const tracer = tracers.getTracer('shop', '1.0');
  const outer = tracer.startSpan('checkout', { kind: SpanKind.SERVER, attributes: { 'cart.items': 3 } });
  outer.addEvent('paid', { amount: 9.5 });
  const inside = trace.setSpan(context.active(), outer);
  const inner = tracer.startSpan('charge card', { kind: SpanKind.CLIENT }, inside);
  inner.setStatus({ code: SpanStatusCode.ERROR, message: 'declined' });
  inner.end();
  outer.end();

  const reader = new PeriodicExportingMetricReader({ exporter: new OTLPMetricExporter() });
  const meters = new MeterProvider({ resource, readers: [reader] });
  const meter = meters.getMeter('shop', '1.0');
  meter.createCounter('shop.orders', { unit: '{order}' }).add(2, { tier: 'gold' });
  meter.createHistogram('shop.order.value', { unit: 'EUR' }).record(19.5, { tier: 'gold' });
  meter.createUpDownCounter('shop.carts').add(-1);

  const loggers = new LoggerProvider({
    resource,
    processors: [new BatchLogRecordProcessor({ exporter: new OTLPLogExporter() })],
  });
  const logger = loggers.getLogger('shop', '1.0');
  logger.emit({ body: 'order received', severityNumber: SeverityNumber.INFO, attributes: { order: 17 } });
  logger.emit({ body: { reason: 'declined', codes: [5, 1] }, severityNumber: SeverityNumber.ERROR });

  for (const provider of [tracers, meters, loggers]) {
    await provider.shutdown();
  }
  process.exitCode = complaints ? 1 : 0;
}

main();
