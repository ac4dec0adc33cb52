//! Telephone numbers.

use crate::Family::Phone;
use crate::dice::Dice;
use crate::value::{Cues, Value};

static CUES: Cues = Cues {
    keys: &[
        "phone_no",
        "contact_no",
        "cellphone",
        "home_phone",
        "work_phone",
        "callback_number",
        "caller_id",
        "from_number",
        "to_number",
        "dialed_number",
        "whatsapp_number",
        "fax_number",
        "tlf",
        "puhelin",
        "telefoon",
        "nomor_hp",
        "τηλέφωνο",
        "sdt",
        "phone",
        "phone_number",
        "mobile",
        "mobile_phone",
        "tel",
        "telephone",
        "cell",
        "cell_phone",
        "msisdn",
        "contact_number",
        "fax",
        "whatsapp",
        "sms_to",
        "telefon",
        "telefono",
        "teléfono",
        "telefone",
        "celular",
        "móvil",
        "telefonnummer",
        "handynummer",
        "numero_telephone",
        "電話番号",
        "телефон",
        "手机号",
        "전화번호",
    ],
    phrases: &[
        "phone",
        "phone number",
        "mobile",
        "tel",
        "Tel.",
        "call me at",
        "cell",
        "fax",
        "telephone",
        "SMS to",
        "Telefon",
        "teléfono",
        "téléphone",
        "celular",
        "numer telefonu",
        "телефон",
        "電話",
        "手机",
    ],
};

/// International numbers: country code and the groups that its people write, `2` a digit from 2 to 9.
const INTERNATIONAL: &[(&str, &[&str])] = &[
    ("1", &["2## 2## ####"]),
    ("44", &["20 2### ####", "7### ######", "161 2## ####"]),
    ("49", &["30 2######", "151 2#######", "89 2## ####"]),
    ("33", &["6 ## ## ## ##", "1 ## ## ## ##"]),
    ("34", &["6## ## ## ##", "91 2## ## ##"]),
    ("39", &["3## 2## ####", "06 2### ####"]),
    ("31", &["6 2#######", "20 2## ####"]),
    ("32", &["4## ## ## ##"]),
    ("41", &["7# 2## ## ##", "44 2## ## ##"]),
    ("43", &["664 2######"]),
    ("46", &["70 2## ## ##"]),
    ("47", &["9## ## ###"]),
    ("45", &["2# ## ## ##"]),
    ("358", &["40 2## ####"]),
    ("48", &["6## ### ###"]),
    ("420", &["7## ### ###"]),
    ("36", &["20 2## ####"]),
    ("30", &["69# ### ####"]),
    ("351", &["91# ### ###"]),
    ("353", &["85 2## ####"]),
    ("90", &["532 2## ## ##"]),
    ("7", &["916 2##-##-##"]),
    ("380", &["50 2## ## ##"]),
    ("972", &["52-2##-####"]),
    ("971", &["50 2## ####"]),
    ("91", &["98### #####", "22 2### ####"]),
    ("86", &["138 #### ####", "10 2### ####"]),
    ("81", &["90-2###-####", "3-2###-####"]),
    ("82", &["10-2###-####"]),
    ("65", &["9### ####"]),
    ("61", &["4## ### ###", "2 9### ####"]),
    ("64", &["21 2## ####"]),
    ("55", &["11 9####-####"]),
    ("52", &["55 2### ####"]),
    ("54", &["9 11 2###-####"]),
    ("56", &["9 #### ####"]),
    ("57", &["310 2## ####"]),
    ("27", &["82 2## ####"]),
    ("234", &["803 2## ####"]),
    ("254", &["712 ### ###"]),
    ("20", &["100 2## ####"]),
];

/// Numbers as they are dialled within a country.
const NATIONAL: &[(&str, &[&str])] = &[
    ("gb", &["020 7### ####", "07### ######", "07#########", "0161 4## ####", "(020) 7### ####"]),
    ("de", &["030 2######", "0151 2#######", "030/2######", "0151-2#######", "(030) 2######", "01512#######"]),
    ("fr", &["06 ## ## ## ##", "01.##.##.##.##", "06########", "01-##-##-##-##"]),
    ("es", &["6## ### ###", "91 2## ## ##", "6########"]),
    ("it", &["3## 2######", "06 2### ####"]),
    ("nl", &["06-2#######", "020-2######", "0612######"]),
    ("ch", &["079 2## ## ##", "044 2## ## ##"]),
    ("se", &["070-2## ## ##", "08-2## ## ##"]),
    ("pl", &["6## ### ###", "22 2## ## ##"]),
    ("ru", &["8 (916) 2##-##-##", "8 916 2## ## ##", "8916#######"]),
    ("in", &["098### #####", "98########", "022-2### ####"]),
    ("cn", &["138########", "138 #### ####", "138-####-####", "010-2#######"]),
    ("jp", &["090-2###-####", "03-2###-####", "0902#######", "(03) 2###-####"]),
    ("kr", &["010-2###-####", "02-2##-####"]),
    ("au", &["0412 ### ###", "(02) 9### ####", "0412######"]),
    ("br", &["(11) 9####-####", "(21) 2###-####", "11 9####-####", "119########"]),
    ("mx", &["55 2### ####", "(55) 2###-####"]),
    ("za", &["082 2## ####", "0822######"]),
    ("tr", &["0532 2## ## ##"]),
    ("us", &["2## 2## ####", "2##2######", "1-2##-2##-####"]),
];

pub(crate) fn phone(dice: &mut Dice) -> Value {
    type Make = fn(&mut Dice) -> Value;
    const FORMATS: &[(u32, Make)] = &[
        (20, e164),
        (20, international),
        (16, north_american),
        (22, national),
        (4, tel_uri),
        (4, double_zero),
        (4, extension),
        (3, faker),
        (2, trunk_zero),
        (2, disguised),
    ];
    dice.weighted(FORMATS)(dice)
}

fn evident(variant: &'static str, text: String) -> Value {
    Value::evident(Phone, variant, text, &CUES)
}

/// Replaces `#` with any digit and `2` with one from 2 to 9 where the mask has more than fixed digits around it.
fn fill(dice: &mut Dice, mask: &str) -> String {
    let mut text = String::new();
    let marks: Vec<char> = mask.chars().collect();
    for (index, &mark) in marks.iter().enumerate() {
        match mark {
            '#' => text.push_str(&dice.digits(1)),
            '2' if marks.get(index + 1) == Some(&'#') => text.push_str(&dice.between(2, 9).to_string()),
            other => text.push(other),
        }
    }
    text
}

fn subscriber(dice: &mut Dice) -> (&'static str, String) {
    let (code, masks) = dice.pick(INTERNATIONAL);
    let mask = dice.pick(masks);
    (code, fill(dice, mask))
}

fn digits_only(text: &str) -> String {
    text.chars().filter(char::is_ascii_digit).collect()
}

fn e164(dice: &mut Dice) -> Value {
    let (code, rest) = subscriber(dice);
    evident("e164", format!("+{code}{}", digits_only(&rest)))
}

fn international(dice: &mut Dice) -> Value {
    let (code, rest) = subscriber(dice);
    let separator = dice.pick(&[" ", " ", " ", "-", "."]);
    let rest: String = if separator == " " { rest } else { rest.replace([' ', '-'], separator) };
    match dice.below(4) {
        0 => {
            let (area, number) = rest.split_at(rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len()));
            evident("international_brackets", format!("+{code} ({area}){number}"))
        }
        _ => evident("international", format!("+{code}{separator}{rest}")),
    }
}

fn north_american(dice: &mut Dice) -> Value {
    let area = fill(dice, "2##").replace("11", "12");
    let exchange = if dice.percent(40) { "555".to_owned() } else { fill(dice, "2##").replace("11", "12") };
    let line = dice.digits(4);
    match dice.below(6) {
        0 | 1 => evident("us_brackets", format!("({area}) {exchange}-{line}")),
        2 | 3 => evident("us_dashes", format!("{area}-{exchange}-{line}")),
        4 => evident("us_brackets_tight", format!("({area}){exchange}-{line}")),
        _ => evident("us_dots", format!("{area}.{exchange}.{line}")).hard(),
    }
}

fn national(dice: &mut Dice) -> Value {
    let (country, masks) = dice.pick(NATIONAL);
    let mask = dice.pick(masks);
    Value::named(Phone, country, fill(dice, mask), &CUES)
}

fn tel_uri(dice: &mut Dice) -> Value {
    let (code, rest) = subscriber(dice);
    let number = if dice.percent(50) { digits_only(&rest) } else { rest.replace(' ', "-") };
    let text = format!("tel:+{code}{}{number}", if number.contains('-') { "-" } else { "" });
    let end = text.len();
    evident("tel_uri", text).core(4..end)
}

fn double_zero(dice: &mut Dice) -> Value {
    let (code, rest) = subscriber(dice);
    let value = Value::named(Phone, "double_zero", format!("00{code} {rest}"), &CUES);
    if dice.percent(50) { Value { text: value.text.replace([' ', '-'], ""), ..value }.whole() } else { value }
}

fn extension(dice: &mut Dice) -> Value {
    let extension = dice.digits(3);
    let mark = dice.pick(&[" x", "x", " ext. ", " ext ", ";ext=", " #"]);
    let base = if dice.percent(50) { north_american(dice) } else { international(dice) };
    let end = base.text.len();
    evident("extension", format!("{}{mark}{extension}", base.text)).core(0..end)
}

/// The formats that generators of test data for North America like.
fn faker(dice: &mut Dice) -> Value {
    let mask = dice.pick(&[
        "001-2##-2##-####",
        "+1-2##-2##-####x###",
        "+1-2##-2##-####",
        "2##-2##-####x####",
        "(2##)2##-####x##",
        "001-2##-2##-####x####",
    ]);
    let text = fill(dice, mask);
    let end = text.find('x').unwrap_or(text.len());
    evident("faker", text).core(0..end)
}

fn trunk_zero(dice: &mut Dice) -> Value {
    let mask = dice.pick(&[
        "+44 (0)20 7### ####",
        "+49 (0)30 2######",
        "+33 (0)6 ## ## ## ##",
        "+31 (0)20 2## ####",
        "+41 (0)44 2## ## ##",
    ]);
    evident("trunk_zero", fill(dice, mask))
}

fn disguised(dice: &mut Dice) -> Value {
    let (code, rest) = subscriber(dice);
    let text = format!("+{code} {rest}");
    match dice.below(4) {
        0 => evident("no_break_space", text.replace(' ', "\u{a0}")).hard(),
        1 => evident("non_ascii_hyphen", text.replace([' ', '-'], "\u{2011}")).hard(),
        2 => evident("full_width", text.chars().map(full_width).collect()).hard(),
        _ => evident("spaced_out", format!("+ {code} {}", rest.replace([' ', '-'], " - "))).hard(),
    }
}

/// An ASCII digit or sign in its full-width form.
pub(crate) fn full_width(c: char) -> char {
    match c {
        '0'..='9' | '+' | '-' => char::from_u32(u32::from(c) + 0xfee0).unwrap_or(c),
        other => other,
    }
}
