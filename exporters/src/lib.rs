//! Sluice's exporters, one folder each, and the common tail that sends.
