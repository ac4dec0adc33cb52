//! How a value stands in a text: alone, in a sentence, in a language of machines.

mod code;
mod dialects;
mod encoded;
mod named;
mod sentence;
mod web;

use crate::dice::Dice;
use crate::text::Text;
use crate::value::Value;

/// Puts a value into a text, or declines because no such text would hold it.
type Frame = fn(&mut Dice, &Value) -> Option<Text>;

/// Frames that say nothing of what stands in them.
const UNNAMED: &[(u32, Frame)] = &[
    (22, sentence::neutral),
    (8, sentence::punctuated),
    (2, sentence::glued),
    (8, web::path),
    (4, web::neutral_query),
    (7, code::neutral_members),
    (5, code::sql_literal),
    (4, code::csv),
    (4, code::stack_trace),
    (2, code::file_path),
    (1, encoded::base64),
];

/// Frames in which one of the names of the value stands before it.
const NAMED: &[(u32, Frame)] = &[
    (16, named::phrase),
    (22, dialects::dialect),
    (12, named::logfmt),
    (12, named::json),
    (5, named::json_escaped),
    (8, web::query),
    (3, web::form),
    (5, web::header),
    (5, code::sql),
    (4, code::xml),
    (4, code::yaml),
    (4, code::command_line),
    (3, code::environment),
    (6, code::debug_print),
    (3, code::exception),
];

/// A value alone.
pub(crate) fn bare(value: &Value) -> Text {
    let mut text = Text::default();
    text.value(value, "bare");
    text
}

/// A value in a text that gives enough away to know what it is.
pub(crate) fn framed(dice: &mut Dice, value: &Value) -> Text {
    // Nobody can know where it ends.
    if value.variant == "cut_off" {
        return bare(value);
    }
    for _ in 0..50 {
        let frames = if value.needs_cue || dice.percent(35) { NAMED } else { UNNAMED };
        if let Some(text) = dice.weighted(frames)(dice, value) {
            return text;
        }
    }
    let mut text = Text::default();
    text.push("key: ").value(value, "fallback");
    text
}
