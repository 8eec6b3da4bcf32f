//! What the configuration says of IPoIB interfaces: which it names, what counts for one, and whether it is to be up.

use ibup_config::interface::InterfaceKind;
use ibup_config::{Configuration, InterfaceConfig, Netdev, NetdevName, Owner, Tree};

use super::super::raise::is_there;

/// Returns the IPoIB interfaces on ports that the configuration names, in order of their numbers.
pub fn ports(configuration: &Configuration) -> Vec<NetdevName> {
    named(configuration, |interface| interface.child.is_none() && is_ipoib(interface))
}

/// Returns the children of IPoIB interfaces that the configuration names, in order of their numbers.
pub fn children(configuration: &Configuration) -> Vec<NetdevName> {
    named(configuration, |interface| {
        // What has such a name and stands on Ethernet is a VLAN.
        let parent = interface.child.as_ref().and_then(|child| child.parent.as_ref());
        interface.child.is_some() && (is_declared(interface) || parent.is_some_and(looks_like_ipoib))
    })
}

/// Returns what configures a netdev: what is addressed to a service that is there, if anything is, else a remnant.
pub fn find<'a>(
    tree: &dyn Tree,
    configuration: &'a Configuration,
    question: &Netdev,
    owners: &[Owner],
) -> Option<&'a InterfaceConfig> {
    let there: Vec<Owner> = owners.iter().copied().filter(|owner| is_there(tree, *owner)).collect();
    let found = configuration.find_among(question, &there);
    found.or_else(|| configuration.find_among(question, owners))
}

/// Returns whether the interface is to be up once it exists.
pub fn is_wanted(interface: &InterfaceConfig) -> bool {
    interface.on_boot.is_wanted() && !interface.is_unmanaged
}

/// Returns whether a name is one that IPoIB interfaces are given.
pub fn looks_like_ipoib(name: &NetdevName) -> bool {
    name.as_str().parse::<crate::name::NetdevName>().is_ok_and(|name| name.looks_like_ipoib())
}

fn named(configuration: &Configuration, is: impl Fn(&InterfaceConfig) -> bool) -> Vec<NetdevName> {
    let interfaces = configuration.interfaces.iter().filter(|interface| is(interface));
    let mut names: Vec<NetdevName> = interfaces.filter_map(|interface| interface.name.clone()).collect();
    names.sort_by_key(|name| (name.as_str().len(), name.to_string()));
    names.dedup();
    names
}

fn is_ipoib(interface: &InterfaceConfig) -> bool {
    let looks_so = interface.name.as_ref().is_some_and(looks_like_ipoib);
    is_declared(interface) || (interface.kind.is_none() && looks_so)
}

fn is_declared(interface: &InterfaceConfig) -> bool {
    interface.kind == Some(InterfaceKind::Infiniband)
}

#[cfg(test)]
mod tests {
    use ibup_config::{MemoryTree, Paths};

    use super::*;

    #[test]
    fn ports_and_children_are_told_from_ethernet() {
        let directory = "/etc/sysconfig/network-scripts";
        let tree = MemoryTree::new()
            .with(&format!("{directory}/ifcfg-ib10"), "DEVICE=ib10\n")
            .with(&format!("{directory}/ifcfg-ib2"), "DEVICE=ib2\nTYPE=InfiniBand\n")
            .with(&format!("{directory}/ifcfg-ib2.8001"), "DEVICE=ib2.8001\nONBOOT=no\n")
            .with(&format!("{directory}/ifcfg-eno1"), "DEVICE=eno1\n")
            .with(&format!("{directory}/ifcfg-eno1.100"), "DEVICE=eno1.100\nVLAN=yes\n");
        let configuration = Configuration::read(&tree, &Paths::default());
        let said = |names: Vec<NetdevName>| names.iter().map(ToString::to_string).collect::<Vec<_>>();
        assert_eq!(said(ports(&configuration)), ["ib2", "ib10"]);
        assert_eq!(said(children(&configuration)), ["ib2.8001"]);
    }
}
