//! The attributes that mean something to Datadog.

/// An attribute by its name, so far as a span's fields depend on it or its name is another one at Datadog.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub(super) enum Key {
    /// None of those below.
    Other,
    AnalyticsEvent,
    BaseService,
    ClientAddress,
    ContainerId,
    DatadogContainerId,
    DatadogContainerTags,
    DatadogEnv,
    DatadogError,
    DatadogErrorMessage,
    DatadogErrorStack,
    DatadogErrorType,
    DatadogHost,
    DatadogHttpStatusCode,
    DatadogName,
    /// Any other of the prefix `datadog.`.
    DatadogOther,
    DatadogResource,
    DatadogService,
    DatadogSpanKind,
    DatadogType,
    DatadogVersion,
    DbName,
    DbNamespace,
    DbQueryText,
    DbStatement,
    DbSystem,
    DecisionMaker,
    DeploymentEnvironment,
    DeploymentEnvironmentName,
    Env,
    ErrorMessage,
    ErrorStack,
    ErrorType,
    Events,
    FaasInvokedName,
    FaasInvokedProvider,
    FaasTrigger,
    GitCommitSha,
    GraphqlOperationName,
    GraphqlOperationType,
    GrpcCode,
    GrpcStatusCode,
    HasException,
    Hostname,
    HttpClientIp,
    HttpMethod,
    HttpReferrer,
    HttpRequestBodySize,
    HttpRequestContentLength,
    HttpRequestHeader,
    HttpRequestHeaderReferrer,
    HttpRequestMethod,
    HttpResponseBodySize,
    HttpResponseContentLength,
    HttpResponseStatusCode,
    HttpRoute,
    HttpServerName,
    HttpStatusCode,
    HttpUrl,
    HttpUserAgent,
    HttpVersion,
    K8sPodUid,
    LibraryName,
    LibraryVersion,
    Measured,
    MessagingDestination,
    MessagingDestinationName,
    MessagingOperation,
    MessagingSystem,
    NetworkProtocolName,
    NetworkProtocolVersion,
    OperationName,
    Origin,
    PartialVersion,
    PeerService,
    ResourceName,
    RpcGrpcStatusCode,
    RpcGrpcStatusDotCode,
    RpcMethod,
    RpcService,
    RpcSystem,
    SampleRate,
    SamplingPriority,
    SamplingPriorityV1,
    ServerAddress,
    ServiceName,
    ServiceVersion,
    SpanKind,
    SpanLinks,
    SpanType,
    StatsComputed,
    StatusCode,
    StatusDescription,
    TelemetrySdkLanguage,
    TelemetrySdkVersion,
    TopLevel,
    TraceId,
    TraceIdHigh,
    TraceState,
    TracerTopLevel,
    UrlFull,
    UserAgentOriginal,
    Version,
}

impl Key {
    /// How many there are.
    pub(super) const COUNT: usize = Self::Version as usize + 1;

    /// What a name stands for.
    pub(super) fn of(name: &[u8]) -> Self {
        match name {
            b"_dd.base_service" => Self::BaseService,
            b"_dd.hostname" => Self::Hostname,
            b"_dd.measured" => Self::Measured,
            b"_dd.origin" => Self::Origin,
            b"_dd.p.dm" => Self::DecisionMaker,
            b"_dd.p.tid" => Self::TraceIdHigh,
            b"_dd.partial_version" => Self::PartialVersion,
            b"_dd.span_events.has_exception" => Self::HasException,
            b"_dd.span_links" => Self::SpanLinks,
            b"_dd.stats_computed" => Self::StatsComputed,
            b"_dd.top_level" => Self::TracerTopLevel,
            b"_sample_rate" => Self::SampleRate,
            b"_sampling_priority_v1" => Self::SamplingPriorityV1,
            b"_top_level" => Self::TopLevel,
            b"_dd.git.commit.sha" => Self::GitCommitSha,
            b"analytics.event" => Self::AnalyticsEvent,
            b"client.address" => Self::ClientAddress,
            b"container.id" => Self::ContainerId,
            b"db.name" => Self::DbName,
            b"db.namespace" => Self::DbNamespace,
            b"db.query.text" => Self::DbQueryText,
            b"db.statement" => Self::DbStatement,
            b"db.system" => Self::DbSystem,
            b"deployment.environment" => Self::DeploymentEnvironment,
            b"deployment.environment.name" => Self::DeploymentEnvironmentName,
            b"env" => Self::Env,
            b"error.msg" => Self::ErrorMessage,
            b"error.stack" => Self::ErrorStack,
            b"error.type" => Self::ErrorType,
            b"events" => Self::Events,
            b"faas.invoked_name" => Self::FaasInvokedName,
            b"faas.invoked_provider" => Self::FaasInvokedProvider,
            b"faas.trigger" => Self::FaasTrigger,
            b"graphql.operation.name" => Self::GraphqlOperationName,
            b"graphql.operation.type" => Self::GraphqlOperationType,
            b"grpc.code" => Self::GrpcCode,
            b"grpc.status.code" => Self::GrpcStatusCode,
            b"http.client_ip" => Self::HttpClientIp,
            b"http.method" => Self::HttpMethod,
            b"http.referrer" => Self::HttpReferrer,
            b"http.request.body.size" => Self::HttpRequestBodySize,
            b"http.request.content_length" => Self::HttpRequestContentLength,
            b"http.request.header.referrer" => Self::HttpRequestHeaderReferrer,
            b"http.request.method" => Self::HttpRequestMethod,
            b"http.response.body.size" => Self::HttpResponseBodySize,
            b"http.response.content_length" => Self::HttpResponseContentLength,
            b"http.response.status_code" => Self::HttpResponseStatusCode,
            b"http.route" => Self::HttpRoute,
            b"http.server_name" => Self::HttpServerName,
            b"http.status_code" => Self::HttpStatusCode,
            b"http.url" => Self::HttpUrl,
            b"http.useragent" => Self::HttpUserAgent,
            b"http.version" => Self::HttpVersion,
            b"k8s.pod.uid" => Self::K8sPodUid,
            b"messaging.destination" => Self::MessagingDestination,
            b"messaging.destination.name" => Self::MessagingDestinationName,
            b"messaging.operation" => Self::MessagingOperation,
            b"messaging.system" => Self::MessagingSystem,
            b"network.protocol.name" => Self::NetworkProtocolName,
            b"network.protocol.version" => Self::NetworkProtocolVersion,
            b"operation.name" => Self::OperationName,
            b"otel.library.name" => Self::LibraryName,
            b"otel.library.version" => Self::LibraryVersion,
            b"otel.status_code" => Self::StatusCode,
            b"otel.status_description" => Self::StatusDescription,
            b"otel.trace_id" => Self::TraceId,
            b"peer.service" => Self::PeerService,
            b"resource.name" => Self::ResourceName,
            b"rpc.grpc.status.code" => Self::RpcGrpcStatusDotCode,
            b"rpc.grpc.status_code" => Self::RpcGrpcStatusCode,
            b"rpc.method" => Self::RpcMethod,
            b"rpc.service" => Self::RpcService,
            b"rpc.system" => Self::RpcSystem,
            b"sampling.priority" => Self::SamplingPriority,
            b"server.address" => Self::ServerAddress,
            b"service.name" => Self::ServiceName,
            b"service.version" => Self::ServiceVersion,
            b"span.kind" => Self::SpanKind,
            b"span.type" => Self::SpanType,
            b"telemetry.sdk.language" => Self::TelemetrySdkLanguage,
            b"telemetry.sdk.version" => Self::TelemetrySdkVersion,
            b"url.full" => Self::UrlFull,
            b"user_agent.original" => Self::UserAgentOriginal,
            b"version" => Self::Version,
            b"w3c.tracestate" => Self::TraceState,
            _ if name.starts_with(b"http.request.header.") => Self::HttpRequestHeader,
            _ => match name.strip_prefix(b"datadog.") {
                Some(name) => Self::of_datadog(name),
                None => Self::Other,
            },
        }
    }

    fn of_datadog(name: &[u8]) -> Self {
        match name {
            b"container_id" => Self::DatadogContainerId,
            b"container_tags" => Self::DatadogContainerTags,
            b"env" => Self::DatadogEnv,
            b"error" => Self::DatadogError,
            b"error.msg" => Self::DatadogErrorMessage,
            b"error.stack" => Self::DatadogErrorStack,
            b"error.type" => Self::DatadogErrorType,
            b"host" => Self::DatadogHost,
            b"http_status_code" => Self::DatadogHttpStatusCode,
            b"name" => Self::DatadogName,
            b"resource" => Self::DatadogResource,
            b"service" => Self::DatadogService,
            b"span.kind" => Self::DatadogSpanKind,
            b"type" => Self::DatadogType,
            b"version" => Self::DatadogVersion,
            _ => Self::DatadogOther,
        }
    }

    /// What Datadog calls it, where that is another name.
    ///
    /// Source: the Agent's `attributes.HTTPMappings`.
    pub(super) fn renamed(self) -> Option<(Self, &'static [u8])> {
        Some(match self {
            Self::ClientAddress => (Self::HttpClientIp, b"http.client_ip"),
            Self::HttpRequestBodySize => (Self::HttpRequestContentLength, b"http.request.content_length"),
            Self::HttpRequestHeaderReferrer => (Self::HttpReferrer, b"http.referrer"),
            Self::HttpRequestMethod => (Self::HttpMethod, b"http.method"),
            Self::HttpResponseBodySize => (Self::HttpResponseContentLength, b"http.response.content_length"),
            Self::HttpResponseStatusCode => (Self::HttpStatusCode, b"http.status_code"),
            Self::NetworkProtocolVersion => (Self::HttpVersion, b"http.version"),
            Self::ServerAddress => (Self::HttpServerName, b"http.server_name"),
            Self::UrlFull => (Self::HttpUrl, b"http.url"),
            Self::UserAgentOriginal => (Self::HttpUserAgent, b"http.useragent"),
            _ => return None,
        })
    }

    /// Whether it is said in a field of its own, and not among what describes a span.
    pub(super) fn is_a_field(self) -> bool {
        match self {
            Self::OperationName | Self::ResourceName | Self::ServiceName | Self::SpanType => true,
            _ => (Self::DatadogContainerId as u8..=Self::DatadogVersion as u8).contains(&(self as u8)),
        }
    }
}

/// A set of keys.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Keys(u128);

impl Keys {
    pub(super) fn has(self, key: Key) -> bool {
        self.0 >> key as u8 & 1 == 1
    }

    /// Adds a key; says whether it is new.
    pub(super) fn add(&mut self, key: Key) -> bool {
        let bit = 1 << key as u8;
        let new = self.0 & bit == 0;
        self.0 |= bit;
        new
    }

    /// Whether a key is in both.
    pub(super) fn meets(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }
}

/// There is a bit for each.
const _: () = assert!(Key::COUNT <= 128);
