//! What components are and were called, here and in the Collector.

mod known;

use sluice_component::Kind;

/// Types that were renamed: kind, former name, name.
///
/// Source: opentelemetry-collector-contrib issue 45339, opentelemetry-collector issue 14208.
const RENAMED: &[(Kind, &str, &str)] = &[
    (Kind::Receiver, "filelog", "file_log"),
    (Kind::Receiver, "hostmetrics", "host_metrics"),
    (Kind::Receiver, "httpcheck", "http_check"),
    (Kind::Receiver, "k8sobjects", "k8s_objects"),
    (Kind::Receiver, "kubeletstats", "kubelet_stats"),
    (Kind::Receiver, "tcplog", "tcp_log"),
    (Kind::Receiver, "udplog", "udp_log"),
    (Kind::Processor, "cumulativetodelta", "cumulative_to_delta"),
    (Kind::Processor, "deltatocumulative", "delta_to_cumulative"),
    (Kind::Processor, "k8sattributes", "k8s_attributes"),
    (Kind::Processor, "metricstransform", "metrics_transform"),
    (Kind::Processor, "resourcedetection", "resource_detection"),
    (Kind::Exporter, "loadbalancing", "load_balancing"),
    (Kind::Exporter, "logging", "debug"),
    (Kind::Exporter, "otlp", "otlp_grpc"),
    (Kind::Exporter, "otlphttp", "otlp_http"),
    (Kind::Exporter, "prometheusremotewrite", "prometheus_remote_write"),
    (Kind::Connector, "metricsaslogs", "metrics_as_logs"),
    (Kind::Connector, "servicegraph", "service_graph"),
    (Kind::Connector, "spanmetrics", "span_metrics"),
    (Kind::Extension, "cgroupruntime", "cgroup_runtime"),
];

/// What a type is called now, if `name` is a former name of it.
pub(super) fn renamed(kind: Kind, name: &str) -> Option<&'static str> {
    RENAMED.iter().find(|(of, former, _)| *of == kind && *former == name).map(|(_, _, now)| *now)
}

/// Whether the Collector, or a distribution that is often met, has or had a component of this name.
pub(super) fn is_known(kind: Kind, name: &str) -> bool {
    renamed(kind, name).is_some() || known::is_known(kind, name)
}

/// What to write instead of a component that the Collector has dropped, where there is something.
pub(super) fn instead(kind: Kind, name: &str) -> Option<&'static str> {
    let instead = match (kind, name) {
        (Kind::Exporter, "jaeger" | "jaeger_thrift") => {
            "Jaeger takes OTLP, write otlp_grpc with endpoint <jaeger>:4317"
        }
        (Kind::Exporter, "opencensus") => "write otlp_grpc",
        (Kind::Receiver, "opencensus") => "send OTLP to the receiver otlp",
        (Kind::Receiver, "jaeger" | "zipkin") => "send OTLP to the receiver otlp",
        (Kind::Processor, "spanmetrics") => "the Collector has a connector span_metrics for it",
        _ => return None,
    };
    Some(instead)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn former_names_belong_to_one_kind() {
        assert_eq!(renamed(Kind::Exporter, "otlp"), Some("otlp_grpc"));
        assert_eq!(renamed(Kind::Receiver, "otlp"), None);
    }

    #[test]
    fn known_types_are_known_with_and_without_underscores() {
        for name in ["splunk_hec", "hostmetrics", "host_metrics", "k8s_events", "otlp"] {
            assert!(is_known(Kind::Receiver, name), "{name}");
        }
        assert!(!is_known(Kind::Receiver, "otpl"));
        assert!(!is_known(Kind::Receiver, "batch"));
    }

    #[test]
    fn lists_of_names_are_sorted_and_hold_each_once() {
        for kind in [Kind::Receiver, Kind::Processor, Kind::Exporter, Kind::Connector, Kind::Extension] {
            let names: Vec<_> = known::of(kind).split_whitespace().collect();
            assert!(names.is_sorted_by(|a, b| a < b), "{kind:?}");
        }
    }
}
