//! Sluice's receivers, one folder each.
