//! Registers `bearertokenauth`.

use std::sync::Arc;

use sluice_component::config::Section;
use sluice_component::factory::{Extension, ExtensionConfig, ExtensionFactory, Host, Info, Settings};
use sluice_component::{BuildError, Role};

use super::config::Config;
use super::extension::BearerTokenAuth;

/// One token in a header, for clients and servers.
pub const FACTORY: ExtensionFactory =
    ExtensionFactory { info: Info { name: "bearertokenauth", aliases: &[], signals: &[] }, configure };

fn configure(section: &mut Section<'_>) -> Box<dyn ExtensionConfig> {
    Box::new(Config::read(section))
}

impl ExtensionConfig for Config {
    fn build(&self, _: Settings, _: Arc<dyn Host>) -> Result<Box<dyn Extension>, BuildError> {
        Ok(Box::new(BearerTokenAuth::new(self)?))
    }

    fn serves_as(&self, _: Role) -> bool {
        true
    }
}
