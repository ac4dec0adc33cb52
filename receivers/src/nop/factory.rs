//! The factory of `nop`.

use sluice_component::factory::{Info, ReceiverConfig, ReceiverFactory, Settings, Stability};
use sluice_component::{BuildError, Consumers, Receiver};
use sluice_pdata::Signal;

use super::receiver::Nop;

/// Registers `nop`.
pub const FACTORY: ReceiverFactory = ReceiverFactory {
    info: Info {
        name: "nop",
        aliases: &[],
        signals: &[
            (Signal::Traces, Stability::Beta),
            (Signal::Metrics, Stability::Beta),
            (Signal::Logs, Stability::Beta),
            (Signal::Profiles, Stability::Alpha),
        ],
    },
    configure: |_section| Box::new(Config),
};

/// There is nothing to set.
struct Config;

impl ReceiverConfig for Config {
    fn build(&self, _settings: Settings, _consumers: Consumers) -> Result<Box<dyn Receiver>, BuildError> {
        Ok(Box::new(Nop))
    }
}
