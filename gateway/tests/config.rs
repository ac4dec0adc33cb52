//! Configuration files as users write them: wrong ones with what is said about them, right ones with what they mean.
//!
//! `tests/config/mistakes/NAME.yaml` is wrong, and `NAME.txt` beside it is what is said about it, to the letter;
//! `NAME.2.yaml` is a second `--config`. References find what is in `tests/config/environment`. After a deliberate change, `SLUICE_WRITE_EXPECTED=1 cargo test -p sluice --test
//! config` writes the texts anew: read the difference before it is committed.
//!
//! `tests/config/valid/NAME.yaml` must load, and its warnings are in `NAME.txt`, if it has any.

#[path = "config/components.rs"]
mod components;

use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};

use sluice::components::Components;
use sluice::config::print::{self, Secrets};
use sluice::config::{Configuration, Gates, Problems, Request, load};

/// The variables that the files refer to, a line each in `tests/config/environment`.
fn environment(name: &str) -> Option<OsString> {
    let lines = include_str!("config/environment").lines();
    lines.filter_map(|line| line.split_once('=')).find(|(key, _)| *key == name).map(|(_, value)| value.into())
}

fn load_files(files: &[PathBuf], components: &Components) -> Result<Configuration, Problems> {
    load_all(files.iter().map(|file| file.to_str().expect("its name is ours").to_owned()).collect(), components)
}

fn load_all(configs: Vec<String>, components: &Components) -> Result<Configuration, Problems> {
    load(&Request { configs: &configs, sets: &[], gates: Gates::default(), environment: &environment }, components)
}

/// The cases of a folder: each file without a number, with those numbered after it.
fn cases(folder: &str) -> Vec<(PathBuf, Vec<PathBuf>)> {
    let mut cases: Vec<_> = fs::read_dir(Path::new("tests/config").join(folder))
        .expect("the folder is there")
        .map(|entry| entry.expect("it can be read").path())
        .filter(|path| {
            path.extension().is_some_and(|end| end == "yaml") && path.with_extension("").extension().is_none()
        })
        .map(|first| {
            let numbered = (2..).map(|number| first.with_extension(format!("{number}.yaml")));
            let files = [first.clone()].into_iter().chain(numbered.take_while(|path| path.exists()));
            (first.with_extension("txt"), files.collect())
        })
        .collect();
    cases.sort();
    cases
}

/// Compares with the text in `file`, or writes it there; says what differs.
fn differs(file: &Path, found: &str) -> Option<String> {
    if std::env::var_os("SLUICE_WRITE_EXPECTED").is_some() {
        if found.is_empty() {
            let _ = fs::remove_file(file);
        } else {
            fs::write(file, found).expect("the folder can be written");
        }
    }
    let expected = fs::read_to_string(file).unwrap_or_default();
    (expected != found).then(|| format!("{}\nexpected:\n{expected}\nfound:\n{found}", file.display()))
}

#[test]
fn every_mistake_is_explained_as_expected() {
    let cases = cases("mistakes");
    assert!(cases.len() >= 40, "the folder with the mistakes was found");
    let components = components::all();

    let differences: Vec<_> = cases
        .iter()
        .filter_map(|(expected, files)| match load_files(files, &components) {
            Ok(_) => Some(format!("{}: is taken", files[0].display())),
            Err(problems) => differs(expected, &format!("{problems}\n")),
        })
        .collect();

    assert!(differences.is_empty(), "{}", differences.join("\n\n"));
}

#[test]
fn every_valid_file_is_taken_with_the_warnings_expected() {
    let cases = cases("valid");
    assert!(cases.len() >= 15, "the folder with the valid files was found");
    let components = components::all();

    let differences: Vec<_> = cases
        .iter()
        .filter_map(|(expected, files)| match load_files(files, &components) {
            Ok(configuration) => {
                let warnings: String = configuration.warnings.iter().map(|warning| format!("{warning}\n")).collect();
                differs(expected, &warnings)
            }
            Err(problems) => Some(format!("{}: {problems}", files[0].display())),
        })
        .collect();

    assert!(differences.is_empty(), "{}", differences.join("\n\n"));
}

#[test]
fn what_is_printed_of_a_valid_file_means_the_same() {
    let components = components::all();

    let differences: Vec<_> = cases("valid")
        .iter()
        .filter_map(|(_, files)| {
            let read = load_files(files, &components).ok()?;
            let printed = print::yaml(&read.effective, Secrets::Revealed);
            let again = match load_all(vec![format!("yaml:{printed}")], &components) {
                Ok(again) => print::yaml(&again.effective, Secrets::Revealed),
                Err(problems) => problems.to_string(),
            };
            (again != printed).then(|| format!("{}:\n{printed}\nis read as\n{again}", files[0].display()))
        })
        .collect();

    assert!(differences.is_empty(), "{}", differences.join("\n\n"));
}
