//! Answers about one netdev: what is configured for it, who else claims it, and which children it has.

use std::collections::{BTreeMap, BTreeSet};

use super::{Configuration, Unread};
use crate::interface::{InterfaceConfig, Owner, Renderer};
use crate::name::NetdevName;
use crate::selector::{Fit, Netdev};

/// Who goes first where nobody says which services are enabled.
///
/// netplan writes for the others; NetworkManager leaves alone what ifupdown has; network-scripts and wicked are only
/// there where somebody chose them.
pub const DEFAULT_ORDER: &[Owner] = &[
    Owner::Netplan(Renderer::Networkd),
    Owner::Netplan(Renderer::NetworkManager),
    Owner::Ifupdown,
    Owner::NetworkScripts,
    Owner::Wicked,
    Owner::NetworkManager,
    Owner::Networkd,
];

/// Pieces of configuration without a name of their own that are looked at for conflicts.
const PATTERNS_MAX: usize = 256;

/// All configuration that speaks of a netdev.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Claims<'a> {
    /// What counts.
    pub winner: Option<&'a InterfaceConfig>,
    /// What is for the same netdev and does not count.
    pub losers: Vec<&'a InterfaceConfig>,
    /// What would be for it but for one thing.
    pub declined: Vec<(&'a InterfaceConfig, Declined)>,
}

/// Why configuration that speaks of a netdev is not for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Declined {
    /// It states a hardware address that the netdev does not have; the flag says that the port GUID agrees.
    OtherHardware {
        /// Whether the port GUID agrees.
        is_same_port: bool,
    },
    /// It depends on something that is not known here.
    CannotTell,
    /// Its service is told to leave the netdev alone.
    Unmanaged,
}

/// Several services, or several files of one, that configure the same netdev.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Conflict<'a> {
    /// The netdev.
    pub name: NetdevName,
    /// What counts.
    pub winner: &'a InterfaceConfig,
    /// What does not.
    pub losers: Vec<&'a InterfaceConfig>,
}

impl Configuration {
    /// Returns what is configured for a netdev.
    pub fn find(&self, netdev: &Netdev) -> Option<&InterfaceConfig> {
        self.find_among(netdev, DEFAULT_ORDER)
    }

    /// Returns what is configured for a netdev, as far as these services are concerned, the first of them first.
    pub fn find_among(&self, netdev: &Netdev, order: &[Owner]) -> Option<&InterfaceConfig> {
        self.claims(netdev, order).winner
    }

    /// Returns all configuration that speaks of a netdev.
    pub fn claims(&self, netdev: &Netdev, order: &[Owner]) -> Claims<'_> {
        let candidates: Vec<&InterfaceConfig> = self.interfaces.iter().collect();
        self.claims_among(&candidates, netdev, order)
    }

    fn claims_among<'a>(
        &self,
        candidates: &[&'a InterfaceConfig],
        netdev: &Netdev,
        order: &[Owner],
    ) -> Claims<'a> {
        let mut fitting = Vec::new();
        let mut declined = Vec::new();
        for owner in order {
            // The first file of systemd-networkd that matches is the only one that counts.
            let mut is_decided = false;
            for interface in candidates.iter().copied().filter(|interface| interface.owner == *owner) {
                match self.fit(interface, netdev) {
                    Ok(false) => {}
                    _ if is_decided => {}
                    Ok(true) => {
                        fitting.push(interface);
                        is_decided = *owner == Owner::Networkd;
                    }
                    Err(reason) => {
                        is_decided = *owner == Owner::Networkd && reason == Declined::Unmanaged;
                        declined.push((interface, reason));
                    }
                }
            }
        }
        let mut fitting = fitting.into_iter();
        let winner = fitting.next();
        // What netplan wrote for the others says the same once more.
        let is_netplans = |interface: &&InterfaceConfig| {
            interface.is_written_by_netplan() && winner.is_some_and(|w| matches!(w.owner, Owner::Netplan(_)))
        };
        Claims { winner, losers: fitting.filter(|interface| !is_netplans(interface)).collect(), declined }
    }

    fn fit(&self, interface: &InterfaceConfig, netdev: &Netdev) -> Result<bool, Declined> {
        // However long its parent's name and however its P_Key is spelled, a child is its parent's of that partition.
        let is_child = match (&netdev.child_of, &interface.child) {
            (Some((parent, pkey)), Some(child)) => child.is(parent, *pkey),
            _ => false,
        };
        match interface.selector.fit(netdev) {
            Fit::OtherHardware { is_same_port } => return Err(Declined::OtherHardware { is_same_port }),
            _ if is_child => {}
            Fit::No => return Ok(false),
            Fit::CannotTell => return Err(Declined::CannotTell),
            Fit::Selected => {}
        }
        let is_left_alone = interface.owner == Owner::NetworkManager
            && self.network_manager.is_unmanaged(netdev) == Some(true);
        if interface.is_unmanaged || is_left_alone { Err(Declined::Unmanaged) } else { Ok(true) }
    }

    /// Returns the children configured for a parent, each `P_Key` once.
    ///
    /// Those whose `P_Key` is unusable are among them: somebody should be told why they do not come.
    pub fn children_of(&self, parent: &Netdev) -> Vec<&InterfaceConfig> {
        if !parent.is_infiniband {
            return Vec::new();
        }
        let created: BTreeSet<&NetdevName> = match self.find_among(parent, &[Owner::Networkd]) {
            Some(network) => network.creates.iter().collect(),
            None => BTreeSet::new(),
        };
        let mut seen = BTreeSet::new();
        let mut children = Vec::new();
        for owner in DEFAULT_ORDER {
            for interface in self.interfaces.iter().filter(|interface| interface.owner == *owner) {
                let Some(child) = &interface.child else { continue };
                let is_own = child.parent.as_ref() == Some(&parent.name)
                    || interface.name.as_ref().is_some_and(|name| created.contains(name));
                let identity = child.pkey.as_ref().ok().map(|pkey| pkey.full());
                if is_own && (identity.is_none() || seen.insert(identity)) {
                    children.push(interface);
                }
            }
        }
        children
    }

    /// Returns the netdevs that several pieces of configuration are for, each with what counts.
    ///
    /// Only netdevs that are written out by name are looked at; ask [`Configuration::claims`] about one that exists.
    pub fn conflicts(&self) -> Vec<Conflict<'_>> {
        let mut by_name: BTreeMap<NetdevName, Vec<usize>> = BTreeMap::new();
        let mut patterns = Vec::new();
        for (index, interface) in self.interfaces.iter().enumerate() {
            match interface.selector.only_name() {
                Some(name) => by_name.entry(name).or_default().push(index),
                None if patterns.len() < PATTERNS_MAX => patterns.push(index),
                None => {}
            }
        }
        let mut conflicts = Vec::new();
        for (name, mut candidates) in by_name {
            candidates.extend(&patterns);
            candidates.sort_unstable();
            let candidates: Vec<_> = candidates.iter().map(|index| &self.interfaces[*index]).collect();
            let claims = self.claims_among(&candidates, &Netdev::named(&name), DEFAULT_ORDER);
            let Some(winner) = claims.winner else { continue };
            let losers: Vec<_> =
                claims.losers.into_iter().filter(|loser| is_conflict(winner, loser)).collect();
            if !losers.is_empty() {
                conflicts.push(Conflict { name, winner, losers });
            }
        }
        conflicts
    }

    /// Returns what could not be read about a netdev, as far as the names of files tell.
    pub fn unread_about<'a>(&'a self, name: &'a NetdevName) -> impl Iterator<Item = &'a Unread> {
        self.unread.iter().filter(move |unread| unread.about.as_ref() == Some(name))
    }
}

/// Returns whether two pieces of configuration would both be acted upon.
///
/// NetworkManager keeps several connections for one device and chooses; the others would be at odds with themselves.
fn is_conflict(winner: &InterfaceConfig, loser: &InterfaceConfig) -> bool {
    let both_wanted = winner.on_boot.is_wanted() && loser.on_boot.is_wanted();
    match (winner.owner, loser.owner) {
        (Owner::NetworkManager, Owner::NetworkManager) => both_wanted,
        (one, other) if one == other => true,
        _ => both_wanted || loser.on_boot.is_wanted(),
    }
}
