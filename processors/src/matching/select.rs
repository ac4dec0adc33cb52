//! Going over the records that are meant.

use sluice_pdata::Signal;
use sluice_pdata::edit::Node;
use sluice_pdata::view::{LogRecord, Message, Metric, ResourceLogs, ScopeLogs, Span};

use super::Matching;
use super::properties::Properties;

/// What the place of a record tells: whether it may have the properties to include, and those to exclude.
#[derive(Clone, Copy)]
struct Place {
    included: bool,
    excluded: bool,
}

impl Matching {
    /// Goes over the spans, data points or log records of a request that are meant.
    pub(crate) fn each_record<'a>(&self, signal: Signal, request: Node<'_, 'a>, change: &mut impl FnMut(Node<'_, 'a>)) {
        request.fields(|entry| {
            if entry.number() == 1 {
                entry.enter(|entry| self.each_of_resource(signal, entry, change));
            }
        });
    }

    fn each_of_resource<'a>(&self, signal: Signal, entry: Node<'_, 'a>, change: &mut impl FnMut(Node<'_, 'a>)) {
        let everywhere = Place { included: true, excluded: true };
        // The resource, and then the scope, has the same place in all signals.
        let place = self.within(everywhere, |properties| {
            // For metrics the Collector passes over what is said of resources.
            signal == Signal::Metrics
                || properties.match_resource(&entry.view::<ResourceLogs<'_>>().resource().unwrap_or_default())
        });
        if !place.included {
            return;
        }
        entry.fields(|scope| {
            if scope.number() == 2 {
                scope.enter(|scope| self.each_of_scope(signal, place, scope, change));
            }
        });
    }

    fn each_of_scope<'a>(
        &self,
        signal: Signal,
        place: Place,
        entry: Node<'_, 'a>,
        change: &mut impl FnMut(Node<'_, 'a>),
    ) {
        let place = self.within(place, |properties| {
            properties.match_scope(&entry.view::<ScopeLogs<'_>>().scope().unwrap_or_default())
        });
        if !place.included {
            return;
        }
        entry.fields(|record| {
            if record.number() != 2 {
                return;
            }
            let message = Message::new(record.content());
            let meant = self.within(place, |properties| match signal {
                Signal::Traces => properties.match_span(&Span::from(message)),
                Signal::Metrics => properties.match_metric(&Metric::from(message)),
                _ => properties.match_log_record(&LogRecord::from(message)),
            });
            match signal {
                _ if !meant.included || meant.excluded => {}
                Signal::Metrics => record.enter(|metric| each_point(metric, change)),
                _ => record.enter(&mut *change),
            }
        });
    }

    /// What is known of a place within another one, of which `is_match` tells whether it has properties. In the end, what
    /// is included and not excluded is meant.
    fn within(&self, place: Place, is_match: impl Fn(&Properties) -> bool) -> Place {
        Place {
            included: place.included && self.include.as_deref().is_none_or(&is_match),
            excluded: place.excluded && self.exclude.as_deref().is_some_and(&is_match),
        }
    }
}

fn each_point<'a>(metric: Node<'_, 'a>, change: &mut impl FnMut(Node<'_, 'a>)) {
    metric.fields(|data| {
        if matches!(data.name(), Some("gauge" | "sum" | "histogram" | "exponential_histogram" | "summary")) {
            data.enter(|data| {
                data.fields(|point| {
                    if point.number() == 1 {
                        point.enter(&mut *change);
                    }
                });
            });
        }
    });
}
