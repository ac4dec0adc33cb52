//! Payment cards.

use crate::Family::Card;
use crate::checksum::luhn;
use crate::dice::Dice;
use crate::value::{Cues, Value};
use crate::values::phone::full_width;

static CUES: Cues = Cues {
    keys: &[
        "card",
        "card_number",
        "credit_card",
        "cc_number",
        "ccnum",
        "pan",
        "primary_account_number",
        "payment_card",
        "debit_card",
        "tarjeta",
        "numero_tarjeta",
        "kartennummer",
        "carte_bancaire",
        "numero_carte",
        "cartao",
        "numer_karty",
        "カード番号",
        "номер_карты",
        "卡号",
    ],
    phrases: &[
        "card",
        "card number",
        "card no.",
        "credit card",
        "PAN",
        "Kreditkarte",
        "tarjeta",
        "carte",
        "cartão",
        "карта",
    ],
};

/// Name, first digits, length.
type Network = (&'static str, &'static [&'static str], usize);

/// Networks by how often they are seen (ISO/IEC 7812 issuer ranges as the networks publish them).
const NETWORKS: &[(u32, Network)] = &[
    (30, ("visa", &["4"], 16)),
    (1, ("visa_13", &["4"], 13)),
    (1, ("visa_19", &["4"], 19)),
    (16, ("mastercard", &["51", "52", "53", "54", "55"], 16)),
    (5, ("mastercard_2", &["2221", "2300", "2450", "2699", "2720"], 16)),
    (10, ("amex", &["34", "37"], 15)),
    (6, ("discover", &["6011", "644", "649", "65"], 16)),
    (4, ("diners", &["300", "301", "305", "36", "38"], 14)),
    (4, ("jcb", &["3528", "3550", "3589"], 16)),
    (3, ("unionpay", &["62"], 16)),
    (1, ("unionpay_19", &["62"], 19)),
    (2, ("maestro", &["5018", "5020", "6304", "6759", "6763"], 16)),
    (1, ("maestro_short", &["5018", "6304", "6759"], 13)),
    (1, ("maestro_18", &["5020", "6759"], 18)),
    (2, ("mir", &["2200", "2204"], 16)),
    (2, ("rupay", &["6521", "6522", "6069"], 16)),
    (1, ("elo", &["636368", "438935", "504175"], 16)),
    (1, ("hipercard", &["606282"], 16)),
    (1, ("troy", &["9792"], 16)),
];

pub(crate) fn card(dice: &mut Dice) -> Value {
    let (network, prefixes, length) = dice.weighted(NETWORKS);
    let prefix = dice.pick(prefixes);
    let number = number(dice, prefix, length);
    written(dice, network, &number)
}

/// A number with its check digit.
pub(crate) fn number(dice: &mut Dice, prefix: &str, length: usize) -> String {
    let payload = format!("{prefix}{}", dice.digits(length - prefix.len() - 1));
    let check = luhn(&payload);
    format!("{payload}{check}")
}

fn written(dice: &mut Dice, network: &'static str, number: &str) -> Value {
    let evident = |text: String| Value::evident(Card, network, text, &CUES);
    match dice.below(20) {
        0..=8 => evident(number.to_owned()),
        9..=11 => evident(grouped(number, " ")),
        12..=14 => evident(grouped(number, "-")),
        15 | 16 => {
            let fours: Vec<&str> = [0, 4, 8, 12, 16]
                .iter()
                .filter_map(|&at| number.get(at..number.len().min(at + 4)).filter(|group| !group.is_empty()))
                .collect();
            evident(fours.join(dice.pick(&[" ", "-"])))
        }
        17 => track(dice, number),
        18 => {
            let separator = dice.pick(&[".", "\u{a0}", "  ", "_", " - ", "\u{2011}", "/"]);
            let text = grouped(number, separator);
            Value { variant: "odd_separator", ..evident(text).hard() }
        }
        _ => match dice.below(3) {
            0 => Value { variant: "full_width", ..evident(number.chars().map(full_width).collect()).hard() },
            1 => Value { variant: "zero_width", ..evident(grouped(number, "\u{200b}")).hard() },
            _ => {
                let text = number.chars().map(|c| c.to_string()).collect::<Vec<_>>().join(" ");
                Value { variant: "digit_by_digit", ..evident(text).hard() }
            }
        },
    }
}

/// A number in the groups that are printed on the card.
fn grouped(number: &str, separator: &str) -> String {
    let cuts: &[usize] = match number.len() {
        14 => &[4, 10],
        15 => &[4, 10],
        _ => &[4, 8, 12, 16],
    };
    let mut text = String::new();
    for (index, digit) in number.chars().enumerate() {
        if cuts.contains(&index) {
            text.push_str(separator);
        }
        text.push(digit);
    }
    text
}

/// What a magnetic stripe holds (ISO/IEC 7813).
fn track(dice: &mut Dice, number: &str) -> Value {
    let expiry = format!("2{}{:02}", dice.between(6, 9), dice.between(1, 12));
    let rest = dice.digits(9);
    let text = if dice.percent(50) {
        format!("%B{number}^{}/{}^{expiry}101{rest}?", dice.pick(&["SMITH", "GARCIA"]), dice.pick(&["ANNA", "BEN"]))
    } else {
        format!(";{number}={expiry}101{rest}?")
    };
    let start = text.find(number).unwrap_or(0);
    Value::evident(Card, "track", text, &CUES).core(start..start + number.len()).hard()
}
