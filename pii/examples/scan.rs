//! Prints what is found in each line of standard input: `KEY<tab>TEXT`, or just the text.

use std::io::{BufRead, Write};

use sluice_pii::{Rule, Scanner, Settings};

fn main() -> std::io::Result<()> {
    let scanner = Scanner::new(&Settings::default()).expect("the defaults are right");
    let mut out = std::io::stdout().lock();
    for line in std::io::stdin().lock().lines() {
        let line = line?;
        let (key, text) = line.split_once('\t').unwrap_or(("body", &line));
        writeln!(out, "{key}\t{text}")?;
        for explained in scanner.explain(scanner.key(key.as_bytes()), text.as_bytes()) {
            let name = match explained.finding.rule {
                Rule::Detector(detector) => detector.name(),
                Rule::Pattern(_) | Rule::Denied => "settings",
            };
            let found = String::from_utf8_lossy(&text.as_bytes()[explained.finding.range()]).into_owned();
            writeln!(out, "    {name}: {found:?}: {}", explained.because)?;
        }
    }
    Ok(())
}
