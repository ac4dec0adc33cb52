//! The exporter.

use std::sync::Arc;

use sluice_component::factory::Settings;
use sluice_component::{Accepted, BoxFuture, ConsumeError, Context, Health, Reason, Retry};
use sluice_pdata::Batch;

use super::writer::{Writer, Written};
use crate::sending::Push;

/// Has batches written.
pub(super) struct FileExporter {
    settings: Settings,
    writer: Arc<Writer>,
}

impl FileExporter {
    pub(super) fn new(settings: Settings, writer: Arc<Writer>) -> Self {
        Self { settings, writer }
    }

    async fn write(&self, batch: Batch) -> Result<Accepted, ConsumeError> {
        let message = match self.writer.write(batch).await {
            Some(Ok(written)) => {
                self.settings.status.report(Health::Ok);
                return Ok(accepted(&written));
            }
            Some(Err(error)) => error.to_string(),
            None => "the writer has ended".into(),
        };
        self.settings.status.report(Health::Recoverable(message.clone()));
        Err(ConsumeError::retryable(&self.settings.id, Reason::Unavailable, Retry::Now, message))
    }
}

impl Push for FileExporter {
    fn push(&self, batch: Batch, _context: Context) -> BoxFuture<'_, Result<Accepted, ConsumeError>> {
        Box::pin(self.write(batch))
    }
}

fn accepted(written: &Written) -> Accepted {
    match written.rejected {
        0 => Accepted::ALL,
        rejected => Accepted { rejected: rejected as u64, message: Some("no resource attribute names a file".into()) },
    }
}
