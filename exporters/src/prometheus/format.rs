//! Which format a scraper wants.
//!
//! Source: Prometheus, "Content Negotiation"; RFC 9110, 12.5.

use http::HeaderMap;
use http::header::{ACCEPT, ACCEPT_ENCODING};

use super::name::Escaping;

/// What an answer is written in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Format {
    pub(super) kind: Kind,
    pub(super) escaping: Escaping,
}

/// A format.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// Prometheus text 0.0.4.
    Text,
    /// OpenMetrics text of this version.
    OpenMetrics(&'static str),
    /// `io.prometheus.client.MetricFamily` messages with their lengths.
    Protobuf,
}

impl Format {
    /// What these headers ask for; text if nothing that we have. OpenMetrics only where it is offered.
    pub(super) fn wanted(headers: &HeaderMap, offers_open_metrics: bool) -> Self {
        let mut escaping = Escaping::default();
        for clause in clauses(headers, ACCEPT) {
            if let Some(wanted) = clause.parameter("escaping").and_then(Escaping::named) {
                escaping = wanted;
            }
            let version = clause.parameter("version").unwrap_or_default();
            let kind = match clause.name.to_ascii_lowercase().as_str() {
                "application/vnd.google.protobuf"
                    if clause.parameter("proto") == Some("io.prometheus.client.MetricFamily")
                        && clause.parameter("encoding") == Some("delimited") =>
                {
                    Kind::Protobuf
                }
                "text/plain" if matches!(version, "" | "0.0.4") => Kind::Text,
                "application/openmetrics-text" if offers_open_metrics => match version {
                    "1.0.0" => Kind::OpenMetrics("1.0.0"),
                    "" | "0.0.1" => Kind::OpenMetrics("0.0.1"),
                    _ => continue,
                },
                _ => continue,
            };
            return Self { kind, escaping };
        }
        Self { kind: Kind::Text, escaping }
    }

    pub(super) fn content_type(self) -> String {
        let escaping = self.escaping.as_str();
        match self.kind {
            Kind::Text => format!("text/plain; version=0.0.4; charset=utf-8; escaping={escaping}"),
            Kind::OpenMetrics(version) => {
                format!("application/openmetrics-text; version={version}; charset=utf-8; escaping={escaping}")
            }
            Kind::Protobuf => format!(
                "application/vnd.google.protobuf; proto=io.prometheus.client.MetricFamily; encoding=delimited; escaping={escaping}"
            ),
        }
    }
}

/// Whether the answer may be packed with gzip.
pub(super) fn takes_gzip(headers: &HeaderMap) -> bool {
    clauses(headers, ACCEPT_ENCODING)
        .iter()
        .any(|clause| clause.quality > 0.0 && (clause.name.eq_ignore_ascii_case("gzip") || clause.name == "*"))
}

/// One of the things that a header accepts.
struct Clause<'h> {
    name: &'h str,
    parameters: Vec<(&'h str, &'h str)>,
    quality: f32,
}

impl<'h> Clause<'h> {
    fn read(text: &'h str) -> Self {
        let mut parts = text.split(';').map(str::trim);
        let name = parts.next().unwrap_or_default();
        let parameters: Vec<_> = parts
            .filter_map(|part| part.split_once('='))
            .map(|(name, value)| (name.trim(), value.trim().trim_matches('"')))
            .collect();
        let quality = parameters.iter().find(|(name, _)| name.eq_ignore_ascii_case("q"));
        let quality = quality.and_then(|(_, quality)| quality.parse().ok()).unwrap_or(1.0);
        Self { name, parameters, quality }
    }

    fn parameter(&self, wanted: &str) -> Option<&'h str> {
        self.parameters.iter().find(|(name, _)| *name == wanted).map(|(_, value)| *value)
    }
}

/// The best first; among equals, in their order.
fn clauses(headers: &HeaderMap, name: http::HeaderName) -> Vec<Clause<'_>> {
    let texts = headers.get_all(name).iter().filter_map(|value| value.to_str().ok());
    let mut clauses: Vec<_> = texts.flat_map(|text| text.split(',')).map(|text| Clause::read(text.trim())).collect();
    clauses.sort_by(|a, b| b.quality.total_cmp(&a.quality));
    clauses
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;

    use super::*;

    fn wanted(accept: &'static str, offers_open_metrics: bool) -> String {
        let headers = HeaderMap::from_iter([(ACCEPT, HeaderValue::from_static(accept))]);
        Format::wanted(&headers, offers_open_metrics).content_type()
    }

    #[test]
    fn the_best_format_that_there_is_wins() {
        let text = "text/plain; version=0.0.4; charset=utf-8; escaping=underscores";
        // What Prometheus 3 sends, without and with native histograms.
        let prometheus = "application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.6,\
            application/openmetrics-text;version=0.0.1;q=0.5,text/plain;version=1.0.0;escaping=allow-utf-8;q=0.4,\
            text/plain;version=0.0.4;q=0.3,*/*;q=0.2";
        let native = "application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=delimited;q=0.6,\
            application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.5";

        assert_eq!(wanted("*/*", true), text);
        assert_eq!(wanted("text/html, text/plain", true), text);
        assert_eq!(wanted(prometheus, false), "text/plain; version=0.0.4; charset=utf-8; escaping=allow-utf-8");
        assert_eq!(
            wanted(prometheus, true),
            "application/openmetrics-text; version=1.0.0; charset=utf-8; escaping=allow-utf-8"
        );
        assert_eq!(
            wanted("application/openmetrics-text, text/plain;q=0.5", true),
            "application/openmetrics-text; version=0.0.1; charset=utf-8; escaping=underscores"
        );
        assert_eq!(
            wanted(native, true),
            "application/vnd.google.protobuf; proto=io.prometheus.client.MetricFamily; encoding=delimited; escaping=underscores"
        );
        assert_eq!(wanted("application/vnd.google.protobuf;encoding=text, text/plain", true), text);
    }

    #[test]
    fn gzip_is_used_where_it_is_not_refused() {
        let takes = |value| takes_gzip(&HeaderMap::from_iter([(ACCEPT_ENCODING, HeaderValue::from_static(value))]));

        assert!(takes("gzip") && takes("deflate, gzip;q=0.5") && takes("*"));
        assert!(!takes("") && !takes("gzip;q=0") && !takes("identity") && !takes("zstd"));
        assert!(!takes_gzip(&HeaderMap::new()));
    }
}
