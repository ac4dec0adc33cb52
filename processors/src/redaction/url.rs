//! The URL sanitizer: what is no word in a path becomes `*`, and what follows the path goes.
//!
//! Source: `github.com/grafana/clusterurl` version 0.2.1, which the Collector calls.

mod words;

use std::collections::HashSet;

use super::config::UrlSanitizer;

/// Of a path, this many segments are kept.
const MOST_SEGMENTS: usize = 10;

/// Sanitizes paths.
pub(super) struct Urls {
    attributes: HashSet<Box<[u8]>>,
    span_names: bool,
}

impl Urls {
    /// The sanitizer, if it is switched on.
    pub(super) fn new(config: &UrlSanitizer) -> Option<Self> {
        config.enabled.then(|| Self {
            attributes: config.attributes.iter().map(|key| Box::from(key.as_bytes())).collect(),
            span_names: config.sanitize_span_name,
        })
    }

    /// Whether span names are sanitized.
    pub(super) fn span_names(&self) -> bool {
        self.span_names
    }

    /// Whether this attribute is sanitized.
    pub(super) fn applies_to(&self, key: &[u8]) -> bool {
        self.attributes.contains(key)
    }

    /// The path with `*` for each segment that is no word.
    pub(super) fn sanitize(&self, url: &str) -> String {
        let (path, cut) = match url.find(['?', '&', '#']) {
            Some(end) => (&url[..end], true),
            None => (url, false),
        };
        let mut out = String::with_capacity(path.len());
        let mut segments = path.split('/').enumerate().peekable();
        while let Some((index, segment)) = segments.next() {
            if index > 0 {
                out.push('/');
            }
            let last = segments.peek().is_none();
            let kept = match kind(segment) {
                Kind::Empty => true,
                Kind::Id => false,
                // The segment in front of a query is not looked up.
                Kind::Word => last && cut || words::is_word(segment),
            };
            out.push_str(if kept { segment } else { "*" });
            if index + 1 == MOST_SEGMENTS && !last {
                if !kept {
                    out.push_str(behind_the_last(segment));
                }
                break;
            }
        }
        out
    }
}

/// What a segment looks like.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Empty,
    /// Letters, and what joins them: a word, if it reads like one.
    Word,
    /// Something that words do not have in them.
    Id,
}

fn kind(segment: &str) -> Kind {
    let in_words = |byte: u8| byte.is_ascii_alphabetic() || b"-_. ".contains(&byte);
    // The second byte may be anything, as in `v1`.
    match segment.bytes().enumerate().all(|(index, byte)| index == 1 || in_words(byte)) {
        _ if segment.is_empty() => Kind::Empty,
        true => Kind::Word,
        false => Kind::Id,
    }
}

/// Where a path is cut because it is too long, the library looks a second time at what it has just replaced, without the
/// first letter.
fn behind_the_last(segment: &str) -> &str {
    match kind(segment) {
        Kind::Word if words::is_word(&segment[1..]) => &segment[1..],
        _ => "*",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::redaction::tests::pairs;

    #[test]
    fn paths_are_sanitized_as_the_collector_does() {
        let urls = Urls { attributes: HashSet::new(), span_names: true };
        for (url, sanitized) in pairs(include_str!("testdata/url.jsonl")) {
            assert_eq!(urls.sanitize(&url), sanitized, "{url}");
        }
    }
}
