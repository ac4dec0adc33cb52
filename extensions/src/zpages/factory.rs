//! Registers `zpages`.

use std::sync::Arc;

use sluice_component::BuildError;
use sluice_component::config::Section;
use sluice_component::factory::{Extension, ExtensionConfig, ExtensionFactory, Host, Info, Settings};

use super::config::Config;
use super::extension::ZPages;

/// Pages that show the gateway from within.
pub const FACTORY: ExtensionFactory =
    ExtensionFactory { info: Info { name: "zpages", aliases: &[], signals: &[] }, configure };

fn configure(section: &mut Section<'_>) -> Box<dyn ExtensionConfig> {
    Box::new(Config::read(section))
}

impl ExtensionConfig for Config {
    fn build(&self, _: Settings, host: Arc<dyn Host>) -> Result<Box<dyn Extension>, BuildError> {
        Ok(Box::new(ZPages::bind(self, host)?))
    }
}
