//! Whether an interface that is up has been raised by its service, or merely came up along with another.
//!
//! The kernel raises the children of a parent that is raised (`ipoib_main.c`, `ipoib_open`). Such a child is up and
//! has no address, and a service that raises interfaces by name has not been there yet. Services that watch netdevs
//! by themselves need no such look, and are not to be disturbed by one.

use std::net::IpAddr;

use ibup_config::{InterfaceConfig, Owner, Tree};

use super::super::interface::facts::{Facts, is_file, read};

/// The table of routes as a trie, the host's own addresses among them.
pub(crate) const LOCAL_ADDRESSES: &str = "/proc/net/fib_trie";

/// The heart of network-scripts. Where it is missing, NetworkManager reads the same files and watches the netdevs.
const NETWORK_SCRIPTS: &str = "/etc/sysconfig/network-scripts/network-functions";

/// Returns whether an interface needs no raising.
pub fn is_raised(tree: &dyn Tree, netdev: &Facts, config: &InterfaceConfig) -> bool {
    let raises_by_name = match config.owner {
        Owner::Ifupdown => true,
        Owner::NetworkScripts => is_file(tree, NETWORK_SCRIPTS),
        Owner::Netplan(_) | Owner::Wicked | Owner::NetworkManager | Owner::Networkd => false,
    };
    let is_port = config.bond_master.is_some() || config.bridge.is_some();
    if !netdev.is_up || !raises_by_name || is_port {
        return netdev.is_up;
    }
    let mut stated = config.addresses.iter().filter_map(|address| match address.ip {
        IpAddr::V4(address) => Some(address.to_string()),
        IpAddr::V6(_) => None,
    });
    // Where the kernel does not list its addresses, or none is stated, being up has to do.
    let Some(local) = read(tree, LOCAL_ADDRESSES) else { return true };
    let Some(first) = stated.next() else { return true };
    std::iter::once(first).chain(stated).any(|address| is_local(&local, &address))
}

/// Returns whether the table has an address as the host's own.
fn is_local(table: &str, address: &str) -> bool {
    local_addresses(table).any(|found| found == address)
}

/// Returns the addresses that the table has as the host's own.
pub(crate) fn local_addresses(table: &str) -> impl Iterator<Item = &str> {
    let mut above = None;
    table.lines().map(str::trim).filter_map(move |line| {
        above = line.strip_prefix("|-- ").or(above);
        above.filter(|_| line == "/32 host LOCAL")
    })
}

#[cfg(test)]
mod tests {
    use ibup_config::{Configuration, MemoryTree, Netdev, Paths};

    use super::*;

    const TABLE: &str = "Main:\n  +-- 10.8.0.0/24 2 0 2\n     |-- 10.8.0.0\n        /24 link UNICAST\n     |-- 10.8.0.9\n        \
                         /32 host LOCAL\n     |-- 10.8.0.255\n        /32 link BROADCAST\n";

    fn is_raised_with(address: &str, flags: &str, table: Option<&str>) -> bool {
        let file = "/etc/sysconfig/network-scripts/ifcfg-ib0";
        let mut tree = MemoryTree::new()
            .with(file, &format!("DEVICE=ib0\n{address}\n"))
            .with(NETWORK_SCRIPTS, "")
            .with("/sys/class/net/ib0/flags", flags);
        if let Some(table) = table {
            tree = tree.with(LOCAL_ADDRESSES, table);
        }
        let name = "ib0".parse().unwrap();
        let configuration = Configuration::read(&tree, &Paths::default());
        is_raised(&tree, &Facts::of(&tree, &name), configuration.find(&Netdev::named(&name)).unwrap())
    }

    #[test]
    fn an_interface_without_its_address_was_not_raised_by_its_service() {
        assert!(is_raised_with("IPADDR=10.8.0.9", "0x1003", Some(TABLE)));
        assert!(!is_raised_with("IPADDR=10.8.0.8", "0x1003", Some(TABLE)));
        assert!(!is_raised_with("IPADDR=10.8.0.255", "0x1003", Some(TABLE)));
        assert!(!is_raised_with("IPADDR=10.8.0.9", "0x1002", Some(TABLE)));
        assert!(is_raised_with("IPADDR=10.8.0.8", "0x1003", None));
        assert!(is_raised_with("BOOTPROTO=dhcp", "0x1003", Some(TABLE)));
    }
}
