//! Items that were taken and not yet handed on.

use std::collections::VecDeque;
use std::sync::Arc;

use sluice_component::Reason;
use sluice_pdata::{Batch, Size};
use tokio::sync::OwnedSemaphorePermit;

use super::telemetry::Telemetry;
use super::ticket::{Answer, Ticket};

/// A request for which there is room.
pub(super) struct Request {
    pub(super) batch: Batch,
    /// Who waits for its outcome, if anybody does.
    pub(super) owner: Option<Ticket>,
    pub(super) room: OwnedSemaphorePermit,
}

/// Merged requests: their items, who waits for them, and the room that they take.
///
/// Dropped before they are settled, items that nobody waits for are counted as lost, and who waits is told.
pub(super) struct Held {
    batch: Batch,
    /// Items that are here and have no outcome yet; the batch itself may be on its way.
    unsettled: usize,
    /// Who waits, in the order of the items. Empty where nobody does.
    owners: VecDeque<(Ticket, usize)>,
    room: Option<OwnedSemaphorePermit>,
    telemetry: Arc<Telemetry>,
}

impl Held {
    pub(super) fn nothing(telemetry: &Arc<Telemetry>) -> Self {
        let batch = Batch::empty(telemetry.signal);
        Self { batch, unsettled: 0, owners: VecDeque::new(), room: None, telemetry: Arc::clone(telemetry) }
    }

    pub(super) fn items(&self) -> usize {
        self.unsettled
    }

    pub(super) fn bytes(&self) -> usize {
        self.batch.bytes()
    }

    /// Appends a request.
    pub(super) fn push(&mut self, Request { batch, owner, room }: Request) {
        let items = batch.items();
        self.unsettled += items;
        // Requests of one signal always merge; profiles do not get here.
        let merged = self.batch.merge(batch);
        debug_assert!(merged.is_ok(), "a batch of another signal");
        self.owners.extend(owner.map(|owner| (owner, items)));
        self.take_room(Some(room));
    }

    /// Appends what came later.
    pub(super) fn append(&mut self, mut later: Self) {
        self.unsettled += std::mem::take(&mut later.unsettled);
        let merged = self.batch.merge(later.take_batch());
        debug_assert!(merged.is_ok(), "a batch of another signal");
        self.owners.append(&mut later.owners);
        self.take_room(later.room.take());
    }

    /// Cuts into pieces of at most `most` items, in order.
    pub(super) fn split(mut self, most: usize) -> Vec<Self> {
        if self.unsettled <= most {
            return vec![self];
        }
        let batch = self.take_batch();
        let pieces = batch.split(Size::items(most)).filter(|piece| piece.items() > 0);
        let mut pieces: Vec<Self> = pieces.map(|piece| self.cut(piece)).collect();
        // What the last piece leaves over is what rounding left.
        if let Some(last) = pieces.last_mut() {
            last.take_room(self.room.take());
        }
        pieces
    }

    /// Takes the batch out; its items stay to be settled.
    pub(super) fn take_batch(&mut self) -> Batch {
        let nothing = Batch::empty(self.batch.signal());
        std::mem::replace(&mut self.batch, nothing)
    }

    /// Notes the outcome, for those who wait and for the count of what is lost.
    pub(super) fn settle(mut self, answer: &Answer) {
        let items = std::mem::take(&mut self.unsettled);
        let alone = self.owners.len() == 1;
        match answer {
            _ if !self.owners.is_empty() => {
                self.owners.drain(..).for_each(|(owner, items)| owner.settle(items, alone, answer));
            }
            Ok(accepted) => self.telemetry.lost(Reason::Rejected, accepted.rejected as usize),
            Err(error) => self.telemetry.lost(error.reason, items),
        }
    }

    /// A piece of what is held, with its owners and its share of the room.
    fn cut(&mut self, batch: Batch) -> Self {
        let mut owners = VecDeque::new();
        let mut missing = batch.items();
        while missing > 0
            && let Some((owner, items)) = self.owners.front_mut()
        {
            let share = missing.min(*items);
            owners.push_back((owner.clone(), share));
            missing -= share;
            *items -= share;
            if *items == 0 {
                self.owners.pop_front();
            }
        }
        let unsettled = batch.items();
        self.unsettled = self.unsettled.saturating_sub(unsettled);
        let room = self.room.as_mut().and_then(|room| {
            let share = super::processor::room_for(batch.bytes()) as usize;
            room.split(share.min(room.num_permits()))
        });
        Self { batch, unsettled, owners, room, telemetry: Arc::clone(&self.telemetry) }
    }

    fn take_room(&mut self, more: Option<OwnedSemaphorePermit>) {
        match (&mut self.room, more) {
            (Some(room), Some(more)) => room.merge(more),
            (room @ None, more) => *room = more,
            (Some(_), None) => {}
        }
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        if self.owners.is_empty() {
            self.telemetry.lost(Reason::Shutdown, self.unsettled);
        }
    }
}
