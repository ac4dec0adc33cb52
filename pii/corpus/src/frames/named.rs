//! The name of a value, and the value: in sentences, log lines and JSON.

use crate::dice::Dice;
use crate::frames::encoded;
use crate::keys;
use crate::text::Text;
use crate::value::Value;

/// What stands between a phrase and its value, and after it. The last ones leave open where a free text ends.
const CLOSED: &[(&str, &str)] = &[
    (": \"", "\""),
    (" '", "' is invalid"),
    ("=\"", "\" rejected"),
    (": '", "', retrying"),
    (": ", ""),
    (": ", "\nnext line"),
    ("=", ""),
    (" (", ")"),
];

const OPEN: &[(&str, &str)] = &[
    (": ", " rejected"),
    (" ", " not found"),
    (" ", ""),
    (" is ", ""),
    (": ", ", status 200"),
    (" = ", "; retry 2"),
    (":", ""),
    (" - ", ""),
    (" ", " already exists"),
    (" #", ""),
];

pub(crate) fn phrase(dice: &mut Dice, value: &Value) -> Option<Text> {
    let name = keys::phrase(dice, value);
    let closed = value.is_free_text() || dice.percent(40);
    let (between, after) = dice.pick(if closed { CLOSED } else { OPEN });
    let quote = between.chars().last().filter(|c| matches!(c, '"' | '\'' | '('));
    if quote.is_some_and(|quote| value.text.contains([quote, ')'])) {
        return None;
    }
    let before = dice.pick(&["", "", "invalid ", "new ", "The ", "duplicate ", "user 17: ", "update ", "[form] "]);
    let mut text = Text::default();
    text.push(before).push(name).push(between).value(value, "phrase");
    if value.is_free_text() && quote == Some('(') {
        text.harden();
    }
    text.push(after);
    Some(text)
}

pub(crate) fn logfmt(dice: &mut Dice, value: &Value) -> Option<Text> {
    value.is_one_line().then(|| {
        let mut text = Text::default();
        text.push(dice.pick(&[
            "",
            "level=info msg=\"saved\" ",
            "ts=2026-03-04T11:22:33Z caller=api.go:42 ",
            "INFO ",
            "op=update id=17 ",
        ]));
        text.push(&keys::member(dice, value.cues)).push("=");
        if value.is_one_word() && dice.percent(60) {
            text.value(value, "logfmt");
        } else {
            text.push("\"").encoded(value, "logfmt", encoded::json).push("\"");
        }
        text.push(dice.pick(&["", " status=200", " duration=12ms ok=true", " err=\"timeout\""]));
        text
    })
}

pub(crate) fn json(dice: &mut Dice, value: &Value) -> Option<Text> {
    let mut text = Text::default();
    let (before, after) = dice.pick(&[
        ("{", "}"),
        ("{\"id\":17,", ",\"ok\":true}"),
        ("{\"type\":\"profile\",\"data\":{", "},\"v\":2}"),
        ("body={\"a\":[1,2],", "}"),
        ("[{\"seq\":1,", "},{\"seq\":2}]"),
        ("{\n  ", ",\n  \"active\": true\n}"),
    ]);
    let colon = dice.pick(&[":", ":", ": ", " : "]);
    text.push(before).push("\"").push(&keys::member(dice, value.cues)).push("\"").push(colon);
    if value.is_integer() && dice.percent(25) {
        text.value(value, "json");
    } else {
        let encode = if dice.percent(20) { encoded::json_ascii } else { encoded::json };
        text.push("\"").encoded(value, "json", encode).push("\"");
    }
    text.push(after);
    Some(text)
}

/// JSON in a string of JSON, once or twice.
pub(crate) fn json_escaped(dice: &mut Dice, value: &Value) -> Option<Text> {
    let inner = json(dice, value)?;
    let mut text = inner.reencoded(encoded::json);
    if dice.percent(30) {
        text = text.reencoded(encoded::json);
        text.harden();
    }
    for label in &mut text.labels {
        label.frame = "json_escaped";
    }
    Some(text)
}
