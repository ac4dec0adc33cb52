//! Sluice's processors, one folder each.
