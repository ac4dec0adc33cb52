//! Cutting batches between items.

#[cfg(test)]
mod tests;

use std::ops::Range;

use bytes::Bytes;
use smallvec::SmallVec;

use crate::assemble::Assembly;
use crate::layout::Layout;
use crate::wire::{self, BYTES, Fields};
use crate::{Batch, Signal, count};

/// How large a batch may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Size {
    /// The number of items; `usize::MAX` for any.
    pub items: usize,
    /// The bytes of protobuf; `usize::MAX` for any.
    pub bytes: usize,
}

impl Size {
    /// So many items of any size.
    pub const fn items(items: usize) -> Self {
        Self { items, bytes: usize::MAX }
    }

    /// So many bytes with any number of items.
    pub const fn bytes(bytes: usize) -> Self {
        Self { items: usize::MAX, bytes }
    }
}

/// The pieces of a batch, in order; see [`Batch::split`].
#[derive(Debug)]
pub struct Split {
    signal: Signal,
    most: Size,
    messages: smallvec::IntoIter<[Bytes; 1]>,
    cut: Option<Cut>,
}

impl Split {
    pub(crate) fn new(batch: Batch, most: Size) -> Self {
        Self { signal: batch.signal(), most, messages: SmallVec::from(batch.messages()).into_iter(), cut: None }
    }
}

impl Iterator for Split {
    type Item = Batch;

    fn next(&mut self) -> Option<Batch> {
        let mut piece = Batch::empty(self.signal);
        loop {
            let mut cut = match self.cut.take() {
                Some(cut) => cut,
                None => match self.messages.next() {
                    Some(message) if self.signal == Signal::Profiles => {
                        return Some(Batch::from_messages(self.signal, [message]));
                    }
                    Some(message) => Cut::new(self.signal, message),
                    None => return (piece.bytes() > 0).then_some(piece),
                },
            };
            if cut.next(self.most, &mut piece) {
                self.cut = Some(cut);
                return Some(piece);
            }
        }
    }
}

/// A message of which pieces are cut.
#[derive(Debug)]
struct Cut {
    message: Bytes,
    /// The containers that are open at the place of the cut, the request first. Empty when nothing is left.
    open: SmallVec<[Container; 5]>,
}

/// A container that is taken in parts.
#[derive(Debug)]
struct Container {
    layout: &'static Layout,
    tag: u32,
    /// Where the next field begins.
    at: usize,
    /// Where the container ends.
    end: usize,
    /// The fields that are neither containers nor items.
    own: SmallVec<[Range<usize>; 2]>,
    /// Those of them that every further part repeats.
    own_again: SmallVec<[Range<usize>; 2]>,
    /// Whether a part of it has gone out.
    begun: bool,
}

/// The field of the messages that preceded scopes. What it holds are records, which must not go out twice.
const INSTRUMENTATION_LIBRARY: u32 = 1000;

impl Cut {
    fn new(signal: Signal, message: Bytes) -> Self {
        let request = Container::new(&message, Layout::of(signal), 0, 0..message.len());
        Self { message, open: SmallVec::from_iter([request]) }
    }

    /// Appends to the piece what there is room for, at least one item if the piece is empty; says whether more is left.
    fn next(&mut self, most: Size, piece: &mut Batch) -> bool {
        let room =
            Size { items: most.items.saturating_sub(piece.items()), bytes: most.bytes.saturating_sub(piece.bytes()) };
        if let [request] = self.open.as_slice()
            && request.at == 0
        {
            let items = count::within(request.layout, &self.message);
            let fits = items <= room.items && self.message.len() <= room.bytes;
            if fits || (items == 0 && piece.bytes() == 0) {
                piece.push(items, self.message.clone());
                return false;
            }
        }
        let mut plan = Plan::new(room, piece.bytes() == 0);
        for container in &self.open {
            plan.open(container);
        }
        let more = self.fill(&mut plan);
        piece.push(plan.items, plan.write(&self.message));
        more
    }

    fn fill(&mut self, plan: &mut Plan) -> bool {
        while let Some(container) = self.open.last_mut() {
            let Some(child) = container.next_child(&self.message) else {
                plan.close();
                let end = container.end;
                self.open.pop();
                if let Some(parent) = self.open.last_mut() {
                    parent.at = end;
                }
                continue;
            };
            let range = child.start..child.end;
            let items = match container.layout.child {
                Some(layout) => count::within(layout, &self.message[child.content..child.end]),
                None => 1,
            };
            if plan.has_room(items, range.len()) {
                plan.take(range, items);
                container.at = child.end;
                continue;
            }
            match container.layout.child {
                Some(layout) if items > 0 => {
                    let inner = Container::new(&self.message, layout, child.tag, child.content..child.end);
                    plan.open(&inner);
                    self.open.push(inner);
                }
                // An item is not cut, nor is a container without items.
                _ if plan.must_take() => {
                    plan.take(range, items);
                    container.at = child.end;
                }
                _ => {
                    self.close_all(plan);
                    return true;
                }
            }
        }
        false
    }

    /// Ends a part: what is open in the plan is closed, and a container of which nothing was taken is as good as not opened.
    fn close_all(&mut self, plan: &mut Plan) {
        for container in self.open.iter_mut().rev() {
            container.begun |= plan.close();
        }
        let begun = self.open.iter().take_while(|container| container.begun).count();
        self.open.truncate(begun.max(1));
    }
}

impl Container {
    fn new(message: &[u8], layout: &'static Layout, tag: u32, content: Range<usize>) -> Self {
        let mut container = Self {
            layout,
            tag,
            at: content.start,
            end: content.end,
            own: SmallVec::new(),
            own_again: SmallVec::new(),
            begun: false,
        };
        for field in Fields::starting_at(&message[..content.end], content.start) {
            if layout.holds(field.tag) {
                continue;
            }
            append(&mut container.own, field.start..field.end);
            if field.tag != wire::tag(INSTRUMENTATION_LIBRARY, BYTES) {
                append(&mut container.own_again, field.start..field.end);
            }
        }
        container
    }

    /// Moves to the next container or item.
    fn next_child(&mut self, message: &[u8]) -> Option<wire::FieldAt> {
        let child = Fields::starting_at(&message[..self.end], self.at).find(|field| self.layout.holds(field.tag))?;
        self.at = child.start;
        Some(child)
    }
}

fn append(ranges: &mut SmallVec<[Range<usize>; 2]>, range: Range<usize>) {
    match ranges.last_mut() {
        Some(last) if last.end == range.start => last.end = range.end,
        _ => ranges.push(range),
    }
}

/// What a piece will be made of: where to copy from, and which containers to open around it.
struct Plan {
    room: Size,
    /// Whether something must be taken even if there is no room.
    must_take: bool,
    assembly: Assembly,
    levels: SmallVec<[Level; 5]>,
    items: usize,
}

/// A container that is open in the plan.
struct Level {
    /// Which part of the assembly is its header; the request has none.
    header: Option<usize>,
    /// How many parts there were before it.
    parts: usize,
    tag: u32,
    length: usize,
    /// Whether it holds more than its own fields.
    taken: bool,
}

impl Plan {
    fn new(room: Size, must_take: bool) -> Self {
        Self { room, must_take, assembly: Assembly::default(), levels: SmallVec::new(), items: 0 }
    }

    fn open(&mut self, container: &Container) {
        let parts = self.assembly.len();
        let header = (container.tag != 0).then(|| self.assembly.header(container.tag));
        self.levels.push(Level { header, parts, tag: container.tag, length: 0, taken: false });
        let own = if container.begun { &container.own_again } else { &container.own };
        for range in own {
            self.copy(range.clone());
        }
    }

    /// Closes the innermost container, or takes it back if nothing but its own fields is in it; says whether it stays.
    fn close(&mut self) -> bool {
        let Some(level) = self.levels.pop() else { return false };
        if !level.taken {
            self.assembly.truncate(level.parts);
            return false;
        }
        if let Some(header) = level.header {
            self.assembly.set_length(header, level.length);
        }
        if let Some(parent) = self.levels.last_mut() {
            parent.length += wire::header_size(level.tag, level.length) + level.length;
            parent.taken = true;
        }
        true
    }

    fn has_room(&self, items: usize, size: usize) -> bool {
        if self.items + items > self.room.items {
            return false;
        }
        let size = self.levels.iter().rev().fold(size, |size, level| {
            let length = level.length + size;
            if level.header.is_some() { length + wire::header_size(level.tag, length) } else { length }
        });
        size <= self.room.bytes
    }

    /// Whether the piece has nothing in it yet.
    fn must_take(&self) -> bool {
        self.must_take && self.levels.iter().all(|level| !level.taken)
    }

    fn take(&mut self, range: Range<usize>, items: usize) {
        self.items += items;
        if let Some(level) = self.levels.last_mut() {
            level.taken = true;
        }
        self.copy(range);
    }

    fn copy(&mut self, range: Range<usize>) {
        if let Some(level) = self.levels.last_mut() {
            level.length += range.len();
        }
        self.assembly.copy(range);
    }

    fn write(self, message: &Bytes) -> Bytes {
        match self.assembly.as_range() {
            Some(range) => message.slice(range),
            None => Bytes::from(self.assembly.write(message)),
        }
    }
}
