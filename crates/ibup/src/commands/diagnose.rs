//! `ibup diagnose`: why an interface did not come up, from the journal of its boot.

use ibup_chain::verdict::Summary;
use ibup_chain::{Diagnoser, Verdict};
use ibup_report::{Words, json, markdown, text};

use super::{is_colored, print};
use crate::cli::{Cli, Diagnose, Format};
use crate::error::{Exit, report};
use crate::progress::Progress;
use crate::source::Source;
use crate::source::intake::Intake;

/// Reads the sources and prints the verdict. A source that cannot be read is reported, and the others still count.
pub fn run(cli: &Cli, options: &Diagnose) -> anyhow::Result<Exit> {
    let (sources, mut failures) = Source::find(&options.sources);
    let progress = Progress::new(sources.iter().map(Source::length).sum());
    let mut diagnoser = Diagnoser::new();
    let mut intake = Intake {
        diagnoser: &mut diagnoser,
        form: options.input_format,
        progress: &progress,
        failures: Vec::new(),
    };
    let read_sources: Vec<_> = sources.iter().filter(|source| intake.read(source)).collect();
    failures.append(&mut intake.failures);
    drop(progress);
    failures.extend(Source::fruitless(&options.sources, &read_sources));
    for failure in &failures {
        report(failure);
    }
    let verdict = diagnoser.verdict();
    // Where nothing could be read, the failures have said all there is to say.
    if verdict.boots.is_empty() && read_sources.is_empty() && !failures.is_empty() {
        return Ok(Exit::CouldNotTell);
    }
    print(&render(cli, options.format, &verdict))?;
    Ok(match verdict.summary() {
        Summary::Bad => Exit::Bad,
        Summary::Good if failures.is_empty() => Exit::Good,
        Summary::Good | Summary::Unknown => Exit::CouldNotTell,
    })
}

/// Writes a verdict in a form.
pub(super) fn render(cli: &Cli, format: Format, verdict: &Verdict) -> String {
    let words = Words::new(cli.language());
    match format {
        Format::Text => {
            let columns = terminal_size::terminal_size().map(|(width, _)| usize::from(width.0));
            text::render(verdict, &words, text::Layout { colored: is_colored(cli.color), columns })
        }
        Format::Json => json::render(verdict),
        Format::Markdown => markdown::render(verdict, &words),
    }
}
