//! What the tests of several extensions need.

use std::io::{Read, Write};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant, SystemTime};

use http::{HeaderMap, HeaderName, HeaderValue};
use sluice_component::config::{Key, Location, Node, Report, Section, Value};
use sluice_component::factory::{
    ComponentState, Extension, ExtensionConfig, ExtensionFactory, Host, PipelineState, Program, Settings,
};
use sluice_component::{
    ClientAuth, ComponentId, Context, Extensions, Health, Kind, NoCredentials, StatusReporter, StopSource,
};

/// A gateway with one pipeline whose exporter fails.
#[derive(Default)]
pub(crate) struct Gateway {
    pub(crate) ready: AtomicBool,
}

impl Host for Gateway {
    fn is_ready(&self) -> bool {
        self.ready.load(Ordering::Relaxed)
    }

    fn components(&self) -> Vec<ComponentState> {
        let state = |kind, id: &str, health| ComponentState {
            kind,
            id: id.parse().unwrap(),
            pipelines: vec!["traces/in".parse().unwrap()],
            health,
        };
        vec![
            state(Kind::Exporter, "otlp_http", Health::Recoverable("no \"route\"".into())),
            state(Kind::Receiver, "otlp", Health::Ok),
        ]
    }

    fn pipelines(&self) -> Vec<PipelineState> {
        let ids = |ids: &[&str]| ids.iter().map(|id| id.parse().unwrap()).collect();
        vec![PipelineState {
            id: "traces/in".parse().unwrap(),
            receivers: ids(&["otlp"]),
            processors: ids(&["memory_limiter", "batch"]),
            exporters: ids(&["otlp_http"]),
            items_in: 1_234_567,
            items_refused: 8,
        }]
    }

    fn extensions(&self) -> Vec<ComponentId> {
        vec!["zpages".parse().unwrap()]
    }

    fn program(&self) -> Program {
        Program { name: "sluice", description: "Sluice <test>", version: "1.2.3" }
    }

    fn started(&self) -> SystemTime {
        SystemTime::UNIX_EPOCH + Duration::from_millis(1_795_274_259_575)
    }

    fn features(&self) -> Vec<(&'static str, bool, &'static str, &'static str)> {
        vec![("service.profilesSupport", false, "Alpha", "Pipelines may carry profiles")]
    }
}

/// Reads settings given as keys and texts, and returns the problems.
pub(crate) fn configure(
    factory: &ExtensionFactory,
    settings: &[(&str, Value)],
) -> (Box<dyn ExtensionConfig>, Vec<String>) {
    let node = map(settings);
    let report = Report::default();
    let path = format!("extensions::{}", factory.info.name);
    let (config, _) = Section::read(&node, &path, &report, factory.configure);
    (config, report.into_problems().iter().map(ToString::to_string).collect())
}

pub(crate) fn map(entries: &[(&str, Value)]) -> Node {
    let key = |name: &str| -> Key { (name.into(), Location::default()) };
    Node::new(Value::Map(entries.iter().map(|(name, value)| (key(name), Node::new(value.clone()))).collect()))
}

/// What extensions are given here.
pub(crate) fn settings() -> Settings {
    Settings {
        id: "extension".parse().unwrap(),
        program: Gateway::default().program(),
        status: StatusReporter::default(),
        extensions: Extensions::default(),
    }
}

/// Settings written as JSON.
pub(crate) fn settings_of(json: serde_json::Value) -> Node {
    use serde_json::Value as Json;
    Node::new(match json {
        Json::Null => Value::Null,
        Json::Bool(value) => Value::Bool(value),
        Json::Number(number) => Value::Int(number.as_i64().unwrap()),
        Json::String(text) => Value::Text(text.into()),
        Json::Array(items) => Value::List(items.into_iter().map(settings_of).collect()),
        Json::Object(entries) => {
            let entry = |(key, value): (String, _)| ((key.into(), Location::default()), settings_of(value));
            Value::Map(entries.into_iter().map(entry).collect())
        }
    })
}

/// Reads settings, and returns the problems.
pub(crate) fn read(factory: &ExtensionFactory, json: serde_json::Value) -> (Box<dyn ExtensionConfig>, Vec<String>) {
    let node = settings_of(json);
    let report = Report::default();
    let (config, _) = Section::read(&node, factory.info.name, &report, factory.configure);
    (config, report.into_problems().iter().map(ToString::to_string).collect())
}

/// Builds an extension that reads well.
pub(crate) fn build(factory: &ExtensionFactory, json: serde_json::Value) -> Box<dyn Extension> {
    let (config, problems) = read(factory, json);
    assert_eq!(problems, [""; 0]);
    config.build(settings(), Arc::new(Gateway::default())).unwrap()
}

/// What a client sends, beginning with these headers.
pub(crate) async fn authorized(
    auth: &dyn ClientAuth,
    headers: &[(&'static str, &'static str)],
    context: &Context,
) -> Result<Vec<(String, String)>, NoCredentials> {
    let header =
        |(name, value): &(&'static str, &'static str)| (HeaderName::from_static(name), HeaderValue::from_static(value));
    let mut headers: HeaderMap = headers.iter().map(header).collect();
    auth.authorize(&mut headers, context).await?;
    Ok(headers.iter().map(|(name, value)| (name.to_string(), value.to_str().unwrap().to_owned())).collect())
}

/// Runs an extension, sends it one request, stops it, and returns the answer's head and body.
pub(crate) async fn ask(
    config: &dyn ExtensionConfig,
    port: u16,
    gateway: Arc<Gateway>,
    path: &str,
) -> (String, String) {
    let stop = StopSource::default();
    let extension = config.build(settings(), gateway).unwrap();
    let running = tokio::spawn(extension.run(stop.listener()));
    let request = format!("GET {path} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n");
    let asking = tokio::task::spawn_blocking(move || {
        let mut stream = std::net::TcpStream::connect(("127.0.0.1", port)).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(30))).unwrap();
        stream.write_all(request.as_bytes()).unwrap();
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).unwrap();
        String::from_utf8_lossy(&answer).into_owned()
    });
    let answer = asking.await.unwrap();
    stop.stop(Instant::now());
    running.await.unwrap().unwrap();
    let (head, body) = answer.split_once("\r\n\r\n").unwrap();
    (head.lines().next().unwrap().to_owned(), body.to_owned())
}

/// A port that is free at the moment.
pub(crate) fn free_port() -> u16 {
    std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}
