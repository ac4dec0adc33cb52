//! Commands to Redis and Valkey, one a line: commands and keys stay, values become `?`.

/// The commands with their values hidden.
pub(super) fn sanitize(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text.trim();
    let mut first = true;
    loop {
        let (command, arguments, next) = line(rest);
        // An empty line is written out only if it is the last.
        if !command.is_empty() || next.is_none() {
            if !first {
                out.push('\n');
            }
            write(&mut out, command, arguments);
        }
        first &= command.is_empty();
        match next {
            Some(next) => rest = next,
            None => return out,
        }
    }
}

/// The first command, its arguments, and the lines after it.
fn line(text: &str) -> (&str, Vec<&str>, Option<&str>) {
    let text = text.trim_start_matches([' ', '\t', '\r']);
    let end = text.find([' ', '\n']).unwrap_or(text.len());
    let (command, mut rest) = text.split_at(end);
    let mut arguments = Vec::new();
    loop {
        rest = rest.trim_start_matches([' ', '\t', '\r']);
        if let Some(next) = rest.strip_prefix('\n') {
            return (command, arguments, Some(next));
        }
        if rest.is_empty() {
            return (command, arguments, None);
        }
        let (argument, after) = rest.split_at(argument_end(rest));
        arguments.push(argument);
        rest = after;
    }
}

/// Where an argument ends: at a space or a new line outside of double quotes.
fn argument_end(text: &str) -> usize {
    let (mut quoted, mut escaped) = (false, false);
    for (at, byte) in text.bytes().enumerate() {
        match byte {
            b' ' | b'\n' if !quoted => return at,
            b'"' if !escaped => quoted = !quoted,
            _ => {}
        }
        escaped = byte == b'\\' && !escaped;
    }
    text.len()
}

fn write(out: &mut String, command: &str, mut arguments: Vec<&str>) {
    out.push_str(command);
    if arguments.is_empty() {
        return;
    }
    hide(&command.to_ascii_uppercase(), &mut arguments);
    for argument in arguments {
        out.push(' ');
        out.push_str(argument);
    }
}

/// Hides the values among the arguments of a command. Those of a command that is not named here stay.
fn hide(command: &str, arguments: &mut Vec<&str>) {
    match command {
        "AUTH" => only_first(arguments, 0),
        "APPEND" | "GETSET" | "LPUSHX" | "GEORADIUSBYMEMBER" | "RPUSHX" | "SET" | "SETNX" | "SISMEMBER" | "ZRANK"
        | "ZREVRANK" | "ZSCORE" => nth(arguments, 1),
        "HSETNX" | "LREM" | "LSET" | "SETBIT" | "SETEX" | "PSETEX" | "SETRANGE" | "ZINCRBY" | "SMOVE" | "RESTORE" => {
            nth(arguments, 2);
        }
        "LINSERT" => nth(arguments, 3),
        "GEOHASH" | "GEOPOS" | "GEODIST" | "LPUSH" | "RPUSH" | "SREM" | "ZREM" | "SADD" => only_first(arguments, 1),
        "GEOADD" => every(arguments, 3, 3),
        "HSET" | "HMSET" => every(arguments, 2, 2),
        "MSET" | "MSETNX" => every(arguments, 1, 2),
        "CONFIG" if arguments[0].eq_ignore_ascii_case("SET") => nth(arguments, 2),
        "BITFIELD" => hide_bit_field(arguments),
        "ZADD" => {
            let options = arguments.iter().skip(1).take_while(|option| ["NX", "XX", "CH", "INCR"].contains(option));
            let scores = (1 + options.count()).min(arguments.len() - 1);
            every(arguments, scores + 1, 2);
        }
        _ => {}
    }
}

/// Hides one argument.
fn nth(arguments: &mut [&str], index: usize) {
    if let Some(argument) = arguments.get_mut(index) {
        *argument = "?";
    }
}

/// Hides all from this one on, as one.
fn only_first(arguments: &mut Vec<&str>, index: usize) {
    nth(arguments, index);
    arguments.truncate(index + 1);
}

/// Hides one argument in so many.
fn every(arguments: &mut [&str], first: usize, step: usize) {
    arguments.iter_mut().skip(first).step_by(step).for_each(|argument| *argument = "?");
}

/// Hides the value of the first `SET type offset value` behind the key.
fn hide_bit_field(arguments: &mut [&str]) {
    let mut set = 0;
    for (index, argument) in arguments.iter_mut().enumerate() {
        if argument.eq_ignore_ascii_case("SET") {
            set = index;
        }
        if set > 0 && index - set == 3 {
            *argument = "?";
            return;
        }
    }
}
