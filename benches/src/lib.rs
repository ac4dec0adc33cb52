//! Sluice's benchmarks: micro benchmarks and the load test against real peers.
