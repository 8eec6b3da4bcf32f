//! Whether a trouble of the function or its driver ended the climb.

use super::Port;
use crate::event::{Event, EventKind, NetworkStack};

impl<'b> Port<'b> {
    /// Returns whether the climb ended at this trouble: nothing after it shows the function at work again with the
    /// netdev in time for the network service, and the interface was not up before, or lost its link after. That a netdev
    /// is spoken of after shows nothing where it was there before: it may stand on a dead function.
    pub fn ended_by(&self, trouble: &Event) -> bool {
        let shows_work = |kind: &EventKind| {
            kind.shows_driver()
                || matches!(
                    kind,
                    EventKind::NetdevCreated
                        | EventKind::NetdevRenamed { .. }
                        | EventKind::Raised(_)
                        | EventKind::CarrierGained
                        | EventKind::AddressAssigned
                ) && !may_be_dead(kind)
        };
        let is_later = |event: &Event| event.order > trouble.order;
        let came_later = |event: &Event| is_later(event) && !may_be_dead(&event.kind);
        let works_again =
            self.last(shows_work).is_some_and(is_later) || self.netdev_appeared().is_some_and(came_later);
        // Who raised it and waits for its link since has nothing of it.
        let awaits = self.awaits_carrier().is_some_and(|since| since.order < trouble.order);
        let was_up = !awaits && self.raised().is_some_and(|raised| raised.order < trouble.order);
        let was_lost = self.link_broken().is_some_and(is_later);
        if works_again { !self.overcame(trouble) } else { !was_up || was_lost }
    }

    /// Returns the signs of a diagnosis at which the climb ended.
    pub fn ending_signs(&self, code: &str) -> Vec<&'b Event> {
        self.signs(code).into_iter().filter(|sign| self.ended_by(sign)).collect()
    }

    /// Returns the event by which the driver gave the function up after this trouble, if it never took it after all.
    pub fn given_up_after(&self, trouble: &Event) -> Option<&'b Event> {
        self.driver_failed().filter(|failed| failed.order > trouble.order)
    }
}

/// Returns whether a netdev can be spoken of so that stands on a dead function: somebody opens it, or waits for its link.
pub(super) fn may_be_dead(kind: &EventKind) -> bool {
    matches!(
        kind,
        EventKind::RaiseBegan(_)
            | EventKind::Raised(Some(NetworkStack::Networkd))
            | EventKind::CarrierAwaited
            | EventKind::CarrierMissing(_)
            | EventKind::CarrierLost
    )
}
