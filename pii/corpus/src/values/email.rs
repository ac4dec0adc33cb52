//! E-mail addresses.

use crate::Family::Email;
use crate::dice::Dice;
use crate::value::{Cues, Value};
use crate::words::{DOMAINS, HANDLES, IDN_DOMAINS};

static CUES: Cues = Cues {
    keys: &[
        "email",
        "e_mail",
        "email_address",
        "user_email",
        "mail",
        "recipient",
        "reply_to",
        "contact",
        "correo",
        "courriel",
        "adresse_mail",
        "e_posta",
        "メール",
        "почта",
        "邮箱",
    ],
    phrases: &[
        "email",
        "e-mail",
        "mail address",
        "sent to",
        "correo electrónico",
        "E-Mail-Adresse",
        "adresse e-mail",
        "почта",
    ],
};

pub(crate) fn email(dice: &mut Dice) -> Value {
    type Make = fn(&mut Dice) -> Value;
    const FORMATS: &[(u32, Make)] = &[
        (30, plain),
        (8, tagged),
        (6, upper),
        (5, in_brackets),
        (5, mailto),
        (5, with_digits),
        (4, odd_local),
        (3, idn),
        (3, percent),
        (2, quoted),
        (2, spelled),
        (1, unicode_local),
        (1, ip_domain),
        (1, escaped),
    ];
    dice.weighted(FORMATS)(dice)
}

/// An ordinary address, for other values to contain.
pub(crate) fn address(dice: &mut Dice) -> String {
    format!("{}@{}", local(dice), domain(dice))
}

fn local(dice: &mut Dice) -> String {
    let (first, last) = (dice.pick(HANDLES), dice.pick(HANDLES));
    match dice.below(6) {
        0 => first.to_owned(),
        1 => format!("{first}.{last}"),
        2 => format!("{first}_{last}"),
        3 => format!("{}{last}", &first[..1]),
        4 => format!("{first}-{last}"),
        _ => format!("{first}{}", dice.between(1, 99)),
    }
}

fn domain(dice: &mut Dice) -> String {
    match dice.below(4) {
        0 => format!("{}.{}", dice.pick(&["mail", "eu", "hr", "dept-7", "x"]), dice.pick(DOMAINS)),
        _ => dice.pick(DOMAINS).to_owned(),
    }
}

fn evident(variant: &'static str, text: String) -> Value {
    Value::evident(Email, variant, text, &CUES)
}

fn plain(dice: &mut Dice) -> Value {
    evident("plain", address(dice))
}

fn tagged(dice: &mut Dice) -> Value {
    let tag = dice.pick(&["newsletter", "test-1", "2024", "shop.offers", "a+b"]);
    evident("tagged", format!("{}+{tag}@{}", local(dice), domain(dice)))
}

fn upper(dice: &mut Dice) -> Value {
    let text = address(dice);
    evident("upper_case", if dice.percent(50) { text.to_uppercase() } else { capitalised(&text) })
}

fn capitalised(text: &str) -> String {
    let mut start = true;
    text.chars()
        .map(|c| {
            let upper = std::mem::replace(&mut start, !c.is_alphanumeric());
            if upper { c.to_ascii_uppercase() } else { c }
        })
        .collect()
}

fn in_brackets(dice: &mut Dice) -> Value {
    let text = address(dice);
    let length = text.len();
    evident("angle_brackets", format!("<{text}>")).core(1..length + 1)
}

fn mailto(dice: &mut Dice) -> Value {
    let text = address(dice);
    let core = 7..7 + text.len();
    let tail = dice.pick(&["", "", "?subject=hello"]);
    evident("mailto", format!("mailto:{text}{tail}")).core(core)
}

fn with_digits(dice: &mut Dice) -> Value {
    let length = dice.between(1, 9) as usize;
    evident("digits", format!("{}{}@{}", dice.pick(&["", "u", "q", "user", "x.y"]), dice.digits(length), domain(dice)))
}

fn odd_local(dice: &mut Dice) -> Value {
    let local =
        dice.pick(&["o'brien", "a.b.c.d", "first/last", "x", "user=dept", "sales#1", "j.d!", "_svc", "me%home"]);
    let value = evident("odd_local", format!("{local}@{}", domain(dice)));
    if local.contains(['\'', '/', '=', '#', '%']) {
        // The part that every reader of addresses agrees on.
        let start = value.text.rfind(['\'', '/', '=', '#', '%']).map_or(0, |at| at + 1);
        let end = value.text.len();
        return value.core(start..end).hard();
    }
    value
}

fn idn(dice: &mut Dice) -> Value {
    evident("idn_domain", format!("{}@{}", local(dice), dice.pick(IDN_DOMAINS))).hard()
}

fn percent(dice: &mut Dice) -> Value {
    evident("percent_encoded", address(dice).replace('@', "%40")).hard()
}

fn quoted(dice: &mut Dice) -> Value {
    let first = dice.pick(HANDLES);
    evident("quoted_local", format!("\"{first} {}\"@{}", dice.pick(HANDLES), domain(dice))).hard()
}

fn spelled(dice: &mut Dice) -> Value {
    let (at, dot) = dice.pick(&[
        (" at ", " dot "),
        (" [at] ", " [dot] "),
        ("(at)", "."),
        (" AT ", " DOT "),
        ("[at]", "[dot]"),
        (" (at) ", "."),
    ]);
    let domain =
        dice.pick(&["gmail.com", "example.com", "web.de", "acme.io", "yahoo.com", "outlook.com"]).replace('.', dot);
    let (first, last) = (dice.pick(HANDLES), dice.pick(HANDLES));
    evident("spelled_out", format!("{first}.{last}{at}{domain}")).hard()
}

fn unicode_local(dice: &mut Dice) -> Value {
    evident(
        "unicode_local",
        format!("{}@{}", dice.pick(&["jürgen.groß", "анна", "zoë", "用户", "josé.núñez"]), domain(dice)),
    )
    .hard()
}

fn ip_domain(dice: &mut Dice) -> Value {
    let host = dice.mask("203.0.113.1#");
    evident("ip_domain", format!("{}@[{host}]", local(dice))).hard()
}

fn escaped(dice: &mut Dice) -> Value {
    let sign = dice.pick(&["&#64;", "\\u0040", "＠"]);
    evident("escaped_sign", address(dice).replace('@', sign)).hard()
}
