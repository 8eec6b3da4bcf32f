//! `ibup diagnose`: why an interface did not come up, from the journal of its boot.

use std::io::Read;
use std::path::{Path, PathBuf};

use anyhow::anyhow;
use ibup_chain::verdict::Summary;
use ibup_chain::{Diagnoser, Rules, Verdict};
use ibup_journal::Form;
use ibup_journal::skim::Interest;
use ibup_report::{Words, html, json, markdown, text};

use super::{layout, print};
use crate::cli::{BootChoice, Cli, Diagnose, Format, keep_host};
use crate::error::{Exit, report};
use crate::progress::Progress;
use crate::source::intake::{self, Intake};
use crate::source::own;
use crate::source::unpack::Budget;

/// Reads the sources and prints the verdict. A source that cannot be read is reported, and the others still count.
pub fn run(cli: &Cli, options: &Diagnose) -> anyhow::Result<Exit> {
    let rules = options.rules.as_deref().map(super::rules::read).transpose()?.unwrap_or_default();
    let needs_all = options.rules.is_some() || options.compare.is_some();
    let interest = (!needs_all).then(Diagnoser::interest);
    let take_in = |sources: &[PathBuf]| take_in(sources, options.input_format, interest, rules.clone());
    let is_own = options.sources.is_empty();
    let arguments = if is_own { own::directories(Path::new("/"))? } else { options.sources.clone() };
    let mut taken = take_in(&arguments);
    let mut verdict = match &options.compare {
        None => taken.diagnoser.verdict(),
        Some(healthy) => {
            let beside = take_in(std::slice::from_ref(healthy));
            let verdict = taken.diagnoser.verdict_beside(beside.diagnoser);
            taken.failures.extend(beside.failures);
            let is_compared = verdict.boots.iter().any(|boot| boot.comparison.is_some());
            if !is_compared && !verdict.boots.is_empty() {
                taken.failures.push(anyhow!("{}: no boot to compare with in it", healthy.display()));
            }
            verdict
        }
    };
    let failures = taken.failures;
    for failure in &failures {
        report(failure);
    }
    if let Some(host) = &options.host {
        keep_host(host, &mut verdict);
    }
    options.boot.unwrap_or(if is_own { BootChoice::Offset(0) } else { BootChoice::All }).keep(&mut verdict);
    // Where nothing could be read, the failures have said all there is to say.
    if verdict.boots.is_empty() && !taken.has_text && !failures.is_empty() {
        return Ok(Exit::CouldNotTell);
    }
    print(&render(cli, options.format, &verdict))?;
    Ok(match verdict.summary() {
        Summary::Bad => Exit::Bad,
        Summary::Good if failures.is_empty() => Exit::Good,
        Summary::Good | Summary::Unknown => Exit::CouldNotTell,
    })
}

/// What came of reading sources.
struct Taken {
    diagnoser: Diagnoser,
    /// Whether there was text in any of them.
    has_text: bool,
    failures: Vec<anyhow::Error>,
}

fn take_in(
    arguments: &[PathBuf],
    form: Option<Form>,
    interest: Option<&'static dyn Interest>,
    rules: Rules,
) -> Taken {
    let mut diagnoser = Diagnoser::with_rules(rules);
    let (has_text, failures) = intake::take_in(&mut diagnoser, arguments, form, interest);
    Taken { diagnoser, has_text, failures }
}

/// Returns the verdict on what a stream holds, however it is packed, and what of it could not be read. What is packed may
/// unpack to `free` bytes whatever its size.
pub fn of_stream(name: &str, input: impl Read, free: u64) -> (Verdict, Vec<anyhow::Error>) {
    let progress = Progress::new(0);
    let mut diagnoser = Diagnoser::new();
    let interest = Some(Diagnoser::interest());
    let mut intake =
        Intake { diagnoser: &mut diagnoser, interest, form: None, progress: &progress, failures: Vec::new() };
    intake.read_input(name, true, input, &Budget::with_free(free));
    let failures = intake.failures;
    (diagnoser.verdict(), failures)
}

/// Writes a verdict in a form.
pub(super) fn render(cli: &Cli, format: Format, verdict: &Verdict) -> String {
    let words = Words::new(cli.language());
    match format {
        Format::Text => text::render(verdict, &words, layout(cli.color)),
        Format::Json => json::render(verdict),
        Format::Markdown => markdown::render(verdict, &words),
        Format::Html => html::render(verdict, &words),
    }
}
