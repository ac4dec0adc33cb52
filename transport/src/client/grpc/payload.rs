//! A message as gRPC frames it.

use std::io::IoSlice;

use bytes::{Buf, Bytes};
use smallvec::SmallVec;

use super::call::Failure;
use crate::client::packing::pack;
use crate::compression::Compressor;

/// A message in slices, behind its five bytes of prefix. Nothing of it is copied on its way out.
///
/// Source: the gRPC protocol over HTTP/2, "Length-Prefixed-Message".
#[derive(Clone, Debug)]
pub(super) struct Payload {
    prefix: [u8; PREFIX],
    /// How much of the prefix has been taken.
    taken: usize,
    parts: SmallVec<[Bytes; 2]>,
    /// The first part that has not been taken wholly.
    next: usize,
    remaining: usize,
}

const PREFIX: usize = 5;

impl Payload {
    /// Frames a message, packed if it is to be.
    pub(super) async fn new(parts: &[Bytes], compressor: Option<Compressor>) -> Result<Self, Failure> {
        let Some(compressor) = compressor else { return Self::framed(SmallVec::from(parts), 0) };
        let packed = pack(compressor, parts).await.map_err(|error| Failure::Internal(error.into()))?;
        Self::framed(SmallVec::from_elem(packed, 1), 1)
    }

    /// What it is made of, apart from the prefix.
    pub(super) fn parts(&self) -> impl Iterator<Item = Bytes> {
        self.parts.iter().cloned()
    }

    fn framed(parts: SmallVec<[Bytes; 2]>, packed: u8) -> Result<Self, Failure> {
        let length = parts.iter().map(Bytes::len).sum::<usize>();
        let Ok(announced) = u32::try_from(length) else {
            return Err(Failure::Internal("a message of gRPC cannot be larger than 4 GiB".into()));
        };
        let mut prefix = [packed, 0, 0, 0, 0];
        prefix[1..].copy_from_slice(&announced.to_be_bytes());
        Ok(Self { prefix, taken: 0, parts, next: 0, remaining: PREFIX + length })
    }
}

impl Buf for Payload {
    fn remaining(&self) -> usize {
        self.remaining
    }

    fn chunk(&self) -> &[u8] {
        if self.taken < PREFIX {
            return &self.prefix[self.taken..];
        }
        self.parts[self.next..].iter().find(|part| !part.is_empty()).map_or(&[], |part| part)
    }

    fn advance(&mut self, mut count: usize) {
        assert!(count <= self.remaining, "cannot advance past the end");
        self.remaining -= count;
        let prefix = count.min(PREFIX - self.taken);
        self.taken += prefix;
        count -= prefix;
        while count > 0 {
            let part = &mut self.parts[self.next];
            let taken = count.min(part.len());
            part.advance(taken);
            count -= taken;
            if part.is_empty() {
                // The bytes are given back as soon as they have left.
                *part = Bytes::new();
                self.next += 1;
            }
        }
    }

    fn chunks_vectored<'a>(&'a self, slices: &mut [IoSlice<'a>]) -> usize {
        let prefix = Some(&self.prefix[self.taken..]).filter(|prefix| !prefix.is_empty());
        let parts = self.parts[self.next..].iter().map(|part| &part[..]).filter(|part| !part.is_empty());
        let mut filled = 0;
        for (slice, chunk) in slices.iter_mut().zip(prefix.into_iter().chain(parts)) {
            *slice = IoSlice::new(chunk);
            filled += 1;
        }
        filled
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_message_reads_the_same_in_any_steps() {
        let parts = [&b"one"[..], b"", b"two", b"three"].map(Bytes::from_static);
        let payload = Payload::new(&parts, None).await.unwrap();
        let expected = b"\0\0\0\0\x0bonetwothree";

        for step in 1..=expected.len() {
            let (mut payload, mut read) = (payload.clone(), Vec::new());
            while payload.has_remaining() {
                let length = step.min(payload.chunk().len());
                read.extend_from_slice(&payload.chunk()[..length]);
                payload.advance(length);
            }
            assert_eq!(read, expected);
        }
        let (mut whole, mut slices) = (Vec::new(), [IoSlice::new(&[]); 8]);
        let filled = payload.chunks_vectored(&mut slices);
        slices[..filled].iter().for_each(|slice| whole.extend_from_slice(slice));
        assert_eq!((filled, &whole[..]), (4, &expected[..]));
    }
}
