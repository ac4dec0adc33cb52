//! What numbers of severities are called.

/// The level that the number of a severity is, as the Collector calls it.
pub(super) fn level_of(severity: i32) -> Option<&'static str> {
    const LEVELS: [&str; 24] = [
        "TRACE", "TRACE2", "TRACE3", "TRACE4", "DEBUG", "DEBUG2", "DEBUG3", "DEBUG4", "INFO", "INFO2", "INFO3",
        "INFO4", "WARN", "WARN2", "WARN3", "WARN4", "ERROR", "ERROR2", "ERROR3", "ERROR4", "FATAL", "FATAL2", "FATAL3",
        "FATAL4",
    ];
    LEVELS.get(usize::try_from(severity).ok()?.checked_sub(1)?).copied()
}

/// The name of the number of a severity, as `plog.SeverityNumber` has it.
pub(super) fn name_of(severity: i32) -> String {
    match level_of(severity) {
        Some(level) => format!("{}{}", &level[..1], level[1..].to_ascii_lowercase()),
        None if severity == 0 => "Unspecified".into(),
        None => String::new(),
    }
}
