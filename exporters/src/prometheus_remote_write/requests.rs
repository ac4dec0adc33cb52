//! Requests of bounded size, packed.

use bytes::Bytes;
use sluice_transport::compression::{CompressError, Compressor};

/// A request as it is sent.
#[derive(Clone, Debug)]
pub struct Packed {
    /// The body.
    pub body: Bytes,
    /// How many data points of the batch are in it.
    pub items: usize,
}

/// Packs requests.
pub(super) struct Packer {
    compressor: Compressor,
    packed: Vec<Packed>,
    failure: Option<CompressError>,
}

impl Packer {
    pub(super) fn new(compressor: Compressor) -> Self {
        Self { compressor, packed: Vec::new(), failure: None }
    }

    /// Packs the body that these parts are together.
    pub(super) fn pack(&mut self, parts: &[Bytes], items: usize) {
        match self.compressor.packed(parts) {
            Ok(body) => self.packed.push(Packed { body, items }),
            Err(error) => self.failure = Some(error),
        }
    }

    /// All requests, in order.
    pub(super) fn finish(self) -> Result<Vec<Packed>, CompressError> {
        match self.failure {
            Some(error) => Err(error),
            None => Ok(self.packed),
        }
    }
}
