//! Languages of machines: SQL, CSV, XML, YAML, command lines, stack traces, values as programs print them.

use crate::dice::Dice;
use crate::frames::encoded;
use crate::keys::{self, Case};
use crate::text::Text;
use crate::value::Value;
use crate::words::WORDS;

fn sql_string(text: &str) -> String {
    text.replace('\'', "''")
}

fn xml_text(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

/// A value under names that say nothing.
pub(crate) fn neutral_members(dice: &mut Dice, value: &Value) -> Option<Text> {
    let mut text = Text::default();
    match dice.below(4) {
        0 => text.push("{\"value\":\"").encoded(value, "json", encoded::json).push("\",\"n\":3}"),
        1 => text.push("[\"a\",\"").encoded(value, "json", encoded::json).push("\",\"z\"]"),
        2 if value.is_one_word() => text.push("level=warn input=").value(value, "logfmt").push(" attempt=2"),
        _ => text.push("{\\\"data\\\":\\\"").encoded(value, "json_escaped", encoded::json).push("\\\"}"),
    };
    Some(text)
}

pub(crate) fn sql_literal(dice: &mut Dice, value: &Value) -> Option<Text> {
    value.is_one_line().then(|| {
        let mut text = Text::default();
        let (before, after) = dice.pick(&[
            ("SELECT id FROM t WHERE c1 = '", "' LIMIT 1"),
            ("INSERT INTO events (id, body) VALUES (17, '", "')"),
            ("select * from items where data like '%", "%'"),
            ("UPDATE t SET v = '", "' WHERE id = 9"),
            ("SELECT 1 FROM t WHERE a IN ('x', '", "')"),
        ]);
        text.push(before).encoded(value, "sql", sql_string).push(after);
        text
    })
}

pub(crate) fn sql(dice: &mut Dice, value: &Value) -> Option<Text> {
    value.is_one_line().then(|| {
        let mut text = Text::default();
        let column = keys::ascii(dice, value.cues, Case::Snake);
        let table = dice.pick(WORDS);
        match dice.below(5) {
            0 => text
                .push(&format!("SELECT id FROM {table} WHERE {column} = '"))
                .encoded(value, "sql", sql_string)
                .push("'"),
            1 => text
                .push(&format!("UPDATE {table} SET {column}='"))
                .encoded(value, "sql", sql_string)
                .push("' WHERE id = 7"),
            2 => text
                .push(&format!("DELETE FROM {table} WHERE \"{column}\"='"))
                .encoded(value, "sql", sql_string)
                .push("' AND n < 3"),
            3 => text
                .push(&format!("select 1 from {table} t where t.{column} = '"))
                .encoded(value, "sql", sql_string)
                .push("' limit 1"),
            _ => text
                .push(&format!("INSERT INTO {table} (id, {column}) VALUES (7, '"))
                .encoded(value, "sql_insert", sql_string)
                .harden()
                .push("')"),
        };
        text
    })
}

pub(crate) fn csv(dice: &mut Dice, value: &Value) -> Option<Text> {
    (value.is_one_word() && value.is_one_line()).then(|| {
        let separator = dice.pick(&[",", ";", "\t", "|"]);
        let mut text = Text::default();
        text.push(&format!("17{separator}new{separator}"));
        let quoted = dice.percent(40);
        text.push(if quoted { "\"" } else { "" }).value(value, "csv").push(if quoted { "\"" } else { "" });
        text.push(&format!("{separator}true{separator}ok"));
        text
    })
}

pub(crate) fn stack_trace(dice: &mut Dice, value: &Value) -> Option<Text> {
    value.is_one_line().then(|| {
        let (before, after) = dice.pick(TRACES);
        let mut text = Text::default();
        text.push(before).value(value, "stack_trace").push(after);
        text
    })
}

const TRACES: &[(&str, &str)] = &[
    (
        "java.lang.IllegalStateException: cannot handle ",
        "\n\tat com.acme.orders.Handler.run(Handler.java:118)\n\tat java.base/java.lang.Thread.run(Thread.java:840)",
    ),
    (
        "Traceback (most recent call last):\n  File \"/app/main.py\", line 42, in handle\n    raise ValueError(msg)\nValueError: bad input '",
        "'",
    ),
    ("panic: unexpected ", "\n\ngoroutine 17 [running]:\nmain.handle(0xc000012345)\n\t/src/main.go:57 +0x1d"),
    ("thread 'main' panicked at src/lib.rs:12:5:\nno entry for ", "\nnote: run with `RUST_BACKTRACE=1`"),
    (
        "Error: lookup failed for ",
        "\n    at Object.<anonymous> (/srv/app/index.js:10:15)\n    at node:internal/main/run_main_module:28:49",
    ),
    (
        "System.ArgumentException: Bad value ",
        "\r\n   at Acme.Orders.Service.Save(Order o) in C:\\src\\Service.cs:line 88",
    ),
];

pub(crate) fn exception(dice: &mut Dice, value: &Value) -> Option<Text> {
    value.is_one_line().then(|| {
        let (kind, after) = dice.pick(&[
            ("java.lang.IllegalArgumentException: invalid ", "\n\tat com.acme.App.main(App.java:17)"),
            ("ValueError: invalid ", ""),
            ("Error: duplicate ", "\n    at save (/srv/app/db.js:33:9)"),
            ("ERROR: duplicate key violates constraint \"uq\" DETAIL: Key (", ") already exists."),
        ]);
        let mut text = Text::default();
        let name = keys::ascii(dice, value.cues, Case::Snake);
        text.push(kind).push(&name);
        match kind.starts_with("ERROR") {
            true => text.push(")=(").value(value, "exception").push(after),
            false => text.push(": ").value(value, "exception").push(after),
        };
        text
    })
}

pub(crate) fn file_path(dice: &mut Dice, value: &Value) -> Option<Text> {
    (value.is_one_word()
        && value.is_one_line()
        && value.text.len() < 80
        && !value.text.contains(['/', '\\', ':', '<', '?']))
    .then(|| {
        let (before, after) = dice.pick(&[
            ("/var/data/", "/export.json"),
            ("C:\\exports\\", "\\report.pdf"),
            ("s3://bucket-prod/in/", "/part-00001.gz"),
            ("/home/app/uploads/", ".csv"),
        ]);
        let mut text = Text::default();
        text.push(before).value(value, "file_path").push(after);
        if after.starts_with('.') {
            text.harden();
        }
        text
    })
}

pub(crate) fn xml(dice: &mut Dice, value: &Value) -> Option<Text> {
    let case = dice.pick(&[Case::Camel, Case::Pascal, Case::Snake, Case::Kebab]);
    let name = keys::ascii(dice, value.cues, case);
    let mut text = Text::default();
    match dice.below(3) {
        0 => text.push(&format!("<record id=\"17\" {name}=\"")).encoded(value, "xml", xml_text).push("\"/>"),
        1 => text.push(&format!("<{name}>")).encoded(value, "xml", xml_text).push(&format!("</{name}>")),
        _ => text
            .push(&format!("<?xml version=\"1.0\"?><p><ns:{name} type=\"s\">"))
            .encoded(value, "xml", xml_text)
            .push(&format!("</ns:{name}></p>")),
    };
    Some(text)
}

pub(crate) fn yaml(dice: &mut Dice, value: &Value) -> Option<Text> {
    value.is_one_line().then(|| {
        let name = keys::ascii(dice, value.cues, Case::Snake);
        let mut text = Text::default();
        text.push(dice.pick(&["record:\n  ", "- ", "id: 17\n", "spec:\n  items:\n    - "])).push(&name).push(": ");
        if dice.percent(40) && !value.text.contains('\'') {
            text.push("'").value(value, "yaml").push("'");
        } else {
            text.value(value, "yaml");
        }
        text.push(dice.pick(&["", "\n  active: true", "\nmode: fast\n"]));
        text
    })
}

pub(crate) fn command_line(dice: &mut Dice, value: &Value) -> Option<Text> {
    value.is_one_line().then(|| {
        let name = keys::ascii(dice, value.cues, Case::Kebab);
        let joint = dice.pick(&["=", " "]);
        let mut text = Text::default();
        text.push(dice.pick(&["/usr/bin/tool run ", "python job.py ", "java -jar app.jar "]))
            .push("--")
            .push(&name)
            .push(joint);
        if value.is_one_word() && dice.percent(60) {
            text.value(value, "command_line");
        } else if !value.text.contains('\'') {
            text.push("'").value(value, "command_line").push("'");
        } else {
            text.push("\"").encoded(value, "command_line", encoded::json).push("\"");
        }
        text.push(dice.pick(&["", " --verbose", " -n 3"]));
        text
    })
}

pub(crate) fn environment(dice: &mut Dice, value: &Value) -> Option<Text> {
    value.is_one_line().then(|| {
        let name = keys::ascii(dice, value.cues, Case::Screaming);
        let mut text = Text::default();
        text.push(dice.pick(&["export ", "", "LANG=C ", "docker run -e "])).push(&name).push("=");
        if value.is_one_word() {
            text.value(value, "environment").push(dice.pick(&["", " ./run.sh"]));
        } else {
            text.push("\"").encoded(value, "environment", encoded::json).push("\"");
        }
        text
    })
}

/// Values as programs of several languages print them.
pub(crate) fn debug_print(dice: &mut Dice, value: &Value) -> Option<Text> {
    if !value.is_one_line() || value.text.contains(['"', '\'']) {
        return None;
    }
    let name = keys::ascii(dice, value.cues, Case::Snake);
    let camel = keys::ascii(dice, value.cues, Case::Camel);
    let pascal = keys::ascii(dice, value.cues, Case::Pascal);
    let mut text = Text::default();
    match dice.below(7) {
        0 => text.push(&format!("Record {{ id: 7, {name}: \"")).value(value, "debug_print").push("\", active: true }"),
        1 => text.push(&format!("{{'id': 7, '{name}': '")).value(value, "debug_print").push("', 'ok': True}"),
        2 if value.is_one_word() => {
            text.push(&format!("&{{ID:7 {pascal}:")).value(value, "debug_print").push(" Active:true}")
        }
        3 if value.is_one_word() => {
            text.push(&format!("Record(id=7, {camel}=")).value(value, "debug_print").push(", active=true)")
        }
        4 => text.push(&format!("{{:id=>7, :{name}=>\"")).value(value, "debug_print").push("\"}"),
        5 => text.push(&format!("array(2) {{ [\"{name}\"]=> string(9) \"")).value(value, "debug_print").push("\" }"),
        _ => text.push(&format!("Record [{camel}=")).value(value, "debug_print").push("]"),
    };
    Some(text)
}
