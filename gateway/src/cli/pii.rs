//! `pii explain`: what would be found in the standard input, why, and what would become of it.

mod input;
mod show;

use std::io::{self, BufRead, IsTerminal, Write};
use std::process::ExitCode;

use sluice_component::ComponentId;
use sluice_component::config::{Node, Report, Section, Value};
use sluice_processors::pii::Explainer;

use super::arguments::{Explain, Sources, When};
use super::fail;
use crate::config::{self, Problems};
use crate::gates::Gates;
use input::{Entry, Reader};
use show::{Shown, Totals};

/// Why there is nothing to show.
#[derive(Debug, thiserror::Error)]
enum ExplainError {
    #[error(transparent)]
    Configuration(#[from] Problems),
    #[error("--processor {0}: must be pii, or begin with pii/")]
    NotPii(String),
    #[error("the configuration has no processor {0:?}")]
    NoProcessor(String),
    #[error(transparent)]
    Input(#[from] input::InputError),
    #[error("cannot write: {0}")]
    Output(io::Error),
}

/// Runs the command.
pub(super) fn explain(how: &Explain, sources: &Sources, gates: &Gates) -> ExitCode {
    let explained = explainer(how, sources, gates).and_then(|explainer| {
        let stdout = io::stdout();
        let colour = match how.color {
            When::Auto => stdout.is_terminal() && std::env::var_os("NO_COLOR").is_none(),
            When::Always => true,
            When::Never => false,
        };
        let shown = if how.json { Shown::Json } else { Shown::Text { colour } };
        run(how, &explainer, shown, &mut io::stdin().lock(), &mut stdout.lock())
    });
    match explained {
        Ok(totals) if how.exit_code && totals.found > 0 => ExitCode::from(2),
        Ok(_) => ExitCode::SUCCESS,
        // Whoever closes the pipe has seen enough.
        Err(ExplainError::Output(error)) if error.kind() == io::ErrorKind::BrokenPipe => ExitCode::SUCCESS,
        Err(error) => fail(&error),
    }
}

fn explainer(how: &Explain, sources: &Sources, gates: &Gates) -> Result<Explainer, ExplainError> {
    if sources.config.is_empty() && sources.set.is_empty() {
        return Ok(Section::read(&Node::new(Value::Null), "pii", &Report::default(), Explainer::read).0);
    }
    if !how.processor.parse::<ComponentId>().is_ok_and(|id| id.component_type() == "pii") {
        return Err(ExplainError::NotPii(how.processor.clone()));
    }
    let request = super::request(sources, gates);
    config::load_processor(&request, &how.processor, Explainer::read)?
        .ok_or_else(|| ExplainError::NoProcessor(how.processor.clone()))
}

fn run(
    how: &Explain,
    explainer: &Explainer,
    shown: Shown,
    input: &mut dyn BufRead,
    output: &mut dyn Write,
) -> Result<Totals, ExplainError> {
    let mut reader = Reader::new(how, input)?;
    let mut totals = Totals::default();
    while let Some(Entry { line, batch }) = reader.next()? {
        let explanation = explainer.batch(&batch);
        totals.add(&explanation);
        shown.explanation(line, &explanation, output).map_err(ExplainError::Output)?;
    }
    shown.totals(&totals, output).map_err(ExplainError::Output)?;
    Ok(totals)
}

#[cfg(test)]
mod tests;
