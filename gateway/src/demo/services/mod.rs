//! A small shop of three services that says what shops say: `frontend` takes an order, `checkout` writes it down and
//! asks `payment` for the money, which fails now and then. They say more than they should about who ordered.

mod logs;
mod metrics;
mod order;
mod person;
mod traces;

use bytes::Bytes;
use opentelemetry_proto::tonic::common::v1::{AnyValue, InstrumentationScope, KeyValue, any_value};
use opentelemetry_proto::tonic::logs::v1::LogRecord;
use opentelemetry_proto::tonic::resource::v1::Resource;
use opentelemetry_proto::tonic::trace::v1::Span;

use metrics::Totals;
use order::Order;

/// One of the three.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Service {
    Frontend,
    Checkout,
    Payment,
}

impl Service {
    const ALL: [Self; 3] = [Self::Frontend, Self::Checkout, Self::Payment];

    fn name(self) -> &'static str {
        match self {
            Self::Frontend => "frontend",
            Self::Checkout => "checkout",
            Self::Payment => "payment",
        }
    }

    fn language(self) -> &'static str {
        match self {
            Self::Frontend => "nodejs",
            Self::Checkout => "go",
            Self::Payment => "java",
        }
    }

    fn resource(self) -> Resource {
        let host = format!("{}-7d9f4", self.name());
        let attributes = vec![
            text("service.name", self.name()),
            text("service.namespace", "shop"),
            text("service.version", "2.4.1"),
            text("deployment.environment.name", "demo"),
            text("host.name", &host),
            text("telemetry.sdk.language", self.language()),
        ];
        Resource { attributes, ..Resource::default() }
    }

    fn scope(self) -> InstrumentationScope {
        InstrumentationScope { name: format!("shop/{}", self.name()), version: "1.0".into(), ..Default::default() }
    }
}

/// The shop, with what its services have not sent yet.
#[derive(Default)]
pub(super) struct Shop {
    spans: [Vec<Span>; 3],
    records: [Vec<LogRecord>; 3],
    totals: [Totals; 3],
}

impl Shop {
    /// Handles one order.
    pub(super) fn order(&mut self) {
        let order = Order::draw();
        for service in Service::ALL {
            let at = service as usize;
            self.spans[at].extend(traces::spans(service, &order));
            self.records[at].extend(logs::records(service, &order));
            self.totals[at].add(order.duration_in(service), order.fails());
        }
    }

    /// One export request a service, and how many spans are in it.
    pub(super) fn take_traces(&mut self) -> Vec<(Bytes, usize)> {
        let spans = std::mem::take(&mut self.spans);
        Service::ALL.into_iter().zip(spans).map(|(service, spans)| traces::request(service, spans)).collect()
    }

    /// One export request a service, and how many log records are in it.
    pub(super) fn take_logs(&mut self) -> Vec<(Bytes, usize)> {
        let records = std::mem::take(&mut self.records);
        Service::ALL.into_iter().zip(records).map(|(service, records)| logs::request(service, records)).collect()
    }

    /// One export request a service, and how many data points are in it.
    pub(super) fn metrics(&self) -> Vec<(Bytes, usize)> {
        Service::ALL.into_iter().zip(&self.totals).map(|(service, totals)| metrics::request(service, totals)).collect()
    }
}

fn text(key: &str, value: &str) -> KeyValue {
    attribute(key, any_value::Value::StringValue(value.to_owned()))
}

fn int(key: &str, value: i64) -> KeyValue {
    attribute(key, any_value::Value::IntValue(value))
}

fn attribute(key: &str, value: any_value::Value) -> KeyValue {
    KeyValue { key: key.to_owned(), value: Some(AnyValue { value: Some(value) }), ..KeyValue::default() }
}

#[cfg(test)]
mod tests {
    use sluice_pdata::{Batch, Limits, Signal};

    use super::*;

    #[test]
    fn every_request_is_valid_and_holds_what_it_says() {
        let mut shop = Shop::default();
        for _ in 0..40 {
            shop.order();
        }

        let requests =
            [(Signal::Metrics, shop.metrics()), (Signal::Traces, shop.take_traces()), (Signal::Logs, shop.take_logs())];

        for (signal, requests) in requests {
            assert_eq!(requests.len(), 3, "{signal}");
            for (message, items) in requests {
                let batch = Batch::check(signal, message, &Limits::default()).unwrap();
                assert_eq!(batch.items(), items, "{signal}");
                assert!(items > 0, "{signal}");
            }
        }
    }
}
