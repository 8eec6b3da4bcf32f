//! A port's address: who asked for one, and what kept it from having one.

use super::Port;
use crate::event::{Event, EventKind, NetworkStack};

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

    /// Returns a word by which the interface, be it up, has no address that it should have.
    pub fn without_address(&self) -> Option<&'b Event> {
        self.address_failed().or_else(|| self.agent_failed()).or_else(|| self.wanted_without_address())
    }

    /// Returns the word by which the kernel took an IPv6 address back, if after it the network service gave the interface
    /// up, or the boot waited for the network in vain: then it was not one address among others.
    fn address_taken_back(&self) -> Option<&'b Event> {
        let taken = self.last(|kind| matches!(kind, EventKind::Sign { code: "IB0801 IPv6", .. }))?;
        let waited = self.boot.events().rfind(|event| event.kind == EventKind::OnlineWaitFailed);
        let given_up = self.last(|kind| matches!(kind, EventKind::RaiseFailed(_)));
        waited.into_iter().chain(given_up).any(|later| later.order > taken.order).then_some(taken)
    }

    /// Returns the last word of the cloud's agent that it could not give the interface its address, if nobody else did.
    pub fn agent_failed(&self) -> Option<&'b Event> {
        let last = self.signs("IB0614").pop()?;
        let has_address = self.last(|kind| matches!(kind, EventKind::AddressAssigned | EventKind::Raised(_)));
        // What names no interface may be said of another one.
        let is_told = |address: &Event| address.order > last.order || last.subject.netdev.is_none();
        (!has_address.is_some_and(is_told)).then_some(last)
    }

    /// Returns the word by which the interface has carrier, where its network service tells of what it raises, told of others,
    /// was done, and did not touch this one.
    pub fn left_without_address(&self) -> Option<&'b Event> {
        let stack = self.boot.network_stack().filter(|stack| {
            matches!(stack, NetworkStack::NetworkScripts | NetworkStack::Wicked | NetworkStack::Networkd)
        })?;
        let touched = |kind: &EventKind| {
            matches!(
                kind,
                EventKind::Raised(_)
                    | EventKind::RaiseBegan(_)
                    | EventKind::RaiseFailed(_)
                    | EventKind::RaiseFoundNothing(_)
                    | EventKind::CarrierMissing(_)
                    | EventKind::AddressRequested
                    | EventKind::AddressAssigned
                    | EventKind::MasterFailed
            )
        };
        let carrier = self.first(|kind| *kind == EventKind::CarrierGained)?;
        let told = self.boot.events().any(|event| event.kind == EventKind::Raised(Some(stack)));
        let is_alone = self.first(touched).is_none() && told && self.chance_shown_after(carrier);
        (is_alone && !self.boot.coverage.is_filtered()).then_some(carrier)
    }

    /// Returns the word by which the interface that nobody gave an address has carrier, if it is one that should have had an
    /// address: somebody opened it by name, or it is the only one of the machine. The kernel opens children with their
    /// parent, and what RDMA programs alone use needs none.
    pub fn wanted_without_address(&self) -> Option<&'b Event> {
        let carrier = self.left_without_address()?;
        let is_own = self.netdev.as_ref().is_some_and(|name| name.parent().is_none());
        let is_opened = self.opened_by_name().is_some();
        let was_awaited =
            self.boot.last.since(carrier.stamp).is_some_and(|waited| waited > super::outcome::PROMPT);
        let is_only = !self.has_raised_sibling() && !self.is_virtual_function();
        (is_own && was_awaited && (is_opened || is_only)).then_some(carrier)
    }

    /// Returns the command by which somebody other than the network service opened the interface.
    pub fn opened_by_name(&self) -> Option<&'b Event> {
        self.first(|kind| matches!(kind, EventKind::Sign { code: "IB0806 opened", .. }))
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
