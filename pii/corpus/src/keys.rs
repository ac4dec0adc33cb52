//! Names of keys, as programmers of all tastes write them.

use crate::dice::Dice;
use crate::value::{Cues, Value};

/// Keys that say nothing of what their value is.
const NEUTRAL: &[&str] = &[
    "message",
    "note",
    "comment",
    "payload",
    "data",
    "value",
    "input",
    "arg0",
    "detail",
    "text",
    "custom.field",
    "app.context",
    "event.data",
    "http.request.body",
    "http.response.body",
    "log.line",
    "rpc.request",
    "messaging.message.body",
    "form.field_3",
    "tag",
    "label",
    "extra",
    "meta.info",
    "debug.dump",
    "description",
    "raw",
    "content",
    "nachricht",
    "mensaje",
    "x",
    "error.details",
    "app.debug",
    "request.body",
    "response",
    "args",
    "params",
    "reason",
    "title",
    "subject_line",
    "备注",
];

/// The case in which the words of a key are written.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Case {
    Snake,
    Camel,
    Pascal,
    Kebab,
    Screaming,
    Header,
    Dotted,
}

/// A key that says nothing of what its value is.
pub(crate) fn neutral(dice: &mut Dice) -> String {
    dice.pick(NEUTRAL).to_owned()
}

/// One of the names of a value as the key of an attribute.
pub(crate) fn attribute(dice: &mut Dice, cues: &Cues) -> String {
    let prefix = dice.weighted(&[
        (10, ""),
        (2, "app."),
        (2, "user."),
        (2, "customer."),
        (1, "form."),
        (1, "payload."),
        (1, "custom."),
        (1, "order.billing."),
        (1, "req_"),
        (1, "http.request.header.x-"),
        (1, "acme.crm.contact."),
    ]);
    let case = match prefix {
        "http.request.header.x-" => Case::Kebab,
        "req_" => Case::Snake,
        _ => dice.weighted(&[
            (6, Case::Snake),
            (4, Case::Camel),
            (2, Case::Kebab),
            (2, Case::Pascal),
            (1, Case::Screaming),
            (2, Case::Dotted),
        ]),
    };
    let name = dice.pick(cues.keys);
    // A name with dots is one of the semantic conventions: nobody writes it otherwise.
    if name.contains('.') { name.to_owned() } else { format!("{prefix}{}", in_case(name, case)) }
}

/// One of the names of a value as a member, a column, a parameter.
pub(crate) fn member(dice: &mut Dice, cues: &Cues) -> String {
    let case =
        dice.weighted(&[(6, Case::Snake), (5, Case::Camel), (1, Case::Pascal), (1, Case::Kebab), (1, Case::Screaming)]);
    let names: Vec<&str> = cues.keys.iter().copied().filter(|key| !key.contains('.')).collect();
    in_case(dice.pick(&names), case)
}

/// One of the names that has only ASCII letters, in a case; the first of all if there is none.
pub(crate) fn ascii(dice: &mut Dice, cues: &Cues, case: Case) -> String {
    let names: Vec<&str> = cues.keys.iter().copied().filter(|key| key.is_ascii() && !key.contains('.')).collect();
    in_case(if names.is_empty() { cues.keys[0] } else { dice.pick(&names) }, case)
}

/// A phrase that a value goes by, or the neutral word for those who have none.
pub(crate) fn phrase(dice: &mut Dice, value: &Value) -> &'static str {
    dice.pick(value.cues.phrases)
}

fn in_case(words: &str, case: Case) -> String {
    let parts: Vec<&str> = words.split('_').collect();
    match case {
        Case::Snake => words.to_owned(),
        Case::Dotted => parts.join("."),
        Case::Kebab => parts.join("-"),
        Case::Screaming => words.to_uppercase(),
        Case::Header => parts.iter().map(|part| capital(part)).collect::<Vec<_>>().join("-"),
        Case::Pascal => parts.iter().map(|part| capital(part)).collect(),
        Case::Camel => {
            let rest: String = parts[1..].iter().map(|part| capital(part)).collect();
            format!("{}{rest}", parts[0])
        }
    }
}

fn capital(word: &str) -> String {
    let mut letters = word.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().collect::<String>() + letters.as_str())
}
