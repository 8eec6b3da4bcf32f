//! From `.network` and `.netdev` files to interfaces: a child's two files make one.

use std::collections::BTreeMap;

use super::{ActivationPolicy, IpoibNetdev, Network, Networkd};
use crate::interface::{Child, InterfaceConfig, InterfaceKind, OnBoot, Owner};
use crate::name::NetdevName;
use crate::selector::Selector;
use crate::tree::file_name;

/// Returns what the files say in the form common to all services, in the order in which they are tried.
pub fn interfaces(networkd: &Networkd) -> Vec<InterfaceConfig> {
    let parents = parents(&networkd.networks);
    let mut found: Vec<InterfaceConfig> = networkd.networks.iter().filter_map(Network::interface).collect();
    let mut by_name = BTreeMap::new();
    for (index, interface) in found.iter().enumerate() {
        if let Some(name) = &interface.name {
            by_name.entry(name.clone()).or_insert(index);
        }
    }
    for netdev in &networkd.netdevs {
        match by_name.get(&netdev.name) {
            Some(index) => netdev.complete(&mut found[*index], &parents),
            None => found.push(netdev.interface(&parents)),
        }
    }
    found
}

/// Returns the parent of each child, where the file that creates it matches a single name.
fn parents(networks: &[Network]) -> BTreeMap<&NetdevName, NetdevName> {
    let mut parents = BTreeMap::new();
    for network in networks {
        let Some(parent) = network.selector.as_ref().and_then(Selector::only_name) else {
            continue;
        };
        for child in &network.children {
            parents.entry(child).or_insert_with(|| parent.clone());
        }
    }
    parents
}

impl Network {
    fn interface(&self) -> Option<InterfaceConfig> {
        let label = file_name(&self.file).trim_end_matches(".network");
        let on_boot = match self.activation_policy {
            ActivationPolicy::Up | ActivationPolicy::AlwaysUp | ActivationPolicy::Bound => OnBoot::Yes,
            ActivationPolicy::Manual | ActivationPolicy::Down | ActivationPolicy::AlwaysDown => OnBoot::No,
        };
        Some(InterfaceConfig {
            on_boot: if self.unmanaged { OnBoot::No } else { on_boot },
            is_unmanaged: self.unmanaged,
            mode: self.mode,
            umcast: self.umcast,
            mtu: self.mtu,
            addresses: self.addresses.clone(),
            dhcp: self.dhcp,
            creates: self.children.clone(),
            bond_master: self.bond.clone(),
            bridge: self.bridge.clone(),
            ..InterfaceConfig::new(Owner::Networkd, label, self.selector.clone()?, self.place.clone())
        })
    }
}

impl IpoibNetdev {
    /// Returns a child that no `.network` file names.
    fn interface(&self, parents: &BTreeMap<&NetdevName, NetdevName>) -> InterfaceConfig {
        let label = file_name(&self.file).trim_end_matches(".netdev");
        let selector = Selector::name(&self.name);
        let mut interface = InterfaceConfig::new(Owner::Networkd, label, selector, self.place.clone());
        // It is created where some file asks for it, but only a matching `.network` file would raise it.
        interface.on_boot = OnBoot::No;
        self.complete(&mut interface, parents);
        interface
    }

    /// Adds what the `.netdev` file says to what the child's `.network` file says.
    fn complete(&self, interface: &mut InterfaceConfig, parents: &BTreeMap<&NetdevName, NetdevName>) {
        interface.kind = Some(InterfaceKind::Infiniband);
        interface.mode = interface.mode.or(self.mode);
        interface.umcast = interface.umcast.or(self.umcast);
        interface.mtu = interface.mtu.or(self.mtu);
        let parent = parents.get(&self.name).cloned();
        interface.child = self.pkey.clone().map(|pkey| Child::stated(parent, pkey));
    }
}
