//! Configuration: from `--config` and `--set` to a [`Plan`] that can be built, with every mistake found on the way.
//!
//! [`load`] is the whole of it. Text comes from its sources (`source`), becomes a tree with a place for every value
//! (`yaml`), is laid over what came before (`merge`), has its references replaced (`expand`), is read by the
//! components (`read`, `service`), and is checked as a whole (`check`). The rules are the Collector's.

mod check;
mod expand;
mod http;
mod merge;
mod names;
pub mod print;
mod problems;
mod read;
mod service;
mod set;
mod source;
mod yaml;

use std::sync::Arc;

use sluice_component::ComponentId;
use sluice_component::config::{Effective, Key, Location, Node, Problem, Report, Section, Severity, Value};

pub use self::problems::Problems;
pub use self::source::Environment;
use self::source::{Text, Uri};
use crate::components::Components;
use crate::plan::Plan;

/// What to load.
#[derive(Clone, Copy)]
pub struct Request<'a> {
    /// The values of `--config`, in order: later ones are laid over earlier ones.
    pub configs: &'a [String],
    /// The values of `--set`, in order: laid over all of `configs`.
    pub sets: &'a [String],
    /// The feature gates that matter here.
    pub gates: Gates,
    /// Where environment variables come from: `&|name| std::env::var_os(name)`.
    pub environment: Environment<'a>,
}

/// The feature gates that change how a configuration is read; all are off by default, as in the Collector.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Gates {
    /// `service.profilesSupport`: pipelines may carry profiles.
    pub profiles_support: bool,
    /// `service.AllowNoPipelines`: extensions alone are a configuration.
    pub allow_no_pipelines: bool,
    /// `confmap.enableMergeAppendOption`: lists of ids in `service` grow from source to source.
    pub merge_append: bool,
}

/// A configuration that can be built.
pub struct Configuration {
    /// What to build.
    pub plan: Plan,
    /// The configuration as it holds, defaults filled in.
    pub effective: Effective,
    /// What the user should know although it works: old spellings, unset variables. In the order of the sources.
    pub warnings: Vec<Problem>,
}

/// Loads a configuration.
///
/// Blocks while it reads files and URLs.
///
/// # Errors
///
/// All mistakes that were found. What cannot be read ends the search after all sources were tried; everything else is
/// found in one go.
pub fn load(request: &Request<'_>, components: &Components) -> Result<Configuration, Problems> {
    let mut loading = Loading::default();
    let Some(mut root) = loading.merged(request) else {
        return Err(loading.problems());
    };
    let failed = expand::expand(&mut root, request.environment, &mut loading.problems);
    let report = Report::default();
    let (plan, effective) = read::read(&root, components, request.gates, &report);
    // Where a reference could not be followed, what is said about its value is no news.
    let follows = |problem: &Problem| failed.iter().any(|path| leads_to(path, &problem.path));
    loading.problems.extend(report.into_problems().into_iter().filter(|problem| !follows(problem)));
    loading.sort();
    match loading.problems.iter().any(|problem| problem.severity == Severity::Error) {
        true => Err(loading.problems()),
        false => Ok(Configuration { plan, effective, warnings: loading.problems }),
    }
}

/// Reads the settings of one processor with `read`, whatever else is in the configuration: of the one with this id, or
/// else of the first of this type. `None` if there is none.
///
/// # Errors
///
/// What keeps the sources from being read, and all mistakes in these settings.
pub(crate) fn load_processor<T>(
    request: &Request<'_>,
    id_or_type: &str,
    read: impl FnOnce(&mut Section<'_>) -> T,
) -> Result<Option<T>, Problems> {
    let mut loading = Loading::default();
    let Some(mut root) = loading.merged(request) else {
        return Err(loading.problems());
    };
    expand::expand(&mut root, request.environment, &mut loading.problems);
    let Some(Value::Map(processors)) = root.get("processors").map(|node| &node.value) else { return Ok(None) };
    let is = |wanted: fn(&ComponentId) -> &str| {
        let matches = |((key, _), _): &&(Key, Node)| key.parse().is_ok_and(|id| wanted(&id) == id_or_type);
        processors.iter().find(matches)
    };
    let Some(((id, _), node)) = is(ComponentId::as_str).or_else(|| is(ComponentId::component_type)) else {
        return Ok(None);
    };
    let path = format!("processors::{id}");
    let report = Report::default();
    let (settings, _) = Section::read(node, &path, &report, read);
    loading.problems.retain(|problem| leads_to(&path, &problem.path));
    loading.problems.extend(report.into_problems());
    loading.sort();
    match loading.problems.iter().any(|problem| problem.severity == Severity::Error) {
        true => Err(loading.problems()),
        false => Ok(Some(settings)),
    }
}

fn leads_to(path: &str, deeper: &str) -> bool {
    deeper.strip_prefix(path).is_some_and(|rest| rest.is_empty() || rest.starts_with("::"))
}

/// What was read so far.
#[derive(Default)]
struct Loading {
    /// The texts that problems can be shown in, in order.
    sources: Vec<(Arc<str>, String)>,
    problems: Vec<Problem>,
}

impl Loading {
    /// All sources as one tree, not expanded; `None` if one cannot be read.
    fn merged(&mut self, request: &Request<'_>) -> Option<Node> {
        if request.configs.is_empty() {
            self.error(
                Location::default(),
                "at least one --config must be given, for instance --config gateway.yaml".into(),
            );
        }
        let lists = if request.gates.merge_append { merge::Lists::Append } else { merge::Lists::Replace };
        let mut root = Node::new(Value::Map(Vec::new()));
        root.location.source =
            request.configs.first().and_then(|config| Some(Uri::of_argument(config).ok()?.label().into()));
        for config in request.configs {
            if let Some(node) = self.source(config, request.environment) {
                merge::merge(&mut root, node, lists);
            }
        }
        for set in request.sets {
            match set::parse_set(set) {
                Ok(node) => merge::merge(&mut root, node, lists),
                Err(problem) => self.problems.push(problem),
            }
        }
        self.problems.is_empty().then_some(root)
    }

    /// One source as a map; what is wrong with it is noted.
    fn source(&mut self, config: &str, environment: Environment<'_>) -> Option<Node> {
        let argument = Location { source: Some("--config".into()), ..Location::default() };
        let (label, text) = match Uri::of_argument(config).and_then(|uri| Ok((uri.label(), uri.text(environment)?))) {
            Ok((label, Text::Found(text))) => (label, text),
            Ok((_, Text::Unset(name))) => {
                self.error(argument, format!("environment variable {name} is not set"));
                return None;
            }
            Err(message) => {
                self.error(argument, message);
                return None;
            }
        };
        let label = Arc::from(label);
        let parsed = yaml::parse(&text, yaml::Place::In(&label));
        self.sources.push((label, text));
        let node = match parsed {
            Ok(node) => node,
            Err(problems) => {
                self.problems.extend(problems);
                return None;
            }
        };
        match node.value {
            Value::Map(_) => Some(merge::unfold(node, &mut self.problems)),
            Value::Null => Some(Node { value: Value::Map(Vec::new()), ..node }),
            other => {
                self.error(node.location, format!("a configuration must be a map, found {}", other.kind()));
                None
            }
        }
    }

    fn error(&mut self, location: Location, message: String) {
        self.problems.push(Problem { severity: Severity::Error, location, path: String::new(), message });
    }

    /// Orders the problems as the user reads: by source, line and column.
    fn sort(&mut self) {
        let sources = &self.sources;
        let rank = |location: &Location| {
            let source = sources.iter().position(|(label, _)| Some(label) == location.source.as_ref());
            (source.unwrap_or(sources.len()), location.line, location.column)
        };
        self.problems.sort_by_key(|problem| rank(&problem.location));
    }

    fn problems(self) -> Problems {
        Problems::new(self.problems, &self.sources)
    }
}

#[cfg(test)]
mod tests;
