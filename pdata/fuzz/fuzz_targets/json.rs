//! What is read from JSON is a valid message, and what is written for it is read as the same.

#![no_main]

use libfuzzer_sys::fuzz_target;
use sluice_pdata::{Batch, Limits, Signal};

fuzz_target!(|data: &[u8]| {
    let Some((first, data)) = data.split_first() else { return };
    let signal = Signal::ALL[usize::from(first % 4)];
    let Ok(read) = Batch::check_json(signal, data, &Limits::default()) else { return };

    let checked = Batch::check(signal, read.to_bytes(), &Limits::default()).expect("what is read is valid");
    assert_eq!((checked.items(), checked.to_bytes()), (read.items(), read.to_bytes()));

    let mut json = Vec::new();
    read.write_json(&mut json);
    let again = Batch::check_json(signal, &json, &Limits::default()).expect("what is written is valid");
    let mut json_again = Vec::new();
    again.write_json(&mut json_again);
    assert_eq!(json, json_again);
});
