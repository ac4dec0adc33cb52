//! The components of the Collector, its contrib distribution and some others, past and present.
//!
//! Source: the component folders of opentelemetry-collector and opentelemetry-collector-contrib, and what real files name
//! of vendors' distributions. A type may have been written with and without underscores; one spelling stands here.

use sluice_component::Kind;

/// Whether a type of this kind is known, however its underscores are set.
pub(super) fn is_known(kind: Kind, name: &str) -> bool {
    let letters = |name: &str| name.replace('_', "");
    let name = letters(name);
    of(kind).split_whitespace().any(|known| letters(known) == name)
}

/// Every known type of a kind, sorted.
pub(super) fn of(kind: Kind) -> &'static str {
    match kind {
        Kind::Receiver => RECEIVERS,
        Kind::Processor => PROCESSORS,
        Kind::Exporter => EXPORTERS,
        Kind::Connector => CONNECTORS,
        Kind::Extension => EXTENSIONS,
    }
}

/// What brings data.
const RECEIVERS: &str = "\
    active_directory_ds active_directory_inv aerospike apache apachespark awscloudwatch \
    awscontainerinsightreceiver awsecscontainermetrics awsfirehose awslambda awss3 awsxray azureblob \
    azureeventhub azurefunctions azuremonitor bigip carbon chrony ciscoos cloudflare cloudfoundry collectd \
    couchdb datadog dnscheck docker_stats dotnet_diagnostics elasticsearch envoyals expvar faro file file_log \
    filestats flinkmetrics fluentforward github gitlab gitprovider googlecloudmonitoring googlecloudpubsub \
    googlecloudpubsubpush googlecloudspanner haproxy host_metrics http_check huaweicloudces icmpcheck iis \
    influxdb jaeger jmx journald k8s_cluster k8s_events k8s_objects kafka kafkametrics kubelet_stats libhoney \
    loki macosunifiedlogging memcached mongodb mongodbatlas mysql namedpipe netflow nginx nop nsxt ntp \
    opencensus oracledb osquery otelarrow otlp otlpjsonfile podman_stats postgresql pprof profiling prometheus \
    prometheus_exec prometheus_remote_write prometheus_simple pulsar purefa purefb rabbitmq receiver_creator \
    redfish redis riak saphana sapm signalfx skywalking snmp snowflake solace splunk_hec splunkenterprise \
    sqlquery sqlserver sshcheck statsd stef syslog systemd tcp_log tcpcheck tlscheck udp_log vcenter vcr \
    wavefront webhookevent windowseventlog windowsperfcounters windowsservice yanggrpc zipkin zookeeper";

/// What shapes it.
const PROCESSORS: &str = "\
    attributes awsecsattributes batch cardinalityguardian coralogix cprocessor cumulative_to_delta \
    datadogsemantics delta_to_cumulative delta_to_rate drain dynamic_sampling elasticapm elasticinframetrics \
    elastictrace experimental_metricsgeneration experimental_metricstransform filter gen_ai_normalizer geoip \
    groupbyattrs groupbytrace interval isolationforest k8s_attributes k8s_tagger logdedup logstransform lookup \
    memory_limiter metrics_transform metricsgeneration metricstarttime probabilistic_sampler queued_retry \
    ratelimit redaction remotetap resource resource_detection routing schema servicegraph signozspanmetrics \
    signoztailsampling span spanmetrics spanpruning sumologic tail_sampling transform unroll";

/// What sends it away.
const EXPORTERS: &str = "\
    alertmanager alibabacloud_logservice awscloudwatchlogs awsemf awskinesis awsprometheusremotewrite awss3 \
    awsxray azureblob azuredataexplorer azuremonitor bmchelix carbon cassandra clickhouse \
    clickhouselogsexporter clickhousetraces coralogix datadog dataset debug doris dynatrace elastic \
    elasticsearch f5cloud faro file googlecloud googlecloudpubsub googlecloudstorage googlemanagedprometheus \
    honeycomb honeycombmarker humio influxdb instana jaeger jaeger_thrift kafka kinesis load_balancing logging \
    logicmonitor logzio loki mezmo mssql newrelic nop observiq opencensus opensearch otelarrow otlp_grpc \
    otlp_http parquet prometheus prometheus_remote_write pulsar rabbitmq sapm sematext sentry signalfx \
    signozclickhousemeter signozclickhousemetrics skywalking splunk_hec stackdriver stef sumologic syslog \
    tanzuobservability tencentcloud_logservice tinybird zipkin";

/// What joins pipelines.
const CONNECTORS: &str = "\
    count datadog elasticapm exceptions failover forward grafanacloud metrics_as_logs otlpjson \
    profiletometrics roundrobin routing service_graph signaltometrics slowsql span_metrics sum";

/// What serves the others.
const EXTENSIONS: &str = "\
    ack asapclient avro_log_encoding aws_iam_db_auth awscloudwatchmetricstreams_encoding awslogs_encoding \
    awsproxy azure_encoding azureauth basicauth bearertokenauth cfgarden_observer cgroup_runtime datadog \
    db_storage docker_observer ecs_observer ecs_task_observer file_storage fluentbit googleclientauth \
    googlecloudlogentry_encoding headers_setter health_check healthcheckv2 host_observer http_forwarder \
    jaeger_encoding jaegerremotesampling json_log_encoding k8s_leader_elector k8s_observer \
    kafkatopics_observer mcp memory_ballast memory_limiter oauth2client oidc opamp otlp_encoding \
    pebble_tail_storage pprof redis_storage remotetap sd_notify sigv4auth skywalking_encoding \
    solarwindsapmsettings sumologic text_encoding tpm zipkin_encoding zpages";
