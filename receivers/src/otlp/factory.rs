//! The factory of `otlp`.

use sluice_component::factory::{Info, ReceiverConfig, ReceiverFactory, Settings, Stability};
use sluice_component::{BuildError, Consumers, Receiver};
use sluice_pdata::Signal;

use super::Config;
use super::receiver::Otlp;

/// Registers `otlp`.
pub const FACTORY: ReceiverFactory = ReceiverFactory {
    info: Info {
        name: "otlp",
        aliases: &[],
        signals: &[
            (Signal::Traces, Stability::Stable),
            (Signal::Metrics, Stability::Stable),
            (Signal::Logs, Stability::Stable),
            (Signal::Profiles, Stability::Alpha),
        ],
    },
    configure: |section| Box::new(Config::read(section)),
};

impl ReceiverConfig for Config {
    fn build(&self, settings: Settings, consumers: Consumers) -> Result<Box<dyn Receiver>, BuildError> {
        Ok(Box::new(Otlp::bind(self, &settings, consumers)?))
    }
}
