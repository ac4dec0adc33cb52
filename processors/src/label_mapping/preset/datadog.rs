//! Datadog's names, and back.
//!
//! Source: the Datadog Agent's `opentelemetry-mapping-go/otlp/attributes` and its trace transform; "Unified service tagging".

use super::Act::{Copy, Rename, RenameGlobs};
use super::{EVENTS, Preset, at};
use crate::label_mapping::rule::{Bits, Level};

/// On resources the names are added and nothing is taken away: exporters look for `service.name`.
pub(super) static TO_DATADOG: Preset = Preset {
    name: "datadog",
    group: None,
    tables: &[
        at(
            Bits::of(&[Level::Resource]),
            Copy(&[
                ("service.name", "service"),
                ("service.version", "version"),
                ("deployment.environment.name", "env"),
                ("deployment.environment", "env"),
                ("container.id", "container_id"),
                ("container.name", "container_name"),
                ("container.image.name", "image_name"),
                ("container.image.tag", "image_tag"),
                ("container.runtime", "runtime"),
                ("cloud.provider", "cloud_provider"),
                ("cloud.region", "region"),
                ("cloud.availability_zone", "zone"),
                ("k8s.container.name", "kube_container_name"),
                ("k8s.cluster.name", "kube_cluster_name"),
                ("k8s.deployment.name", "kube_deployment"),
                ("k8s.replicaset.name", "kube_replica_set"),
                ("k8s.statefulset.name", "kube_stateful_set"),
                ("k8s.daemonset.name", "kube_daemon_set"),
                ("k8s.job.name", "kube_job"),
                ("k8s.cronjob.name", "kube_cronjob"),
                ("k8s.namespace.name", "kube_namespace"),
                ("k8s.pod.name", "pod_name"),
                ("aws.ecs.task.family", "task_family"),
                ("aws.ecs.task.arn", "task_arn"),
                ("aws.ecs.task.revision", "task_version"),
                ("aws.ecs.cluster.arn", "ecs_cluster_name"),
                ("aws.ecs.container.arn", "ecs_container_name"),
            ]),
        ),
        at(
            EVENTS,
            Rename(&[
                ("client.address", "http.client_ip"),
                ("http.response.body.size", "http.response.content_length"),
                ("http.response.status_code", "http.status_code"),
                ("http.request.body.size", "http.request.content_length"),
                ("http.request.header.referrer", "http.referrer"),
                ("http.request.method", "http.method"),
                ("network.protocol.version", "http.version"),
                ("server.address", "http.server_name"),
                ("url.full", "http.url"),
                ("user_agent.original", "http.useragent"),
                ("db.namespace", "db.name"),
            ]),
        ),
        at(EVENTS, RenameGlobs(&[("http.request.header.*", "http.request.headers.*")])),
    ],
};

pub(super) static FROM_DATADOG: Preset = Preset {
    name: "from_datadog",
    group: None,
    tables: &[
        at(
            Bits::of(&[Level::Resource]),
            Rename(&[
                ("service", "service.name"),
                ("version", "service.version"),
                ("env", "deployment.environment.name"),
                ("container_id", "container.id"),
                ("container_name", "container.name"),
                ("image_name", "container.image.name"),
                ("kube_container_name", "k8s.container.name"),
                ("kube_cluster_name", "k8s.cluster.name"),
                ("kube_deployment", "k8s.deployment.name"),
                ("kube_replica_set", "k8s.replicaset.name"),
                ("kube_stateful_set", "k8s.statefulset.name"),
                ("kube_daemon_set", "k8s.daemonset.name"),
                ("kube_job", "k8s.job.name"),
                ("kube_cronjob", "k8s.cronjob.name"),
                ("kube_namespace", "k8s.namespace.name"),
                ("pod_name", "k8s.pod.name"),
            ]),
        ),
        at(
            EVENTS,
            Rename(&[
                ("http.client_ip", "client.address"),
                ("http.response.content_length", "http.response.body.size"),
                ("http.status_code", "http.response.status_code"),
                ("http.request.content_length", "http.request.body.size"),
                ("http.referrer", "http.request.header.referrer"),
                ("http.method", "http.request.method"),
                ("http.version", "network.protocol.version"),
                ("http.server_name", "server.address"),
                ("http.url", "url.full"),
                ("http.useragent", "user_agent.original"),
                ("db.name", "db.namespace"),
                ("error.msg", "exception.message"),
                ("error.stack", "exception.stacktrace"),
            ]),
        ),
        at(EVENTS, RenameGlobs(&[("http.request.headers.*", "http.request.header.*")])),
    ],
};
