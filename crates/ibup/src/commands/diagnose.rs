//! `ibup diagnose`: why an interface did not come up, from the journal of its boot.

use ibup_chain::verdict::Summary;
use ibup_chain::{Diagnoser, Verdict};
use ibup_journal::{Form, Reader};
use ibup_report::{Words, json, markdown, text};

use super::{is_colored, print};
use crate::cli::{Cli, Diagnose, Format};
use crate::error::{Exit, report};
use crate::progress::Progress;
use crate::source::{Source, SourceError};

/// Reads the sources and prints the verdict. A source that cannot be read is reported, and the others still count.
pub fn run(cli: &Cli, options: &Diagnose) -> anyhow::Result<Exit> {
    let (sources, mut failures) = Source::find(&options.sources);
    let progress = Progress::new(sources.iter().map(Source::length).sum());
    let mut diagnoser = Diagnoser::new();
    let mut read_sources = Vec::new();
    for source in &sources {
        match read(source, options.input_format, &mut diagnoser, &progress) {
            Ok(Text::Read) => read_sources.push(source),
            Ok(Text::Skipped) => {}
            Err(error) => failures.push(error),
        }
    }
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

/// What became of a source.
enum Text {
    /// It was text, and was read.
    Read,
    /// It was no text, and nobody had named it.
    Skipped,
}

fn read(
    source: &Source,
    form: Option<Form>,
    diagnoser: &mut Diagnoser,
    progress: &Progress,
) -> anyhow::Result<Text> {
    let input = progress.watch(source.open()?);
    let mut reader = match form {
        Some(form) => Reader::with_form(input, form),
        None => Reader::new(input),
    };
    let mut begun = false;
    loop {
        let entry = match reader.next_entry() {
            Ok(Some(entry)) => entry,
            Ok(None) => break,
            Err(error) if source.may_be_skipped(&error) => return Ok(Text::Skipped),
            Err(error) => return Err(SourceError::new(source, error).into()),
        };
        if !begun {
            diagnoser.begin_source(source.name());
            begun = true;
        }
        diagnoser.observe(&entry);
    }
    if reader.cut() > 0 && begun {
        diagnoser.note_cut_lines();
    }
    Ok(Text::Read)
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
