//! How fast texts are scanned with all detectors on: bytes a second over short strings of telemetry, lines of logs, and
//! texts made to be slow.

use divan::counter::BytesCount;
use divan::{Bencher, black_box};
use sluice_pii::{Key, Scanner, Settings};
use sluice_pii_corpus::{log_lines, short_strings};

fn main() {
    divan::main();
}

/// Short strings of telemetry, as many in a hundred with personal data.
#[divan::bench(args = [0, 2, 35])]
fn short(bencher: Bencher, percent_personal: u32) {
    scan(bencher, &short_strings(1, 300, percent_personal));
}

/// Lines of logs in clean English.
#[divan::bench]
fn lines(bencher: Bencher) {
    scan(bencher, &log_lines(1, 100));
}

/// One string of 32 bytes with nothing in it.
#[divan::bench(args = ["checkout-service-production-eu-1", "orders.v1.CheckoutService/Submit", "GET /api/v1/products/list/active", "4bf92f3577b34da6a3ce929d0e0e4736"])]
fn clean(bencher: Bencher, text: &str) {
    scan(bencher, &[text.to_owned()]);
}

/// 1 MiB of the same.
#[divan::bench(args = ["7", "@", ":", "=", "%", "a@a.", "1.1", "1 ", ": a", "a=", "'a ", "4111111111111111 ", "anna@example.org,", "ssn 123456789 ", "password=x1y2z3 ", "http://a:b@", "<name>", "%41", "--a ", "pwd=(", "auth: ", "AAAAbbbb1234/", "select ssn 123456789 ", "-----BEGIN PRIVATE KEY-----"])]
fn worst(bencher: Bencher, part: &str) {
    scan(bencher, &[part.repeat(1024 * 1024 / part.len())]);
}

fn scan(bencher: Bencher, texts: &[String]) {
    let scanner = Scanner::new(&Settings::default()).expect("the defaults are right");
    let key: Key = scanner.key(b"body");
    let mut findings = Vec::with_capacity(1 << 20);
    let bytes: usize = texts.iter().map(String::len).sum();
    bencher.counter(BytesCount::new(bytes)).bench_local(|| {
        for text in texts {
            scanner.scan(key, black_box(text.as_bytes()), &mut findings);
            black_box(&findings);
        }
    });
}
