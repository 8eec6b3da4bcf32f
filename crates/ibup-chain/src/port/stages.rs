//! How far a port came: the eight stages, each with what shows it.

use serde::{Deserialize, Serialize};

use super::Port;
use crate::event::{Event, EventKind, PortState, Progress};
use crate::stage::Stage;

/// What became of a stage.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum StageState {
    /// It was reached.
    Reached,
    /// It was tried and failed.
    Failed,
    /// It was not taken on the way: a later stage was reached without it.
    Skipped,
    /// The log does not show it.
    NotSeen,
}

impl StageState {
    /// Returns what became of a stage by the events that reached it and failed it.
    fn of(reached: Option<&Event>, failed: Option<&Event>) -> Self {
        match (reached, failed) {
            (Some(_), _) => Self::Reached,
            (None, Some(_)) => Self::Failed,
            (None, None) => Self::NotSeen,
        }
    }
}

/// What became of a stage, and the events that show it.
#[derive(Debug, Clone)]
pub struct StageReport<'b> {
    /// The stage.
    pub stage: Stage,
    /// What became of it.
    pub state: StageState,
    /// When that was known: the event that reached the stage or, where none did, that failed it.
    pub at: Option<&'b Event>,
    /// What shows it, in order.
    pub evidence: Vec<&'b Event>,
}

impl<'b> Port<'b> {
    /// Returns what became of each stage, in boot order.
    pub fn stages(&self) -> Vec<StageReport<'b>> {
        let mut reports: Vec<_> = Stage::ALL.into_iter().map(|stage| self.stage(stage)).collect();
        let last_reached = reports.iter().rposition(|report| report.state == StageState::Reached);
        for (index, report) in reports.iter_mut().enumerate() {
            // Raising by the network service needs no word of the interface manager, and machines without one have
            // none; the same goes for who loaded the stack. A netdev without a function cannot be.
            let skippable = matches!(report.stage, Stage::HandOff | Stage::Network);
            if report.state == StageState::NotSeen
                && skippable
                && last_reached.is_some_and(|last| index < last)
            {
                report.state = StageState::Skipped;
            }
        }
        reports
    }

    fn stage(&self, stage: Stage) -> StageReport<'b> {
        let (reached, failure) = match stage {
            Stage::Pci => (self.first(|kind| kind.stage() == Some(Stage::Pci)).or(self.driver_bound()), None),
            Stage::Driver => match self.driver_failed() {
                Some(failed) => (None, Some(failed)),
                None => (self.driver_bound().or(self.netdev_appeared()), None),
            },
            Stage::Stack => self.stack(),
            Stage::Netdev => {
                let failed = self.last(|kind| *kind == EventKind::NetdevFailed);
                (self.netdev_appeared(), failed)
            }
            Stage::HandOff => {
                (self.first(|kind| matches!(kind, EventKind::HandOffDeferred)).or(self.managed()), None)
            }
            Stage::Network => self.network(),
            Stage::Link => self.link(),
            Stage::Address => {
                (self.first(|kind| *kind == EventKind::AddressAssigned), self.without_address())
            }
        };
        // A stage may be reached because a later one is, without a line of its own.
        let has_own_line = |event: &&Event| event.kind.stage() == Some(stage);
        let mut evidence: Vec<_> = failure.into_iter().chain(reached).filter(has_own_line).collect();
        evidence.sort_by_key(|event| event.order);
        StageReport { stage, state: StageState::of(reached, failure), at: reached.or(failure), evidence }
    }

    /// The stack is there when somebody says so, and at the latest when the netdev is.
    fn stack(&self) -> (Option<&'b Event>, Option<&'b Event>) {
        let appeared = self.netdev_appeared();
        let loads = |kind: &EventKind| match kind {
            EventKind::ModuleRequested(module) => **module == *"ib_ipoib",
            EventKind::Stack(..) => true,
            _ => false,
        };
        let before_netdev =
            |event: &&Event| appeared.is_some_and(|netdev| event.order < netdev.order) && loads(&event.kind);
        let at_work = self.boot.first_event(|kind| *kind == EventKind::NetdevFailed);
        let loaded = self.boot.events().rfind(before_netdev).or(at_work);
        let failed = self.boot.first_event(|kind| matches!(kind, EventKind::Stack(_, Progress::Failed)));
        // Whoever saw it loaded knows best, and may also know by whom.
        (self.boot.ipoib_load(appeared).or(loaded).or(appeared), failed)
    }

    /// The interface manager's first word that is more than a sign of life.
    fn managed(&self) -> Option<&'b Event> {
        self.first(|kind| *kind == EventKind::ManagerSpoke)
    }

    fn network(&self) -> (Option<&'b Event>, Option<&'b Event>) {
        let raised = self.first(|kind| matches!(kind, EventKind::Raised(_)));
        let failed = self.first(|kind| {
            let is_failure = matches!(kind, EventKind::RaiseFoundNothing(_) | EventKind::RaiseFailed(_));
            is_failure || matches!(kind, EventKind::CarrierMissing(_))
        });
        (raised, failed)
    }

    fn link(&self) -> (Option<&'b Event>, Option<&'b Event>) {
        let up = self.first(|kind| {
            let is_port = matches!(kind, EventKind::PortChanged(PortState::Active));
            is_port || matches!(kind, EventKind::CarrierGained | EventKind::EthernetLinkUp)
        });
        let broken = self.link_broken();
        match broken {
            Some(broken) if up.is_none_or(|up| up.order < broken.order) => (None, Some(broken)),
            _ => (up, None),
        }
    }
}
