//! The folder of the demo: its configuration, and what comes out.

use std::io;
use std::path::{Path, PathBuf};

use super::Settings;

/// The configuration as it is written, but for addresses and paths.
const TEMPLATE: &str = include_str!("gateway.yaml");

#[derive(Clone, Debug)]
pub(super) struct Folder(PathBuf);

impl Folder {
    /// Makes the folder and writes the configuration into it.
    pub(super) fn prepare(settings: &Settings) -> io::Result<Self> {
        let folder = Self(settings.directory.clone());
        std::fs::create_dir_all(&folder.0)?;
        std::fs::write(folder.configuration(), folder.fill_in(settings))?;
        Ok(folder)
    }

    pub(super) fn path(&self) -> &Path {
        &self.0
    }

    pub(super) fn configuration(&self) -> PathBuf {
        self.0.join("gateway.yaml")
    }

    fn fill_in(&self, settings: &Settings) -> String {
        let file = |name: &str| self.0.join(name).display().to_string();
        let (host, port) = &settings.metrics;
        let values = [
            ("@GRPC@", settings.grpc.clone()),
            ("@HTTP@", settings.http.clone()),
            ("@PAGES@", settings.pages.clone()),
            ("@METRICS_HOST@", host.clone()),
            ("@TRACES@", file("traces.jsonl")),
            ("@METRICS@", file("metrics.jsonl")),
            ("@LOGS@", file("logs.jsonl")),
            ("@LOG@", file("sluice.log")),
        ];
        let text = TEMPLATE.replace("@METRICS_PORT@", &port.to_string());
        values.into_iter().fold(text, |text, (mark, value)| text.replace(mark, &quoted(&value)))
    }
}

/// A text in YAML's single quotes. A dollar sign would begin a reference.
fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''").replace('$', "$$"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_quoted() {
        assert_eq!(quoted("it's $HOME"), "'it''s $$HOME'");
    }
}
