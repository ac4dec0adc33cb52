//! The headers that a user adds to every request.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use http::{HeaderName, HeaderValue};
use sluice_component::config::Section;

/// Reads `headers`: names and secret values. A value that cannot be sent is refused without showing it.
pub(super) fn read(section: &mut Section<'_>) -> Vec<(HeaderName, HeaderValue)> {
    let mut headers = Vec::new();
    for (name, value) in section.headers("headers") {
        let Ok(header) = HeaderName::try_from(name.as_str()) else {
            section.problem("headers", format!("{name:?} is no name of a header"));
            continue;
        };
        match HeaderValue::from_str(value.reveal()) {
            Ok(mut value) => {
                value.set_sensitive(true);
                headers.push((header, value));
            }
            Err(_) => {
                section.problem("headers", format!("the value of {name:?} has characters that a header cannot have"))
            }
        }
    }
    headers
}

/// Packs the values of binary headers, whose names end in `-bin`, as gRPC wants it.
///
/// Source: the gRPC protocol over HTTP/2, "Custom-Metadata".
pub(super) fn pack_binary(headers: &mut [(HeaderName, HeaderValue)]) {
    for (name, value) in headers {
        if name.as_str().ends_with("-bin") {
            let packed = HeaderValue::try_from(STANDARD_NO_PAD.encode(value.as_bytes()));
            let mut packed = packed.expect("base64 has only characters that a header can have");
            packed.set_sensitive(true);
            *value = packed;
        }
    }
}
