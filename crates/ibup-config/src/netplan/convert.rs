//! From definitions to interfaces: which netdevs, and which ports a bond has.

use std::collections::BTreeMap;

use super::Netplan;
use super::definition::{Definition, Section};
use crate::interface::{InterfaceConfig, InterfaceKind, OnBoot, Owner};
use crate::name::NetdevName;
use crate::selector::{Pattern, Patterns, Selector};

/// Returns what the definitions say in the form common to all services.
pub fn interfaces(netplan: &Netplan) -> Vec<InterfaceConfig> {
    let names: BTreeMap<&str, NetdevName> = netplan
        .definitions
        .iter()
        .filter_map(|definition| Some((definition.id.as_str(), definition.name()?)))
        .collect();
    netplan.definitions.iter().map(|definition| definition.interface(&names)).collect()
}

impl Definition {
    /// Returns the netdev's name, where there is but one.
    fn name(&self) -> Option<NetdevName> {
        self.set_name.clone().or_else(|| self.selector().only_name())
    }

    fn selector(&self) -> Selector {
        let Some(matches) = &self.matches else {
            return Selector { names: Patterns::literal(&self.id), ..Selector::default() };
        };
        if matches.is_invalid {
            return Selector { names: Patterns::nothing(), ..Selector::default() };
        }
        let mut names = matches.names.clone();
        // Once it is renamed, the old name is not its own any more.
        if let Some(name) = self.set_name.as_ref().filter(|_| !names.is_empty()) {
            names.any_of.push(Pattern::Literal(name.to_string()));
        }
        Selector {
            names,
            drivers: matches.drivers.clone(),
            hardware_addresses: matches.hardware_address.into_iter().collect(),
            ..Selector::default()
        }
    }

    fn interface(&self, names: &BTreeMap<&str, NetdevName>) -> InterfaceConfig {
        let owner = Owner::Netplan(self.renderer.unwrap_or_default());
        let ports =
            self.ports.iter().filter_map(|id| names.get(id.as_str()).cloned().or_else(|| id.parse().ok()));
        let kind = match self.section {
            Section::Ethernets => self.mode.map(|_| InterfaceKind::Infiniband),
            Section::Bonds => Some(InterfaceKind::Bond),
            Section::Bridges => Some(InterfaceKind::Bridge),
            Section::Vlans => Some(InterfaceKind::Vlan),
        };
        InterfaceConfig {
            name: self.name(),
            kind,
            on_boot: if self.activation_mode.is_some() { OnBoot::No } else { OnBoot::Yes },
            mode: self.mode,
            mtu: self.mtu,
            addresses: self.addresses.clone(),
            dhcp: self.dhcp4 == Some(true) || self.dhcp6 == Some(true),
            bond_ports: if self.section == Section::Bonds { ports.collect() } else { Vec::new() },
            ..InterfaceConfig::new(owner, &self.id, self.selector(), self.place.clone())
        }
    }
}
