//! The Elastic Common Schema, and back. Names that it shares with the semantic conventions of today are not here.
//!
//! Source: the Elastic Common Schema, "OpenTelemetry alignment"; Elastic's `apm-data`, `input/otlp`.

use super::Act::Rename;
use super::{EVENTS, Preset, at};
use crate::label_mapping::rule::{Bits, Level};

const RESOURCE: Bits = Bits::of(&[Level::Resource]);

pub(super) static TO_ELASTIC: Preset = Preset {
    name: "elastic",
    group: None,
    tables: &[
        at(
            RESOURCE,
            Rename(&[
                ("deployment.environment.name", "service.environment"),
                ("deployment.environment", "service.environment"),
                ("service.instance.id", "service.node.name"),
                ("telemetry.sdk.language", "service.language.name"),
                ("process.runtime.name", "service.runtime.name"),
                ("process.runtime.version", "service.runtime.version"),
                ("cloud.platform", "cloud.service.name"),
                ("host.arch", "host.architecture"),
                ("os.type", "host.os.type"),
                ("os.description", "host.os.full"),
                ("os.name", "host.os.name"),
                ("os.version", "host.os.version"),
                ("process.executable.path", "process.executable"),
                ("container.runtime.name", "container.runtime"),
                ("k8s.cluster.name", "orchestrator.cluster.name"),
                ("k8s.namespace.name", "kubernetes.namespace"),
                ("k8s.node.name", "kubernetes.node.name"),
                ("k8s.pod.name", "kubernetes.pod.name"),
                ("k8s.pod.uid", "kubernetes.pod.uid"),
                ("k8s.container.name", "kubernetes.container.name"),
                ("k8s.deployment.name", "kubernetes.deployment.name"),
                ("k8s.replicaset.name", "kubernetes.replicaset.name"),
                ("k8s.statefulset.name", "kubernetes.statefulset.name"),
                ("k8s.daemonset.name", "kubernetes.daemonset.name"),
                ("k8s.job.name", "kubernetes.job.name"),
                ("k8s.cronjob.name", "kubernetes.cronjob.name"),
            ]),
        ),
        at(
            EVENTS,
            Rename(&[
                ("exception.type", "error.type"),
                ("exception.message", "error.message"),
                ("exception.stacktrace", "error.stack_trace"),
                ("enduser.id", "user.id"),
                ("enduser.role", "user.roles"),
                ("thread.id", "process.thread.id"),
                ("thread.name", "process.thread.name"),
                ("http.request.body.size", "http.request.body.bytes"),
                ("http.response.body.size", "http.response.body.bytes"),
                ("network.protocol.name", "network.protocol"),
                ("code.file.path", "log.origin.file.name"),
                ("code.line.number", "log.origin.file.line"),
                ("code.function.name", "log.origin.function"),
            ]),
        ),
    ],
};

pub(super) static FROM_ELASTIC: Preset = Preset {
    name: "from_elastic",
    group: None,
    tables: &[
        at(
            RESOURCE,
            Rename(&[
                ("service.environment", "deployment.environment.name"),
                ("service.node.name", "service.instance.id"),
                ("service.language.name", "telemetry.sdk.language"),
                ("service.runtime.name", "process.runtime.name"),
                ("service.runtime.version", "process.runtime.version"),
                ("cloud.service.name", "cloud.platform"),
                ("host.architecture", "host.arch"),
                ("host.os.type", "os.type"),
                ("host.os.full", "os.description"),
                ("host.os.name", "os.name"),
                ("host.os.version", "os.version"),
                ("process.executable", "process.executable.path"),
                ("orchestrator.cluster.name", "k8s.cluster.name"),
                ("kubernetes.namespace", "k8s.namespace.name"),
                ("kubernetes.node.name", "k8s.node.name"),
                ("kubernetes.pod.name", "k8s.pod.name"),
                ("kubernetes.pod.uid", "k8s.pod.uid"),
                ("kubernetes.container.name", "k8s.container.name"),
                ("kubernetes.deployment.name", "k8s.deployment.name"),
                ("kubernetes.replicaset.name", "k8s.replicaset.name"),
                ("kubernetes.statefulset.name", "k8s.statefulset.name"),
                ("kubernetes.daemonset.name", "k8s.daemonset.name"),
                ("kubernetes.job.name", "k8s.job.name"),
                ("kubernetes.cronjob.name", "k8s.cronjob.name"),
            ]),
        ),
        at(
            EVENTS,
            Rename(&[
                ("error.message", "exception.message"),
                ("error.stack_trace", "exception.stacktrace"),
                ("user.roles", "enduser.role"),
                ("process.thread.id", "thread.id"),
                ("process.thread.name", "thread.name"),
                ("http.request.body.bytes", "http.request.body.size"),
                ("http.response.body.bytes", "http.response.body.size"),
                ("network.protocol", "network.protocol.name"),
                ("log.origin.file.name", "code.file.path"),
                ("log.origin.file.line", "code.line.number"),
                ("log.origin.function", "code.function.name"),
            ]),
        ),
    ],
};
