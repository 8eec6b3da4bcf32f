//! The steps of a port's boot: what happened, by names that are the same in every boot.

use std::collections::BTreeSet;
use std::fmt;

use super::saying;
use crate::event::{Event, EventKind, Progress, StackService, Subject};
use crate::port::{Port, StageState};
use crate::stage::Stage;

/// What a step is, whichever the boot: its name and, where there are several of it, which.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Key {
    /// The name: that of an event, or of one of the milestones below.
    pub step: &'static str,
    /// The module, the service, the code of the diagnosis, or a line with its numbers taken out. Mostly empty.
    pub detail: Box<str>,
}

/// `ib_ipoib` is loaded, whoever says so.
const STACK_LOADED: &str = "stack-loaded";
/// The netdev exists, whatever shows it.
const NETDEV: &str = "netdev";
/// The network service turns to the netdev for the first time, whatever comes of it.
const NETWORK_LOOKED: &str = "network-looked";
/// The netdev is raised.
const RAISED: &str = "raised";

/// A step that happened.
#[derive(Debug, Clone)]
pub struct Step<'b> {
    /// Which.
    pub key: Key,
    /// The stage it belongs to.
    pub stage: Option<Stage>,
    /// The event that shows it first.
    pub event: &'b Event,
}

impl Key {
    /// Makes a key.
    pub(super) fn new(step: &'static str, detail: impl Into<Box<str>>) -> Self {
        Self { step, detail: detail.into() }
    }

    /// Returns whether this is the network service's first turn to the netdev.
    pub(super) fn is_look(&self) -> bool {
        self.step == NETWORK_LOOKED
    }

    /// Returns whether the boot goes wrong when this comes after the network service looked.
    pub(super) fn must_precede_the_look(&self) -> bool {
        matches!(self.step, STACK_LOADED | NETDEV | "netdev-renamed" | "stack-started")
    }
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.step)
    }
}

/// Returns the steps of a port's boot, in the order they happened.
pub(super) fn of<'b>(port: &Port<'b>) -> Vec<Step<'b>> {
    let machine = port.boot.events().filter(|event| event.subject == Subject::default());
    let mut events: Vec<_> = port.events().chain(machine).collect();
    events.sort_by_key(|event| event.order);
    let read = events.iter().filter_map(|event| {
        Some(Step { key: key(&event.kind)?, stage: event.kind.stage().or(stage_of_sign(event)), event })
    });
    let milestones = milestones(port);
    let mut seen = BTreeSet::new();
    let mut steps: Vec<_> = read.chain(milestones).collect();
    // Of what one line shows, the earlier stage comes first.
    steps.sort_by_key(|step| (step.event.order, step.stage));
    steps.retain(|step| seen.insert(step.key.clone()));
    steps
}

/// Returns the steps that several kinds of events may show.
fn milestones<'b>(port: &Port<'b>) -> impl Iterator<Item = Step<'b>> {
    let stack = port.stages().into_iter().find(|report| report.stage == Stage::Stack);
    let loaded = stack.filter(|report| report.state == StageState::Reached).and_then(|report| report.at);
    let looked = port.first(|kind| {
        let is_look = matches!(kind, EventKind::RaiseFoundNothing(_) | EventKind::RaiseBegan(_));
        let is_answer = matches!(kind, EventKind::RaiseFailed(_) | EventKind::Raised(_));
        is_look || is_answer || matches!(kind, EventKind::CarrierMissing(_))
    });
    // Who raised it without a word of looking, looked.
    let looked = looked.or(port.raised());
    let found = [
        (STACK_LOADED, Stage::Stack, loaded),
        (NETDEV, Stage::Netdev, port.netdev_appeared()),
        (NETWORK_LOOKED, Stage::Network, looked),
        (RAISED, Stage::Network, port.raised()),
    ];
    found.into_iter().filter_map(|(name, stage, event)| {
        Some(Step { key: Key::new(name, ""), stage: Some(stage), event: event? })
    })
}

fn stage_of_sign(event: &Event) -> Option<Stage> {
    match &event.kind {
        EventKind::Sign { code, .. } => Stage::of_code(code),
        _ => None,
    }
}

/// Returns what step a kind of event is; `None` of what only says that somebody is at work, which any version says in
/// another way, and of what the milestones tell.
fn key(kind: &EventKind) -> Option<Key> {
    let detail = match kind {
        EventKind::BootBegan
        | EventKind::BootFinished
        | EventKind::BootEnded
        | EventKind::LinesLost
        | EventKind::ClockSet
        | EventKind::BridgeFound(..)
        | EventKind::DeviceShown
        | EventKind::ManagerSpoke
        | EventKind::Stack(_, Progress::Spoke)
        | EventKind::Network(_, Progress::Spoke)
        | EventKind::SubnetManager(Progress::Spoke)
        | EventKind::NetdevCreated
        | EventKind::NetdevSeen
        | EventKind::RaiseBegan(_)
        | EventKind::Raised(_) => return None,
        EventKind::FunctionSetUp => return Some(Key::new("function-found", "")),
        EventKind::ModuleLoaded { module, .. } => return Some(Key::new("module-loaded", module.clone())),
        EventKind::ModuleRequested(module) => module.clone(),
        EventKind::Stack(StackService::Openibd, _) => "openibd".into(),
        EventKind::Stack(StackService::RdmaLoadModules, _) => "rdma-load-modules".into(),
        EventKind::Sign { code, .. } => (*code).into(),
        EventKind::CableFailed(reason) => saying::without_numbers(reason).into(),
        _ => "".into(),
    };
    Some(Key { step: kind.name(), detail })
}
