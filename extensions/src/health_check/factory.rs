//! Registers `health_check`.

use std::sync::Arc;

use sluice_component::BuildError;
use sluice_component::config::Section;
use sluice_component::factory::{Extension, ExtensionConfig, ExtensionFactory, Host, Info, Settings};

use super::config::Config;
use super::extension::HealthCheck;

/// Says over HTTP whether the gateway takes data.
pub const FACTORY: ExtensionFactory =
    ExtensionFactory { info: Info { name: "health_check", aliases: &["healthcheck"], signals: &[] }, configure };

fn configure(section: &mut Section<'_>) -> Box<dyn ExtensionConfig> {
    Box::new(Config::read(section))
}

impl ExtensionConfig for Config {
    fn build(&self, _: Settings, host: Arc<dyn Host>) -> Result<Box<dyn Extension>, BuildError> {
        Ok(Box::new(HealthCheck::bind(self.clone(), host)?))
    }
}
