//! Sentences and punctuation.

use crate::dice::Dice;
use crate::text::Text;
use crate::value::Value;

/// Sentences of several languages, with `{}` where something is named.
const SENTENCES: &[&str] = &[
    "could not process {}",
    "request from {} rejected after 3 attempts",
    "lookup of {} failed: not found",
    "Retry scheduled for {} in 30s",
    "{} added to the queue",
    "received {} from upstream, forwarding",
    "value {} is not valid for this field",
    "cache miss for {}",
    "matched {} against 12 rules",
    "Processing {}...",
    "skipping {}, already seen",
    "unexpected input: {}",
    "failed to parse {} at line 4",
    "sync finished for {} (2 of 5)",
    "support ticket says: my data is {} please fix",
    "[worker-3] done with {}",
    "2026-03-04T11:22:33Z INFO handler finished {} status=200",
    "Verarbeitung von {} fehlgeschlagen",
    "Kunde {} wurde nicht gefunden",
    "no se pudo validar {}",
    "échec du traitement pour {}",
    "impossibile elaborare {}",
    "não foi possível processar {}",
    "обработка {} завершилась ошибкой",
    "nie można przetworzyć {} w kolejce",
    "{} の処理に失敗しました",
    "处理 {} 时出错",
    "{} 처리 중 오류가 발생했습니다",
    "kunde inte hantera {}",
];

/// What stands directly at a value.
const PUNCTUATION: &[(&str, &str)] = &[
    ("(", ")"),
    ("\"", "\""),
    ("'", "',"),
    ("[", "]"),
    ("|", "|"),
    ("", "."),
    ("", ";"),
    ("", ", ok"),
    ("", ": denied"),
    ("→", ""),
    ("->", ""),
    ("`", "`"),
    ("«", "»"),
    ("\t", "\t200"),
    ("\n", "\n"),
    ("id:", ""),
    ("{", "}"),
    ("* ", "\n* next"),
    ("“", "”"),
    ("<b>", "</b>"),
    ("", "!"),
    ("", "?"),
    ("#1 ", " #2"),
    (">>> ", " <<<"),
];

/// Words of languages that put no spaces between them.
const GLUED: &[(&str, &str)] =
    &[("用户", "登录失败"), ("送信先は", "です"), ("来自", "的请求"), ("사용자", "가"), ("値", "が不正")];

pub(crate) fn neutral(dice: &mut Dice, value: &Value) -> Option<Text> {
    let sentence = dice.pick(SENTENCES);
    let (before, after) = sentence.split_once("{}")?;
    let mut text = Text::default();
    text.push(before).value(value, "sentence").push(after);
    Some(text)
}

pub(crate) fn punctuated(dice: &mut Dice, value: &Value) -> Option<Text> {
    let (before, after) = dice.pick(PUNCTUATION);
    let mut text = Text::default();
    if dice.percent(40) {
        text.push("got ");
    }
    text.push(before).value(value, "punctuation").push(after);
    Some(text)
}

pub(crate) fn glued(dice: &mut Dice, value: &Value) -> Option<Text> {
    let (before, after) = dice.pick(GLUED);
    let mut text = Text::default();
    text.push(before).value(value, "no_spaces").harden().push(after);
    Some(text)
}
