//! Whether bytes are ASCII, fast for the short strings of telemetry.

const HIGH: u64 = 0x8080_8080_8080_8080;

/// Whether all bytes are below 0x80.
///
/// Most strings have 4 to 40 bytes, for which reading the ends, overlapping where they must, is cheaper than a loop by bytes.
#[inline(always)]
pub(super) fn is_ascii(bytes: &[u8]) -> bool {
    if let Some(tail) = bytes.last_chunk::<16>() {
        if bytes.len() > 256 {
            return bytes.is_ascii();
        }
        let (chunks, _) = bytes.as_chunks::<16>();
        chunks.iter().fold(any_bits(tail), |any, chunk| any | any_bits(chunk)) & HIGH == 0
    } else if let (Some(head), Some(tail)) = (bytes.first_chunk::<8>(), bytes.last_chunk::<8>()) {
        (u64::from_le_bytes(*head) | u64::from_le_bytes(*tail)) & HIGH == 0
    } else if let (Some(head), Some(tail)) = (bytes.first_chunk::<4>(), bytes.last_chunk::<4>()) {
        (u32::from_le_bytes(*head) | u32::from_le_bytes(*tail)) & HIGH as u32 == 0
    } else {
        bytes.iter().fold(0, |any, byte| any | byte) < 0x80
    }
}

#[inline(always)]
fn any_bits(chunk: &[u8; 16]) -> u64 {
    let both = u128::from_le_bytes(*chunk);
    both as u64 | (both >> 64) as u64
}
