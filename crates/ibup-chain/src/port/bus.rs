//! The bus above a port: bridges, and what is said of them.

use super::Port;
use crate::boot::Boot;
use crate::event::{Event, EventKind};
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
    boot.events().filter_map(|event| match event.kind {
        EventKind::FunctionFound(identity) => {
            let is_bridge = identity.class >> 16 == 0x06;
            Some((event.subject.pci?, identity.is_fabric() || (identity.is_mellanox() && !is_bridge)))
        }
        _ => None,
    })
}

impl<'b> Port<'b> {
    /// Returns whether the log shows the enumeration of the bus, and no HCA in it.
    pub fn bus_lacks_hca(&self) -> bool {
        let coverage = &self.boot.coverage;
        let has_hca = enumerated(self.boot).any(|(_, is_hca)| is_hca)
            || self.boot.events().any(|event| event.subject.pci.is_some() && event.is_by_hca_driver());
        let is_shown = enumerated(self.boot).take(ENUMERATION_ENOUGH).count() == ENUMERATION_ENOUGH;
        !has_hca && is_shown && !coverage.is_filtered() && !coverage.has_lost_lines()
    }

    /// Returns the signs of a diagnosis on bridges with nothing behind them, for a port whose function nobody has found.
    pub fn signs_on_empty_bridges(&self, wanted: &str) -> Vec<&'b Event> {
        let is_lost = self.pci.is_none() && self.is_wanted() && self.netdev_appeared().is_none();
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
            let works = event.kind == EventKind::DriverBound
                || event.kind.shows_driver()
                || event.kind.shows_netdev();
            works && event.order > trouble.order
        });
        let in_time = |works: &Event| {
            self.missed().is_none_or(|missed| missed.order > works.order || missed.order < trouble.order)
        };
        (self.driver_failed().is_none() && works.is_some_and(in_time)) || self.overcame(trouble)
    }
}
