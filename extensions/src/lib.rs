//! Sluice's extensions, one folder each.
