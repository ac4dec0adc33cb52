//! One string before and after.

use super::pack::Range;

/// How many bytes may go beside what may go.
const MARGIN: usize = 2;

/// What happened to a string.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Change {
    /// Of each range, whether it is gone.
    pub(super) gone: Vec<bool>,
    /// Whether more went than may.
    pub(super) too_much: bool,
}

/// Compares a string with what came out; nothing came out where the value was dropped.
pub(super) fn compare(before: &str, after: Option<&str>, ranges: &[Range]) -> Change {
    let Some(after) = after else {
        return Change { gone: vec![true; ranges.len()], too_much: false };
    };
    let prefix = before.bytes().zip(after.bytes()).take_while(|(a, b)| a == b).count();
    let most = before.len().min(after.len()) - prefix;
    let suffix = before.bytes().rev().zip(after.bytes().rev()).take_while(|(a, b)| a == b).count().min(most);
    let (start, end) = (prefix, before.len() - suffix);
    let rest = &after.as_bytes()[prefix..after.len() - suffix];
    let gone = ranges.iter().map(|range| is_gone(before.as_bytes(), range.core, (start, end), rest)).collect();
    let outer = |range: &Range| (range.outer.0.saturating_sub(MARGIN), range.outer.1 + MARGIN);
    let first = ranges.iter().map(outer).map(|outer| outer.0).min();
    let last = ranges.iter().map(outer).map(|outer| outer.1).max();
    let around = before != after && (first.is_none_or(|first| start < first) || last.is_none_or(|last| end > last));
    Change { gone, too_much: around || !keeps_between(before, after, ranges) }
}

/// Whether the pieces between ranges are still there, in their order.
fn keeps_between(before: &str, after: &str, ranges: &[Range]) -> bool {
    let mut rest = after;
    ranges.windows(2).all(|pair| {
        let (start, end) = (pair[0].outer.1 + MARGIN, pair[1].outer.0.saturating_sub(MARGIN));
        let Some(piece) = before.get(start..end).filter(|piece| !piece.is_empty()) else { return true };
        let Some((_, behind)) = rest.split_once(piece) else { return false };
        rest = behind;
        true
    })
}

/// Whether what was replaced holds the core, but for a character at either end that happens to be the mask's, and what
/// stands there now holds no half of it.
fn is_gone(before: &[u8], core: (usize, usize), replaced: (usize, usize), rest: &[u8]) -> bool {
    let length = core.1 - core.0;
    let kept = replaced.0.saturating_sub(core.0) + core.1.saturating_sub(replaced.1);
    if kept > 2.min(length / 4) || replaced.1 <= core.0 || replaced.0 >= core.1 {
        return false;
    }
    let window = (length / 2).max(4);
    let text = &before[core.0..core.1];
    text.len() < window || !text.windows(window).any(|piece| rest.windows(window).any(|other| other == piece))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn range(core: (usize, usize)) -> Range {
        Range { core, outer: core, family: String::new(), variant: String::new(), hard: false }
    }

    fn change(before: &str, after: &str, core: (usize, usize)) -> Change {
        compare(before, Some(after), &[range(core)])
    }

    #[test]
    fn tells_what_is_gone_from_what_stayed() {
        let found = Change { gone: vec![true], too_much: false };
        let kept = Change { gone: vec![false], too_much: false };

        assert_eq!(change("mail anna@example.org now", "mail [EMAIL] now", (5, 21)), found);
        assert_eq!(change("mail anna@example.org now", "mail anna@example.org now", (5, 21)), kept);
        assert_eq!(change("mail anna@example.org now", "mail [EMAIL]example.org now", (5, 21)).gone, [false]);
        assert_eq!(change("4111111111111111", "[CARD]", (0, 16)), found);
        assert_eq!(compare("a secret", None, &[range((2, 8))]), found);
    }

    #[test]
    fn tells_when_too_much_went() {
        assert!(change("mail anna@example.org now", "[EMAIL]", (5, 21)).too_much);
        assert!(compare("v1.2.3", Some("v[IP]"), &[]).too_much);
        let two = [range((0, 4)), range((20, 24))];
        assert!(!compare("anna lives next door bert", Some("[A] lives next door [B]"), &two).too_much);
        assert!(compare("anna lives next door bert", Some("[A] [B]"), &two).too_much);
    }
}
