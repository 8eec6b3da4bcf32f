//! How a port's climb ended.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::Port;
use crate::event::{Event, EventKind, Progress};

/// An interface that is raised within so long of its appearing came up by itself. Every service that raises late
/// netdevs does so in seconds; a person who notices, logs in and types takes longer.
pub(crate) const PROMPT: Duration = Duration::from_mins(2);

/// How a port's climb ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Outcome {
    /// The interface came up, by itself and in time.
    Up,
    /// The interface came up, but only long after it could have.
    RaisedLate,
    /// The interface is up and has its link, and is of no use: it has no address, or nothing gets through it.
    Unusable,
    /// The interface exists and somebody wants it, and it did not come up.
    Down,
    /// The interface that somebody wants never came to exist.
    Missing,
    /// The log does not tell.
    Unknown,
}

impl Outcome {
    /// Returns the name as it stands in verdicts.
    pub fn name(self) -> &'static str {
        match self {
            Self::Up => "up",
            Self::RaisedLate => "raised-late",
            Self::Unusable => "unusable",
            Self::Down => "down",
            Self::Missing => "missing",
            Self::Unknown => "unknown",
        }
    }

    /// Returns whether something is wrong.
    pub fn is_bad(self) -> bool {
        matches!(self, Self::RaisedLate | Self::Unusable | Self::Down | Self::Missing)
    }
}

impl<'b> Port<'b> {
    /// Returns how the climb ended.
    pub fn outcome(&self) -> Outcome {
        let appeared = self.netdev_appeared();
        if self.raised().is_none() {
            let gone = self.driver_failed().is_some();
            return match (appeared, self.is_wanted()) {
                (None, wanted) if wanted || gone => Outcome::Missing,
                (Some(event), true) if self.had_its_chance_after(self.taken_away().unwrap_or(event)) => {
                    Outcome::Down
                }
                _ => Outcome::Unknown,
            };
        }
        if self.link_broken().is_some() {
            Outcome::Down
        } else if self.useless().is_some() {
            Outcome::Unusable
        } else if self.was_raised_late() {
            Outcome::RaisedLate
        } else {
            Outcome::Up
        }
    }

    /// Returns a word by which the interface, up as it is, is of no use.
    pub fn useless(&self) -> Option<&'b Event> {
        self.without_address().or_else(|| self.without_parent()).or_else(|| self.packets_lost())
    }

    /// Returns how long the interface was wanted and not raised, where clocks tell: since the netdev appeared or, if it
    /// is later, the network service had its first turn; or, if the function was there by then, since the network
    /// service missed the netdev; or since a reload of the stack took it away.
    pub fn delay(&self) -> Option<Duration> {
        let raised = self.raised()?;
        let missed = self.missed().filter(|missed| {
            let function = self.events().find(|event| event.subject.pci.is_some());
            function.is_none_or(|function| function.order < missed.order)
        });
        let turn = self.boot.first_event(|kind| matches!(kind, EventKind::Network(_, Progress::Started)));
        let turn = turn.filter(|turn| turn.order < raised.order);
        let due = match missed {
            Some(missed) => missed,
            None => self.netdev_appeared().into_iter().chain(turn).max_by_key(|event| event.order)?,
        };
        let due = self.taken_away().filter(|away| away.order > due.order).unwrap_or(due);
        let between = |event: &&Event| (due.order..raised.order).contains(&event.order);
        let clock_set = self.boot.events().filter(between).any(|event| event.kind == EventKind::ClockSet);
        let by_wall = raised.stamp.monotonic.is_none() || due.stamp.monotonic.is_none();
        if clock_set && by_wall { None } else { raised.stamp.since(due.stamp) }
    }

    fn was_raised_late(&self) -> bool {
        if self.wait_given_up().is_some() {
            return true;
        }
        let Some(delay) = self.delay() else {
            // Without a clock only the order is left: raised after the network service had missed it, by another try.
            return self.missed().is_some() && self.deferred().is_some();
        };
        delay > PROMPT && !self.was_raised_by_the_boot()
    }

    /// Returns whether the interface was raised while the boot was still at work: some boots are slow.
    fn was_raised_by_the_boot(&self) -> bool {
        let over = self.boot.first_event(|kind| *kind == EventKind::BootFinished);
        let raised = self.raised();
        over.zip(raised).is_some_and(|(over, raised)| raised.order < over.order) && self.missed().is_none()
    }
}
