use super::super::rule::OnConflict;
use super::{Act, Action, PRESETS, Preset, SEMCONV};

/// The rows of a table: old name, new name.
fn rows(act: &Act) -> &'static [(&'static str, &'static str)] {
    match act {
        Act::Rename(rows) | Act::RenameGlobs(rows) | Act::Copy(rows) | Act::CopyInto(rows, _) => rows,
        _ => &[],
    }
}

#[test]
fn every_row_of_every_table_is_understood() {
    for preset in PRESETS {
        for table in preset.tables {
            let action = table.act.action(&[]).unwrap_or_else(|| panic!("{}: nothing comes of a table", preset.name));

            if let Action::Rename { names, to, .. } | Action::Copy { names, to, .. } = &action {
                let expected = rows(&table.act).len();
                assert_eq!((names.len(), to.len()), (expected, expected), "{}", preset.name);
            }
        }
    }
}

#[test]
fn new_names_of_semantic_conventions_are_not_renamed_again() {
    let all: Vec<&Preset> = PRESETS.iter().copied().filter(|preset| preset.group == SEMCONV).collect();
    let tables = || all.iter().flat_map(|preset| preset.tables).filter(|table| matches!(table.act, Act::Rename(_)));
    let renamed_again: Vec<_> = tables()
        .flat_map(|table| rows(&table.act).iter().map(move |(_, to)| (table.levels, to)))
        .filter(|(levels, to)| {
            let same_levels = tables().filter(|other| other.levels.meets(*levels));
            same_levels.flat_map(|other| rows(&other.act)).any(|(from, _)| from == *to)
        })
        .map(|(_, to)| *to)
        .collect();

    assert_eq!(renamed_again, [""; 0]);
}

#[test]
fn what_is_excepted_is_left_out() {
    let http = PRESETS.iter().find(|preset| preset.name == "semconv_http").unwrap();
    let except = ["http.method".to_owned(), "http.target".to_owned()];

    let rules = http.rules(&"preset".into(), &except, OnConflict::default());

    assert_eq!(rules.len(), http.tables.len() - 2, "extraction and drop of the target are gone");
    let Action::Rename { names, .. } = &rules[0].action else { panic!("the first table renames") };
    assert_eq!((names.find("http.method"), names.len()), (None, rows(&http.tables[0].act).len() - 1));
}
