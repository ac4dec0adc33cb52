//! What a span is called: its service, operation, resource and type.
//!
//! Source: the Agent, `pkg/trace/otel/traceutil`.

use std::borrow::Cow;

use super::attributes::Both;
use super::key::Key;
use super::normalize::{self, cut};
use super::rules::Naming;

/// The service of a span that says none.
pub(super) const NO_SERVICE: &str = "otlpresourcenoservicename";

/// How many bytes a resource has at most.
pub(super) const LONGEST_RESOURCE: usize = 5000;

/// How many bytes a type has at most.
const LONGEST_TYPE: usize = 100;

/// The method that stands for any that nobody knows.
const OTHER_METHOD: &str = "_OTHER";

const HTTP_METHOD: [Key; 2] = [Key::HttpRequestMethod, Key::HttpMethod];

/// On which side of a call a span is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Unspecified,
    Internal,
    Server,
    Client,
    Producer,
    Consumer,
}

impl Kind {
    /// One of OTLP; a number that has no name is as good as none.
    pub(super) fn of(number: u64) -> Self {
        match number {
            1 => Self::Internal,
            2 => Self::Server,
            3 => Self::Client,
            4 => Self::Producer,
            5 => Self::Consumer,
            _ => Self::Unspecified,
        }
    }

    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Unspecified => "unspecified",
            Self::Internal => "internal",
            Self::Server => "server",
            Self::Client => "client",
            Self::Producer => "producer",
            Self::Consumer => "consumer",
        }
    }

    /// With a capital, where it is an operation's name.
    fn title(self) -> &'static str {
        match self {
            Self::Unspecified | Self::Internal => "Internal",
            Self::Server => "Server",
            Self::Client => "Client",
            Self::Producer => "Producer",
            Self::Consumer => "Consumer",
        }
    }
}

/// The service.
pub(super) fn service<'s>(both: Both<'s, '_>) -> Cow<'s, str> {
    let said = both.tag(&[Key::DatadogService]);
    let said = if said.is_empty() { both.text(&[Key::ServiceName]) } else { said };
    match said {
        Cow::Borrowed("") => Cow::Borrowed(NO_SERVICE),
        Cow::Borrowed(name) => normalize::service(name),
        Cow::Owned(name) => Cow::Owned(normalize::service(&name).into_owned()),
    }
}

/// The environment; empty if none is said.
pub(super) fn env(both: Both<'_, '_>) -> String {
    let said = both.text_of_resource(&[Key::DatadogEnv]);
    let said = if said.is_empty() { both.span.text(&[Key::Env]) } else { said };
    let environments = [Key::DeploymentEnvironmentName, Key::DeploymentEnvironment];
    let said = if said.is_empty() { both.tag(&environments) } else { said };
    let said = if said.is_empty() { both.resource.text(&[Key::Env]) } else { said };
    normalize::tag_value(&said).into_owned()
}

/// The version of the service; empty if none is said.
pub(super) fn version(both: Both<'_, '_>) -> String {
    let said = both.text_of_resource(&[Key::DatadogVersion]);
    let said = if said.is_empty() { both.span.text(&[Key::Version]) } else { said };
    let said = if said.is_empty() { both.tag(&[Key::ServiceVersion]) } else { said };
    let said = if said.is_empty() { both.resource.text(&[Key::Version]) } else { said };
    said.into_owned()
}

/// The operation.
pub(super) fn operation<'s>(
    naming: &'s Naming,
    both: Both<'s, '_>,
    kind: Kind,
    name: &'s str,
    library: &'s str,
) -> Cow<'s, str> {
    let operation = match both.tag(&[Key::DatadogName]) {
        said if !said.is_empty() => said,
        _ if naming.is_plain() => by_attributes(both, kind),
        _ => by_name(naming, both, kind, name, library),
    };
    match operation {
        Cow::Borrowed(name) => normalize::name(name),
        Cow::Owned(name) => Cow::Owned(normalize::name(&name).into_owned()),
    }
}

/// What the conventions of OpenTelemetry say of a span of this kind.
fn by_attributes<'s>(both: Both<'s, '_>, kind: Kind) -> Cow<'s, str> {
    let tag = |key| both.tag(&[key]);
    let (is_client, is_server) = (kind == Kind::Client, kind == Kind::Server);
    let said = tag(Key::OperationName);
    if !said.is_empty() {
        return said;
    }
    if (is_client || is_server) && !both.text(&HTTP_METHOD).is_empty() {
        return Cow::Borrowed(if is_server { "http.server.request" } else { "http.client.request" });
    }
    let database = tag(Key::DbSystem);
    if is_client && !database.is_empty() {
        return Cow::Owned(format!("{database}.query"));
    }
    let (broker, operation) = (tag(Key::MessagingSystem), tag(Key::MessagingOperation));
    if !broker.is_empty() && !operation.is_empty() && !matches!(kind, Kind::Unspecified | Kind::Internal) {
        return Cow::Owned(format!("{broker}.{operation}"));
    }
    let rpc = tag(Key::RpcSystem);
    if is_client && rpc == "aws-api" {
        let service = tag(Key::RpcService);
        let service = if service.is_empty() { Cow::Borrowed("client") } else { service };
        return Cow::Owned(format!("aws.{service}.request"));
    }
    if is_client && !rpc.is_empty() {
        return Cow::Owned(format!("{rpc}.client.request"));
    }
    if is_server && !rpc.is_empty() {
        return Cow::Owned(format!("{rpc}.server.request"));
    }
    let (provider, function) = (tag(Key::FaasInvokedProvider), tag(Key::FaasInvokedName));
    if is_client && !provider.is_empty() && !function.is_empty() {
        return Cow::Owned(format!("{provider}.{function}.invoke"));
    }
    let trigger = tag(Key::FaasTrigger);
    if is_server && !trigger.is_empty() {
        return Cow::Owned(format!("{trigger}.invoke"));
    }
    if !tag(Key::GraphqlOperationType).is_empty() {
        return Cow::Borrowed("graphql.server.request");
    }
    if !is_client && !is_server {
        return Cow::Borrowed(kind.title());
    }
    match tag(Key::NetworkProtocolName) {
        protocol if protocol.is_empty() => Cow::Borrowed(if is_server { "server.request" } else { "client.request" }),
        protocol => Cow::Owned(format!("{protocol}.{}.request", kind.name())),
    }
}

/// The older way, which `span_name_as_resource_name` and `span_name_remappings` belong to.
fn by_name<'s>(naming: &'s Naming, both: Both<'s, '_>, kind: Kind, name: &'s str, library: &str) -> Cow<'s, str> {
    let operation = match both.text_of_resource(&[Key::OperationName]) {
        said if !said.is_empty() => said,
        _ if naming.span_name_is_operation => Cow::Borrowed(name),
        _ => {
            let library = if library.is_empty() { "opentelemetry" } else { library };
            Cow::Owned(format!("{library}.{}", kind.name()))
        }
    };
    match naming.remappings.get(operation.as_ref()) {
        Some(other) => Cow::Borrowed(other),
        None => operation,
    }
}

/// The resource, before what must not be seen is taken out of it.
pub(super) fn resource<'s>(naming: &Naming, both: Both<'s, '_>, kind: Kind, name: &'s str) -> Cow<'s, str> {
    let resource = match both.tag(&[Key::DatadogResource]) {
        said if !said.is_empty() => said,
        _ if naming.is_plain() => resource_of(both, kind, name),
        _ => older_resource_of(both, name),
    };
    match resource {
        Cow::Borrowed(text) => Cow::Borrowed(cut(text, LONGEST_RESOURCE)),
        Cow::Owned(mut text) => {
            text.truncate(cut(&text, LONGEST_RESOURCE).len());
            Cow::Owned(text)
        }
    }
}

fn resource_of<'s>(both: Both<'s, '_>, kind: Kind, name: &'s str) -> Cow<'s, str> {
    let text = |keys: &[Key]| both.text(keys);
    let said = text(&[Key::ResourceName]);
    if !said.is_empty() {
        return said;
    }
    let method = text(&HTTP_METHOD);
    if !method.is_empty() {
        let method = if method == OTHER_METHOD { Cow::Borrowed("HTTP") } else { method };
        let route = if kind == Kind::Server { text(&[Key::HttpRoute]) } else { Cow::Borrowed("") };
        return joined(method, &route);
    }
    if let Some(resource) = call(text) {
        return resource;
    }
    if !text(&[Key::DbSystem]).is_empty() {
        for key in [Key::DbStatement, Key::DbQueryText] {
            let statement = text(&[key]);
            if !statement.is_empty() {
                return statement;
            }
        }
    }
    Cow::Borrowed(name)
}

fn older_resource_of<'s>(both: Both<'s, '_>, name: &'s str) -> Cow<'s, str> {
    let text = |keys: &[Key]| both.text_of_resource(keys);
    let said = text(&[Key::ResourceName]);
    if !said.is_empty() {
        return said;
    }
    let method = text(&HTTP_METHOD);
    if !method.is_empty() {
        return joined(method, &text(&[Key::HttpRoute]));
    }
    call(text).unwrap_or(Cow::Borrowed(name))
}

/// What is called and how, if it is neither HTTP nor a database.
fn call<'s>(text: impl Fn(&[Key]) -> Cow<'s, str>) -> Option<Cow<'s, str>> {
    for (what, whom) in [
        (Key::MessagingOperation, [Key::MessagingDestination, Key::MessagingDestinationName].as_slice()),
        (Key::RpcMethod, &[Key::RpcService]),
        (Key::GraphqlOperationType, &[Key::GraphqlOperationName]),
    ] {
        let what = text(&[what]);
        if !what.is_empty() {
            return Some(joined(what, &text(whom)));
        }
    }
    None
}

fn joined<'s>(first: Cow<'s, str>, second: &str) -> Cow<'s, str> {
    if second.is_empty() { first } else { Cow::Owned(format!("{first} {second}")) }
}

/// The type.
pub(super) fn kind_of_work<'s>(both: Both<'s, '_>, kind: Kind) -> Cow<'s, str> {
    let said = both.tag(&[Key::DatadogType]);
    let said = if said.is_empty() { both.text(&[Key::SpanType]) } else { said };
    if !said.is_empty() {
        return match said {
            Cow::Borrowed(text) => Cow::Borrowed(cut(text, LONGEST_TYPE)),
            Cow::Owned(text) => Cow::Owned(cut(&text, LONGEST_TYPE).to_owned()),
        };
    }
    Cow::Borrowed(match kind {
        Kind::Server => "web",
        Kind::Client => match both.tag(&[Key::DbSystem]).as_ref() {
            "" => "http",
            system => database(system),
        },
        _ => "custom",
    })
}

/// The type of a call to a database.
///
/// Source: the Agent's `attributes.DBTypes`.
fn database(system: &str) -> &'static str {
    match system {
        "other_sql" | "mssql" | "mysql" | "oracle" | "db2" | "postgresql" | "redshift" | "cloudscape" | "hsqldb"
        | "maxdb" | "ingres" | "firstsql" | "edb" | "cache" | "firebird" | "derby" | "informix" | "mariadb"
        | "sqlite" | "sybase" | "teradata" | "vertica" | "h2" | "coldfusion" | "cockroachdb" | "progress"
        | "hanadb" | "adabas" | "filemaker" | "instantdb" | "interbase" | "netezza" | "pervasive" | "pointbase"
        | "clickhouse" => "sql",
        "cassandra" => "cassandra",
        "redis" => "redis",
        "memcached" => "memcached",
        "mongodb" => "mongodb",
        "elasticsearch" => "elasticsearch",
        "opensearch" => "opensearch",
        _ => "db",
    }
}
