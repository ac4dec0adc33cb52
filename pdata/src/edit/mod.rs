//! Changing telemetry where it lies, in one pass that copies what it leaves alone.
//!
//! [`Batch::edit`](crate::Batch::edit) walks each message from the outside in. A [`Node`] is a message and is gone over
//! once, field by field; a [`Field`] is left as it is unless it is removed, replaced, or entered as a message of its own;
//! the [`Tail`] of a node takes what is to be added. Everything is taken by value, so that no place can be changed twice.
//! Where a change needs to know all attributes first, [`Node::survey`] notes their places.
//!
//! What happens is a list of edits in the order of the bytes. At the end it is carried out in one copy, in which the
//! lengths of the messages around each edit are written anew. Without an edit the batch keeps its bytes.
//!
//! ```
//! use sluice_pdata::edit::Attribute;
//! use sluice_pdata::view::Value;
//! # use sluice_pdata::{Batch, Signal};
//! # let batch = Batch::empty(Signal::Traces);
//! // Renames one attribute of every item, removes another, adds a third.
//! let region = Attribute::new("region", &Value::String("eu"));
//! let batch = batch.edit_items(|item| {
//!     let mut tail = item.attributes(|attribute| match attribute.key_bytes() {
//!         b"http.method" => attribute.rename("http.request.method"),
//!         b"password" => attribute.remove(),
//!         _ => {}
//!     });
//!     tail.append_attribute(&region);
//! });
//! ```

mod attribute;
mod list;
mod node;
mod shape;
mod survey;
#[cfg(test)]
mod tests;

pub use attribute::{Attribute, AttributeField, Parts, put_field, put_value};
pub use node::{Field, Keep, Node, Place, Role, Tail};
pub use shape::{KnownField, Shape};
pub use survey::{Slot, Survey};

use bytes::Bytes;

use crate::layout::Layout;
use crate::{Batch, count, schema};
use list::List;

/// Changes a batch; see [`Batch::edit`].
pub(crate) fn edit(batch: &Batch, mut change: impl FnMut(Node<'_, '_>)) -> Batch {
    let signal = batch.signal();
    let mut changed: Option<Batch> = None;
    for (index, message) in batch.messages().iter().enumerate() {
        let mut list = List::new(message);
        change(Node::request(&mut list, schema::request(signal), Layout::of(signal)));
        let recount = list.recount;
        let Some(edited) = list.carry_out() else {
            if let Some(changed) = &mut changed {
                changed.push_uncounted(message.clone());
            }
            continue;
        };
        let so_far = changed.get_or_insert_with(|| Batch::first_messages(batch, index));
        if recount {
            so_far.add_items(count::items(signal, &edited) as isize - count::items(signal, message) as isize);
        }
        so_far.push_uncounted(Bytes::from(edited));
    }
    changed.unwrap_or_else(|| batch.clone())
}

/// Changes what the fields of a layout hold, all the way down.
pub(crate) fn each_item(node: Node<'_, '_>, layout: &'static Layout, change: &mut dyn FnMut(Node<'_, '_>)) {
    node.fields(|field| {
        if !layout.holds(field.tag()) {
            return;
        }
        match layout.child {
            Some(child) => field.enter(|node| each_item(node, child, change)),
            None => field.enter(&mut *change),
        }
    });
}
