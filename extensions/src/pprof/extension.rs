//! Taking a profile when somebody asks.

use std::sync::Arc;
use std::time::{Duration, SystemTime};

use bytes::Bytes;
use http::{HeaderValue, Response, StatusCode, header};
use sluice_component::factory::Extension;
use sluice_component::{BoxFuture, BuildError, RunError, Stop};
use tokio::sync::Mutex;

use super::config::Config;
use super::encode::encode;
use crate::pages::{self, PageServer, Pages};

/// How often a second a thread that works is looked at, as Go does. Not a round number of anything that recurs.
const FREQUENCY: i32 = 99;

/// How long a profile takes if nothing is said, as in Go.
const DEFAULT_SECONDS: u64 = 30;

/// The longest profile.
const MAX_SECONDS: u64 = 300;

/// Code in which a stack cannot be walked from a signal handler without the danger of waiting for oneself.
const NOT_LOOKED_INTO: &[&str] = &["libc", "libgcc", "pthread", "vdso"];

pub(super) struct Pprof(PageServer);

/// There is one profiler in a process.
#[derive(Default)]
struct Profiler(Mutex<()>);

impl Pprof {
    pub(super) fn bind(config: &Config) -> Result<Self, BuildError> {
        Ok(Self(PageServer::bind(&config.listening, Arc::new(Profiler::default()))?))
    }
}

impl Extension for Pprof {
    fn run(self: Box<Self>, stop: Stop) -> BoxFuture<'static, Result<(), RunError>> {
        Box::pin(self.0.run(stop))
    }
}

impl Pages for Profiler {
    fn answer(&self, path: &str, query: Option<&str>) -> BoxFuture<'_, Response<Bytes>> {
        let seconds = seconds(query);
        let path = path.trim_end_matches('/').to_owned();
        Box::pin(async move {
            match (path.as_str(), seconds) {
                ("/debug/pprof", _) => pages::text(
                    StatusCode::OK,
                    "profile?seconds=30  where CPU time is spent: go tool pprof http://.../debug/pprof/profile\n",
                ),
                ("/debug/pprof/profile", Some(seconds)) => self.profile(Duration::from_secs(seconds)).await,
                ("/debug/pprof/profile", None) => {
                    pages::text(StatusCode::BAD_REQUEST, format!("seconds must be a number from 1 to {MAX_SECONDS}\n"))
                }
                _ => pages::text(
                    StatusCode::NOT_FOUND,
                    "not supported by Sluice yet: there is a CPU profile only, at /debug/pprof/profile\n",
                ),
            }
        })
    }
}

impl Profiler {
    async fn profile(&self, duration: Duration) -> Response<Bytes> {
        let Ok(_only) = self.0.try_lock() else {
            return pages::text(StatusCode::CONFLICT, "a profile is being taken already\n");
        };
        let began = SystemTime::now();
        let profiler = pprof::ProfilerGuardBuilder::default().frequency(FREQUENCY).blocklist(NOT_LOOKED_INTO).build();
        let profiler = match profiler {
            Ok(profiler) => profiler,
            Err(error) => return failed(&error),
        };
        tokio::time::sleep(duration).await;
        // Finding the names of functions takes a second or two of reading debug information.
        let encoded = tokio::task::spawn_blocking(move || {
            let report = profiler.report().build()?;
            Ok::<_, pprof::Error>(encode(&report, began, duration, FREQUENCY))
        });
        match encoded.await {
            Ok(Ok(profile)) => attachment(profile),
            Ok(Err(error)) => failed(&error),
            Err(error) => failed(&error),
        }
    }
}

/// The number of seconds that is asked for; `None` if that is none.
fn seconds(query: Option<&str>) -> Option<u64> {
    let asked = query.unwrap_or_default().split('&').find_map(|pair| pair.strip_prefix("seconds="));
    let seconds = asked.map_or(Some(DEFAULT_SECONDS), |text| text.parse().ok())?;
    (1..=MAX_SECONDS).contains(&seconds).then_some(seconds)
}

fn attachment(profile: Vec<u8>) -> Response<Bytes> {
    let mut response = pages::with_type(StatusCode::OK, "application/octet-stream", profile);
    let name = HeaderValue::from_static("attachment; filename=\"profile\"");
    response.headers_mut().insert(header::CONTENT_DISPOSITION, name);
    response
}

fn failed(error: &dyn std::fmt::Display) -> Response<Bytes> {
    pages::text(StatusCode::INTERNAL_SERVER_ERROR, format!("no profile could be taken: {error}\n"))
}
