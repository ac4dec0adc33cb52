//! Measures the detectors of personal data on labelled telemetry.

use std::error::Error;
use std::num::NonZeroUsize;
use std::path::PathBuf;

use clap::{Parser, Subcommand};
use sluice_pii::{Scanner, Settings};
use sluice_pii_corpus::{
    Family, Sample, Truth, evaluate, everywhere, look_alikes, misses, otlp, positives, positives_of, summary,
};

/// Labelled telemetry to measure the detectors of personal data by.
#[derive(Parser)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Asks the scanner with its default settings about the corpus and prints tables in Markdown.
    Evaluate {
        #[command(flatten)]
        corpus: Corpus,
        /// Write what was missed and what was found wrongly into this file.
        #[arg(long)]
        misses: Option<PathBuf>,
        /// How many examples of each kind of miss to write.
        #[arg(long, default_value_t = 4)]
        examples: usize,
    },
    /// Writes the corpus as OTLP requests, with a file of labels, into a directory.
    Otlp {
        #[command(flatten)]
        corpus: Corpus,
        /// The directory, made if it is not there.
        #[arg(long)]
        out: PathBuf,
        /// How many items a request has at most.
        #[arg(long, default_value = "500")]
        items_per_request: NonZeroUsize,
    },
    /// Compares what came out of a gateway with what `otlp` wrote, and prints tables in Markdown.
    Judge {
        /// The directory that `otlp` wrote.
        #[arg(long)]
        sent: PathBuf,
        /// Files with a request of OTLP/JSON on each line, as file exporters write them, or `traces….pb` and so on with one
        /// request in protobuf.
        #[arg(required = true)]
        received: Vec<PathBuf>,
    },
    /// Prints samples, one a line, for the eye.
    Samples {
        #[command(flatten)]
        corpus: Corpus,
        /// Only samples of this family.
        #[arg(long)]
        family: Option<String>,
    },
}

#[derive(clap::Args)]
struct Corpus {
    /// The seed that everything comes from.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// How many samples with something to find.
    #[arg(long, default_value_t = 28_000)]
    positives: usize,
    /// How many samples with nothing to find.
    #[arg(long, default_value_t = 28_000)]
    look_alikes: usize,
    /// Take each sample once at every place that can hold it, to compare places by the same samples.
    #[arg(long)]
    everywhere: bool,
}

impl Corpus {
    fn samples(&self) -> Vec<Sample> {
        let mut samples = positives(self.seed, self.positives);
        samples.extend(look_alikes(self.seed, self.look_alikes));
        if self.everywhere { everywhere(&samples) } else { samples }
    }
}

fn main() -> Result<(), Box<dyn Error>> {
    match Arguments::parse().command {
        Command::Evaluate { corpus, misses: file, examples } => {
            let scanner = Scanner::new(&Settings::default()).expect("the defaults are right");
            let report = evaluate(&scanner, &corpus.samples());
            print!("{}", summary(&report));
            match file {
                Some(file) => Ok(std::fs::write(file, misses(&report, examples))?),
                None => Ok(()),
            }
        }
        Command::Otlp { corpus, out, items_per_request } => {
            let (packed, labels) = otlp::pack(&corpus.samples(), items_per_request.get());
            Ok(otlp::write_directory(&out, &packed, &labels)?)
        }
        Command::Judge { sent, received } => {
            let (sent, labels) = otlp::read_directory(&sent)?;
            print!("{}", otlp::judge(&sent, &otlp::read_outputs(&received)?, &labels));
            Ok(())
        }
        Command::Samples { corpus, family } => {
            show(&corpus, family.as_deref());
            Ok(())
        }
    }
}

fn show(corpus: &Corpus, family: Option<&str>) {
    let samples = match family.and_then(|name| Family::ALL.iter().find(|family| family.name() == name)) {
        Some(family) => positives_of(*family, corpus.seed, corpus.positives),
        None => corpus.samples(),
    };
    for sample in samples {
        let what = match &sample.truth {
            Truth::Positive(labels) => labels
                .iter()
                .map(|label| format!("{}/{} {:?}", label.variant, label.frame, &sample.text[label.core.clone()]))
                .collect(),
            Truth::LookAlike(kind) => format!("({kind})"),
        };
        println!("{}\t{}\t{:?}\t{what}", sample.place.name(), sample.key, sample.text);
    }
}
