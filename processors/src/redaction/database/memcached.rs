//! Commands to memcached: the command stays, the data behind its line goes.

/// The first line.
pub(super) fn sanitize(text: &str) -> String {
    text.split("\r\n").next().unwrap_or_default().trim().to_owned()
}
