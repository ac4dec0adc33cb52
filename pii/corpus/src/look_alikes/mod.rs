//! Strings that look like personal data or secrets and are none: they must stay as they are.

mod code;
mod false_names;
mod hosts;
mod identifiers;
mod numbers;
mod ordinary;
mod secrets;
mod times;

use crate::dice::Dice;

/// A text that must stay, and the key that belongs to it where the text alone would be ambiguous.
#[derive(Debug)]
pub(crate) struct LookAlike {
    pub(crate) kind: &'static str,
    pub(crate) key: Option<&'static str>,
    pub(crate) text: String,
}

/// A text, with a key or without where any neutral key does.
type Made = (Option<&'static str>, String);

/// Makes texts of a kind.
type Make = fn(&mut Dice) -> Made;

/// The kinds of look-alikes.
pub(crate) fn kinds() -> impl Iterator<Item = (&'static str, Make)> {
    [
        code::KINDS,
        false_names::KINDS,
        hosts::KINDS,
        identifiers::KINDS,
        numbers::KINDS,
        ordinary::KINDS,
        secrets::KINDS,
        times::KINDS,
    ]
    .into_iter()
    .flatten()
    .copied()
}

/// One of a kind drawn evenly.
pub(crate) fn look_alike(dice: &mut Dice) -> LookAlike {
    let kinds: Vec<(&'static str, Make)> = kinds().collect();
    let (kind, make) = dice.pick(&kinds);
    let (key, text) = make(dice);
    LookAlike { kind, key, text }
}

/// A text with `#` replaced by a digit and `~` by a hexadecimal digit.
fn fill(dice: &mut Dice, mask: &str) -> String {
    mask.chars()
        .map(|mark| match mark {
            '#' => dice.digits(1),
            '~' => dice.hex(1),
            other => other.to_string(),
        })
        .collect()
}

/// One of some texts, filled in, without a key.
fn filled(dice: &mut Dice, masks: &[&'static str]) -> Made {
    let mask = dice.pick(masks);
    (None, fill(dice, mask))
}

/// One of some pairs of a key and a text, as it stands.
fn keyed(dice: &mut Dice, pairs: &[(&'static str, &'static str)]) -> Made {
    let (key, text) = dice.pick(pairs);
    (Some(key).filter(|key| !key.is_empty()), text.to_owned())
}

/// One of some texts, as it stands.
fn literal(dice: &mut Dice, texts: &[&'static str]) -> Made {
    (None, dice.pick(texts).to_owned())
}
