//! The contract between Sluice's components: consumers, receivers, factories, configuration sections.
