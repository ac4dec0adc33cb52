//! What becomes of findings that overlap.

use crate::{Detector, Finding, Rule};

/// Sorts findings and leaves, of those that overlap, the one that says most: the user's before ours, the surer before the
/// looser, the longer before the shorter.
pub(crate) fn resolve(findings: &mut Vec<Finding>) {
    if findings.len() < 2 {
        return;
    }
    findings.sort_unstable_by_key(|finding| (finding.start, std::cmp::Reverse(finding.end)));
    let mut kept = 0;
    for place in 1..findings.len() {
        let next = findings[place];
        let last = findings[kept];
        if next.start >= last.end {
            kept += 1;
            findings[kept] = next;
        } else if rank(next) > rank(last) {
            findings[kept] = joined(next, last);
        } else {
            findings[kept] = joined(last, next);
        }
    }
    findings.truncate(kept + 1);
}

/// The stronger finding over both places: nothing of the weaker is left half covered.
fn joined(strong: Finding, weak: Finding) -> Finding {
    // The host that an address seems to have stays.
    if strong.rule == Rule::Detector(Detector::UrlCredentials) {
        return strong;
    }
    Finding { start: strong.start.min(weak.start), end: strong.end.max(weak.end), ..strong }
}

fn rank(finding: Finding) -> (u8, usize) {
    let rank = match finding.rule {
        Rule::Denied => 6,
        Rule::Pattern(_) => 5,
        Rule::Detector(Detector::PrivateKey | Detector::UrlCredentials) => 4,
        Rule::Detector(Detector::Jwt | Detector::ApiKey) => 3,
        Rule::Detector(Detector::Email | Detector::CreditCard | Detector::Iban | Detector::Ipv6 | Detector::Ipv4) => 2,
        Rule::Detector(Detector::PersonName | Detector::PostalAddress | Detector::UserAccount) => 0,
        Rule::Detector(_) => 1,
    };
    (rank, finding.end - finding.start)
}
