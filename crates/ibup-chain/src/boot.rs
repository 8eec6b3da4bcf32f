//! One boot of one host: what its log says, folded into events.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use ibup_journal::{BootId, Entry, Stamp};

use crate::compare::saying;
use crate::coverage::{BlindSpot, Coverage};
use crate::event::{Event, EventKind, Evidence, NetworkStack, Progress, SourceId, StackService, Subject};
use crate::fact::{FactKind, ShownLine};
use crate::name::NetdevName;
use crate::recognize::{NETPLAN, Reading, Recognized, Recognizer, cut};
use crate::rules::Rules;

mod dated;
mod merged;

use merged::Merged;

/// So many events of one kind about one thing are kept: the first ones, and the last. A log may say the same a
/// million times.
const REPEATS_MAX: usize = 8;

/// So many events are kept of a boot.
const EVENTS_MAX: usize = 1 << 16;

/// So many different words of drivers that no pattern understands are kept of a boot.
const SAYINGS_MAX: usize = 1024;

/// The netdevs of so many processes that ask for an address are kept. A machine has a client for each interface.
const ASKING_MAX: usize = 256;

/// So many lines that rules of the site know are kept of a boot.
const MARKS_MAX: usize = 1024;

/// A load that is told so long after the netdev may still be the one that made it: the follower of the trace had to be
/// given a processor first. One that is told later is another.
const TRACE_LAG_MAX: Duration = Duration::from_secs(5);

/// What the kernel shows when the log has been read stands behind all lines of it.
const AFTER_THE_LOG: u64 = 1 << 61;

/// The longest quotation of a line, in bytes.
const QUOTE_LENGTH_MAX: usize = 512;

/// One boot of one host.
#[derive(Debug, Clone, Default)]
pub struct Boot {
    /// The host, where the log names it.
    pub host: Option<Box<str>>,
    /// The boot id, where the log tells it.
    pub id: Option<BootId>,
    /// The sources that hold entries of this boot.
    pub sources: BTreeSet<SourceId>,
    /// The stamp of the first entry that has one: the first line of a log may have lost its own.
    pub first: Stamp,
    /// The stamp of the last entry that has one.
    pub last: Stamp,
    /// Whether anybody speaks of netplan.
    pub has_netplan: bool,
    /// How much of the boot the log shows.
    pub coverage: Coverage,
    events: Vec<Event>,
    /// What the machine's files say beside its log.
    pub(crate) facts: Vec<Event>,
    /// What drivers said of their functions and nobody understood: the first of each kind, by what it says with its
    /// numbers taken out.
    sayings: BTreeMap<(Box<str>, Subject), Event>,
    /// The lines that rules of the site know: of each rule and subject the first ones.
    marks: Vec<Event>,
    /// The RDMA device, and its port, that a tool tells of in lines that name neither.
    shown: Subject,
    /// The netdev that each process asks for an address for: DHCP clients name it when they ask, and not in what comes of it.
    asking: BTreeMap<Option<u32>, NetdevName>,
    /// How often the time went on, and how often it went back, from one entry to the next.
    steps: (u64, u64),
    /// How often a thing was said, and where its last saying stands among the events.
    repeats: BTreeMap<(EventKind, Subject), (usize, usize)>,
}

impl Boot {
    /// Takes an entry in.
    pub(crate) fn observe(
        &mut self,
        recognizer: &Recognizer,
        rules: &Rules,
        source: SourceId,
        entry: &Entry<'_>,
    ) {
        self.sources.insert(source);
        let is_stamped = entry.stamp != Stamp::default();
        if self.first == Stamp::default() {
            self.first = entry.stamp;
        }
        self.steps.0 += u64::from(entry.stamp.since(self.last).is_some_and(|step| !step.is_zero()));
        self.steps.1 += u64::from(self.last.since(entry.stamp).is_some_and(|step| !step.is_zero()));
        if is_stamped {
            self.last = entry.stamp;
        }
        if let Some(passed) = entry.passed {
            return self.coverage.count_passed(passed);
        }
        let order = self.coverage.entries;
        self.has_netplan |= entry.message.contains(NETPLAN);
        if let Some((kind, subject)) = rules.read(entry) {
            self.mark(kind, subject, source, order, entry);
        }
        let reading = recognizer.recognize(entry);
        let is_related = match &reading {
            Reading::Meaning(_) => true,
            Reading::OtherUnit | Reading::Nothing => recognizer.is_related(entry),
        };
        let is_kernel = entry.identifier.as_deref().map(|identifier| identifier == "kernel");
        self.coverage.count(is_kernel, is_stamped, is_related);
        match reading {
            Reading::OtherUnit if !is_related => self.coverage.note_other_unit(order),
            Reading::Nothing if is_related => self.take_saying(source, order, entry),
            Reading::OtherUnit | Reading::Nothing => {}
            Reading::Meaning(meaning) => {
                let text = cut(&entry.text, QUOTE_LENGTH_MAX).into();
                let evidence = Evidence { source, line: entry.line, text };
                let Recognized { kind, mut subject, speaker } = meaning;
                self.name_asked(&kind, &mut subject, entry.pid);
                self.take(Event { kind, subject, speaker, stamp: entry.stamp, order, evidence });
            }
        }
    }

    fn take(&mut self, mut event: Event) {
        match event.kind {
            EventKind::DeviceShown => {
                let hca = event.subject.hca.clone().or(self.shown.hca.take());
                self.shown = Subject { hca, port: event.subject.port, ..Subject::default() };
            }
            EventKind::PortChanged(_) | EventKind::PhysicalChanged(_)
                if event.subject == Subject::default() =>
            {
                event.subject = self.shown.clone();
            }
            EventKind::BootBegan => self.coverage.has_beginning = true,
            EventKind::LinesLost => self.coverage.note(BlindSpot::LinesLost),
            _ => {}
        }
        let index = self.events.len();
        let (count, last) =
            self.repeats.entry((event.kind.clone(), event.subject.clone())).or_insert((0, index));
        *count += 1;
        if *count > REPEATS_MAX {
            self.events[*last] = event;
        } else if index < EVENTS_MAX {
            *last = index;
            self.events.push(event);
        }
    }

    /// Takes in what the kernel shows in a file when the log has been read. That is no entry: how much of the boot the log
    /// shows does not change by it.
    pub(crate) fn show(&mut self, recognizer: &Recognizer, source: SourceId, line: &ShownLine) {
        let message = format!("{}:{}", line.file, line.text).into();
        let entry = Entry { identifier: Some("sysfs".into()), message, ..Entry::default() };
        let Reading::Meaning(Recognized { kind, subject, speaker }) = recognizer.recognize(&entry) else {
            return;
        };
        let last = self.events.last().map_or(0, |event| event.order + 1);
        let evidence = Evidence { source, line: 1, text: cut(&line.text, QUOTE_LENGTH_MAX).into() };
        let order = last.max(AFTER_THE_LOG);
        if self.events.len() < EVENTS_MAX {
            self.events.push(Event { kind, subject, speaker, stamp: Stamp::default(), order, evidence });
        }
    }

    fn mark(&mut self, kind: EventKind, subject: Subject, source: SourceId, order: u64, entry: &Entry<'_>) {
        let is_same = |mark: &&Event| mark.kind == kind && mark.subject == subject;
        if self.marks.len() < MARKS_MAX && self.marks.iter().filter(is_same).count() < REPEATS_MAX {
            let text = cut(&entry.text, QUOTE_LENGTH_MAX).into();
            let evidence = Evidence { source, line: entry.line, text };
            self.marks.push(Event { kind, subject, speaker: None, stamp: entry.stamp, order, evidence });
        }
    }

    /// Returns the lines that rules of the site know, in the order they were written down.
    pub(crate) fn marks(&self) -> impl Iterator<Item = &Event> {
        self.marks.iter()
    }

    fn take_saying(&mut self, source: SourceId, order: u64, entry: &Entry<'_>) {
        if self.sayings.len() >= SAYINGS_MAX {
            return;
        }
        let Some((said, subject, speaker)) = saying::read(entry) else { return };
        self.sayings.entry((said, subject.clone())).or_insert_with(|| Event {
            kind: EventKind::NotUnderstood,
            subject,
            speaker: Some(speaker),
            stamp: entry.stamp,
            order,
            evidence: Evidence { source, line: entry.line, text: cut(&entry.text, QUOTE_LENGTH_MAX).into() },
        });
    }

    /// Returns what drivers said of their functions and no pattern understands: the first of each kind, with its numbers
    /// taken out. In a boot of several sources their places in the order of its events mean nothing.
    pub(crate) fn sayings(&self) -> impl Iterator<Item = (&str, &Event)> {
        self.sayings.iter().map(|((said, _), event)| (&**said, event))
    }

    /// Gives what comes of asking for an address the netdev that the process named when it asked.
    fn name_asked(&mut self, kind: &EventKind, subject: &mut Subject, pid: Option<u32>) {
        match (kind, &subject.netdev) {
            (EventKind::AddressRequested, Some(netdev))
                if self.asking.len() < ASKING_MAX || self.asking.contains_key(&pid) =>
            {
                self.asking.insert(pid, netdev.clone());
            }
            (EventKind::AddressAssigned | EventKind::Sign { code: "IB0805", .. }, None) => {
                subject.netdev = self.asking.get(&pid).cloned();
            }
            _ => {}
        }
    }

    /// Returns all events in the order they were written down.
    pub fn events(&self) -> impl DoubleEndedIterator<Item = &Event> {
        self.events.iter()
    }

    /// Puts the events in order once all entries are in. `journalctl --reverse` prints the last entry first.
    pub(crate) fn settle(&mut self) {
        let (forward, back) = self.steps;
        if back > 4 * forward && back >= 4 {
            let last = self.coverage.entries;
            let events = self.events.iter_mut().chain(self.sayings.values_mut()).chain(&mut self.marks);
            events.for_each(|event| event.order = last - event.order);
            self.coverage.reverse();
            std::mem::swap(&mut self.first, &mut self.last);
        }
        self.events.sort_by_key(|event| event.order);
        let end = self.first_event(|kind| *kind == EventKind::BootEnded).map(|event| event.order);
        let is_of_boot = |event: &Event| end.is_none_or(|end| event.order <= end);
        self.events.retain(is_of_boot);
        self.sayings.retain(|_, event| is_of_boot(event));
        self.marks.retain(is_of_boot);
        self.marks.sort_by_key(|mark| mark.order);
    }

    /// Returns the boot as it is where so many other sources come before its own.
    pub(crate) fn with_sources_after(mut self, count: usize) -> Self {
        self.sources = self.sources.iter().map(|source| source.after(count)).collect();
        let said = self.events.iter_mut().chain(&mut self.facts).chain(&mut self.marks);
        for event in said.chain(self.sayings.values_mut()) {
            event.evidence.source = event.evidence.source.after(count);
        }
        self
    }

    /// Takes in what another source says of the same boot.
    pub(crate) fn merge(&mut self, other: Boot) {
        // The longer name says more.
        self.host = self.host.take().into_iter().chain(other.host).max_by_key(|name| name.len());
        self.id = self.id.or(other.id);
        self.sources.extend(other.sources);
        if self.first.since(other.first).is_some() {
            self.first = other.first;
        }
        if other.last.since(self.last).is_some() {
            self.last = other.last;
        }
        self.has_netplan |= other.has_netplan;
        let (known, room) = (self.marks.len(), MARKS_MAX.saturating_sub(self.marks.len()));
        for mark in other.marks.into_iter().take(room) {
            let is_same = |known: &Event| known.kind == mark.kind && known.stamp == mark.stamp;
            if !self.marks[..known].iter().any(is_same) {
                self.marks.push(mark);
            }
        }
        for (said, event) in other.sayings {
            self.sayings.entry(said).or_insert(event);
        }
        let merged = Merged::of(std::mem::take(&mut self.events), other.events);
        self.coverage.merge(
            &other.coverage,
            |order| merged.place_before(&merged.own, order),
            |order| merged.place_before(&merged.others, order),
        );
        self.events = merged.events;
    }

    /// Returns what the machine's files say beside its log.
    pub fn facts(&self) -> impl Iterator<Item = &Event> {
        self.facts.iter()
    }

    /// Returns the fact of a kind that is about the machine.
    pub fn fact(&self, kind: FactKind) -> Option<&Event> {
        self.facts().find(|fact| fact.kind == EventKind::Told(kind))
    }

    /// Returns the first event of a kind.
    pub fn first_event(&self, is: impl Fn(&EventKind) -> bool) -> Option<&Event> {
        self.events().find(|event| is(&event.kind))
    }

    /// Returns the first word of a service that loads the stack.
    pub fn stack_service(&self) -> Option<&Event> {
        self.first_event(|kind| matches!(kind, EventKind::Stack(..)))
    }

    /// Returns the place in the log where the stack service said it was done.
    pub fn stack_done(&self, service: StackService) -> Option<&Event> {
        self.first_event(|kind| *kind == EventKind::Stack(service, Progress::Done))
    }

    /// Returns whether `ib_ipoib` was at work: somebody saw it loaded, or it made a netdev for some port, or failed to.
    pub fn has_ipoib(&self) -> bool {
        let is_at_work = |event: &Event| {
            let failed =
                event.kind.fails_netdev() || matches!(event.kind, EventKind::Sign { code: "IB0407", .. });
            failed || event.kind.is_load_of_ipoib()
        };
        self.has_ipoib_netdev() || self.events().any(is_at_work)
    }

    /// Returns whether an `IPoIB` netdev was there.
    pub fn has_ipoib_netdev(&self) -> bool {
        self.events().any(|event| {
            let on_ipoib = event.subject.netdev.as_ref().is_some_and(NetdevName::looks_like_ipoib);
            on_ipoib && event.kind.shows_netdev()
        })
    }

    /// Returns whether somebody counts on this machine to have InfiniBand: the vendor's stack, a subnet manager, or a tool
    /// that found no device.
    pub fn wants_infiniband(&self) -> bool {
        self.events().any(|event| {
            matches!(
                event.kind,
                EventKind::Stack(StackService::Openibd, _)
                    | EventKind::SubnetManager(_)
                    | EventKind::Sign { code: "IB0710" | "IB0322 none" | "IB0322 empty", .. }
            )
        })
    }

    /// Returns whether somebody asked for `ib_ipoib`.
    pub fn requested_ipoib(&self) -> bool {
        self.first_event(|kind| *kind == EventKind::ModuleRequested("ib_ipoib".into())).is_some()
    }

    /// Returns the load of `ib_ipoib` that the netdev is of, where the log tells of it: the last one before or, since
    /// whoever tells of it may be a moment later than the kernel, the first one just after.
    pub fn ipoib_load(&self, netdev: Option<&Event>) -> Option<&Event> {
        let loads = || self.events().filter(|event| event.kind.is_load_of_ipoib());
        let Some(netdev) = netdev else { return loads().next_back() };
        let before = loads().rfind(|load| load.order < netdev.order);
        let is_just_after =
            |load: &&Event| load.stamp.since(netdev.stamp).is_some_and(|lag| lag <= TRACE_LAG_MAX);
        before.or_else(|| loads().find(|load| !load.kind.is_load_before_the_trace() && is_just_after(load)))
    }

    /// Returns the last word by which the subnet manager of this machine does not run, if it did not come to work after.
    pub fn manager_failed(&self) -> Option<&Event> {
        let failed = EventKind::SubnetManager(Progress::Failed);
        let gave_up = |kind: &EventKind| matches!(kind, EventKind::Sign { code: "IB0710", .. });
        let last = self.events().rfind(|event| event.kind == failed || gave_up(&event.kind))?;
        (!self.manager_works_after(last)).then_some(last)
    }

    /// Returns whether the subnet manager of this machine is at work after the event.
    pub fn manager_works_after(&self, event: &Event) -> bool {
        let at_work = EventKind::SubnetManager(Progress::Done);
        self.events().any(|later| later.order > event.order && later.kind == at_work)
    }

    /// Returns the release of the kernel that was booted, where its first words are in the log.
    pub fn kernel_release(&self) -> Option<&str> {
        let began = self.first_event(|kind| *kind == EventKind::BootBegan)?;
        began.evidence.text.split("Linux version ").nth(1)?.split_whitespace().next()
    }

    /// Returns whether the kernel tells of carrier: until 6.7 it does, by `link becomes ready`, and its version is in the
    /// log.
    ///
    /// Source: Linux, net/ipv6/addrconf.c, `addrconf_notify`.
    pub fn kernel_tells_carrier(&self) -> bool {
        let release = self.kernel_release().unwrap_or_default();
        let mut numbers = release.split(|c: char| !c.is_ascii_digit()).map(str::parse::<u32>);
        match (numbers.next(), numbers.next()) {
            (Some(Ok(major)), Some(Ok(minor))) => (major, minor) < (6, 7),
            _ => false,
        }
    }

    /// Returns which network service this machine has, by what is in the log.
    pub fn network_stack(&self) -> Option<NetworkStack> {
        self.events().find_map(|event| match event.kind {
            EventKind::Network(stack, _)
            | EventKind::RaiseFoundNothing(Some(stack))
            | EventKind::RaiseFailed(Some(stack))
            | EventKind::RaiseBegan(Some(stack))
            | EventKind::Raised(Some(stack))
            | EventKind::CarrierMissing(Some(stack)) => Some(stack),
            _ => None,
        })
    }
}
