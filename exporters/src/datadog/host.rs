//! Which host telemetry comes from.
//!
//! Source: the Datadog Agent, `pkg/opentelemetry-mapping-go/otlp/attributes/source.go` and beside it.

use std::borrow::Cow;

use sluice_pdata::view::{Attributes, KeyValue, Value};

use super::config::{Config, valid_hostname};

/// Names that every machine has, so that they name none.
const LOCAL: [&str; 6] =
    ["0.0.0.0", "127.0.0.1", "localhost", "localhost.localdomain", "localhost6.localdomain6", "ip6-localhost"];

/// Where telemetry comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Source<'a> {
    /// A host. An empty name is one too: somebody wants none to be shown.
    Host(Cow<'a, str>),
    /// A task of ECS on Fargate, by its ARN, where there are no hosts.
    FargateTask(Cow<'a, str>),
    /// It is not said.
    Unknown,
}

impl<'a> Source<'a> {
    /// What the attributes of a resource say.
    pub(super) fn of(attributes: Attributes<'a>) -> Self {
        let named = Named::read(attributes);
        let on_fargate = named.launch_type.as_deref() == Some("fargate");
        if on_fargate && let Some(task) = named.task_arn {
            return Self::FargateTask(task);
        }
        match named.host_name_unless(on_fargate) {
            Some(name) if !is_local(&name) => Self::Host(name),
            _ => Self::Unknown,
        }
    }

    /// The host's name, which is `otherwise` where none is said; a task on Fargate has none.
    pub(super) fn host<'s>(&'s self, otherwise: &'s str) -> &'s str {
        match self {
            Self::Host(name) => name,
            Self::FargateTask(_) => "",
            Self::Unknown => otherwise,
        }
    }
}

/// Whether every machine has this name, in lower case.
pub(super) fn is_local(name: &str) -> bool {
    LOCAL.contains(&name)
}

/// The host where telemetry names none: the configured one, else this machine. Empty if that has no name either.
pub(super) fn fallback(config: &Config) -> String {
    if !config.hostname.is_empty() {
        return config.hostname.clone();
    }
    let uname = rustix::system::uname();
    let name = uname.nodename().to_str().unwrap_or_default();
    if valid_hostname(name).is_ok() { name.to_owned() } else { String::new() }
}

/// The attributes that can name a host: of each the first.
#[derive(Default)]
struct Named<'a> {
    host: Option<Cow<'a, str>>,
    datadog: Option<Cow<'a, str>>,
    launch_type: Option<Cow<'a, str>>,
    task_arn: Option<Cow<'a, str>>,
    cloud_provider: Option<Cow<'a, str>>,
    cloud_account: Option<Cow<'a, str>>,
    node: Option<Cow<'a, str>>,
    cluster: Option<Cow<'a, str>>,
    host_id: Option<Cow<'a, str>>,
    host_name: Option<Cow<'a, str>>,
}

impl<'a> Named<'a> {
    fn read(attributes: Attributes<'a>) -> Self {
        let mut named = Self::default();
        for attribute in attributes {
            let field = match attribute.key_bytes() {
                b"host" => {
                    // Whatever its type, so that it is not a host and a tag.
                    named.host.get_or_insert_with(|| attribute.value().unwrap_or(Value::Empty).to_text());
                    continue;
                }
                b"datadog.host.name" => &mut named.datadog,
                b"aws.ecs.launchtype" => &mut named.launch_type,
                b"aws.ecs.task.arn" => &mut named.task_arn,
                b"cloud.provider" => &mut named.cloud_provider,
                b"cloud.account.id" => &mut named.cloud_account,
                b"k8s.node.name" => &mut named.node,
                b"k8s.cluster.name" => &mut named.cluster,
                b"host.id" => &mut named.host_id,
                b"host.name" => &mut named.host_name,
                _ => continue,
            };
            field.get_or_insert_with(|| text(&attribute).into());
        }
        named
    }

    /// A cloud that we know ends the search, whether it names a host or not.
    fn host_name_unless(mut self, on_fargate: bool) -> Option<Cow<'a, str>> {
        if let Some(name) = self.host.take().or_else(|| self.datadog.take()) {
            return Some(name);
        }
        if on_fargate {
            return None;
        }
        match self.cloud_provider.as_deref() {
            Some("aws") => self.host_id,
            Some("gcp") => self.gcp_name(),
            Some("azure") => self.host_id.or(self.host_name),
            _ => self.node_name().or(self.host_id).or(self.host_name),
        }
    }

    fn gcp_name(&self) -> Option<Cow<'a, str>> {
        let (name, account) = (self.host_name.as_deref()?, self.cloud_account.as_deref()?);
        let is_long = name.bytes().filter(|&byte| byte == b'.').count() >= 3;
        let name = if is_long { name.split('.').next().unwrap_or(name) } else { name };
        Some(format!("{name}.{account}").into())
    }

    fn node_name(&self) -> Option<Cow<'a, str>> {
        let node = self.node.clone()?;
        match &self.cluster {
            Some(cluster) => Some(format!("{node}-{cluster}").into()),
            None => Some(node),
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

#[cfg(test)]
mod tests {
    use opentelemetry_proto::tonic::resource::v1::Resource as OtlpResource;
    use prost::Message as _;
    use sluice_pdata::view::{Message, Resource};

    use super::super::testing::attributes;
    use super::*;

    fn source(texts: &[(&str, &str)]) -> Source<'static> {
        let resource = OtlpResource { attributes: attributes(texts), ..OtlpResource::default() }.encode_to_vec();
        let resource = Resource::from(Message::new(&resource));
        match Source::of(resource.attributes()) {
            Source::Host(name) => Source::Host(name.into_owned().into()),
            Source::FargateTask(arn) => Source::FargateTask(arn.into_owned().into()),
            Source::Unknown => Source::Unknown,
        }
    }

    fn host(name: &str) -> Source<'static> {
        Source::Host(name.to_owned().into())
    }

    #[test]
    fn a_host_is_named_by_the_first_attribute_that_can() {
        let all = [
            ("host.name", "name"),
            ("host.id", "id"),
            ("k8s.cluster.name", "cluster"),
            ("k8s.node.name", "node"),
            ("datadog.host.name", "datadog"),
            ("host", "literal"),
        ];
        for (known, name) in [(6, "literal"), (5, "datadog"), (4, "node-cluster"), (3, "id"), (2, "id"), (1, "name")] {
            assert_eq!(source(&all[..known]), host(name), "{known}");
        }
        assert_eq!(source(&[("k8s.node.name", "node"), ("host.id", "id")]), host("node"));
        assert_eq!(source(&[("service.name", "cart")]), Source::Unknown);
    }

    #[test]
    fn in_a_cloud_the_cloud_names_the_host_or_nobody() {
        let on = |cloud, more: &[(&'static str, &'static str)]| {
            source(&[&[("cloud.provider", cloud), ("k8s.node.name", "node")], more].concat())
        };

        assert_eq!(on("aws", &[("host.id", "i-1"), ("host.name", "ip-1")]), host("i-1"));
        assert_eq!(on("aws", &[("host.name", "ip-1")]), Source::Unknown);
        assert_eq!(on("azure", &[("host.name", "vm")]), host("vm"));
        assert_eq!(on("gcp", &[("host.name", "vm"), ("cloud.account.id", "p")]), host("vm.p"));
        assert_eq!(on("gcp", &[("host.name", "vm.c.p.internal"), ("cloud.account.id", "p")]), host("vm.p"));
        assert_eq!(on("gcp", &[("host.name", "vm")]), Source::Unknown);
        assert_eq!(on("heroku", &[]), host("node"));
    }

    #[test]
    fn on_fargate_there_is_a_task_instead_of_a_host() {
        let fargate = ("aws.ecs.launchtype", "fargate");
        let arn = "arn:aws:ecs:task/1";

        assert_eq!(source(&[fargate, ("aws.ecs.task.arn", arn), ("host", "x")]), Source::FargateTask(arn.into()));
        assert_eq!(source(&[fargate, ("datadog.host.name", "x")]), host("x"));
        assert_eq!(source(&[fargate, ("host.name", "x")]), Source::Unknown);
        assert_eq!(source(&[("aws.ecs.launchtype", "ec2"), ("host.name", "x")]), host("x"));
    }

    #[test]
    fn a_name_that_every_machine_has_is_none() {
        for name in LOCAL {
            assert_eq!(source(&[("host.name", name)]), Source::Unknown, "{name}");
        }
        assert_eq!(source(&[("datadog.host.name", "")]), host(""));
        assert_eq!(Source::Unknown.host("fallback"), "fallback");
        assert_eq!(host("").host("fallback"), "");
    }
}
