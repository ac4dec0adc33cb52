//! Tags: what attributes become.
//!
//! Source: the Datadog Agent, `pkg/opentelemetry-mapping-go/otlp/attributes/attributes.go` and `process.go`.

use sluice_pdata::view::{Attributes, KeyValue, Scope, Value};

/// What stands in a tag whose value is empty.
const EMPTY: &str = "n/a";

/// In front of attributes that are tags of the container.
const CONTAINER_TAG: &str = "datadog.container.tag.";

/// The tags of a resource, `key:value`, each once.
pub(super) fn of_resource(attributes: Attributes<'_>) -> Vec<String> {
    let mut tags = Tags::default();
    let mut process = [""; 4];
    let mut os_type = "";
    for attribute in attributes.clone() {
        let key = attribute.key();
        let value = || text(&attribute);
        match key {
            "process.executable.name" => process[0] = value(),
            "process.executable.path" => process[1] = value(),
            "process.command" => process[2] = value(),
            "process.command_line" => process[3] = value(),
            "os.type" => os_type = value(),
            _ => {}
        }
        if let Some(tag) = unified(key).or_else(|| label(key)) {
            tags.push_if_any(tag, value());
        }
        if is_native(key) {
            tags.push(key, value());
        }
    }
    for (tag, value) in of_containers(attributes) {
        tags.push(tag, value);
    }
    const PROCESS: [&str; 4] =
        ["process.executable.name", "process.executable.path", "process.command", "process.command_line"];
    if let Some((key, value)) = PROCESS.into_iter().zip(process).find(|(_, value)| !value.is_empty()) {
        tags.push(key, value);
    }
    tags.push_if_any("os.type", os_type);
    tags.0
}

/// The tags of the container, the cloud and Kubernetes, as keys and values, each key once.
pub(super) fn of_containers<'a>(attributes: Attributes<'a>) -> Vec<(&'a str, &'a str)> {
    let mut tags: Vec<(&str, &str)> = Vec::new();
    let mut own: Vec<(&str, &str)> = Vec::new();
    for attribute in attributes {
        let key = attribute.key();
        if let Some(tag) = container(key) {
            let value = text(&attribute);
            match tags.iter_mut().find(|(known, _)| *known == tag) {
                _ if value.is_empty() => {}
                Some(known) => known.1 = value,
                None => tags.push((tag, value)),
            }
        } else if let Some(tag) = key.strip_prefix(CONTAINER_TAG).filter(|tag| !tag.is_empty()) {
            own.push((tag, text(&attribute)));
        }
    }
    for (tag, value) in own {
        if !value.is_empty() && tags.iter().all(|(known, _)| *known != tag) {
            tags.push((tag, value));
        }
    }
    tags
}

/// The tags of a scope.
pub(super) fn of_scope(scope: Scope<'_>) -> impl Iterator<Item = String> {
    let name = pair("instrumentation_scope", scope.name());
    let version = pair("instrumentation_scope_version", scope.version());
    [name, version].into_iter().chain(scope.attributes().map(|attribute| of_attribute(&attribute)))
}

/// The tag of an attribute of any type.
pub(super) fn of_attribute(attribute: &KeyValue<'_>) -> String {
    match attribute.value() {
        Some(value) => pair(attribute.key(), &value.to_text()),
        None => pair(attribute.key(), ""),
    }
}

fn pair(key: &str, value: &str) -> String {
    let value = if value.is_empty() { EMPTY } else { value };
    [key, ":", value].concat()
}

/// Tags, each once.
#[derive(Default)]
struct Tags(Vec<String>);

impl Tags {
    fn push(&mut self, key: &str, value: &str) {
        let tag = [key, ":", value].concat();
        if !self.0.contains(&tag) {
            self.0.push(tag);
        }
    }

    fn push_if_any(&mut self, key: &str, value: &str) {
        if !value.is_empty() {
            self.push(key, value);
        }
    }
}

/// A text's text; of anything else, none.
fn text<'a>(attribute: &KeyValue<'a>) -> &'a str {
    match attribute.value() {
        Some(Value::String(text)) => text,
        _ => "",
    }
}

/// Unified service tags.
fn unified(key: &str) -> Option<&'static str> {
    Some(match key {
        "deployment.environment" | "deployment.environment.name" => "env",
        "service.name" => "service",
        "service.version" => "version",
        _ => return None,
    })
}

/// Labels of Kubernetes. One is misspelt in the Agent, so that data has it so.
fn label(key: &str) -> Option<&'static str> {
    Some(match key {
        "tags.datadoghq.com/env" => "env",
        "tags.datadoghq.com/service" => "service",
        "tags.datadoghq.com/version" => "version",
        "app.kubernetes.io/name" => "kube_app_name",
        "app.kubernetes.io/instance" => "kube_app_instance",
        "app.kubernetes.io/version" => "kube_app_version",
        "app.kubernetes.io/component" | "app.kuberenetes.io/component" => "kube_app_component",
        "app.kubernetes.io/part-of" => "kube_app_part_of",
        "app.kubernetes.io/managed-by" => "kube_app_managed_by",
        _ => return None,
    })
}

/// Containers, clouds, Kubernetes.
fn container(key: &str) -> Option<&'static str> {
    Some(match key {
        "container.id" => "container_id",
        "container.name" => "container_name",
        "container.image.name" => "image_name",
        "container.image.tag" => "image_tag",
        "container.runtime" => "runtime",
        "cloud.provider" => "cloud_provider",
        "cloud.region" => "region",
        "cloud.availability_zone" => "zone",
        "aws.ecs.task.family" => "task_family",
        "aws.ecs.task.arn" => "task_arn",
        "aws.ecs.cluster.arn" => "ecs_cluster_name",
        "aws.ecs.task.revision" => "task_version",
        "aws.ecs.container.arn" => "ecs_container_name",
        "k8s.container.name" => "kube_container_name",
        "k8s.cluster.name" => "kube_cluster_name",
        "k8s.deployment.name" => "kube_deployment",
        "k8s.replicaset.name" => "kube_replica_set",
        "k8s.statefulset.name" => "kube_stateful_set",
        "k8s.daemonset.name" => "kube_daemon_set",
        "k8s.job.name" => "kube_job",
        "k8s.cronjob.name" => "kube_cronjob",
        "k8s.namespace.name" => "kube_namespace",
        "k8s.pod.name" => "pod_name",
        _ => return None,
    })
}

/// Keys that are Datadog's own, and pass under their names.
fn is_native(key: &str) -> bool {
    matches!(
        key,
        "architecture"
            | "availability-zone"
            | "chronos_job"
            | "chronos_job_owner"
            | "cluster_name"
            | "container_id"
            | "container_name"
            | "dd_remote_config_id"
            | "dd_remote_config_rev"
            | "display_container_name"
            | "docker_image"
            | "ecs_cluster_name"
            | "ecs_container_name"
            | "eks_fargate_node"
            | "env"
            | "git.commit.sha"
            | "git.repository_url"
            | "image_id"
            | "image_name"
            | "image_tag"
            | "kube_app_component"
            | "kube_app_instance"
            | "kube_app_managed_by"
            | "kube_app_name"
            | "kube_app_part_of"
            | "kube_app_version"
            | "kube_container_name"
            | "kube_cronjob"
            | "kube_daemon_set"
            | "kube_deployment"
            | "kube_job"
            | "kube_namespace"
            | "kube_ownerref_kind"
            | "kube_ownerref_name"
            | "kube_priority_class"
            | "kube_qos"
            | "kube_replica_set"
            | "kube_replication_controller"
            | "kube_service"
            | "kube_stateful_set"
            | "language"
            | "marathon_app"
            | "mesos_task"
            | "nomad_dc"
            | "nomad_group"
            | "nomad_job"
            | "nomad_namespace"
            | "nomad_task"
            | "oshift_deployment"
            | "oshift_deployment_config"
            | "os_name"
            | "os_version"
            | "persistentvolumeclaim"
            | "pod_name"
            | "pod_phase"
            | "rancher_container"
            | "rancher_service"
            | "rancher_stack"
            | "region"
            | "service"
            | "short_image"
            | "swarm_namespace"
            | "swarm_service"
            | "task_name"
            | "task_family"
            | "task_version"
            | "task_arn"
            | "version"
    )
}

#[cfg(test)]
mod tests {
    use opentelemetry_proto::tonic::common::v1::InstrumentationScope;
    use opentelemetry_proto::tonic::resource::v1::Resource as OtlpResource;
    use prost::Message as _;
    use sluice_pdata::view::{Message, Resource};

    use super::super::testing::attributes;
    use super::*;

    fn resource_tags(texts: &[(&str, &str)]) -> Vec<String> {
        let resource = OtlpResource { attributes: attributes(texts), ..OtlpResource::default() }.encode_to_vec();
        of_resource(Resource::from(Message::new(&resource)).attributes())
    }

    #[test]
    fn known_attributes_of_a_resource_become_tags() {
        for (key, tag) in [
            ("deployment.environment", "env:x"),
            ("deployment.environment.name", "env:x"),
            ("service.name", "service:x"),
            ("tags.datadoghq.com/version", "version:x"),
            ("app.kuberenetes.io/component", "kube_app_component:x"),
            ("k8s.pod.name", "pod_name:x"),
            ("pod_name", "pod_name:x"),
            ("os.type", "os.type:x"),
            ("process.command_line", "process.command_line:x"),
            ("datadog.container.tag.team", "team:x"),
        ] {
            assert_eq!(resource_tags(&[(key, "x")]), [tag], "{key}");
        }
        assert_eq!(resource_tags(&[("host.name", "x"), ("datadog.container.tag.", "x")]), [""; 0]);
    }

    #[test]
    fn a_tag_is_there_once_and_one_attribute_names_the_process() {
        let tags = resource_tags(&[
            ("process.command", "serve"),
            ("process.executable.path", "/bin/serve"),
            ("deployment.environment", "prod"),
            ("deployment.environment.name", "prod"),
            ("datadog.container.tag.zone", "mine"),
            ("cloud.availability_zone", "a"),
        ]);

        assert_eq!(tags, ["env:prod", "zone:a", "process.executable.path:/bin/serve"]);
    }

    #[test]
    fn what_is_empty_or_no_text_makes_no_tag() {
        assert_eq!(resource_tags(&[("service.name", ""), ("container.id", ""), ("os.type", "")]), [""; 0]);
        // The Agent lets these pass.
        assert_eq!(resource_tags(&[("env", "")]), ["env:"]);
    }

    #[test]
    fn a_scope_has_name_version_and_attributes() {
        let scope = InstrumentationScope {
            name: "lib".into(),
            attributes: attributes(&[("a", "1"), ("b", "")]),
            ..InstrumentationScope::default()
        };
        let scope = scope.encode_to_vec();

        let tags: Vec<_> = of_scope(Scope::from(Message::new(&scope))).collect();

        assert_eq!(tags, ["instrumentation_scope:lib", "instrumentation_scope_version:n/a", "a:1", "b:n/a"]);
    }
}
