//! URLs, forms and headers.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use crate::Family;
use crate::dice::Dice;
use crate::keys::{self, Case};
use crate::text::Text;
use crate::value::Value;
use crate::words::{HOSTS, WORDS};

const ESCAPED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');
/// What browsers leave alone besides.
const LOOSELY_ESCAPED: &AsciiSet = &ESCAPED
    .remove(b'@')
    .remove(b':')
    .remove(b'/')
    .remove(b'!')
    .remove(b'*')
    .remove(b'\'')
    .remove(b'(')
    .remove(b')')
    .remove(b'$');

pub(crate) fn percent(text: &str) -> String {
    utf8_percent_encode(text, ESCAPED).to_string()
}

fn loosely(text: &str) -> String {
    utf8_percent_encode(text, LOOSELY_ESCAPED).to_string()
}

fn form_value(text: &str) -> String {
    percent(text).replace("%20", "+")
}

fn host(dice: &mut Dice) -> String {
    format!("https://{}.{}", dice.pick(HOSTS), dice.pick(&["example.com", "acme.io", "internal", "shop.example"]))
}

/// Whether a person would put it into a URL at all.
fn fits(value: &Value) -> bool {
    value.is_one_line()
        && value.text.len() < 400
        && !matches!(value.family, Family::UrlCredentials | Family::PrivateKey | Family::HttpAuth)
        && !value.variant.starts_with("cookie")
        && !value.text.contains("://")
        && !value.text.contains('%')
}

pub(crate) fn path(dice: &mut Dice, value: &Value) -> Option<Text> {
    (fits(value) && value.is_one_word() && !value.text.contains(['/', '?', '#'])).then(|| {
        let mut text = Text::default();
        match dice.below(4) {
            0 => text.push(&host(dice)),
            1 => text.push("GET "),
            _ => text.push(""),
        };
        text.push(&format!(
            "/{}/",
            dice.pick(&["users", "v1/accounts", "api/v2/customers", "lookup", "orders/by-contact"])
        ));
        let encode = if dice.percent(50) { percent } else { loosely };
        text.encoded(value, "url_path", encode);
        text.push(dice.pick(&["", "/orders", "/profile?expand=all", " HTTP/1.1", "/7"]));
        text
    })
}

pub(crate) fn neutral_query(dice: &mut Dice, value: &Value) -> Option<Text> {
    fits(value).then(|| parameter(dice, value, "q"))
}

pub(crate) fn query(dice: &mut Dice, value: &Value) -> Option<Text> {
    fits(value).then(|| {
        let case = dice.pick(&[Case::Snake, Case::Snake, Case::Camel, Case::Kebab]);
        let name = keys::ascii(dice, value.cues, case);
        parameter(dice, value, &name)
    })
}

fn parameter(dice: &mut Dice, value: &Value, name: &str) -> Text {
    let mut text = Text::default();
    match dice.below(3) {
        0 => text.push(&host(dice)),
        1 => text.push("GET "),
        _ => text.push(""),
    };
    text.push(&format!("/{}?", dice.pick(WORDS)));
    if dice.percent(50) {
        text.push("page=2&");
    }
    text.push(name).push("=");
    let encode = dice.pick(&[percent as fn(&str) -> String, form_value, loosely]);
    text.encoded(value, "url_query", encode);
    text.push(dice.pick(&["", "&lang=en", "&sort=asc&limit=50", " HTTP/1.1", "#top"]));
    text
}

pub(crate) fn form(dice: &mut Dice, value: &Value) -> Option<Text> {
    fits(value).then(|| {
        let mut text = Text::default();
        text.push(dice.pick(&["action=save&", "", "lang=de&step=3&"]));
        text.push(&keys::ascii(dice, value.cues, Case::Snake)).push("=");
        text.encoded(value, "form", form_value).push(dice.pick(&["", "&remember=1", "&submit=OK"]));
        text
    })
}

pub(crate) fn header(dice: &mut Dice, value: &Value) -> Option<Text> {
    value.is_one_line().then(|| {
        let name = keys::ascii(dice, value.cues, Case::Header);
        let name = if dice.percent(30) { name.to_lowercase() } else { name };
        let before = dice.pick(&["", "", "> ", "Accept: */*\r\n", "Host: api.example.com\n"]);
        let mut text = Text::default();
        text.push(before).push(&name).push(": ").value(value, "header");
        text.push(dice.pick(&["", "", "\r\nAccept: */*", "\nConnection: keep-alive"]));
        text
    })
}
