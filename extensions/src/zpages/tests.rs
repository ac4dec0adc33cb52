use std::sync::Arc;

use sluice_component::config::Value;

use super::FACTORY;
use crate::testing::{Gateway, ask, configure, free_port, map};

async fn page(path: &str) -> (String, String) {
    let port = free_port();
    let endpoint = Value::Text(format!("localhost:{port}").into());
    let (config, problems) = configure(&FACTORY, &[("endpoint", endpoint)]);
    assert_eq!(problems, [""; 0]);
    ask(&*config, port, Arc::new(Gateway::default()), path).await
}

/// What stands in the tables, a line a row.
fn rows(page: &str) -> Vec<String> {
    let cells = |line: &str| line.replace("</td><td>", " | ").replace("</th><th>", " | ");
    let bare = |line: String| {
        ["<tr>", "</tr>", "<td>", "</td>", "<th>", "</th>"].iter().fold(line, |line, tag| line.replace(tag, ""))
    };
    page.lines().filter(|line| line.starts_with("<tr>")).map(|line| bare(cells(line))).collect()
}

#[tokio::test]
async fn pipelines_are_shown_with_their_counts_and_components() {
    let (head, body) = page("/debug/pipelinez").await;

    assert_eq!(head, "HTTP/1.1 200 OK");
    assert_eq!(
        rows(&body),
        [
            "Pipeline | Receivers | Processors | Exporters | Items in | Items refused",
            "traces/in | otlp | memory_limiter → batch | otlp_http | 1234567 | 8",
            "Kind | Component | Pipelines | State",
            "exporter | otlp_http | traces/in | fails and tries again: no &quot;route&quot;",
            "receiver | otlp | traces/in | ok",
        ]
    );
}

#[tokio::test]
async fn the_service_is_shown_with_what_is_text_as_text() {
    let (head, body) = page("/debug/servicez").await;

    assert_eq!(head, "HTTP/1.1 200 OK");
    assert_eq!(
        &rows(&body)[..6],
        [
            "Build | ",
            "Command | sluice",
            "Description | Sluice &lt;test&gt;",
            "Version | 1.2.3",
            "Runtime | ",
            "Started | 2026-11-21T15:17:39.575Z"
        ]
    );
}

#[tokio::test]
async fn extensions_and_gates_are_listed() {
    assert_eq!(rows(&page("/debug/extensionz").await.1), ["Extension", "zpages"]);
    assert_eq!(
        rows(&page("/debug/featurez").await.1),
        [
            "Gate | Enabled | Stage | Description",
            "service.profilesSupport | false | Alpha | Pipelines may carry profiles"
        ]
    );
}

#[tokio::test]
async fn there_are_no_own_traces_to_show() {
    let expected = "Sluice makes no traces of its own that could be shown here\n";

    assert_eq!(page("/debug/tracez").await, ("HTTP/1.1 404 Not Found".into(), expected.into()));
}

#[test]
fn exported_variables_are_refused_by_name() {
    let on = map(&[("enabled", Value::Bool(true))]).value;

    let (_, problems) = configure(&FACTORY, &[("expvar", on)]);

    assert_eq!(
        problems,
        [
            "extensions::zpages::expvar::enabled: not supported by Sluice yet: the metrics of the gateway have the same figures"
        ]
    );
}
