//! The components that a program knows.

use sluice_component::factory::{
    ConnectorFactory, ExporterFactory, ExtensionFactory, Info, ProcessorFactory, ReceiverFactory,
};

/// The factories of every component, a list a kind.
///
/// Somebody else's distribution begins with [`Components::built_in`] and adds its own.
#[derive(Clone, Default)]
pub struct Components {
    /// What brings data.
    pub receivers: Vec<ReceiverFactory>,
    /// What shapes it.
    pub processors: Vec<ProcessorFactory>,
    /// What sends it away.
    pub exporters: Vec<ExporterFactory>,
    /// What ends one pipeline and begins another.
    pub connectors: Vec<ConnectorFactory>,
    /// What serves the others.
    pub extensions: Vec<ExtensionFactory>,
}

impl Components {
    /// Every component of Sluice itself.
    pub fn built_in() -> Self {
        Self {
            receivers: sluice_receivers::FACTORIES.to_vec(),
            processors: sluice_processors::FACTORIES.to_vec(),
            exporters: sluice_exporters::FACTORIES.to_vec(),
            connectors: sluice_connectors::FACTORIES.to_vec(),
            extensions: sluice_extensions::FACTORIES.to_vec(),
        }
    }
}

/// A factory of any kind, to be found by its name.
pub trait Named: Copy {
    /// What the component is called and can do.
    fn info(&self) -> Info;
}

/// The factory that has `name` as its name or as one of its former names.
pub fn find<F: Named>(factories: &[F], name: &str) -> Option<F> {
    let by_name = factories.iter().find(|factory| factory.info().name == name);
    by_name.or_else(|| factories.iter().find(|factory| factory.info().aliases.contains(&name))).copied()
}

impl Named for ReceiverFactory {
    fn info(&self) -> Info {
        self.info
    }
}

impl Named for ProcessorFactory {
    fn info(&self) -> Info {
        self.info
    }
}

impl Named for ExporterFactory {
    fn info(&self) -> Info {
        self.info
    }
}

impl Named for ConnectorFactory {
    fn info(&self) -> Info {
        self.info
    }
}

impl Named for ExtensionFactory {
    fn info(&self) -> Info {
        self.info
    }
}
