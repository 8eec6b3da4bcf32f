//! A port's address: who asked for one, and what kept it from having one.

use super::Port;
use crate::event::{Event, EventKind};

impl<'b> Port<'b> {
    /// Returns the first word by which somebody asks for an address by DHCP.
    pub fn address_requested(&self) -> Option<&'b Event> {
        self.first(|kind| *kind == EventKind::AddressRequested)
    }

    /// Returns the last word by which the interface did not get its address, if nothing after it shows that it did.
    pub fn address_failed(&self) -> Option<&'b Event> {
        let failed = self.last(EventKind::is_address_trouble).or_else(|| self.address_taken_back())?;
        (!self.address_came_after(failed) && !self.was_lowered_before(failed)).then_some(failed)
    }

    /// Returns the word by which the kernel took an IPv6 address back, if the boot waited for the network in vain after it:
    /// then it was not one address among others.
    fn address_taken_back(&self) -> Option<&'b Event> {
        let taken = self.last(|kind| matches!(kind, EventKind::Sign { code: "IB0801 IPv6", .. }))?;
        let waited = self.boot.events().rfind(|event| event.kind == EventKind::OnlineWaitFailed)?;
        (waited.order > taken.order).then_some(taken)
    }

    /// Returns whether the interface got an address after the event, as far as the log tells: a network service that says
    /// that it raised the interface has given it what addresses it has for it.
    pub fn address_came_after(&self, event: &Event) -> bool {
        let came = self.last(|kind| matches!(kind, EventKind::AddressAssigned | EventKind::Raised(_)));
        came.is_some_and(|came| came.order > event.order)
    }

    /// Returns the signs of a diagnosis of the address stage that name this netdev and after which no address came.
    pub fn address_signs(&self, wanted: &str) -> Vec<&'b Event> {
        let is_open = |event: &&'b Event| {
            let is_sign = matches!(event.kind, EventKind::Sign { code, .. } if code == wanted);
            is_sign && !self.address_came_after(event)
        };
        self.events().filter(is_open).collect()
    }
}
