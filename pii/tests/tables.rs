//! Tables of texts, a file a detector: what stands between `⟦` and `⟧` must be found by it, and nothing else by any. A line
//! is a text, or a key, a tab and a text. Lines that begin with `#` say what follows. `\n`, `\t` and `\e` are written so.

use std::path::Path;

use sluice_pii::{Detector, Rule, Scanner, Settings};

#[test]
fn every_line_of_every_table_holds() {
    let scanner = Scanner::new(&Settings::default()).unwrap();
    let mut wrong = Vec::new();
    let mut tables = 0;
    for file in std::fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata")).unwrap() {
        let path = file.unwrap().path();
        let name = path.file_stem().unwrap().to_str().unwrap().to_owned();
        let detector = Detector::from_name(&name).unwrap_or_else(|| panic!("there is no detector {name}"));
        let table = std::fs::read_to_string(&path).unwrap();
        tables += 1;
        for line in table.lines().filter(|line| !line.is_empty() && !line.starts_with('#')) {
            wrong.extend(check(&scanner, detector, line).map(|found| format!("{name}: {line}\n    found {found:?}")));
        }
    }

    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert_eq!(tables, Detector::ALL.len());
}

/// What was found, if that is not what the line says.
fn check(scanner: &Scanner, detector: Detector, line: &str) -> Option<Vec<(Rule, String)>> {
    let (key, marked) = line.split_once('\t').unwrap_or(("body", line));
    let marked = marked.replace("\\n", "\n").replace("\\t", "\t").replace("\\e", "\u{1b}");
    let text = marked.replace(['⟦', '⟧'], "");
    let expected: Vec<_> = marked
        .split('⟦')
        .skip(1)
        .map(|part| (Rule::Detector(detector), part.split('⟧').next().unwrap_or(part).to_owned()))
        .collect();

    let mut findings = Vec::new();
    scanner.scan(scanner.key(key.as_bytes()), text.as_bytes(), &mut findings);
    let found: Vec<_> = findings.iter().map(|finding| (finding.rule, text[finding.range()].to_owned())).collect();

    (found != expected).then_some(found)
}
