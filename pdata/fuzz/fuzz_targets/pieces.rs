//! Whatever a valid batch is cut and edited into is valid, within the limits, and holds the same items.

#![no_main]

use bytes::Bytes;
use libfuzzer_sys::fuzz_target;
use sluice_pdata::edit::{Node, Role};
use sluice_pdata::{Batch, Limits, Signal, Size};

fuzz_target!(|data: &[u8]| {
    let [first, items, kib, data @ ..] = data else { return };
    let signal = Signal::ALL[usize::from(first % 3)];
    let Ok(batch) = Batch::check(signal, Bytes::copy_from_slice(data), &Limits::default()) else { return };

    let most = Size { items: usize::from(*items), bytes: usize::from(*kib) * 16 };
    let mut left = batch.items();
    for piece in batch.clone().split(most) {
        let checked = Batch::check(signal, piece.to_bytes(), &Limits::default()).expect("a piece is valid");
        assert_eq!((checked.items(), checked.bytes()), (piece.items(), piece.bytes()));
        assert!(piece.items() <= most.items.max(1));
        assert!(piece.bytes() <= most.bytes || piece.items() <= 1);
        left -= piece.items();
    }
    assert_eq!(left, 0);

    let longer = batch.edit(lengthen);
    let checked = Batch::check(signal, longer.to_bytes(), &Limits::default()).expect("an edited batch is valid");
    assert_eq!((checked.items(), checked.bytes()), (longer.items(), longer.bytes()));
});

fn lengthen(node: Node<'_, '_>) {
    node.fields(|field| match field.role() {
        Role::Text => {
            let longer = [field.content(), b", and some more of it"].concat();
            field.replace(&longer);
        }
        _ => field.enter(lengthen),
    });
}
