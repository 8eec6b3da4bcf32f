//! A machine whose logs and files were collected together: in a report of support, or by looking at it now.

use std::ops::Range;

use ibup_journal::boots::is_same_host;
use ibup_journal::{BootId, Stamp, Wall};

use crate::boot::Boot;
use crate::event::{Event, EventKind, Evidence, SourceId, Subject};
use crate::fact::{Collected, Fact, ShownLine};
use crate::recognize::Recognizer;

/// Facts stand behind all lines of a log: nobody knows since when they have been so.
const BEHIND_THE_LOG: u64 = 1 << 62;

/// A machine, by the sources that are its logs, and what its files say.
#[derive(Debug)]
pub(super) struct Machine {
    logs: Range<SourceId>,
    host: Option<Box<str>>,
    boot_id: Option<BootId>,
    facts: Vec<Event>,
    shown: Vec<(SourceId, ShownLine)>,
    /// The boot in which all that was collected, once the boots are put together.
    pub(super) boot: Option<usize>,
}

impl Machine {
    pub(super) fn beginning_at(source: SourceId) -> Self {
        let (facts, shown) = (Vec::new(), Vec::new());
        Self { logs: source..source, host: None, boot_id: None, facts, shown, boot: None }
    }

    /// Ends the logs and takes in what was collected beside them. The files that hold it become sources.
    pub(super) fn end(&mut self, end: SourceId, collected: Collected, sources: &mut Vec<String>) {
        self.logs.end = end;
        self.host = collected.host.map(Into::into);
        self.boot_id = collected.boot_id;
        let mut source = |file: &str| {
            let known = sources[end.0..].iter().position(|name| name == file);
            let source = SourceId(known.map_or(sources.len(), |index| end.0 + index));
            if known.is_none() {
                sources.push(file.to_owned());
            }
            source
        };
        for (order, fact) in (BEHIND_THE_LOG..).zip(collected.facts) {
            let Fact { kind, netdev, file, line, text } = fact;
            self.facts.push(Event {
                kind: EventKind::Told(kind),
                subject: Subject { netdev, ..Subject::default() },
                speaker: None,
                stamp: Stamp::default(),
                order,
                evidence: Evidence { source: source(&file), line, text: text.into() },
            });
        }
        self.shown = collected.shown.into_iter().map(|line| (source(&line.file), line)).collect();
    }

    /// Returns whether this may be the boot in which the machine's files were collected.
    fn may_be_in(&self, boot: &Boot) -> bool {
        self.boot_id.zip(boot.id).is_none_or(|(own, id)| own == id)
    }

    /// Returns the machine as it is where so many other sources come before its own.
    pub(super) fn with_sources_after(mut self, count: usize) -> Self {
        self.logs = self.logs.start.after(count)..self.logs.end.after(count);
        for fact in &mut self.facts {
            fact.evidence.source = fact.evidence.source.after(count);
        }
        self
    }

    fn has_log_of(&self, boot: &Boot) -> bool {
        // A log may be of another machine than the one that keeps it.
        let names = self.host.as_deref().zip(boot.host.as_deref());
        let is_own = names.is_none_or(|(own, host)| host.starts_with("localhost") || is_same_host(own, host));
        is_own && boot.sources.iter().any(|source| self.logs.contains(source))
    }
}

/// Gives what was collected of each machine to the boot in which it was. What was so in earlier boots, nobody knows.
pub(super) fn attach(boots: &mut Vec<Boot>, machines: &mut [Machine], recognizer: &Recognizer) {
    for machine in machines {
        for boot in boots.iter_mut().filter(|boot| machine.has_log_of(boot)) {
            boot.host = boot.host.take().or(machine.host.clone());
        }
        let is_own = |boot: &Boot| machine.has_log_of(boot) && machine.may_be_in(boot);
        let own = boots.iter().enumerate().filter(|(_, boot)| is_own(boot));
        let last = own.max_by_key(|(_, boot)| boot.last.wall.map(Wall::instant)).map(|(index, _)| index);
        let is_looked_at = machine.boot_id.is_some() || !machine.shown.is_empty();
        if last.is_none() && is_looked_at {
            // No log tells of the boot that the machine is in.
            let mut boot = Boot::default();
            (boot.host, boot.id) = (machine.host.clone(), machine.boot_id);
            boots.push(boot);
        }
        machine.boot = last.or_else(|| boots.len().checked_sub(1).filter(|_| is_looked_at));
        if let Some(boot) = machine.boot.and_then(|index| boots.get_mut(index)) {
            boot.facts.extend(machine.facts.iter().cloned());
            machine.shown.iter().for_each(|(source, line)| boot.show(recognizer, *source, line));
        }
    }
}
