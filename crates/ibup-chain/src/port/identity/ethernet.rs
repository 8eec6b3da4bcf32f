//! Ethernet netdevs of HCAs: a port of the verdict only where one that is wanted has no link.

use super::{Function, Identities, Netdev};
use crate::boot::Boot;
use crate::event::{Event, EventKind, NetworkStack};
use crate::name::{NetdevName, PciAddress};

/// An Ethernet netdev of an HCA.
#[derive(Default)]
pub(super) struct Ethernet {
    function: Option<PciAddress>,
    /// When its link was last told of, in the order of entries.
    last: u64,
    is_up: bool,
}

impl Identities {
    /// Learns of the link of an Ethernet netdev, and who is to be raised. `IPoIB` netdevs have no such link.
    pub(super) fn learn_ethernet(&mut self, name: &NetdevName, event: &Event) {
        let is_up = match event.kind {
            _ if name.looks_like_ipoib() => return,
            EventKind::EthernetLinkUp => true,
            EventKind::EthernetLinkDown => false,
            EventKind::Raised(_) | EventKind::RaiseFailed(_) | EventKind::CarrierMissing(_) => {
                self.wanted.insert(name.clone());
                return;
            }
            _ => return,
        };
        let function = event.subject.pci;
        if let Some(function) = function.and_then(|pci| self.functions.get_mut(&pci)) {
            function.has_ethernet = true;
        }
        self.ethernet.insert(name.clone(), Ethernet { function, last: event.order, is_up });
    }

    /// Adds Ethernet netdevs whose link is down at the end, if a network service had to raise them. Where the machine has
    /// nothing but Ethernet, and no link at all, whoever asks means the one that somebody opened; but NetworkManager opens
    /// all there are.
    pub(super) fn add_ethernet(&mut self, boot: &Boot) {
        let only_ethernet = self.netdevs.is_empty() && !self.functions.values().any(Function::is_infiniband);
        let is_dark = self.ethernet.values().all(|netdev| !netdev.is_up);
        let stack = boot.network_stack();
        // A boot that waited for the network in vain waited for what NetworkManager could not activate.
        let has_waited = boot.first_event(EventKind::is_wait_given_up).is_some();
        let asks = only_ethernet && is_dark && (has_waited || stack != Some(NetworkStack::NetworkManager));
        // ifupdown opens what is configured, and says nothing of it.
        let silently = stack == Some(NetworkStack::Ifupdown);
        for (name, netdev) in &self.ethernet {
            let is_open = silently && netdev.function.is_some();
            let is_meant = !netdev.is_up && (asks || is_open || self.wanted.contains(name));
            if is_meant && !self.netdevs.contains_key(name) {
                let (function, appeared) = (netdev.function, Some(netdev.last));
                self.netdevs.insert(name.clone(), Netdev { function, is_ethernet: true, appeared });
            }
        }
    }
}
