//! `testdata/mistakes/NAME.yaml` is wrong, and `NAME.txt` beside it is what is said about it, to the letter. After a
//! deliberate change, `SLUICE_WRITE_EXPECTED=1 cargo test -p sluice-processors mistake` writes the texts anew: read the
//! difference before it is committed.

use std::fs;
use std::path::{Path, PathBuf};

use super::read;

#[test]
fn every_mistake_is_explained_at_its_place() {
    let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/label_mapping/testdata/mistakes");
    let files: Vec<PathBuf> = fs::read_dir(directory).unwrap().map(|entry| entry.unwrap().path()).collect();
    let cases: Vec<_> = files.iter().filter(|file| file.extension().is_some_and(|end| end == "yaml")).collect();
    assert!(cases.len() >= 10, "the folder with the mistakes was found");

    for case in cases {
        let found: String = read(&fs::read_to_string(case).unwrap()).1.iter().map(|line| format!("{line}\n")).collect();
        let expected = case.with_extension("txt");
        if std::env::var_os("SLUICE_WRITE_EXPECTED").is_some() {
            fs::write(&expected, &found).unwrap();
        }

        assert!(!found.is_empty(), "{}: is taken", case.display());
        assert_eq!(found, fs::read_to_string(&expected).unwrap_or_default(), "{}", case.display());
    }
}
