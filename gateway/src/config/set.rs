//! `--set a.b.c=value`.

use std::sync::Arc;

use sluice_component::config::{Location, Node, Problem, Severity, Value};

use super::merge::unfold;
use super::yaml::{Place, parse};

/// The tree of one `--set`: dots part the keys, the value is YAML.
///
/// # Errors
///
/// There is no `=`, or the value is no YAML. The message holds no value.
pub(super) fn parse_set(text: &str) -> Result<Node, Problem> {
    let error = |label: &str, message: String| Problem {
        severity: Severity::Error,
        location: Location { source: Some(format!("--set {label}").into()), ..Location::default() },
        path: String::new(),
        message,
    };
    let Some((keys, value)) = text.split_once('=') else {
        return Err(error(text, "must be key=value, found no equal sign".into()));
    };
    let keys = keys.trim();
    let location = Location { source: Some(format!("--set {keys}").into()), ..Location::default() };
    let mut problems = Vec::new();
    let value = match parse(value, Place::At(&location)) {
        Ok(mut node) => {
            // As a text it is what stands on the command line, as from the environment.
            if matches!(node.value, Value::Bool(_) | Value::Int(_) | Value::Float(_)) {
                node.text = Some(value.trim().into());
            }
            node
        }
        Err(problems) => {
            let first = problems.into_iter().next().map_or_else(String::new, |problem| problem.message);
            return Err(error(keys, format!("the value {first}")));
        }
    };
    let key = (Arc::from(keys.replace('.', "::")), location.clone());
    let node = Node { value: Value::Map(vec![(key, value)]), text: None, location };
    let node = unfold(node, &mut problems);
    match problems.into_iter().next() {
        None => Ok(node),
        Some(problem) => Err(error(keys, problem.message)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dots_part_the_keys_and_the_value_is_yaml() {
        let node = parse_set("exporters.otlp/2.retry={enabled: false}").unwrap();

        let retry =
            node.get("exporters").and_then(|node| node.get("otlp/2")).and_then(|node| node.get("retry")).unwrap();
        assert_eq!(retry.get("enabled").unwrap().value, Value::Bool(false));
        assert_eq!(retry.location.to_string(), "--set exporters.otlp/2.retry");
    }

    #[test]
    fn an_equal_sign_is_needed() {
        assert_eq!(parse_set("a.b").unwrap_err().to_string(), "--set a.b: must be key=value, found no equal sign");
    }

    #[test]
    fn a_value_that_is_no_yaml_is_refused_and_not_shown() {
        let message = parse_set("a.token=[hunter2").unwrap_err().to_string();

        assert!(message.starts_with("--set a.token: the value is not YAML: "), "{message}");
        assert!(!message.contains("hunter2"), "{message}");
    }
}
