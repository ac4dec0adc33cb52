//! What the user writes.

use http::{HeaderName, header};
use sluice_component::config::{Secret, Section};

use super::extension::Tokens;
use crate::credentials::{Source, header_name};

/// Settings of `bearertokenauth`.
#[derive(Clone, Debug)]
pub(super) struct Config {
    /// The header that holds the token (`Authorization`).
    pub(super) header: HeaderName,
    /// The same, as it was written.
    pub(super) shown: String,
    /// What stands in front of it and a blank (`Bearer`); nothing and no blank if it is empty.
    pub(super) scheme: String,
    pub(super) tokens: From,
}

/// Where the tokens come from.
#[derive(Clone, Debug)]
pub(super) enum From {
    /// The configuration.
    List(Vec<Secret>),
    /// A text with a token a line; what stands behind a blank in a line is a remark.
    Lines(Source),
}

impl Config {
    pub(super) fn read(section: &mut Section<'_>) -> Self {
        let shown = section.string("header", "Authorization");
        let header = header_name(section, "header", &shown).unwrap_or(header::AUTHORIZATION);
        let scheme = section.string("scheme", "Bearer");
        let token = section.secret("token");
        let tokens = section.secrets("tokens");
        let filename = section.string("filename", "");
        section.unsupported("file_retry", "the file must be there at the start, and is then read every second");

        let has_token = !token.reveal().is_empty();
        if has_token && !tokens.is_empty() {
            section.problem("", "either tokens or token should be provided, not both");
        } else if !filename.is_empty() && !tokens.is_empty() {
            section.warning("filename", "is not read, because tokens are there");
        } else if !filename.is_empty() && has_token {
            section.warning("token", "is not used, because filename is there");
        }
        let tokens = match Source::of(token, &filename) {
            _ if !tokens.is_empty() => From::List(tokens),
            Some(source) => From::Lines(source),
            None => {
                section.problem("", "no bearer token provided");
                From::List(tokens)
            }
        };
        let config = Self { header, shown, scheme, tokens };
        if let Some(Err(problem)) = config.inline().map(|texts| Tokens::new(&config.scheme, texts)) {
            section.problem("", problem);
        }
        config
    }

    /// The tokens that stand in the configuration.
    fn inline(&self) -> Option<Vec<&str>> {
        match &self.tokens {
            From::List(tokens) => Some(tokens.iter().map(Secret::reveal).collect()),
            From::Lines(Source::Inline(text)) => Some(Tokens::lines(text).collect()),
            From::Lines(Source::File(_)) => None,
        }
    }
}
