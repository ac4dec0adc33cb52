//! Registers `basicauth`.

use std::sync::Arc;

use sluice_component::config::Section;
use sluice_component::factory::{Extension, ExtensionConfig, ExtensionFactory, Host, Info, Settings};
use sluice_component::{BuildError, Role};

use super::client::Client;
use super::config::Config;
use super::server::Server;

/// A name and a password, for clients or servers.
pub const FACTORY: ExtensionFactory =
    ExtensionFactory { info: Info { name: "basicauth", aliases: &[], signals: &[] }, configure };

fn configure(section: &mut Section<'_>) -> Box<dyn ExtensionConfig> {
    Box::new(Config::read(section))
}

impl ExtensionConfig for Config {
    fn build(&self, _: Settings, _: Arc<dyn Host>) -> Result<Box<dyn Extension>, BuildError> {
        Ok(match self {
            Self::Server(htpasswd) => Box::new(Server::new(htpasswd)?),
            Self::Client(credentials) => Box::new(Client::new(credentials)?),
        })
    }

    fn serves_as(&self, role: Role) -> bool {
        role.is_client() == matches!(self, Self::Client(_))
    }
}
