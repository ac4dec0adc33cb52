//! The same request with the empty messages written that may as well be absent.

use opentelemetry_proto::tonic::{
    common::v1::{AnyValue, KeyValue, any_value::Value},
    metrics::v1::{Exemplar, Metric, metric::Data},
};

use super::Telemetry;

impl Telemetry {
    /// Writes empty messages for the resources, scopes, statuses, bodies and values that are absent, as the Collector does:
    /// what it has passed on can then be compared.
    pub fn spelled_out(mut self) -> Self {
        match &mut self {
            Self::Traces(request) => {
                for entry in &mut request.resource_spans {
                    attributes(&mut entry.resource.get_or_insert_default().attributes);
                    for entry in &mut entry.scope_spans {
                        attributes(&mut entry.scope.get_or_insert_default().attributes);
                        for span in &mut entry.spans {
                            span.status.get_or_insert_default();
                            attributes(&mut span.attributes);
                            span.events.iter_mut().for_each(|event| attributes(&mut event.attributes));
                            span.links.iter_mut().for_each(|link| attributes(&mut link.attributes));
                        }
                    }
                }
            }
            Self::Metrics(request) => {
                for entry in &mut request.resource_metrics {
                    attributes(&mut entry.resource.get_or_insert_default().attributes);
                    for entry in &mut entry.scope_metrics {
                        attributes(&mut entry.scope.get_or_insert_default().attributes);
                        entry.metrics.iter_mut().for_each(metric);
                    }
                }
            }
            Self::Logs(request) => {
                for entry in &mut request.resource_logs {
                    attributes(&mut entry.resource.get_or_insert_default().attributes);
                    for entry in &mut entry.scope_logs {
                        attributes(&mut entry.scope.get_or_insert_default().attributes);
                        for record in &mut entry.log_records {
                            value(record.body.get_or_insert_default());
                            attributes(&mut record.attributes);
                        }
                    }
                }
            }
        }
        self
    }
}

fn metric(metric: &mut Metric) {
    attributes(&mut metric.metadata);
    macro_rules! points {
        ($data:expr) => {
            for point in &mut $data.data_points {
                attributes(&mut point.attributes);
                exemplars(&mut point.exemplars);
            }
        };
    }
    match &mut metric.data {
        None => {}
        Some(Data::Gauge(data)) => points!(data),
        Some(Data::Sum(data)) => points!(data),
        Some(Data::Histogram(data)) => points!(data),
        Some(Data::ExponentialHistogram(data)) => points!(data),
        Some(Data::Summary(data)) => data.data_points.iter_mut().for_each(|point| attributes(&mut point.attributes)),
    }
}

fn exemplars(exemplars: &mut [Exemplar]) {
    exemplars.iter_mut().for_each(|exemplar| attributes(&mut exemplar.filtered_attributes));
}

fn attributes(attributes: &mut [KeyValue]) {
    attributes.iter_mut().for_each(|attribute| value(attribute.value.get_or_insert_default()));
}

fn value(of: &mut AnyValue) {
    match &mut of.value {
        Some(Value::ArrayValue(list)) => list.values.iter_mut().for_each(value),
        Some(Value::KvlistValue(map)) => attributes(&mut map.values),
        _ => {}
    }
}
