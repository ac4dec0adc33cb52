//! What is under way: a batch, or the parcels that an exporter has made of it.

use std::collections::VecDeque;
use std::sync::Arc;

use bytes::Bytes;
use http::HeaderMap;
use sluice_component::{Accepted, ConsumeError, Reason, Retry};
use sluice_pdata::Batch;

/// One body for a backend, which can be sent again and again.
#[derive(Clone, Debug, Default)]
pub struct Parcel {
    /// The body as it is sent, packed if it is to be.
    pub body: Bytes,
    /// Headers that this body has besides those of every request.
    pub headers: HeaderMap,
    /// How many of the batch's items are in it.
    pub items: usize,
    /// Which of the exporter's addresses it is for, in a numbering of the exporter's own.
    pub address: usize,
}

/// What became of a parcel that is settled.
#[derive(Debug)]
pub enum Receipt {
    /// The backend took it, perhaps without some of its items.
    Taken(Accepted),
    /// It is too large: these are sent in its place. Each has to be smaller than it was.
    Instead(Vec<Parcel>),
}

/// What an attempt sends, and what is left of it for the next.
pub(super) struct Request {
    pub(super) batch: Batch,
    /// What was made of the batch, where it does not leave as a whole; the batch is empty then.
    pub(super) parcels: Option<Parcels>,
}

/// Parcels that were not taken yet, and what became of the others.
#[derive(Default)]
pub(super) struct Parcels {
    pub(super) left: VecDeque<Parcel>,
    pub(super) delivered: usize,
    /// How many items were refused for good, by why.
    refused: Vec<(Reason, usize)>,
    /// What the backend said about those that it took.
    pub(super) remark: Option<Arc<str>>,
    /// Why a parcel was refused, one of the last attempt that had one.
    pub(super) refusal: Option<ConsumeError>,
}

impl Request {
    pub(super) fn new(batch: Batch) -> Self {
        Self { batch, parcels: None }
    }

    /// Items that no backend has taken: they wait, or were refused for good.
    pub(super) fn unsent(&self) -> usize {
        self.parcels.as_ref().map_or(self.batch.items(), Parcels::unsent)
    }

    /// Those among them that were refused for good, by why.
    pub(super) fn refused(&self) -> impl Iterator<Item = (Reason, usize)> {
        self.parcels.iter().flat_map(|parcels| parcels.refused.iter().copied())
    }

    /// How many bytes are held.
    pub(super) fn bytes(&self) -> usize {
        let parcels = self.parcels.iter().flat_map(|parcels| &parcels.left);
        self.batch.bytes() + parcels.map(|parcel| parcel.body.len()).sum::<usize>()
    }
}

impl Parcels {
    pub(super) fn new(parcels: Vec<Parcel>) -> Self {
        Self { left: parcels.into(), ..Self::default() }
    }

    fn unsent(&self) -> usize {
        self.refused() + self.left.iter().map(|parcel| parcel.items).sum::<usize>()
    }

    fn refused(&self) -> usize {
        self.refused.iter().map(|(_, items)| items).sum()
    }

    fn refuse(&mut self, reason: Reason, items: usize) {
        match self.refused.iter_mut().find(|(known, _)| *known == reason) {
            Some((_, sum)) => *sum += items,
            None => self.refused.push((reason, items)),
        }
    }

    /// Settles the first parcels; how many of their items were delivered, and why those that are to be tried again failed,
    /// if there are any. They are the first then.
    pub(super) fn settle(&mut self, receipts: Vec<Result<Receipt, ConsumeError>>) -> (usize, Option<ConsumeError>) {
        let first: Vec<_> = self.left.drain(..receipts.len().min(self.left.len())).collect();
        let (mut delivered, mut failure) = (0, None);
        for (parcel, receipt) in first.into_iter().zip(receipts).rev() {
            match receipt {
                Ok(Receipt::Taken(accepted)) => {
                    let refused = usize::try_from(accepted.rejected).unwrap_or(usize::MAX).min(parcel.items);
                    self.refuse(Reason::Rejected, refused);
                    delivered += parcel.items - refused;
                    self.remark = accepted.message.or(self.remark.take());
                }
                Ok(Receipt::Instead(smaller)) => {
                    smaller.into_iter().rev().for_each(|parcel| self.left.push_front(parcel));
                }
                Err(error) if error.retry != Retry::Never => {
                    self.left.push_front(parcel);
                    failure = Some(error);
                }
                Err(error) => {
                    self.refuse(error.reason, parcel.items);
                    self.refusal = Some(error);
                }
            }
        }
        self.delivered += delivered;
        (delivered, failure)
    }

    /// How it ended when no parcel is left. Where nothing was delivered, that is an error.
    pub(super) fn outcome(&mut self) -> Result<Accepted, ConsumeError> {
        let rejected = self.refused() as u64;
        match self.refusal.take() {
            Some(error) if self.delivered == 0 => Err(error),
            Some(error) => Ok(Accepted { rejected, message: Some(error.message.as_ref().into()) }),
            None => Ok(Accepted { rejected, message: self.remark.take() }),
        }
    }
}
