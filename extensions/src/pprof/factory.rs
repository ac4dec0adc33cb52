//! Registers `pprof`.

use std::sync::Arc;

use sluice_component::BuildError;
use sluice_component::config::Section;
use sluice_component::factory::{Extension, ExtensionConfig, ExtensionFactory, Host, Info, Settings};

use super::config::Config;
use super::extension::Pprof;

/// A profile of where the gateway spends its CPU time.
pub const FACTORY: ExtensionFactory =
    ExtensionFactory { info: Info { name: "pprof", aliases: &[], signals: &[] }, configure };

fn configure(section: &mut Section<'_>) -> Box<dyn ExtensionConfig> {
    Box::new(Config::read(section))
}

impl ExtensionConfig for Config {
    fn build(&self, _: Settings, _: Arc<dyn Host>) -> Result<Box<dyn Extension>, BuildError> {
        Ok(Box::new(Pprof::bind(self)?))
    }
}
