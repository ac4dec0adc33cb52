//! Goes to every place that is looked at, in the order of the bytes.

use sluice_pdata::edit::Node;
use sluice_pdata::{Batch, Signal};

/// The field of a span that holds its name.
pub(super) const SPAN_NAME: u32 = 5;
/// The field of a span that holds its events. No other visited message has attributes and a message in this field.
pub(super) const SPAN_EVENTS: u32 = 11;
/// The field of a log record that holds its body.
pub(super) const LOG_BODY: u32 = 5;
/// The fields of a metric that hold its data: gauge, sum, histogram, exponential histogram, summary.
const METRIC_DATA: [u32; 5] = [5, 7, 9, 10, 11];

/// What is done at each place.
pub(super) trait Visit {
    /// At a resource, a scope, a data point.
    fn attributes(&mut self, node: Node<'_, '_>);
    /// At a span.
    fn span(&mut self, node: Node<'_, '_>);
    /// At a log record.
    fn record(&mut self, node: Node<'_, '_>);
}

/// Visits all places of a batch.
pub(super) fn walk(batch: &Batch, visit: &mut impl Visit) -> Batch {
    let signal = batch.signal();
    batch.edit(|request| {
        members(request, |_, resource| {
            members(resource, |number, node| match number {
                1 => visit.attributes(node),
                2 => scope(node, signal, visit),
                _ => {}
            });
        });
    })
}

fn scope(scope: Node<'_, '_>, signal: Signal, visit: &mut impl Visit) {
    members(scope, |number, node| match (number, signal) {
        (1, _) => visit.attributes(node),
        (2, Signal::Traces) => visit.span(node),
        (2, Signal::Logs) => visit.record(node),
        (2, Signal::Metrics) => metric(node, visit),
        _ => {}
    });
}

fn metric(metric: Node<'_, '_>, visit: &mut impl Visit) {
    members(metric, |number, data| {
        if METRIC_DATA.contains(&number) {
            members(data, |number, point| {
                if number == 1 {
                    visit.attributes(point);
                }
            });
        }
    });
}

/// Enters all messages in a message.
fn members(node: Node<'_, '_>, mut enter: impl FnMut(u32, Node<'_, '_>)) {
    node.fields(|field| {
        let number = field.number();
        field.enter(|node| enter(number, node));
    });
}
