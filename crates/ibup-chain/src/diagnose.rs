//! From entries to the verdict.

use std::sync::LazyLock;

use ibup_journal::boots::{BootIndex, Splitter};
use ibup_journal::skim::{Interest, Passed};
use ibup_journal::{BootId, Entry, ReadError, Reader, Stamp};

use crate::boot::Boot;
use crate::coverage::BlindSpot;
use crate::diagnosis::{self, Diagnosis, Nature};
use crate::event::{Event, EventKind, Progress, SourceId};
use crate::fact::Collected;
use crate::finding::{Confidence, Finding, Role};
use crate::port::{Outcome, Port, StageReport};
use crate::recognize::{self, Recognizer};
use crate::rules::{Rule, Rules};
use crate::stage::Stage;
use crate::trace::words::Who;
use crate::verdict::{
    BootVerdict, CoverageVerdict, FindingVerdict, LoadVerdict, PortVerdict, Quotation, RuleText, SCHEMA,
    StageVerdict, Verdict,
};

mod comparison;
mod factors;
mod machine;
mod merge;

use machine::Machine;

/// A machine whose sources have been begun.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MachineId(usize);

/// All patterns, made ready once for all diagnosers.
static RECOGNIZER: LazyLock<Recognizer> =
    LazyLock::new(|| Recognizer::new(recognize::patterns().chain(diagnosis::signs())));

/// Takes in the entries of any number of sources and gives the verdict.
pub struct Diagnoser {
    /// The rules of the site, beside the diagnoses.
    rules: Rules,
    sources: Vec<String>,
    /// The boots of the sources that are read, source by source.
    boots: Vec<Boot>,
    /// The machines whose files are known.
    machines: Vec<Machine>,
    /// Tells the boots of the present source apart.
    splitter: Splitter,
    /// The boots of the present source.
    current: Vec<Boot>,
}

impl Default for Diagnoser {
    fn default() -> Self {
        Self::new()
    }
}

impl Diagnoser {
    /// Starts with nothing read.
    pub fn new() -> Self {
        Self::with_rules(Rules::default())
    }

    /// Starts with nothing read and with the rules of a site.
    pub fn with_rules(rules: Rules) -> Self {
        Self {
            rules,
            sources: Vec::new(),
            boots: Vec::new(),
            machines: Vec::new(),
            splitter: Splitter::new(),
            current: Vec::new(),
        }
    }

    /// Returns what of a journal is worth reading, where there are no rules of a site and boots are not compared by what
    /// nobody understands.
    pub fn interest() -> &'static dyn Interest {
        &*RECOGNIZER
    }

    /// Returns whether what a program or a unit of this name says may matter, to the diagnoses or to the rules of the site.
    pub fn listens_to(&self, name: &str) -> bool {
        recognize::is_known_speaker(name) || self.rules.listen_to(name)
    }

    /// Begins a source; all entries that follow are of it.
    pub fn begin_source(&mut self, name: impl Into<String>) {
        self.end_source();
        self.sources.push(name.into());
    }

    /// Takes an entry in.
    pub fn observe(&mut self, entry: &Entry<'_>) {
        let BootIndex(index) = self.splitter.place(entry);
        if self.current.len() <= index {
            self.current.resize_with(index + 1, Boot::default);
        }
        let source = SourceId(self.sources.len().saturating_sub(1));
        self.current[index].observe(&RECOGNIZER, &self.rules, source, entry);
    }

    /// Takes in a source that is a text in memory.
    ///
    /// # Errors
    /// What is no text is not taken in.
    pub fn observe_text(&mut self, name: impl Into<String>, text: &str) -> Result<(), ReadError> {
        self.begin_source(name);
        let mut reader = Reader::new(text.as_bytes());
        while let Some(entry) = reader.next_entry()? {
            self.observe(&entry);
        }
        Ok(())
    }

    /// Counts entries of a boot of the present source that were not read: programs said them all, and nobody listens to any.
    pub fn note_passed(&mut self, id: BootId, entries: u64) {
        let is_it = |index: &usize| self.splitter.boot_id(BootIndex(*index)) == Some(id);
        if let Some(index) = (0..self.current.len()).find(is_it) {
            self.current[index].coverage.count_passed(Passed { entries, ..Passed::default() });
        }
    }

    /// Notes that lines of the present source were too long to be read whole.
    pub fn note_cut_lines(&mut self) {
        self.current.iter_mut().for_each(|boot| boot.coverage.note(BlindSpot::LinesCut));
    }

    /// Notes that the present source cannot be read on from here, and has more.
    pub fn note_unread_rest(&mut self) {
        if let Some(boot) = self.current.last_mut() {
            boot.coverage.note(BlindSpot::RestUnread);
        }
    }

    /// Notes that the present source is the end of a longer log: whoever collected it cut the front off.
    pub fn note_cut_front(&mut self) {
        if let Some(boot) = self.current.first_mut().filter(|boot| !boot.coverage.has_beginning) {
            boot.coverage.note(BlindSpot::FrontCut);
        }
    }

    /// Returns a diagnoser that has read nothing yet and knows the same rules, to read some of the sources elsewhere.
    #[must_use]
    pub fn branch(&self) -> Self {
        Self::with_rules(self.rules.clone())
    }

    /// Takes in what another has read, as if its sources had been read here, one after the other.
    pub fn join(&mut self, mut other: Self) {
        self.end_source();
        other.end_source();
        let before = self.sources.len();
        self.sources.append(&mut other.sources);
        self.boots.extend(other.boots.into_iter().map(|boot| boot.with_sources_after(before)));
        self.machines.extend(other.machines.into_iter().map(|machine| machine.with_sources_after(before)));
    }

    /// Begins the sources of one machine that were collected together, and returns by what they are ended.
    pub fn begin_machine(&mut self) -> MachineId {
        self.end_source();
        self.machines.push(Machine::beginning_at(SourceId(self.sources.len())));
        MachineId(self.machines.len() - 1)
    }

    /// Ends the sources of a machine, and takes in what its files say beside its logs.
    pub fn end_machine(&mut self, MachineId(index): MachineId, collected: Collected) {
        self.end_source();
        let end = SourceId(self.sources.len());
        self.machines[index].end(end, collected, &mut self.sources);
    }

    fn end_source(&mut self) {
        let splitter = std::mem::take(&mut self.splitter);
        for (index, mut boot) in std::mem::take(&mut self.current).into_iter().enumerate() {
            boot.host = splitter.host(BootIndex(index)).map(Into::into);
            boot.id = splitter.boot_id(BootIndex(index));
            boot.settle();
            self.boots.push(boot);
        }
    }

    /// Returns the verdict on all that was read.
    pub fn verdict(mut self) -> Verdict {
        self.settle();
        self.judge_all()
    }

    /// Returns the verdict on the boot in which the files of a machine were collected; nothing where nobody tells of it.
    pub fn verdict_of(mut self, MachineId(index): MachineId) -> Option<BootVerdict> {
        self.settle();
        let boot = self.machines[index].boot.and_then(|index| self.boots.get(index))?;
        Some(self.boot_verdict(boot))
    }

    /// Puts together what is of one boot, once all is read.
    fn settle(&mut self) {
        self.end_source();
        self.boots = merge::all(std::mem::take(&mut self.boots));
        machine::attach(&mut self.boots, &mut self.machines, &RECOGNIZER);
    }

    fn judge_all(&self) -> Verdict {
        let boots = self.boots.iter().map(|boot| self.boot_verdict(boot)).collect();
        Verdict { schema: SCHEMA.into(), boots }
    }

    fn boot_verdict(&self, boot: &Boot) -> BootVerdict {
        let ports: Vec<_> = Port::all(boot);
        let machine = if ports.is_empty() { self.machine_findings(boot) } else { Vec::new() };
        BootVerdict {
            host: boot.host.as_deref().map(Into::into),
            boot_id: boot.id.map(|id| id.to_string()),
            first: time(boot.first),
            last: time(boot.last),
            seconds: boot.last.since(boot.first).map(|duration| duration.as_secs_f64()),
            sources: boot.sources.iter().map(|source| self.source_name(*source)).collect(),
            coverage: CoverageVerdict {
                filtered: boot.coverage.is_filtered(),
                blind_spots: boot.coverage.blind_spots(),
                entries: boot.coverage.entries,
            },
            ports: ports.iter().map(|port| self.port_verdict(port)).collect(),
            findings: machine,
            factors: factors::of_machine(boot),
            comparison: None,
        }
    }

    fn machine_findings(&self, boot: &Boot) -> Vec<FindingVerdict> {
        let port = Port::of_machine(boot);
        let (_, findings) = judge(&port, &self.rules);
        findings.iter().map(|(role, found)| self.finding_verdict(boot, *role, found)).collect()
    }

    fn port_verdict(&self, port: &Port<'_>) -> PortVerdict {
        let (outcome, findings) = judge(port, &self.rules);
        let cause = findings.iter().find(|(role, _)| *role == Role::Cause);
        let stages = port.stages();
        PortVerdict {
            interface: port.netdev.as_ref().map(ToString::to_string),
            pci: port.pci.map(|pci| pci.to_string()),
            device: port.hca.as_ref().map(ToString::to_string),
            port: port.number,
            outcome,
            delay_seconds: port.delay().map(|delay| delay.as_secs_f64()),
            cause: cause.map(|(_, (known, _))| known.code().into()),
            stages: stages.iter().map(|report| self.stage_verdict(port.boot, report)).collect(),
            findings: findings
                .iter()
                .map(|(role, found)| self.finding_verdict(port.boot, *role, found))
                .collect(),
            factors: factors::of_port(port),
        }
    }

    fn stage_verdict(&self, boot: &Boot, report: &StageReport<'_>) -> StageVerdict {
        StageVerdict {
            stage: report.stage,
            state: report.state,
            at: report.at.and_then(|event| time(event.stamp)),
            seconds: report.at.and_then(|event| seconds(boot, event)),
            evidence: report.evidence.iter().map(|event| self.quotation(boot, event)).collect(),
        }
    }

    fn finding_verdict(&self, boot: &Boot, role: Role, (known, finding): &Found<'_, '_>) -> FindingVerdict {
        FindingVerdict {
            code: known.code().into(),
            name: known.name().into(),
            rule: known.text(),
            role,
            confidence: finding.confidence,
            evidence: finding.evidence.iter().map(|event| self.quotation(boot, event)).collect(),
            check: finding.check.clone(),
            remedy: finding.remedy.clone(),
        }
    }

    fn quotation(&self, boot: &Boot, event: &Event) -> Quotation {
        Quotation {
            source: self.source_name(event.evidence.source),
            line: event.evidence.line,
            seconds: seconds(boot, event),
            text: event.evidence.text.to_string(),
            event: event.kind.name().into(),
            load: load(&event.kind),
        }
    }

    fn source_name(&self, SourceId(index): SourceId) -> String {
        self.sources.get(index).cloned().unwrap_or_default()
    }
}

/// Returns how many seconds after the boot's first entry an event was, where the log tells.
fn seconds(boot: &Boot, event: &Event) -> Option<f64> {
    event.stamp.since(boot.first).map(|duration| duration.as_secs_f64())
}

/// Returns what an event tells of the load of a module.
fn load(kind: &EventKind) -> Option<LoadVerdict> {
    let EventKind::ModuleLoaded { module, by } = kind else { return None };
    let mut load = LoadVerdict { module: module.to_string(), ..LoadVerdict::default() };
    if let Some(loader) = by.loader() {
        let unit = |who: &Who| who.unit.as_deref().map(str::to_owned);
        load.process = Some(loader.who.comm.to_string());
        load.unit = unit(&loader.who);
        load.started_by = loader.parent.as_ref().map(|parent| parent.comm.to_string());
        load.asked_by = loader.request.as_ref().map(|(who, _)| who.comm.to_string());
        load.asked_by_unit = loader.request.as_ref().and_then(|(who, _)| unit(who));
    }
    Some(load)
}

/// What may be found: a diagnosis of ours, or a rule of the site.
#[derive(Clone, Copy)]
enum Known<'r> {
    Diagnosis(&'static Diagnosis),
    Rule(&'r Rule),
}

impl Known<'_> {
    fn code(&self) -> &str {
        match self {
            Self::Diagnosis(diagnosis) => diagnosis.code,
            Self::Rule(rule) => &rule.code,
        }
    }

    fn name(&self) -> &str {
        match self {
            Self::Diagnosis(diagnosis) => diagnosis.name,
            Self::Rule(rule) => &rule.name,
        }
    }

    /// Returns what a rule tells people; of a diagnosis they look it up.
    fn text(&self) -> Option<RuleText> {
        match self {
            Self::Diagnosis(_) => None,
            Self::Rule(rule) => Some(rule.text.clone()),
        }
    }

    fn nature(&self) -> Nature {
        match self {
            Self::Diagnosis(diagnosis) => diagnosis.nature,
            Self::Rule(rule) => rule.nature,
        }
    }

    fn stage(&self) -> Stage {
        match self {
            Self::Diagnosis(diagnosis) => diagnosis.stage(),
            Self::Rule(rule) => rule.stage,
        }
    }
}

/// A diagnosis or a rule, and what it found.
type Found<'r, 'b> = (Known<'r>, Finding<'b>);

/// Judges a port by all diagnoses and the rules of the site: how its climb ended and what was found, the cause first.
fn judge<'r, 'b>(port: &Port<'b>, rules: &'r Rules) -> (Outcome, Vec<(Role, Found<'r, 'b>)>) {
    let diagnosed = diagnosis::ALL.iter().filter_map(|diagnosis| {
        (diagnosis.judge)(port).map(|finding| (Known::Diagnosis(diagnosis), finding))
    });
    let of_site = rules.judge(port).into_iter().map(|(rule, finding)| (Known::Rule(rule), finding));
    let mut found: Vec<Found<'r, 'b>> = diagnosed.chain(of_site).collect();
    let has_link = !port.fails_for_want_of_link();
    found.sort_by_cached_key(|found| rank(found, has_link));
    let seen = port.outcome();
    let is_clogged = seen == Outcome::Unusable && port.without_address().is_none();
    // What is merely possible is worth a look, and no answer.
    let may_be_cause = |(known, finding): &Found<'_, '_>| {
        let blames = known.nature() != Nature::Harmless && finding.confidence >= Confidence::Likely;
        // Where nothing gets through an interface that has its link and its address, whatever came before is got over.
        let comes_late = known.stage() >= Stage::Link || !is_clogged;
        seen != Outcome::Up && blames && comes_late
    };
    if let Some(index) = found.iter().position(may_be_cause) {
        found[..=index].rotate_right(1);
    }
    let cause = found.first().filter(|found| may_be_cause(found)).map(|(known, _)| *known);
    let outcome = match (seen, cause) {
        (Outcome::Unknown, Some(_)) if port.netdev_appeared().is_some() => Outcome::Down,
        (Outcome::Unknown, Some(_)) => Outcome::Missing,
        _ => seen,
    };
    let role = |known: &Known<'_>| match cause {
        None => Role::Note,
        Some(cause) if cause.code() == known.code() => Role::Cause,
        Some(_) if matches!(known.nature(), Nature::Root | Nature::Harmless) => Role::Note,
        Some(_) => Role::Consequence,
    };
    (outcome, found.into_iter().map(|found| (role(&found.0), found)).collect())
}

/// Returns a key by which the finding that explains the others comes first.
///
/// The first failing stage decides. A symptom follows from any root up to the network stage, wherever it shows itself
/// first; among symptoms the earlier one brought the others about. Trouble with the link or the address comes after,
/// because an interface that nobody raised cannot have shown it, and last of all who waited and gave up. But where the hardware has no link, whoever tried to raise
/// the interface failed over that.
fn rank(
    (known, finding): &Found<'_, '_>,
    has_link: bool,
) -> (u8, Stage, u8, std::cmp::Reverse<Confidence>, u64) {
    let stage = known.stage();
    let is_failure = |event: &&Event| {
        matches!(event.kind, EventKind::RaiseFailed(_) | EventKind::CarrierMissing(_))
            || matches!(event.kind, EventKind::Network(_, Progress::Failed))
    };
    let tells_failure = known.nature() == Nature::Symptom || finding.evidence.iter().any(is_failure);
    if stage == Stage::Network && !has_link && tells_failure {
        return (3, stage, 0, std::cmp::Reverse(Confidence::Possible), 0);
    }
    if known.nature() == Nature::Aftermath {
        return (4, stage, 0, std::cmp::Reverse(finding.confidence), 0);
    }
    let earliest = finding.evidence.first().map_or(u64::MAX, |event| event.order);
    let confidence = std::cmp::Reverse(finding.confidence);
    match known.nature() {
        Nature::Symptom => (1, Stage::Pci, 0, std::cmp::Reverse(Confidence::Certain), earliest),
        nature => {
            let group = if stage <= Stage::Network { 0 } else { 2 };
            (group, stage, u8::from(nature == Nature::Umbrella), confidence, earliest)
        }
    }
}

/// Writes a stamp as verdicts hold it: as in RFC 3339 as far as the source tells, so without the zone or the year where
/// it does not.
fn time(stamp: Stamp) -> Option<String> {
    let wall = stamp.wall?;
    // A form that tells fractions of a second tells microseconds.
    let precision = if wall.civil.subsec_nanosecond() == 0 { 0 } else { 6 };
    let whole = format!("{:.precision$}", wall.civil);
    let text = if wall.has_year { &whole } else { whole.split_once('-')?.1 };
    Some(match wall.offset {
        Some(offset) if offset.is_zero() => format!("{text}Z"),
        Some(offset) => format!("{text}{offset}"),
        None => text.to_owned(),
    })
}
