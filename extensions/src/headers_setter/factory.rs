//! Registers `headers_setter`.

use std::sync::Arc;

use sluice_component::config::Section;
use sluice_component::factory::{Extension, ExtensionConfig, ExtensionFactory, Host, Info, Settings};
use sluice_component::{BuildError, Role};

use super::config::Config;
use super::extension::HeadersSetter;

/// Headers of outgoing requests, also from what is known of the client.
pub const FACTORY: ExtensionFactory =
    ExtensionFactory { info: Info { name: "headers_setter", aliases: &[], signals: &[] }, configure };

fn configure(section: &mut Section<'_>) -> Box<dyn ExtensionConfig> {
    Box::new(Config::read(section))
}

impl ExtensionConfig for Config {
    fn build(&self, settings: Settings, _: Arc<dyn Host>) -> Result<Box<dyn Extension>, BuildError> {
        Ok(Box::new(HeadersSetter::new(self, &settings)?))
    }

    fn serves_as(&self, role: Role) -> bool {
        role.is_client()
    }
}
