//! Ethernet where somebody wants InfiniBand: many HCAs can do either, by a setting of each port.

use std::collections::{BTreeMap, BTreeSet};

use super::Port;
use crate::event::{Event, EventKind, PciIdentity};

/// Devices of Mellanox that have no InfiniBand: `ConnectX-4 Lx`, `ConnectX-6 Dx`, `ConnectX-6 Lx`, and the virtual
/// functions of the first.
///
/// Source: the PCI ID Repository, vendor 15b3.
const ETHERNET_ONLY: &[u16] = &[0x1015, 0x1016, 0x101d, 0x101f];

impl PciIdentity {
    /// Returns whether this is a device whose ports may be InfiniBand or Ethernet.
    fn may_be_either(self) -> bool {
        self.is_mellanox() && !ETHERNET_ONLY.contains(&self.device)
    }
}

impl<'b> Port<'b> {
    /// Returns what shows that the function which should carry this netdev makes an Ethernet one: its own words, or,
    /// where no function is known to be meant, those of all functions that may be either.
    pub fn ethernet_instead(&self) -> Vec<&'b Event> {
        if self.netdev_appeared().is_some() {
            return Vec::new();
        }
        let identities: BTreeMap<_, _> = self
            .boot
            .events()
            .filter_map(|event| match event.kind {
                EventKind::FunctionFound(identity) => Some((event.subject.pci?, identity)),
                _ => None,
            })
            .collect();
        let may_be_either = |event: &&Event| {
            let identity = event.subject.pci.and_then(|pci| identities.get(&pci));
            identity.is_none_or(|identity| identity.may_be_either() && !identity.is_fabric())
        };
        let is_meant = |event: &&Event| self.pci.is_none() || event.subject.pci == self.pci;
        let shown = self.boot.events().filter(|event| event.shows_ethernet()).filter(may_be_either);
        let mut said = BTreeSet::new();
        // Once a function is enough.
        shown.filter(is_meant).filter(|event| said.insert((event.subject.pci, event.kind.name()))).collect()
    }
}
