//! Commands of Redis and Valkey: of each line the command, of the first three lines.

use std::borrow::Cow;

/// How many commands are named.
const MOST: usize = 3;

/// What there is more than that.
const MORE: &str = "...";

/// Commands whose first argument is half of the command.
const COMPOUND: [&str; 6] = ["CLIENT", "CLUSTER", "COMMAND", "CONFIG", "DEBUG", "SCRIPT"];

/// The commands, without what they are about.
pub(in super::super) fn redis(text: &str) -> Cow<'_, str> {
    let mut commands = Vec::new();
    let mut is_cut = false;
    for line in text.split('\n') {
        if commands.len() == MOST {
            break;
        }
        let mut words = line.split(' ').filter(|word| !word.is_empty());
        let Some(command) = words.next() else { continue };
        is_cut = command.ends_with(MORE);
        if is_cut {
            continue;
        }
        let mut command = command.to_uppercase();
        if COMPOUND.contains(&command.as_str())
            && let Some(second) = words.next()
        {
            is_cut = second.ends_with(MORE);
            if is_cut {
                continue;
            }
            command = format!("{command} {}", second.to_uppercase());
        }
        commands.push(command);
    }
    if commands.len() == MOST || is_cut {
        commands.push(MORE.to_owned());
    }
    Cow::Owned(commands.join(" "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commands_stay_and_their_arguments_go() {
        for (text, expected) in [
            ("GET key", "GET"),
            ("  set   user:1 secret", "SET"),
            ("CONFIG get requirepass", "CONFIG GET"),
            ("MULTI\nSET k1 v1\nSET k2 v2\nEXEC", "MULTI SET SET ..."),
            ("GET k\n\n\nDEL k", "GET DEL"),
            ("GET k\nUNL...", "GET ..."),
            ("", ""),
        ] {
            assert_eq!(redis(text), expected, "{text}");
        }
    }
}
