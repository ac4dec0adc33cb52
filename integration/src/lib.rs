//! Sluice as a black box against real clients and backends.
