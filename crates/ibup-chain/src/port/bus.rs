//! The bus above a port: bridges, and what is said of them.

use std::collections::{BTreeMap, BTreeSet};

use super::Port;
use super::ending::may_be_dead;
use super::modules::Family;
use crate::boot::Boot;
use crate::event::{Event, EventKind, PciIdentity};
use crate::name::PciAddress;
use crate::stage::Stage;

/// So many functions of other devices show that the kernel's enumeration of the bus is in the log.
const ENUMERATION_ENOUGH: usize = 2;

/// Returns the signs of trouble on the bus that are said of bridges above the function.
pub(super) fn signs_above(boot: &Boot, pci: PciAddress) -> Vec<&Event> {
    let bridges: Vec<_> =
        bridges(boot).filter(|(bridge, first, last)| pci.is_behind(*bridge, *first, *last)).collect();
    if bridges.is_empty() {
        return Vec::new();
    }
    let is_above = |event: &&Event| {
        let of = event.subject.pci.filter(|of| *of != pci);
        is_pci_sign(event) && of.is_some_and(|of| bridges.iter().any(|(bridge, ..)| *bridge == of))
    };
    boot.events().filter(is_above).collect()
}

fn bridges(boot: &Boot) -> impl Iterator<Item = (PciAddress, u8, u8)> {
    boot.events().filter_map(|event| match event.kind {
        EventKind::BridgeFound(first, last) => Some((event.subject.pci?, first, last)),
        _ => None,
    })
}

fn is_pci_sign(event: &Event) -> bool {
    matches!(event.kind, EventKind::Sign { code, .. } if Stage::of_code(code) == Some(Stage::Pci))
}

/// Returns the functions that the kernel enumerated, each with whether it may be that of an HCA.
fn enumerated(boot: &Boot) -> impl Iterator<Item = (PciAddress, bool)> {
    boot.events().filter_map(identity).map(|(pci, identity)| {
        let is_bridge = identity.class >> 16 == 0x06;
        (pci, identity.is_fabric() || (identity.is_mellanox() && !is_bridge))
    })
}

/// Returns whether the log shows the enumeration of the bus as a whole.
fn shows_enumeration(boot: &Boot) -> bool {
    let is_shown = enumerated(boot).take(ENUMERATION_ENOUGH).count() == ENUMERATION_ENOUGH;
    is_shown && !boot.coverage.is_filtered() && !boot.coverage.has_lost_lines()
}

/// Returns the function that the kernel enumerated by this, and what it is.
fn identity(event: &Event) -> Option<(PciAddress, PciIdentity)> {
    match event.kind {
        EventKind::FunctionFound(identity) => Some((event.subject.pci?, identity)),
        _ => None,
    }
}

/// Returns whether this shows a netdev, and not one that may stand on a dead function.
fn shows_life(kind: &EventKind) -> bool {
    kind.shows_netdev() && !may_be_dead(kind)
}

impl<'b> Port<'b> {
    /// Returns whether the log shows the enumeration of the bus, and no HCA in it.
    pub fn bus_lacks_hca(&self) -> bool {
        let has_hca = enumerated(self.boot).any(|(_, is_hca)| is_hca)
            || self.boot.events().any(|event| event.subject.pci.is_some() && event.is_by_hca_driver());
        !has_hca && shows_enumeration(self.boot)
    }

    /// Returns whether the log shows the enumeration of the bus, and on it no HCA that this interface could be on: its name
    /// spells a function that is not there, or by its number it comes after all that there are.
    pub fn bus_lacks_mine(&self) -> bool {
        let Some(name) = self.netdev.as_ref().filter(|name| name.parent().is_none()) else { return false };
        if !shows_enumeration(self.boot) {
            return false;
        }
        match PciAddress::from_predictable_name(name) {
            Some(spelled) => !enumerated(self.boot).any(|(pci, _)| pci == spelled),
            None => name.kernel_number().is_some() && self.all_hcas_have_theirs(),
        }
    }

    /// Returns whether each HCA on the bus has one port, with an interface under the name that the kernel gave it.
    fn all_hcas_have_theirs(&self) -> bool {
        let identities: BTreeMap<_, _> = self.boot.events().filter_map(identity).collect();
        let mellanox = |identity: &PciIdentity| identity.is_mellanox() && identity.class >> 16 != 0x06;
        let is_plain = |identity: &PciIdentity| {
            let family = Family::of_identity(*identity);
            identity.is_fabric() && !family.is_some_and(|family| family.has_two_ports)
        };
        let hcas: Vec<_> =
            identities.into_values().filter(|identity| identity.is_fabric() || mellanox(identity)).collect();
        let renamed = self.boot.first_event(|kind| matches!(kind, EventKind::NetdevRenamed { .. }));
        let seen = self.boot.events().filter(|event| event.shows_netdev());
        let names: BTreeSet<_> = seen
            .filter_map(|event| event.subject.netdev.as_ref())
            .filter(|name| name.kernel_number().is_some())
            .collect();
        !hcas.is_empty() && hcas.iter().all(is_plain) && renamed.is_none() && names.len() == hcas.len()
    }

    /// Returns whether somebody wants an interface whose function nobody has found or, on a machine without any port, wants
    /// InfiniBand at all.
    pub fn is_lost(&self) -> bool {
        let is_wanted = self.is_wanted() || (self.netdev.is_none() && self.boot.wants_infiniband());
        self.pci.is_none() && is_wanted && self.netdev_appeared().is_none()
    }

    /// Returns the signs of a diagnosis on bridges with nothing behind them, for a port whose function nobody has found.
    pub fn signs_on_empty_bridges(&self, wanted: &str) -> Vec<&'b Event> {
        let is_lost = self.is_lost();
        let signs: Vec<_> = self
            .boot
            .events()
            .filter(|event| matches!(event.kind, EventKind::Sign { code, .. } if code == wanted))
            .collect();
        if !is_lost || signs.is_empty() {
            return Vec::new();
        }
        let leads_somewhere = |sign: &&Event| {
            let Some(of) = sign.subject.pci else { return true };
            let mut behind = bridges(self.boot).filter(|(bridge, ..)| *bridge == of);
            behind
                .any(|(_, first, last)| enumerated(self.boot).any(|(pci, _)| pci.is_behind(of, first, last)))
        };
        signs.into_iter().filter(|sign| !leads_somewhere(sign)).collect()
    }

    /// Returns whether the trouble was got over: the netdev came after it, or the driver had the function at work, before
    /// the network service missed its interface.
    pub fn driver_overcame(&self, trouble: &Event) -> bool {
        let works = self.events().find(|event| {
            let works =
                event.kind == EventKind::DriverBound || event.kind.shows_driver() || shows_life(&event.kind);
            works && event.order > trouble.order
        });
        let in_time = |works: &Event| {
            self.missed().is_none_or(|missed| missed.order > works.order || missed.order < trouble.order)
        };
        let netdev = self.last(shows_life).is_some_and(|seen| seen.order > trouble.order);
        (self.driver_failed().is_none() && works.is_some_and(in_time)) || (netdev && self.overcame(trouble))
    }
}
