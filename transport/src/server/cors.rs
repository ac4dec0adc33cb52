//! Cross-origin requests of browsers.
//!
//! Source: the Fetch standard, "CORS protocol"; settings and answers as in the Collector, which uses `rs/cors`.

use http::header::{
    ACCESS_CONTROL_ALLOW_CREDENTIALS, ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS,
    ACCESS_CONTROL_ALLOW_ORIGIN, ACCESS_CONTROL_EXPOSE_HEADERS, ACCESS_CONTROL_MAX_AGE, ACCESS_CONTROL_REQUEST_HEADERS,
    ACCESS_CONTROL_REQUEST_METHOD, ORIGIN, VARY,
};
use http::{HeaderMap, HeaderValue, Method};
use sluice_component::config::Section;

/// The settings of `cors`. Credentials are always allowed, as in the Collector.
#[derive(Clone, Debug)]
pub struct Cors {
    origins: Vec<String>,
    headers: Vec<String>,
    exposed: Option<HeaderValue>,
    max_age: u32,
}

impl Cors {
    /// Reads the section; without an allowed origin it is off.
    pub fn read(section: &mut Section<'_>) -> Option<Self> {
        let origins = section.strings("allowed_origins", &[]);
        let headers = section.strings("allowed_headers", &[]);
        let exposed = section.strings("exposed_headers", &[]).join(", ");
        let max_age = section.integer::<u32>("max_age", 0);
        if origins.is_empty() && !headers.is_empty() {
            section.problem("allowed_headers", "has no effect without allowed_origins");
        }
        // Once set, the list replaces the one that holds otherwise.
        let headers = match headers.is_empty() {
            true => ["accept", "content-type", "x-requested-with"].map(str::to_owned).to_vec(),
            false => headers,
        };
        let exposed = match HeaderValue::try_from(&exposed) {
            Ok(value) => Some(value).filter(|value| !value.is_empty()),
            Err(_) => {
                section.problem("exposed_headers", format!("{exposed:?} cannot stand in a header"));
                None
            }
        };
        (!origins.is_empty()).then_some(Self { origins, headers, exposed, max_age })
    }

    /// Whether the request asks what it would be allowed to do.
    pub fn is_preflight(method: &Method, headers: &HeaderMap) -> bool {
        method == Method::OPTIONS && headers.contains_key(ACCESS_CONTROL_REQUEST_METHOD)
    }

    /// What a preflight is answered: nothing but `vary`, if the request would not be allowed.
    pub fn preflight(&self, request: &HeaderMap) -> HeaderMap {
        const VARIES: HeaderValue =
            HeaderValue::from_static("Origin, Access-Control-Request-Method, Access-Control-Request-Headers");
        let mut answer = HeaderMap::new();
        answer.insert(VARY, VARIES);
        let Some(origin) = self.allowed_origin(request) else { return answer };
        let method = request.get(ACCESS_CONTROL_REQUEST_METHOD);
        let Some(method) = method.filter(|method| [b"GET".as_slice(), b"POST", b"HEAD"].contains(&method.as_bytes()))
        else {
            return answer;
        };
        let headers = request.get(ACCESS_CONTROL_REQUEST_HEADERS);
        if !headers.is_none_or(|headers| self.allows_headers(headers)) {
            return answer;
        }
        answer.insert(ACCESS_CONTROL_ALLOW_ORIGIN, origin);
        answer.insert(ACCESS_CONTROL_ALLOW_METHODS, method.clone());
        if let Some(headers) = headers {
            answer.insert(ACCESS_CONTROL_ALLOW_HEADERS, headers.clone());
        }
        answer.insert(ACCESS_CONTROL_ALLOW_CREDENTIALS, HeaderValue::from_static("true"));
        if self.max_age > 0 {
            answer.insert(ACCESS_CONTROL_MAX_AGE, self.max_age.into());
        }
        answer
    }

    /// Adds to the answer of a request what its browser wants to see.
    pub fn mark(&self, origin: Option<HeaderValue>, answer: &mut HeaderMap) {
        answer.append(VARY, HeaderValue::from_static("Origin"));
        let Some(origin) = origin else { return };
        answer.insert(ACCESS_CONTROL_ALLOW_ORIGIN, origin);
        answer.insert(ACCESS_CONTROL_ALLOW_CREDENTIALS, HeaderValue::from_static("true"));
        if let Some(exposed) = &self.exposed {
            answer.insert(ACCESS_CONTROL_EXPOSE_HEADERS, exposed.clone());
        }
    }

    /// What to name as the allowed origin, if that of the request is allowed.
    pub fn allowed_origin(&self, request: &HeaderMap) -> Option<HeaderValue> {
        let origin = request.get(ORIGIN)?;
        if self.origins.iter().any(|allowed| allowed == "*") {
            return Some(HeaderValue::from_static("*"));
        }
        let text = origin.to_str().ok()?.to_ascii_lowercase();
        self.origins.iter().any(|allowed| matches(&allowed.to_ascii_lowercase(), &text)).then(|| origin.clone())
    }

    fn allows_headers(&self, requested: &HeaderValue) -> bool {
        let Ok(requested) = requested.to_str() else { return false };
        let allowed = |name: &str| self.headers.iter().any(|header| header == "*" || header.eq_ignore_ascii_case(name));
        requested.split(',').map(str::trim).filter(|name| !name.is_empty()).all(allowed)
    }
}

/// Whether `text` is `pattern`, in which the first `*` stands for anything.
fn matches(pattern: &str, text: &str) -> bool {
    match pattern.split_once('*') {
        None => pattern == text,
        Some((before, after)) => {
            text.len() >= before.len() + after.len() && text.starts_with(before) && text.ends_with(after)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cors(origins: &[&str], headers: &[&str]) -> Cors {
        let owned = |texts: &[&str]| texts.iter().map(|&text| text.to_owned()).collect();
        Cors { origins: owned(origins), headers: owned(headers), exposed: None, max_age: 600 }
    }

    fn request(headers: &[(&'static str, &'static str)]) -> HeaderMap {
        headers.iter().map(|(name, value)| (name.parse().unwrap(), HeaderValue::from_static(value))).collect()
    }

    #[test]
    fn an_origin_matches_as_a_whole_or_around_a_star() {
        let allowed = |origins: &[&str], origin: &'static str| {
            let origin = cors(origins, &[]).allowed_origin(&request(&[("origin", origin)]));
            origin.map(|origin| origin.to_str().unwrap().to_owned())
        };

        assert_eq!(allowed(&["https://a.example"], "https://A.example").as_deref(), Some("https://A.example"));
        assert_eq!(allowed(&["https://*.example"], "https://b.example").as_deref(), Some("https://b.example"));
        assert_eq!(allowed(&["https://*.example"], "https://example"), None);
        assert_eq!(allowed(&["https://a.example"], "https://b.example"), None);
        assert_eq!(allowed(&["*"], "https://b.example").as_deref(), Some("*"));
    }

    #[test]
    fn a_preflight_is_told_what_is_allowed() {
        let asked = request(&[
            ("origin", "https://a.example"),
            ("access-control-request-method", "POST"),
            ("access-control-request-headers", "content-type"),
        ]);
        let vary = ("vary", "Origin, Access-Control-Request-Method, Access-Control-Request-Headers");

        let granted = cors(&["*"], &["Content-Type"]).preflight(&asked);
        assert_eq!(
            granted,
            request(&[
                vary,
                ("access-control-allow-origin", "*"),
                ("access-control-allow-methods", "POST"),
                ("access-control-allow-headers", "content-type"),
                ("access-control-allow-credentials", "true"),
                ("access-control-max-age", "600"),
            ])
        );
        assert_eq!(cors(&["*"], &["x-other"]).preflight(&asked), request(&[vary]));
        assert_eq!(cors(&["https://b.example"], &["*"]).preflight(&asked), request(&[vary]));
    }
}
