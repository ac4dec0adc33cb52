//! Whether Datadog knows the key.
//!
//! Source: Datadog's API reference, "Authentication", "Validate API key".

use std::thread;

use http::{HeaderMap, StatusCode};
use serde_json::Value;
use sluice_component::factory::Settings;
use sluice_component::{BuildError, Context};
use sluice_transport::client::http::{Client, Failure, Response};
use tokio_util::sync::CancellationToken;

use super::config::Config;
use super::intake;
use super::running::{CALM, PATIENCE};
use super::site;

/// What Datadog says about a key.
#[derive(Debug, PartialEq, Eq)]
enum Verdict {
    Valid,
    Invalid,
    /// It could not be asked, for this reason.
    Unknown(String),
}

/// Asks Datadog about the key. Where an invalid one is to be a mistake, that is waited for; otherwise it is logged when it is
/// known, unless `stop` comes before.
///
/// # Errors
///
/// The key is invalid and that is to be a mistake. That Datadog cannot be asked is none.
pub(super) fn check(config: &Config, settings: &Settings, stop: &CancellationToken) -> Result<(), BuildError> {
    let url = site::below(&config.metrics.endpoint, "/api/v1/validate", "metrics::endpoint")?;
    let user_agent = settings.program.user_agent();
    let new_client = || Client::new(&config.client, &url, "application/json", &user_agent, &settings.extensions);
    let headers = intake::key_header(config)?;
    if !config.fail_on_invalid_key {
        let (client, id) = (new_client()?, settings.id.clone());
        tokio::spawn(stop.clone().run_until_cancelled_owned(async move {
            tokio::time::sleep(CALM).await;
            match ask(&client, &headers).await {
                Verdict::Valid => tracing::debug!(exporter = %id, "Datadog knows the API key"),
                Verdict::Invalid => tracing::error!(exporter = %id, "Datadog does not know the API key"),
                Verdict::Unknown(reason) => {
                    tracing::warn!(exporter = %id, reason, "Datadog could not be asked about the API key");
                }
            }
        }));
        return Ok(());
    }
    // Building does not wait for futures, so that a thread does.
    let verdict = thread::scope(|scope| {
        let asking = scope.spawn(|| -> Result<Verdict, BuildError> {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
            let runtime = runtime.map_err(|error| BuildError::new(error.to_string()))?;
            // Its connections belong to the runtime that made them.
            runtime.block_on(async { Ok(ask(&new_client()?, &headers).await) })
        });
        asking.join().unwrap_or_else(|_panic| Ok(Verdict::Unknown("asking failed".to_owned())))
    });
    match verdict? {
        Verdict::Valid => Ok(()),
        Verdict::Invalid => Err(BuildError::at("api::key", "Datadog does not know this key")),
        Verdict::Unknown(reason) => {
            tracing::warn!(exporter = %settings.id, reason, "Datadog could not be asked about the API key");
            Ok(())
        }
    }
}

async fn ask(client: &Client, headers: &HeaderMap) -> Verdict {
    match tokio::time::timeout(PATIENCE, client.get(headers, &Context::default())).await {
        Ok(Ok(response)) => judge(&response),
        Ok(Err(Failure::Connection(reason) | Failure::Internal(reason))) => Verdict::Unknown(reason),
        Ok(Err(Failure::NoCredentials(error))) => Verdict::Unknown(error.message.into_owned()),
        Err(_) => Verdict::Unknown("it did not answer in time".to_owned()),
    }
}

fn judge(response: &Response) -> Verdict {
    let says = serde_json::from_slice::<Value>(&response.body).ok().and_then(|answer| answer["valid"].as_bool());
    match (response.status, says) {
        (StatusCode::OK, Some(true)) => Verdict::Valid,
        (StatusCode::OK, Some(false)) | (StatusCode::FORBIDDEN, _) => Verdict::Invalid,
        (status, _) => Verdict::Unknown(format!("it answered HTTP {status}")),
    }
}
