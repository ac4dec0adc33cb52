//! Where batches are turned into what a backend takes.

use sluice_component::{Code, ComponentId, ConsumeError, Reason};
use sluice_pdata::Batch;
use sluice_transport::compression::on_compression_thread;

/// From how many bytes of protobuf on a batch is worth a thread of its own: 16 KiB.
const LARGE: usize = 16 * 1024;

/// Does what `translate` says with a batch: here if the batch is small, else on a thread that no socket waits for.
///
/// # Errors
///
/// `translate` failed, for a reason that is not in the batch, or panicked.
pub(crate) async fn translated<T: Send + 'static>(
    exporter: &ComponentId,
    batch: Batch,
    translate: impl FnOnce(&Batch) -> Result<T, &'static str> + Send + 'static,
) -> Result<T, ConsumeError> {
    let done = match batch.bytes() {
        ..LARGE => Some(translate(&batch)),
        _ => on_compression_thread(move || translate(&batch)).await,
    };
    done.unwrap_or(Err("the batch cannot be translated"))
        .map_err(|message| ConsumeError::permanent(exporter, Reason::Internal, Code::Internal, message))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::spans;

    #[tokio::test]
    async fn batches_of_any_size_are_translated_and_defects_are_told() {
        let exporter = "loki".parse().unwrap();
        for name in ["small".to_owned(), "large".repeat(LARGE)] {
            let batch = spans([&*name]);

            let items = translated(&exporter, batch.clone(), |batch| Ok(batch.items())).await;
            let failed = translated(&exporter, batch, |_| Err::<(), _>("no room")).await;

            assert_eq!((items.unwrap(), &*failed.unwrap_err().message), (1, "no room"));
        }
        let panicked =
            translated(&exporter, spans([&*"large".repeat(LARGE)]), |_| -> Result<(), _> { panic!("for the test") });
        assert_eq!(panicked.await.unwrap_err().reason, Reason::Internal);
    }
}
