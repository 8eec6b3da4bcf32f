//! A machine whose logs and files were collected together, as a report of support does it.

use std::ops::Range;

use ibup_journal::boots::is_same_host;
use ibup_journal::{Stamp, Wall};

use crate::boot::Boot;
use crate::event::{Event, EventKind, Evidence, SourceId, Subject};
use crate::fact::Fact;

/// Facts stand behind all lines of a log: nobody knows since when they have been so.
const BEHIND_THE_LOG: u64 = 1 << 62;

/// A machine, by the sources that are its logs, and what its files say.
#[derive(Debug)]
pub(super) struct Machine {
    logs: Range<SourceId>,
    host: Option<Box<str>>,
    facts: Vec<Event>,
}

impl Machine {
    pub(super) fn beginning_at(source: SourceId) -> Self {
        Self { logs: source..source, host: None, facts: Vec::new() }
    }

    /// Ends the logs and takes the facts in. The files that hold them become sources.
    pub(super) fn end(
        &mut self,
        end: SourceId,
        host: Option<&str>,
        facts: Vec<Fact>,
        sources: &mut Vec<String>,
    ) {
        self.logs.end = end;
        self.host = host.map(Into::into);
        for (order, fact) in (BEHIND_THE_LOG..).zip(facts) {
            let known = sources[end.0..].iter().position(|name| *name == fact.file);
            let source = SourceId(known.map_or(sources.len(), |index| end.0 + index));
            if known.is_none() {
                sources.push(fact.file);
            }
            self.facts.push(Event {
                kind: EventKind::Told(fact.kind),
                subject: Subject { netdev: fact.netdev, ..Subject::default() },
                speaker: None,
                stamp: Stamp::default(),
                order,
                evidence: Evidence { source, line: fact.line, text: fact.text.into() },
            });
        }
    }

    fn has_log_of(&self, boot: &Boot) -> bool {
        // A log may be of another machine than the one that keeps it.
        let names = self.host.as_deref().zip(boot.host.as_deref());
        let is_own = names.is_none_or(|(own, host)| host.starts_with("localhost") || is_same_host(own, host));
        is_own && boot.sources.iter().any(|source| self.logs.contains(source))
    }
}

/// Gives each machine's facts to its last boot, in which they were collected. What was so in earlier boots, nobody knows.
pub(super) fn attach(boots: &mut [Boot], machines: &[Machine]) {
    for machine in machines {
        let own = boots.iter().enumerate().filter(|(_, boot)| machine.has_log_of(boot));
        let last = own.max_by_key(|(_, boot)| boot.last.wall.map(Wall::instant)).map(|(index, _)| index);
        for boot in boots.iter_mut().filter(|boot| machine.has_log_of(boot)) {
            boot.host = boot.host.take().or(machine.host.clone());
        }
        if let Some(boot) = last.and_then(|index| boots.get_mut(index)) {
            boot.facts.extend(machine.facts.iter().cloned());
        }
    }
}
