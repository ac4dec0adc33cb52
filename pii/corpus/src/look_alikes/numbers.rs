//! Numbers that count, measure and order.

use super::{Made, Make, filled, keyed};
use crate::checksum::luhn;
use crate::dice::Dice;

pub(super) const KINDS: &[(&str, Make)] = &[
    ("order number failing its check", failing),
    ("order number of no issuer", no_issuer),
    ("long decimal", decimal),
    ("measurement", measurement),
    ("port", |dice| (dice.pick(&[Some("server.port"), Some("net.peer.port")]), dice.number(5))),
    ("number of nine digits", |dice| {
        (dice.pick(&[Some("app.count"), Some("row.id"), Some("bytes"), None]), dice.number(9))
    }),
    ("number of ten digits", |dice| {
        (dice.pick(&[Some("order.id"), Some("row.id"), Some("bytes"), Some("sequence")]), dice.number(10))
    }),
    ("number of eleven digits", |dice| {
        (dice.pick(&[Some("order.id"), Some("row.id"), Some("sequence"), None]), dice.number(11))
    }),
    ("number of twelve digits", |dice| {
        (dice.pick(&[Some("order.id"), Some("shipment.id"), Some("sequence")]), dice.number(12))
    }),
    ("snowflake", |dice| {
        (dice.pick(&[Some("message.id"), Some("tweet.ref"), Some("row.id")]), format!("1{}", dice.digits(18)))
    }),
    ("number of sixteen digits under the key of an id", |dice| {
        (
            dice.pick(&[
                Some("event.sequence"),
                Some("message.id"),
                Some("row.id"),
                Some("messaging.kafka.message.offset"),
            ]),
            dice.number(16),
        )
    }),
    ("isbn", isbn),
    ("ean", ean),
    ("price", |dice| {
        filled(dice, &["$1,2##.99", "12.##9,00 EUR", "total=4##.50", "USD 10,###.##", "€ 99.#0", "price: 1##9.9"])
    }),
    ("percentages and ratios", |dice| filled(dice, &["99.##%", "12/34", "3:2", "0.####", "1e-9", "6.02e23", "-1##.5"])),
    ("list of numbers", |dice| {
        filled(
            dice,
            &[
                "200,404,500,50#",
                "[1, 2, 3, 5, 8, 1#]",
                "1 2 3 4 5 6 7 8 9 #",
                "10-20-3#",
                "buckets 5 10 25 50 75 100 25# 500",
            ],
        )
    }),
    ("status list", |dice| {
        filled(
            dice,
            &["HTTP 200 201 204 404 50#", "codes: 100-200-3##", "retry on 429,502,503,504", "exit codes 0 1 2 12#"],
        )
    }),
    ("range", |dice| {
        filled(
            dice,
            &[
                "bytes 0-1048575/20971520",
                "bytes=#00-1999",
                "lines 120-45#",
                "100-200-3000",
                "ids 1000000-1999999",
                "ports 30000-32767",
            ],
        )
    }),
    ("phone-like part number", |dice| {
        filled(dice, &["part 12-345-##", "SKU-100-200-3##0", "PN 4711-0815-##", "article 0001-##-22", "MDL-2##-44"])
    }),
    ("size", |dice| {
        keyed(
            dice,
            &[
                ("http.response.body.size", "1048576"),
                ("process.memory.usage", "17179869184"),
                ("", "4294967296 bytes read"),
                ("", "heap 536870912/1073741824"),
                ("", "0x7fffffffffffffff"),
            ],
        )
    }),
    ("ticket", |dice| {
        filled(
            dice,
            &[
                "JIRA-1####",
                "INC00####2",
                "№10###",
                "ORD-2026-00####",
                "PR #4###",
                "CVE-2025-####",
                "RFC 8259",
                "INV-20260114-####",
            ],
        )
    }),
    ("address in memory", |dice| {
        filled(dice, &["0x7ff~~~~~~~~~", "0xc000~~~~~~", "rip:0xffffffff81~~~~~~", "0xdeadbeef"])
    }),
    ("coordinates of a screen", |dice| {
        filled(
            dice,
            &[
                "click at 12#, 45#",
                "viewport 1920x1080",
                "rect(0, 0, 6#0, 480)",
                "x=10#.5 y=20#.25",
                "matrix(1, 0, 0, 1, 12.5, 33.#)",
            ],
        )
    }),
    ("colour", |dice| {
        let colour = dice.hex(6);
        (dice.pick(&[Some("theme.accent"), None]), dice.pick(&["", "color: ", "fill="]).to_owned() + "#" + &colour)
    }),
];

/// A number of a card's length and issuer whose check digit is wrong.
fn failing(dice: &mut Dice) -> Made {
    let (prefix, length) = dice.pick(&[("4", 15), ("51", 15), ("37", 14), ("6011", 15)]);
    let payload = format!("{prefix}{}", dice.digits(length - prefix.len()));
    let wrong = (luhn(&payload) + dice.between(1, 9) as u32) % 10;
    let text = format!("{payload}{wrong}");
    match dice.below(4) {
        0 => (Some("order.id"), text),
        1 => (None, format!("order {text} shipped")),
        2 => (Some("invoice.number"), text),
        _ => (None, format!("ref={text} state=open")),
    }
}

/// A number of a card's length that passes the check and begins as no card does.
fn no_issuer(dice: &mut Dice) -> Made {
    let payload = format!("{}{}", dice.pick(&["10", "12", "80", "90", "00", "77"]), dice.digits(13));
    let text = format!("{payload}{}", luhn(&payload));
    match dice.below(3) {
        0 => (Some("order.id"), text),
        1 => (None, format!("order {text} shipped")),
        _ => (Some("shipment.tracking"), text),
    }
}

fn decimal(dice: &mut Dice) -> Made {
    let text = format!("{}.{}", dice.below(1000), dice.number(16));
    match dice.below(3) {
        0 => (Some("metric.value"), text),
        1 => (None, format!("score={text}")),
        // The digits behind the point are those of a card.
        _ => {
            let payload = format!("4{}", dice.digits(14));
            (Some("ratio"), format!("0.{payload}{}", luhn(&payload)))
        }
    }
}

fn measurement(dice: &mut Dice) -> Made {
    filled(
        dice,
        &[
            "took 12#.4ms",
            "p99=1.###s",
            "cpu 0.##7",
            "rss=###456 kB",
            "load average: 0.##, 1.#2, 2.##",
            "temp 21.#C",
            "iops 12###.5",
            "latency_ms: 1#.######",
            "rate 3###.2/s",
        ],
    )
}

fn isbn(dice: &mut Dice) -> Made {
    let payload = format!("978{}", dice.digits(9));
    let weights = [1, 3, 1, 3, 1, 3, 1, 3, 1, 3, 1, 3];
    let check = (10 - crate::checksum::weighted(&payload, &weights) % 10) % 10;
    let (a, b, c) = (&payload[3..4], &payload[4..8], &payload[8..12]);
    match dice.below(3) {
        0 => (Some("book.isbn"), format!("{payload}{check}")),
        1 => (Some("book.isbn"), format!("978-{a}-{b}-{c}-{check}")),
        _ => (None, format!("ISBN 978-{a}-{b}-{c}-{check}")),
    }
}

fn ean(dice: &mut Dice) -> Made {
    let payload = format!("{}{}", dice.pick(&["40", "50", "84"]), dice.digits(10));
    let check = (10 - crate::checksum::weighted(&payload, &[1, 3, 1, 3, 1, 3, 1, 3, 1, 3, 1, 3]) % 10) % 10;
    let text = format!("{payload}{check}");
    match dice.below(3) {
        0 => (Some("product.ean"), text),
        1 => (dice.pick(&[Some("product.gtin"), Some("product.barcode")]), text),
        _ => (None, format!("EAN {text} not in stock")),
    }
}
