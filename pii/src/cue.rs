//! The words before a value that say what it is: a key and a sign, a phrase, a column, an element of XML.

use crate::Detector;
use crate::detectors::assignment::is_scheme;
use crate::key::whole;
use crate::text::{OneOf, at, before, ends, run};
use crate::words::atoms::*;
use crate::words::{Atoms, may_end, may_join, meanings};

/// What the words before a value say.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Cue {
    pub(crate) detector: Detector,
    pub(crate) atoms: Atoms,
    /// What stands between: `=`, `:`, or a space if the words just go before.
    pub(crate) sign: u8,
    /// It is a parameter of a URL or of a form: it ends at `&`.
    pub(crate) is_parameter: bool,
}

/// How many bytes may stand between words and value.
const GAP: usize = 24;
/// How far back words are read.
const REACH: usize = 48;

/// What words mean that say what a value is, whatever goes after them.
const CUES: Atoms =
    PASSWORD.or(CVV).or(AUTH).or(COOKIE).or(SECRET).or(TOKEN).or(IBAN).or(SSN).or(PLATE).or(NATIONAL).or(IMEI);
/// What words mean that say what a value is together with words before them.
const HEADS: Atoms = NUMBER
    .or(ID)
    .or(KEY)
    .or(NAME)
    .or(GIVEN)
    .or(ADDRESS)
    .or(STREET)
    .or(POSTAL)
    .or(ZIP)
    .or(CODE)
    .or(ACCOUNT)
    .or(BANK)
    .or(ROUTING)
    .or(BIRTH)
    .or(DATE)
    .or(PASSPORT)
    .or(LICENCE)
    .or(DRIVER)
    .or(CARD)
    .or(PHONE)
    .or(DEVICE)
    .or(EMAIL)
    .or(WALLET)
    .or(MAC)
    .or(USER)
    .or(LOGIN)
    .or(LAT)
    .or(LON)
    .or(GEO)
    .or(SESSION)
    .or(TAX);

/// What is said of the value that begins at `start`.
pub(crate) fn before_value(text: &[u8], start: usize) -> Option<Cue> {
    let (end, sign) = end_of_words(text, start)?;
    let name = name_before(text, end)?;
    // `host.example.com/auth:1.2`, `@auth.example.com:5432`
    if sign != b'=' && matches!(before(text, name), b'/' | b'@')
        || end - name > 16 && text[name..end].iter().filter(|byte| byte.is_ascii_digit()).count() > 1
    {
        return None;
    }
    if end - name < 2 && !matches!(text[name], b's' | b'n') {
        return None;
    }
    if is_carrier(&text[name..end]) {
        // `ship to: `, `ssn LIKE '…'`
        let further = word_further(text, name).map(|from| meanings(&text[from..end]));
        if let Some((detector, said)) = further.and_then(|said| Some((whole(said)?, said))) {
            return Some(Cue {
                detector,
                atoms: said.all,
                sign: if text[name].is_ascii_uppercase() { b':' } else { sign },
                is_parameter: false,
            });
        }
        // `type=value_error`: another word that carries nothing.
        let value = start + run(text, start, 4, |byte| matches!(byte, b'"' | b'\'' | b'\\' | b' '));
        let word = run(text, value, 13, |byte| byte.is_ascii_alphabetic() || byte == b'_');
        return if is_carrier(&text[value..value + word]) { None } else { of_pair(text, name, sign) };
    }
    // `the user's "x"`, `to pass "x"`: no names of values.
    let word = &text[name..end];
    if sign == b' ' && (word.ends_with(b"'s") || word.eq_ignore_ascii_case(b"pass")) {
        return None;
    }
    let said = meanings(word);
    let all = said.all;
    let may_be_part = if all == Atoms::NONE { may_end(word) || is_scheme(word) } else { said.last.any(HEADS) };
    if !may_be_part && !all.any(CUES) {
        return None;
    }
    let is_parameter = sign == b'=' && matches!(before(text, name), b'?' | b'&');
    let cue = |detector, atoms| Some(Cue { detector, atoms, sign, is_parameter });
    let alone = whole(said);
    // `address`, `user` and `name` are somebody's or something's: the word before says whose.
    let is_sure = !matches!(alone, None | Some(Detector::PostalAddress | Detector::UserAccount | Detector::PersonName));
    if let Some(detector) = alone.filter(|_| is_sure) {
        return cue(detector, all);
    }
    // `Date of birth: `, `driving licence `: the words before it may say more.
    let mut from = name;
    for count in 0..3 {
        let Some(next) = word_further(text, from).filter(|_| end - from <= REACH) else { break };
        let word = &text[next..from - 1];
        from = next;
        // What is not known may still be a part: `mot de passe`.
        if meanings(word).all == Atoms::NONE && !may_join(word) {
            break;
        }
        let further = meanings(&text[from..end]);
        match whole(further) {
            Some(detector) => return cue(detector, further.all),
            None if count == 0 && alone.is_some() && further.near != said.near && sign != b'=' => return None,
            None => {}
        }
    }
    cue(alone?, all)
}

/// Words that a value stands behind, and that say nothing of it: `{"name":"…","value":"…"}`, `… LIKE '…'`.
fn is_carrier(word: &[u8]) -> bool {
    CARRIERS.contains(word)
}

static CARRIERS: OneOf = OneOf::new(&[
    b"value",
    b"val",
    b"query",
    b"new",
    b"to",
    b"$eq",
    b"eq",
    b"from",
    b"old",
    b"has",
    b"null",
    b"newvalue",
    b"oldvalue",
    b"new_value",
    b"old_value",
    b"input_value",
    b"value_error",
    b"type",
    b"invalid",
    b"input_type",
    b"like",
    b"in",
    b"ilike",
    b"equals",
    b"contains",
    b"term",
    b"match",
    b"default",
    b"string",
    b"text",
    b"content",
    b"stringvalue",
    b"string_value",
    b"input",
    b"data",
    b"attribute",
    b"$in",
    b"$regex",
    b"$gt",
    b"$ne",
    b"keyword",
    b"raw",
    b"after",
    b"before",
    b"s",
    b"n",
]);

/// What is said by the name that stands before a word that carries a value.
fn of_pair(text: &[u8], mut carrier: usize, sign: u8) -> Option<Cue> {
    let lowest = carrier.saturating_sub(96);
    for _ in 0..5 {
        let mut end = carrier;
        while end > lowest && !(text[end - 1].is_ascii_alphanumeric() || text[end - 1] >= 0x80 || text[end - 1] == b'_')
        {
            // The pair of another value ends here.
            if matches!(text[end - 1], b';' | b'&') {
                return None;
            }
            end -= 1;
        }
        let name = word_before(text, end);
        if name == end || end <= lowest {
            return None;
        }
        let word = &text[name..end];
        if !is_carrier(word) {
            let said = meanings(word);
            return whole(said).map(|detector| Cue {
                detector,
                atoms: said.all,
                sign: if sign == b' ' { b':' } else { sign },
                is_parameter: false,
            });
        }
        carrier = name;
    }
    None
}

/// Where the words before a value end, and the sign between.
fn end_of_words(text: &[u8], start: usize) -> Option<(usize, u8)> {
    // Mostly the sign stands right between.
    if start > 1 && matches!(text[start - 1], b'=' | b':') && text[start - 2].is_ascii_alphanumeric() {
        return Some((start - 1, text[start - 1]));
    }
    let lowest = start.saturating_sub(GAP);
    let (mut place, mut sign) = (start, b' ');
    while place > lowest {
        match text[place - 1] {
            b'|' if before(text, place - 1) == b' ' && at(text, place) == b' ' => sign = b':',
            b' ' | b'"' | b'\'' | b'\\' | b'[' | b']' | b'#' | b'`' | b'{' => {}
            b'>' if sign == b' ' => sign = b'=',
            b'=' | b':' => sign = text[place - 1],
            b'-' if before(text, place - 1) == b' ' || sign == b'=' && at(text, place) == b'>' => {}
            b'(' => {
                // `(secret)=(`
                if sign == b'=' && before(text, place - 1) == b')' {}
            }
            b')' if sign != b' ' && before(text, place - 1) != b'(' => {}
            b')' if ends(&text[..place], b"string(9)") => {}
            // `"key"=> string(9) "`
            b'0'..=b'9' if place < start && at(text, place) == b')' => {}
            b'g' if ends(&text[..place], b"string") && at(text, place) == b'(' => place -= 5,
            _ => break,
        }
        place -= 1;
    }
    if place == start && place > 0 && !matches!(at(text, start), b'=' | b':') {
        return None;
    }
    if sign == b' ' {
        for word in [&b" is"[..], b" was", b" ist", b" est", b" es", b" are", b" equals"] {
            if ends(&text[..place], word) {
                return Some((place - word.len(), sign));
            }
        }
    }
    Some((place, sign))
}

/// Where the key that ends at `end` begins.
fn name_before(text: &[u8], end: usize) -> Option<usize> {
    let start = word_before(text, end);
    text[start..end].iter().any(|byte| byte.is_ascii_alphabetic() || *byte >= 0x80).then_some(start)
}

/// Where the word before the one that begins at `from` begins, if a space is all that stands between.
fn word_further(text: &[u8], from: usize) -> Option<usize> {
    // A flag of a command stands for itself.
    let end = from.checked_sub(1).filter(|end| text[*end] == b' ' && text[from] != b'-')?;
    let start = word_before(text, end);
    (start < end).then_some(start)
}

fn word_before(text: &[u8], end: usize) -> usize {
    let lowest = end.saturating_sub(REACH);
    let is_letter = |byte: u8| byte.is_ascii_alphabetic();
    let mut start = end;
    while start > lowest {
        match text[start - 1] {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'_' | b'-' | b'.' | b'$' | 0x80.. => {}
            // `driver's`
            b'\'' if start < end && is_letter(text[start]) && is_letter(before(text, start - 1)) => {}
            _ => break,
        }
        start -= 1;
    }
    start
}

/// What a name says by itself.
pub(crate) fn of_name(name: &[u8]) -> Option<Cue> {
    let said = meanings(name);
    whole(said).map(|detector| Cue { detector, atoms: said.all, sign: b'=', is_parameter: false })
}

/// What an element of XML that opens before the `>` at `close` says.
pub(crate) fn of_element(text: &[u8], close: usize) -> Option<Cue> {
    let lowest = close.saturating_sub(96);
    let open = lowest + memchr::memrchr(b'<', &text[lowest..close])?;
    let tag = &text[open + 1..close];
    if tag.contains(&b'>') || tag.ends_with(b"/") || !tag.first()?.is_ascii_alphabetic() {
        return None;
    }
    let name = tag.split(|byte| byte.is_ascii_whitespace()).next()?;
    let name = name.rsplit(|byte| *byte == b':').next()?;
    of_name(name)
}
