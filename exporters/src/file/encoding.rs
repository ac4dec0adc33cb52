//! A batch as it stands in a file.

use std::io;

use sluice_pdata::Batch;

/// How a batch is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Encoding {
    pub(super) format: Format,
    /// Each message is compressed by itself.
    pub(super) zstd_level: Option<i32>,
}

/// What a message is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Format {
    /// OTLP/JSON.
    Json,
    /// OTLP protobuf.
    Proto,
}

impl Encoding {
    /// Writes a batch as one message: JSON ends its line; what is protobuf or compressed has its length in front, four
    /// bytes, the highest first.
    ///
    /// # Errors
    ///
    /// A message of 4 GiB and more has no length.
    pub(super) fn write(self, out: &mut Vec<u8>, batch: &Batch) -> io::Result<()> {
        match (self.format, self.zstd_level) {
            (Format::Json, None) => {
                batch.write_json(out);
                out.push(b'\n');
                Ok(())
            }
            (Format::Json, Some(level)) => {
                let mut json = Vec::new();
                batch.write_json(&mut json);
                with_length(out, &zstd::bulk::compress(&json, level)?)
            }
            (Format::Proto, None) => with_length(out, &batch.to_bytes()),
            (Format::Proto, Some(level)) => with_length(out, &zstd::bulk::compress(&batch.to_bytes(), level)?),
        }
    }
}

fn with_length(out: &mut Vec<u8>, message: &[u8]) -> io::Result<()> {
    let length = u32::try_from(message.len()).map_err(|_| io::ErrorKind::FileTooLarge)?;
    out.extend_from_slice(&length.to_be_bytes());
    out.extend_from_slice(message);
    Ok(())
}
