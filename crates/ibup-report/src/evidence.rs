//! What all forms say of evidence in the same words.

use ibup_chain::port::{Outcome, StageState};
use ibup_chain::trace::words::is_session;
use ibup_chain::verdict::{BootVerdict, FindingVerdict, LoadVerdict, PortVerdict, Quotation, StageVerdict};
use ibup_chain::{Diagnosis, Stage};

use crate::clean::clean;
use crate::words::Words;

/// Says what a quoted line means.
pub(crate) fn meaning(words: &Words, port: &PortVerdict, quotation: &Quotation) -> String {
    let interface = interface(words, port);
    let (module, by) = match &quotation.load {
        Some(load) => (&*load.module, loader(words, load)),
        None => ("", String::new()),
    };
    let values = [("interface", &*interface), ("module", module), ("by", &*by)];
    words.with(&format!("event-{}", quotation.event), &values)
}

/// Names who had a module loaded, by what tells most: its unit, who it was done for, who started it.
fn loader(words: &Words, load: &LoadVerdict) -> String {
    let process = load.process.as_deref().unwrap_or_default();
    if let Some(unit) = &load.unit {
        return member(words, process, unit);
    }
    match (&load.asked_by, &load.started_by) {
        (Some(asker), _) => {
            let asker = match &load.asked_by_unit {
                Some(unit) => member(words, asker, unit),
                None => asker.clone(),
            };
            words.with("loader-for", &[("process", process), ("asker", &asker)])
        }
        (None, Some(parent)) => words.with("loader-started-by", &[("process", process), ("parent", parent)]),
        (None, None) => process.to_owned(),
    }
}

/// Names a process of a unit.
fn member(words: &Words, process: &str, unit: &str) -> String {
    let key = if is_session(unit) { "loader-of-session" } else { "loader-of" };
    words.with(key, &[("process", process), ("unit", unit)])
}

/// Says what became of a stage.
pub(crate) fn state(words: &Words, state: StageState) -> String {
    words.get(match state {
        StageState::Reached => "state-reached",
        StageState::Failed => "state-failed",
        StageState::Skipped => "state-skipped",
        StageState::NotSeen => "state-not-seen",
    })
}

/// Says what shows a stage.
pub(crate) fn stage_meaning(words: &Words, port: &PortVerdict, stage: &StageVerdict) -> Option<String> {
    match stage.evidence.last() {
        Some(quotation) => Some(meaning(words, port, quotation)),
        None if stage.state != StageState::Reached => None,
        None if stage.stage == Stage::Stack => Some(words.get("stack-implied")),
        None => Some(words.get("implied")),
    }
}

/// Returns the title of what was found: of a rule of the site its own, of a diagnosis the one in its explanation.
pub(crate) fn title(words: &Words, finding: &FindingVerdict) -> String {
    if let Some(rule) = &finding.rule {
        return clean(&rule.of(words.language()).title).into_owned();
    }
    let known = Diagnosis::find(&finding.code);
    known.map_or_else(|| finding.name.clone(), |known| known.explanation(words.language()).title.to_owned())
}

/// Names the port's interface.
pub(crate) fn interface(words: &Words, port: &PortVerdict) -> String {
    port.interface.clone().unwrap_or_else(|| words.get("no-interface"))
}

/// Says what the port is and how its climb ended: `ib0 at 0000:4b:00.0: up`.
pub(crate) fn headline(words: &Words, port: &PortVerdict) -> String {
    let mut line = interface(words, port);
    if let Some(pci) = &port.pci {
        line.push(' ');
        line.push_str(&words.with("at-function", &[("pci", pci)]));
    }
    if let Some(device) = &port.device {
        line.push_str(&format!(" ({device})"));
    }
    line.push_str(": ");
    line.push_str(&outcome(words, port));
    line
}

/// Says how a port's climb ended, with the delay in words where it was late.
pub(crate) fn outcome(words: &Words, port: &PortVerdict) -> String {
    let delay = port.delay_seconds.and_then(span);
    match (port.outcome, delay) {
        (Outcome::RaisedLate, Some(delay)) => {
            words.with("outcome-raised-late-by", &[("delay", &words.span(delay))])
        }
        (Outcome::Missing, _) => words.get("outcome-missing-said"),
        (Outcome::Unusable, _) => words.get("outcome-unusable-said"),
        (outcome, _) => words.get(&format!("outcome-{}", outcome.name())),
    }
}

/// Says when a boot was, and how long its log watches it.
pub(crate) fn boot_times(words: &Words, boot: &BootVerdict) -> String {
    let Some(first) = &boot.first else {
        return words.get("boot-undated");
    };
    let first = time(first);
    match boot.seconds.and_then(span) {
        Some(watched) => words.with("boot", &[("first", &first), ("seconds", &words.span(watched))]),
        None => words.with("boot-until", &[("first", &first)]),
    }
}

/// Reads a number of seconds as a span of time.
pub(crate) fn span(seconds: f64) -> Option<std::time::Duration> {
    std::time::Duration::try_from_secs_f64(seconds).ok()
}

/// Writes a time of a verdict for people: a blank in place of the `T`, and no more than microseconds.
pub(crate) fn time(at: &str) -> String {
    at.replacen('T', " ", 1)
}
