//! Names and values as the many small languages of configuration, logs and protocols write them.

use crate::dice::Dice;
use crate::frames::encoded;
use crate::keys::{self, Case};
use crate::text::Text;
use crate::value::Value;

/// What stands around a value.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Quotes {
    /// Nothing: the value is one word.
    None,
    /// `"`, escaped with a backslash.
    Double,
    /// `'`, which the value must not have.
    Single,
    /// Brackets or tags, which the value must not have.
    Enclosed,
}

use Quotes::{Double, Enclosed, None as Bare, Single};

/// How a name is written, a template with `{k}` for it and `{v}` for the value, and the quotes around that.
const DIALECTS: &[(Case, &str, Quotes)] = &[
    (Case::Snake, "{k} => {v}", Bare),
    (Case::Snake, "{k} -> {v}", Bare),
    (Case::Snake, "saved [{k}: {v}] in 12ms", Enclosed),
    (Case::Camel, "Profile{id=7, {k}='{v}', active=true}", Single),
    (Case::Camel, "Profile(id=7, {k}={v}, active=true)", Bare),
    (Case::Camel, "Profile{id=7, {k}={v}}", Bare),
    (Case::Camel, "{ id: 7, {k}: '{v}', active: true }", Single),
    (Case::Camel, "{ id: 7, {k}: \"{v}\" }", Double),
    (Case::Snake, "[profile]\n{k} = \"{v}\"\nactive = true", Double),
    (Case::Snake, "[profile]\n{k}={v}\nactive=1\n", Bare),
    (Case::Dotted, "app.{k}={v}\napp.active=true\n", Bare),
    (Case::Camel, "mutation { save(id: 7, {k}: \"{v}\") { id } }", Double),
    (Case::Camel, "{\"operationName\":\"Save\",\"variables\":{\"{k}\":\"{v}\"}}", Double),
    (Case::Snake, "id: 7 {k}: \"{v}\" active: true", Double),
    (Case::Snake, "<input type=\"text\" name=\"{k}\" value=\"{v}\">", Double),
    (Case::Snake, "Content-Disposition: form-data; name=\"{k}\"\r\n\r\n{v}\r\n--boundary", Enclosed),
    (Case::Snake, "| {k} | {v} |", Enclosed),
    (Case::Camel, "CEF:0|acme|gate|1.0|100|login|5|{k}={v} outcome=ok", Bare),
    (Case::Camel, "<165>1 2026-03-04T11:22:33Z web app - ID47 [acme@32473 {k}=\"{v}\"] done", Double),
    (Case::Snake, "logins_total{{k}=\"{v}\",ok=\"true\"} 17", Double),
    (Case::Snake, "Array\n(\n    [id] => 7\n    [{k}] => {v}\n)\n", Enclosed),
    (Case::Snake, "array ( 'id' => 7, '{k}' => '{v}', )", Single),
    (Case::Snake, "#<Profile id: 7, {k}: \"{v}\", active: true>", Double),
    (Case::Pascal, "{ Id = 7, {k} = {v}, Active = True }", Bare),
    (Case::Snake, "Profile(id=7, {k}='{v}', active=True)", Single),
    (
        Case::Snake,
        "1 validation error for Profile\n{k}\n  invalid [type=value_error, input_value='{v}', input_type=str]",
        Single,
    ),
    (Case::Snake, "https://app.example.com/cb#state=x&{k}={v}", Bare),
    (Case::Kebab, "/items;{k}={v};v=2/list", Bare),
    (Case::Snake, "SELECT 1 FROM t WHERE {k} IN ('{v}')", Single),
    (Case::Snake, "SELECT 1 FROM t WHERE {k} LIKE '{v}%' OR n = 3", Single),
    (Case::Snake, "SELECT 1 FROM t WHERE lower({k}) = '{v}'", Single),
    (Case::Snake, "UPDATE `t` SET `n` = 3, `{k}` = '{v}' WHERE `id` = 7", Single),
    (Case::Snake, "parameters: {{k}='{v}', n='3'}", Single),
    (Case::Snake, "Binding param {k} = {v}", Bare),
    (Case::Camel, "db.users.find({ {k}: { $eq: \"{v}\" } })", Double),
    (Case::Camel, "{\"query\":{\"term\":{\"{k}\":\"{v}\"}}}", Double),
    (Case::Snake, "{\"query\":{\"match\":{\"{k}\":{\"query\":\"{v}\",\"boost\":1}}}}", Double),
    (Case::Snake, "{\"name\":\"{k}\",\"value\":\"{v}\"}", Double),
    (Case::Snake, "{\"field\":\"{k}\",\"old\":null,\"new\":\"{v}\"}", Double),
    (Case::Snake, "HSET user:1 {k} \"{v}\"", Double),
    (Case::Camel, "searching ({k}={v}) in dc=example", Enclosed),
    (Case::Snake, "field '{k}' has value '{v}', which is not allowed", Single),
    (Case::Camel, "Validation failed: {k} \"{v}\" is too long", Double),
    (Case::Camel, "changed {k} from \"\" to \"{v}\"", Double),
    (Case::Snake, "--data '{\"{k}\": \"{v}\"}'", Double),
    (Case::Snake, "-d {k}={v} -d n=3", Bare),
    (Case::Kebab, "helm upgrade app --set config.{k}={v} --wait", Bare),
    (Case::Screaming, "ENV {k}={v}", Bare),
    (Case::Screaming, "- name: {k}\n  value: \"{v}\"", Double),
    (Case::Pascal, "<Setting Name=\"{k}\" Value=\"{v}\" />", Double),
    (Case::Pascal, "<add key=\"{k}\" value=\"{v}\"/>", Double),
    (Case::Snake, "\\\"{k}\\\": \\\"{v}\\\"", Enclosed),
    (Case::Snake, "{k}=\"{v}\"; n=\"3\"", Double),
    (Case::Snake, "{k}:{v} n:3", Bare),
    (Case::Header, "{k}:{v}\r\nAccept: */*", Enclosed),
    (Case::Snake, "scope={\"{k}\":[\"{v}\"]}", Double),
    (Case::Snake, "\u{1b}[32mINFO\u{1b}[0m saved \u{1b}[2m{k}\u{1b}[0m=\u{1b}[36m{v}\u{1b}[0m", Enclosed),
];

pub(crate) fn dialect(dice: &mut Dice, value: &Value) -> Option<Text> {
    let (case, template, quotes) = dice.pick(DIALECTS);
    let forbidden: &[char] = match quotes {
        Bare => &['"', '\'', ',', ';', '&', '=', '}', ')', '|', '#', '%'],
        Double => &[],
        Single => &['\''],
        Enclosed => &['[', ']', '|', '(', ')', '"', '\\', '<', '\u{1b}'],
    };
    let fits = value.is_one_line() && !value.text.contains(forbidden) && (quotes != Bare || value.is_one_word());
    let (before, after) = template.split_once("{v}").filter(|_| fits)?;
    let name = keys::ascii(dice, value.cues, case);
    let mut text = Text::default();
    text.push(&before.replace("{k}", &name));
    text.encoded(value, "dialect", if quotes == Double { encoded::json } else { str::to_owned });
    text.push(&after.replace("{k}", &name));
    Some(text)
}
