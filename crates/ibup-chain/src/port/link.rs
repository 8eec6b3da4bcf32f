//! A port's link: cable, logical state, carrier.

use super::Port;
use crate::event::{Event, EventKind, PortState};

impl<'b> Port<'b> {
    /// Returns the driver's last word on the cable where it says that there is none, if the link did not come after
    /// all.
    pub fn cable_out(&self) -> Option<&'b Event> {
        let cable = self.last(|kind| matches!(kind, EventKind::CablePlugged | EventKind::CableUnplugged))?;
        let is_out = cable.kind == EventKind::CableUnplugged;
        let linked = self.last(|kind| {
            matches!(kind, EventKind::CarrierGained | EventKind::PortChanged(PortState::Active))
        });
        let came = linked.is_some_and(|linked| linked.order > cable.order);
        (is_out && !came && !self.was_lowered_before(cable)).then_some(cable)
    }

    /// Returns the last event that shows the link gone or never there, if nothing after it shows it there.
    pub fn link_broken(&self) -> Option<&'b Event> {
        let link = self.last(|kind| {
            matches!(
                kind,
                EventKind::CablePlugged
                    | EventKind::CableUnplugged
                    | EventKind::PortChanged(_)
                    | EventKind::CarrierGained
                    | EventKind::CarrierAwaited
            )
        })?;
        let is_broken = matches!(
            link.kind,
            EventKind::CableUnplugged
                | EventKind::PortChanged(PortState::Down | PortState::Init | PortState::Armed)
                | EventKind::CarrierAwaited
        );
        (is_broken && !self.was_lowered_before(link)).then_some(link)
    }

    /// Returns whether somebody had taken the interface down before this: what its link does then is no trouble.
    fn was_lowered_before(&self, event: &Event) -> bool {
        self.last(|kind| *kind == EventKind::Lowered).is_some_and(|lowered| lowered.order < event.order)
    }
}
