//! The page about the whole.

use std::time::SystemTime;

use sluice_component::Health;
use sluice_component::clock::rfc3339_millis;
use sluice_component::config::format_duration;
use sluice_component::factory::Host;

use super::html::{Page, Table};

pub(super) fn page(host: &dyn Host) -> Page {
    let program = host.program();
    let mut page = Page::new(program.description);
    let mut build = Table::new(&["Build", ""]);
    build.row(&["Command".into(), program.name.into()]);
    build.row(&["Description".into(), program.description.into()]);
    build.row(&["Version".into(), program.version.into()]);
    page.add(build);
    let uptime = SystemTime::now().duration_since(host.started()).unwrap_or_default();
    let mut runtime = Table::new(&["Runtime", ""]);
    runtime.row(&["Started".into(), rfc3339_millis(host.started())]);
    runtime.row(&["Up for".into(), format_duration(std::time::Duration::from_secs(uptime.as_secs()))]);
    runtime.row(&["Takes data".into(), if host.is_ready() { "yes" } else { "no" }.into()]);
    runtime.row(&["OS".into(), std::env::consts::OS.into()]);
    runtime.row(&["Architecture".into(), std::env::consts::ARCH.into()]);
    runtime.row(&["Process".into(), std::process::id().to_string()]);
    page.add(runtime);
    page.heading("Components");
    page.add(components(host));
    page
}

/// Every component instance and how it is doing.
pub(super) fn components(host: &dyn Host) -> Table {
    let mut table = Table::new(&["Kind", "Component", "Pipelines", "State"]);
    for component in host.components() {
        let pipelines: Vec<_> = component.pipelines.iter().map(ToString::to_string).collect();
        let state = match component.health {
            Health::Starting => "starting".into(),
            Health::Ok => "ok".into(),
            Health::Recoverable(error) => format!("fails and tries again: {error}"),
            Health::Permanent(error) => format!("failed for good: {error}"),
            Health::Stopping => "stopping".into(),
        };
        table.row(&[component.kind.as_str().into(), component.id.to_string(), pipelines.join(", "), state]);
    }
    table
}
