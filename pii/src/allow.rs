//! What is let go although a rule found it.

use std::collections::HashSet;
use std::net::IpAddr;

use ipnet::IpNet;
use regex_automata::meta::Regex;
use regex_automata::{Anchored, Input};

use crate::settings::{Allow, Mistake, Place};
use crate::{Detector, Finding, Rule, patterns};

/// What is let go, made ready to be asked.
#[derive(Debug)]
pub(crate) struct Allowed {
    values: HashSet<Vec<u8>>,
    patterns: Vec<Regex>,
    networks: Vec<IpNet>,
    domains: Vec<Vec<u8>>,
}

impl Allowed {
    /// Nothing if nothing is let go.
    pub(crate) fn new(allow: &Allow, mistakes: &mut Vec<Mistake>) -> Option<Self> {
        let lower = |text: &String| text.to_ascii_lowercase().into_bytes();
        let patterns = allow.patterns.iter().enumerate().filter_map(|(place, pattern)| {
            // All of the finding must match.
            let built = patterns::build(&[format!("^(?:{pattern})$")]);
            built.map_err(|problem| mistakes.push(Mistake { place: Place::AllowPattern(place), problem })).ok()
        });
        let allowed = Self {
            patterns: patterns.collect(),
            values: allow.values.iter().map(lower).collect(),
            networks: allow.networks.clone(),
            domains: allow.domains.iter().map(lower).collect(),
        };
        let is_empty = allowed.values.is_empty()
            && allowed.patterns.is_empty()
            && allowed.networks.is_empty()
            && allowed.domains.is_empty();
        (!is_empty).then_some(allowed)
    }

    /// Whether a finding with this text is let go.
    pub(crate) fn allows(&self, finding: &Finding, text: &[u8]) -> bool {
        if finding.rule == Rule::Denied {
            return false;
        }
        self.values.contains(text.to_ascii_lowercase().as_slice())
            || self.patterns.iter().any(|pattern| pattern.is_match(Input::new(text).anchored(Anchored::Yes)))
            || matches!(finding.rule, Rule::Detector(Detector::Ipv4 | Detector::Ipv6)) && self.allows_address(text)
            || finding.rule == Rule::Detector(Detector::Email) && self.allows_domain(text)
    }

    fn allows_address(&self, text: &[u8]) -> bool {
        let address = std::str::from_utf8(text).ok().and_then(|text| text.parse::<IpAddr>().ok());
        address.is_some_and(|address| self.networks.iter().any(|network| network.contains(&address)))
    }

    fn allows_domain(&self, text: &[u8]) -> bool {
        let lower = text.to_ascii_lowercase();
        self.domains.iter().any(|domain| {
            lower
                .strip_suffix(domain.as_slice())
                .is_some_and(|rest| rest.ends_with(b"@") || rest.ends_with(b".") || rest.ends_with(b"%40"))
        })
    }
}
