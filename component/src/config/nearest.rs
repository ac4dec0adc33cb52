//! What a misspelt name was meant to be.

/// The candidate that is most like `name`, if one is like it at all.
pub fn nearest<'c>(name: &str, candidates: impl IntoIterator<Item = &'c str>) -> Option<&'c str> {
    let alike = candidates.into_iter().map(|candidate| (strsim::jaro_winkler(candidate, name), candidate));
    // Of two that are equally alike the first, so that messages do not change with the order of maps.
    let best = alike.reduce(|best, next| if next.0 > best.0 { next } else { best })?;
    (best.0 > 0.8).then_some(best.1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slip_is_recognised_and_another_word_is_not() {
        assert_eq!(nearest("endpont", ["tls", "endpoint", "timeout"]), Some("endpoint"));
        assert_eq!(nearest("zzz", ["tls", "endpoint"]), None);
        assert_eq!(nearest("x", []), None);
    }
}
