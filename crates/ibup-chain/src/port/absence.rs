//! A netdev that never came to be, where nobody asked for it in vain: what shows that it is not there.

use super::Port;
use crate::event::{Event, EventKind, StackService};

impl<'b> Port<'b> {
    /// Returns the end of the boot, if nobody says that he wants the netdev, and by then somebody who names every netdev
    /// there is had named others and no `IPoIB` one,
    /// and a cable, as far as the log tells of any, is in the port: NetworkManager, which says nothing of a profile whose
    /// device is not there, or the interface manager of the vendor's stack, which udev starts for each netdev of an HCA.
    pub fn seen_by_nobody(&self) -> Option<&'b Event> {
        let bound = self.driver_bound()?;
        let over = self.boot.events().rfind(|event| event.kind == EventKind::BootFinished)?;
        let is_due = bound.order < over.order && self.boot.coverage.shows_services_before(over.order);
        let by_manager = |event: &Event| {
            event.kind == EventKind::NetdevSeen && event.speaker.as_deref() == Some("NetworkManager")
        };
        let by_vendor = self.boot.stack_done(StackService::Openibd).is_some();
        let names_all = by_vendor || self.boot.events().any(by_manager);
        let is_absent =
            !self.is_wanted() && self.netdev_appeared().is_none() && !self.boot.has_ipoib_netdev();
        let is_idle = self.cable_out().is_some() || self.driver_failed().is_some() || self.is_ethernet();
        (is_due && names_all && is_absent && !is_idle).then_some(over)
    }
}
