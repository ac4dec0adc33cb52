//! What the scanner promises, whatever is in the text.

use proptest::prelude::*;

use crate::{Allow, Detector, DetectorSet, Mistake, Pattern, Place, Problem, Rule, Scanner, SensitiveKey, Settings};

fn found(settings: &Settings, key: &str, text: &str) -> Vec<(Rule, String)> {
    let scanner = Scanner::new(settings).unwrap();
    let mut findings = Vec::new();
    scanner.scan(scanner.key(key.as_bytes()), text.as_bytes(), &mut findings);
    findings.iter().map(|finding| (finding.rule, text[finding.range()].to_owned())).collect()
}

#[test]
fn a_detector_that_is_off_finds_nothing() {
    let settings = Settings { detectors: DetectorSet::ALL.without(Detector::Email), ..Settings::default() };

    assert_eq!(found(&settings, "body", "mail from anna@example.org"), []);
}

#[test]
fn a_pattern_finds_its_value_group_near_a_keyword() {
    let pattern =
        Pattern { regex: r"E-(?P<value>\d{6})".to_owned(), keywords: vec!["employee".to_owned()], checksum: None };
    let settings = Settings { patterns: vec![pattern], ..Settings::default() };

    let pattern = Rule::Pattern(0);
    assert_eq!(found(&settings, "body", "Employee E-123456 came"), [(pattern, "123456".to_owned())]);
    assert_eq!(found(&settings, "employee.no", "E-123456"), [(pattern, "123456".to_owned())]);
    assert_eq!(found(&settings, "body", "error E-123456"), []);
}

#[test]
fn all_mistakes_are_told_by_their_place() {
    let settings = Settings {
        patterns: vec![
            Pattern { regex: "(".to_owned(), ..Pattern::default() },
            Pattern { regex: "a*".to_owned(), ..Pattern::default() },
        ],
        keys: vec![SensitiveKey { glob: "x".to_owned(), rule: Rule::Pattern(7) }],
        deny: vec![String::new()],
        ..Settings::default()
    };

    let mistakes = Scanner::new(&settings).unwrap_err();

    let empty = Mistake { place: Place::Deny(0), problem: Problem::Empty };
    let no_pattern = Mistake { place: Place::Key(0), problem: Problem::NoPattern(7) };
    let matches_empty = Mistake { place: Place::Pattern(1), problem: Problem::MatchesEmpty };
    assert_eq!(mistakes.len(), 4);
    assert!([empty, no_pattern, matches_empty].iter().all(|mistake| mistakes.contains(mistake)));
}

#[test]
fn what_is_allowed_is_let_go() {
    let allow = Allow {
        values: vec!["Anna@Example.org".to_owned()],
        patterns: vec![r"test-.*@.*".to_owned()],
        networks: vec!["10.0.0.0/8".parse().unwrap()],
        domains: vec!["example.com".to_owned()],
        keys: vec!["raw.*".to_owned()],
    };
    let settings = Settings { allow, ..Settings::default() };

    for text in ["anna@example.org", "test-1@b.de", "10.1.2.3", "ben@mail.example.com", "ben@example.com"] {
        assert_eq!(found(&settings, "body", text), [], "{text}");
    }
    assert_eq!(found(&settings, "raw.text", "ben@b.de"), []);
    assert_eq!(found(&settings, "body", "ben@b.de"), [(Rule::Detector(Detector::Email), "ben@b.de".to_owned())]);
}

#[test]
fn a_listed_key_and_a_listed_value_are_found_whole() {
    let keys = vec![SensitiveKey { glob: "*.shoe_size".to_owned(), rule: Rule::Detector(Detector::PersonName) }];
    let settings = Settings { keys, deny: vec!["Bluebird".to_owned()], ..Settings::default() };

    let size = (Rule::Detector(Detector::PersonName), "42".to_owned());
    assert_eq!(found(&settings, "customer.shoe_size", "42"), [size]);
    assert_eq!(found(&settings, "body", "project bluebird starts"), [(Rule::Denied, "bluebird".to_owned())]);
    assert_eq!(found(&settings, "body", "project bluebirds starts"), []);
}

#[test]
fn numbers_are_scanned_as_what_they_are() {
    let scanner = Scanner::new(&Settings::default()).unwrap();
    let plain = scanner.key(b"amount");
    let card = Some(Rule::Detector(Detector::CreditCard));

    assert_eq!(scanner.scan_int(plain, 4_111_111_111_111_111), card);
    assert_eq!(scanner.scan_double(plain, 4_111_111_111_111_111.0), card);
    assert_eq!(scanner.scan_int(plain, 1_700_000_000_000_000_000), None);
    assert_eq!(scanner.scan_double(plain, 0.25), None);
    assert_eq!(
        scanner.scan_int(scanner.key(b"customer.phone"), 4_915_123_456_789),
        Some(Rule::Detector(Detector::Phone))
    );
}

proptest! {
    #[test]
    fn findings_are_sorted_and_apart_and_cut_no_character(text in "(?s)([a-z@:=%.0-9 +\\-\"\\\\/]|anna@example\\.org|4111111111111111|password=|10\\.1\\.2\\.3|\\(0?30\\)|\\+49|%20|%28|%2B|tel:|iban DE|é|電話|\\PC){0,60}") {
        let scanner = Scanner::new(&Settings::default()).unwrap();
        let mut findings = Vec::new();
        for key in ["body", "user.name", "password", "authorization", "address", "phone"] {
            scanner.scan(scanner.key(key.as_bytes()), text.as_bytes(), &mut findings);
            let mut last = 0;
            for finding in &findings {
                prop_assert!(finding.start >= last && finding.start < finding.end && finding.end <= text.len());
                prop_assert!(text.is_char_boundary(finding.start) && text.is_char_boundary(finding.end), "{finding:?}");
                last = finding.end;
            }
        }
    }

    #[test]
    fn any_bytes_can_be_scanned(text in prop::collection::vec(any::<u8>(), 0..300), key in prop::collection::vec(any::<u8>(), 0..60)) {
        let scanner = Scanner::new(&Settings::default()).unwrap();
        let mut findings = Vec::new();
        scanner.scan(scanner.key(&key), &text, &mut findings);
        prop_assert!(findings.iter().all(|finding| finding.end <= text.len()));
    }

    #[test]
    fn a_masked_text_holds_nothing_more(text in "(call \\+4915123456789 |anna@example\\.org |4111111111111111 |password=hunter2 |10\\.1\\.2\\.3 |name: John Smith, |ssn 123-45-6789 |[a-z]{1,6} |\\{\"pwd\":\"x1y2z3\"\\} ){0,6}") {
        let scanner = Scanner::new(&Settings::default()).unwrap();
        let key = scanner.key(b"body");
        let mut findings = Vec::new();
        scanner.scan(key, text.as_bytes(), &mut findings);
        let mut masked = text.clone();
        for finding in findings.iter().rev() {
            let Rule::Detector(detector) = finding.rule else { unreachable!("there are no settings") };
            masked.replace_range(finding.range(), detector.mask());
        }

        scanner.scan(key, masked.as_bytes(), &mut findings);

        prop_assert!(findings.is_empty(), "{masked}: {findings:?}");
    }
}
