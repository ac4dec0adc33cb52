//! Where the real clients and backends are that `peers/build` makes.

use std::{
    env, fs,
    io::Write,
    path::{Path, PathBuf},
};

/// Somebody else's program that a test talks to.
#[derive(Clone, Copy, Debug)]
pub enum Peer {
    /// The Go Collector.
    Collector,
    /// The Go Collector project's load generator.
    Telemetrygen,
    /// A Python interpreter with the OpenTelemetry SDK.
    Python,
    /// Node's packages of the OpenTelemetry SDK.
    Node,
    /// A Go Collector with receivers of what other backends take.
    Decoders,
    /// The Datadog Agent's own mapping of traces.
    DatadogTraceOracle,
    /// Jaeger, all in one.
    Jaeger,
    /// Loki.
    Loki,
    /// Prometheus.
    Prometheus,
    /// The Datadog Agent's translator of metrics.
    DatadogOracle,
}

impl Peer {
    /// The program to start, or nothing (said aloud) when it has not been built.
    ///
    /// # Panics
    /// When it has not been built and `SLUICE_REQUIRE_PEERS=1` says that it should.
    pub fn find(self) -> Option<PathBuf> {
        let place = folder().join(self.place());
        if fs::exists(&place).unwrap_or(false) {
            return Some(place);
        }
        let hint = format!("no {self:?} at {}: run integration/peers/build", place.display());
        assert!(env::var("SLUICE_REQUIRE_PEERS").as_deref() != Ok("1"), "{hint}");
        let test = std::thread::current().name().unwrap_or("a test").to_owned();
        // Not eprintln!, which the test harness keeps to itself when a test passes; and in one piece, for others write too.
        let _ = std::io::stderr().write_all(format!("\nSKIPPED {test}: {hint}\n").as_bytes());
        None
    }

    fn place(self) -> &'static Path {
        Path::new(match self {
            Self::Collector => "bin/otelcol",
            Self::Telemetrygen => "bin/telemetrygen",
            Self::Python => "python/bin/python",
            Self::Node => "node/node_modules",
            Self::Decoders => "bin/otelcol-decoders",
            Self::DatadogTraceOracle => "bin/datadog-trace-oracle",
            Self::Jaeger => "bin/jaeger",
            Self::Loki => "bin/loki",
            Self::Prometheus => "bin/prometheus",
            Self::DatadogOracle => "bin/datadog-oracle",
        })
    }
}

/// `$SLUICE_PEERS`, else `sluice-peers` in the user's cache directory.
fn folder() -> PathBuf {
    let variable = |name| env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
    variable("SLUICE_PEERS").unwrap_or_else(|| {
        let cache = variable("XDG_CACHE_HOME").or_else(|| variable("HOME").map(|home| home.join(".cache")));
        cache.unwrap_or_else(env::temp_dir).join("sluice-peers")
    })
}
