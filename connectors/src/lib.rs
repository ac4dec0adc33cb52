//! Sluice's connectors, one folder each.
