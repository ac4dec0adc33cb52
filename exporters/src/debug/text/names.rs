//! The Collector's names of enum values; what it does not know has an empty one.

pub(super) fn span_kind(kind: i32) -> &'static str {
    name(&["Unspecified", "Internal", "Server", "Client", "Producer", "Consumer"], kind)
}

pub(super) fn status_code(code: i32) -> &'static str {
    name(&["Unset", "Ok", "Error"], code)
}

pub(super) fn severity(number: i32) -> &'static str {
    const NAMES: [&str; 25] = [
        "Unspecified",
        "Trace",
        "Trace2",
        "Trace3",
        "Trace4",
        "Debug",
        "Debug2",
        "Debug3",
        "Debug4",
        "Info",
        "Info2",
        "Info3",
        "Info4",
        "Warn",
        "Warn2",
        "Warn3",
        "Warn4",
        "Error",
        "Error2",
        "Error3",
        "Error4",
        "Fatal",
        "Fatal2",
        "Fatal3",
        "Fatal4",
    ];
    name(&NAMES, number)
}

fn name(names: &[&'static str], number: i32) -> &'static str {
    usize::try_from(number).ok().and_then(|number| names.get(number)).copied().unwrap_or_default()
}
