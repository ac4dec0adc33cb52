//! Which page is where.

use std::sync::Arc;

use bytes::Bytes;
use http::{Response, StatusCode};
use sluice_component::factory::{Extension, Host};
use sluice_component::{BoxFuture, BuildError, RunError, Stop};

use super::config::Config;
use super::html::{Page, Table};
use super::servicez;
use crate::pages::{self, PageServer, Pages};

pub(super) struct ZPages(PageServer);

struct Shown(Arc<dyn Host>);

impl ZPages {
    pub(super) fn bind(config: &Config, host: Arc<dyn Host>) -> Result<Self, BuildError> {
        Ok(Self(PageServer::bind(&config.listening, Arc::new(Shown(host)))?))
    }
}

impl Extension for ZPages {
    fn run(self: Box<Self>, stop: Stop) -> BoxFuture<'static, Result<(), RunError>> {
        Box::pin(self.0.run(stop))
    }
}

impl Pages for Shown {
    fn answer(&self, path: &str, _query: Option<&str>) -> BoxFuture<'_, Response<Bytes>> {
        let host = &*self.0;
        let page = match path.trim_end_matches('/') {
            "" | "/debug" | "/debug/servicez" => Some(servicez::page(host)),
            "/debug/pipelinez" => Some(pipelinez(host)),
            "/debug/extensionz" => Some(extensionz(host)),
            "/debug/featurez" => Some(featurez(host)),
            _ => None,
        };
        let response = match page {
            Some(page) => pages::with_type(StatusCode::OK, "text/html; charset=utf-8", page.finish()),
            None if path == "/debug/tracez" => {
                pages::text(StatusCode::NOT_FOUND, "Sluice makes no traces of its own that could be shown here\n")
            }
            None => pages::text(StatusCode::NOT_FOUND, "404 page not found\n"),
        };
        Box::pin(std::future::ready(response))
    }
}

fn pipelinez(host: &dyn Host) -> Page {
    let mut page = Page::new("Pipelines");
    let mut table = Table::new(&["Pipeline", "Receivers", "Processors", "Exporters", "Items in", "Items refused"]);
    for pipeline in host.pipelines() {
        let ids = |ids: &[sluice_component::ComponentId], between: &str| {
            ids.iter().map(|id| id.as_str()).collect::<Vec<_>>().join(between)
        };
        table.row(&[
            pipeline.id.to_string(),
            ids(&pipeline.receivers, ", "),
            ids(&pipeline.processors, " → "),
            ids(&pipeline.exporters, ", "),
            pipeline.items_in.to_string(),
            pipeline.items_refused.to_string(),
        ]);
    }
    page.add(table);
    page.heading("Components");
    page.add(servicez::components(host));
    page
}

fn extensionz(host: &dyn Host) -> Page {
    let mut page = Page::new("Extensions");
    let mut table = Table::new(&["Extension"]);
    for id in host.extensions() {
        table.row(&[id.to_string()]);
    }
    page.add(table);
    page
}

fn featurez(host: &dyn Host) -> Page {
    let mut page = Page::new("Feature gates");
    let mut table = Table::new(&["Gate", "Enabled", "Stage", "Description"]);
    for (id, enabled, stage, description) in host.features() {
        table.row(&[id.to_owned(), enabled.to_string(), stage.to_owned(), description.to_owned()]);
    }
    page.add(table);
    page
}
