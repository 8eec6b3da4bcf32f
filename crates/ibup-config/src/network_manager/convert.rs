//! From connections to interfaces: who controls whom, and which of several connections goes first.

use std::collections::BTreeMap;

use super::connection::Connection;
use crate::interface::{Child, InterfaceConfig, InterfaceKind, OnBoot, Owner};
use crate::name::NetdevName;
use crate::selector::{Patterns, Selector};

/// Returns what connections say in the form common to all services, those that go first at the front.
pub fn interfaces(connections: &[Connection]) -> Vec<InterfaceConfig> {
    let by_uuid: BTreeMap<&str, &Connection> =
        connections.iter().filter_map(|connection| Some((connection.uuid.as_deref()?, connection))).collect();
    let mut sorted: Vec<&Connection> = connections.iter().collect();
    // Of several that fit, one that connects by itself goes first, then the higher priority.
    sorted.sort_by_key(|connection| (!connection.autoconnect, -i64::from(connection.priority)));
    sorted.iter().map(|connection| connection.interface(&by_uuid)).collect()
}

impl Connection {
    /// Returns the netdev's name: the one stated, or the only one a child can have.
    fn name(&self) -> Option<NetdevName> {
        self.child.as_ref().and_then(Child::kernel_name).or_else(|| self.interface_name.clone())
    }

    fn interface(&self, by_uuid: &BTreeMap<&str, &Connection>) -> InterfaceConfig {
        let name = self.name();
        let infiniband = match self.kind {
            InterfaceKind::Infiniband => Some(true),
            InterfaceKind::Ethernet | InterfaceKind::Vlan => Some(false),
            InterfaceKind::Bond | InterfaceKind::Bridge | InterfaceKind::Other => None,
        };
        let names = match &name {
            _ if self.is_invalid => Patterns::nothing(),
            Some(name) => Patterns::literal(name.as_str()),
            // The address of a child's connection is its parent's, and says nothing of the child's name.
            None if self.child.is_none() && self.selects_without_name() => Patterns::default(),
            None => Patterns::nothing(),
        };
        let selector = Selector {
            names,
            hardware_addresses: self.hardware_address.filter(|_| self.child.is_none()).into_iter().collect(),
            infiniband,
            excludes_children: name.is_none(),
            ..Selector::default()
        };
        let controller = self.controller.as_deref().and_then(|controller| {
            by_uuid.get(controller).map_or_else(|| controller.parse().ok(), |connection| connection.name())
        });
        let is_port_of = |kind: &str| self.port_type.as_deref().is_none_or(|own| own == kind);
        InterfaceConfig {
            kind: Some(self.kind),
            on_boot: if self.autoconnect { OnBoot::Yes } else { OnBoot::No },
            mode: self.mode,
            mtu: self.mtu,
            addresses: self.addresses.clone(),
            dhcp: self.dhcp,
            child: self.child.clone(),
            bond_master: controller.clone().filter(|_| is_port_of("bond")),
            bridge: controller.filter(|_| self.port_type.as_deref() == Some("bridge")),
            ..InterfaceConfig::new(Owner::NetworkManager, &self.id, selector, self.place())
        }
    }

    /// Returns whether a connection without a name is for netdevs all the same: those of an address, or all ports.
    fn selects_without_name(&self) -> bool {
        self.hardware_address.is_some() || self.kind == InterfaceKind::Infiniband
    }
}
