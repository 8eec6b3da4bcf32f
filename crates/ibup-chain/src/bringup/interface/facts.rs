//! What the kernel shows of one netdev: raw words of sysfs, read once and turned into answers.

use ibup_config::tree::Content;
use ibup_config::{Netdev, NetdevName, Pkey, Tree};

/// The ARP type of IP over InfiniBand (`if_arp.h`, `ARPHRD_INFINIBAND`).
const ARP_TYPE_INFINIBAND: u32 = 32;
/// The flag of a netdev that somebody has raised (`if.h`, `IFF_UP`).
const FLAG_UP: u32 = 1;
/// Where netdevs are.
pub(crate) const NETDEVS: &str = "/sys/class/net";

/// What the kernel shows of one netdev.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Facts {
    /// Its name.
    pub name: NetdevName,
    /// Whether it exists.
    pub exists: bool,
    /// Whether it carries IP over InfiniBand itself; a bond of such netdevs does not.
    pub is_infiniband: bool,
    /// Whether somebody has raised it.
    pub is_up: bool,
    /// The netdev it is a child of.
    pub parent: Option<NetdevName>,
    /// Its partition.
    pub pkey: Option<Pkey>,
    /// The driver of the device behind it, or behind its parent.
    pub driver: Option<String>,
    /// Its transport mode, as the kernel words it.
    pub mode: Option<String>,
    /// Its MTU.
    pub mtu: Option<u32>,
}

impl Facts {
    /// Looks at a netdev.
    pub fn of(tree: &dyn Tree, name: &NetdevName) -> Self {
        let own = |attribute: &str| read(tree, &path(name, attribute));
        let parent = parent_of(tree, name);
        let flags = own("flags").and_then(|text| u32::from_str_radix(text.trim_start_matches("0x"), 16).ok());
        Self {
            name: name.clone(),
            exists: tree.list(NETDEVS).iter().any(|found| found == name.as_str()),
            is_infiniband: is_infiniband(tree, name),
            is_up: flags.is_some_and(|flags| flags & FLAG_UP != 0),
            pkey: own("pkey").and_then(|text| text.parse().ok()),
            driver: driver(tree, name).or_else(|| driver(tree, parent.as_ref()?)),
            mode: own("mode"),
            mtu: own("mtu").and_then(|text| text.parse().ok()),
            parent,
        }
    }

    /// Returns the netdev as a question to the configuration.
    pub fn question(&self, tree: &dyn Tree) -> Netdev {
        let address = read(tree, &path(&self.name, "address")).and_then(|text| text.parse().ok());
        Netdev {
            hardware_address: address,
            driver: self.driver.clone(),
            child_of: self.parent.clone().zip(self.pkey.map(Pkey::full)),
            is_infiniband: self.is_infiniband,
            ..Netdev::named(&self.name)
        }
    }

    /// Returns the path of one of its attributes.
    pub fn path(&self, attribute: &str) -> String {
        path(&self.name, attribute)
    }

    /// Returns the directory of the device behind it, or behind its parent where it has none itself.
    pub(crate) fn device_directories(&self) -> Vec<String> {
        std::iter::once(&self.name).chain(&self.parent).map(|name| path(name, "device")).collect()
    }
}

/// Returns the netdev that another is a child of. Children made by netlink have no attribute that says so, only the
/// index of the netdev below them (`ipoib_netlink.c`).
pub(crate) fn parent_of(tree: &dyn Tree, name: &NetdevName) -> Option<NetdevName> {
    let own = |attribute: &str| read(tree, &path(name, attribute));
    if let Some(parent) = own("parent") {
        return parent.parse().ok();
    }
    if !is_infiniband(tree, name) {
        return None;
    }
    let below = own("iflink").filter(|below| own("ifindex").is_some_and(|index| index != *below))?;
    let mut netdevs = tree.list(NETDEVS).into_iter().filter_map(|name| name.parse::<NetdevName>().ok());
    netdevs.find(|netdev| read(tree, &path(netdev, "ifindex")).as_ref() == Some(&below))
}

/// Reads a one-line attribute or state file; one that is not there or cannot be read says nothing.
pub(crate) fn read(tree: &dyn Tree, path: &str) -> Option<String> {
    match tree.read(path)? {
        Content::Text(text) => Some(text.trim().to_owned()),
        Content::Unreadable(_) => None,
    }
}

/// Returns whether a file is there, readable or not.
pub(crate) fn is_file(tree: &dyn Tree, path: &str) -> bool {
    tree.read(path).is_some()
}

/// Returns whether a program is there. Whether it may be run shows when it is run.
pub(crate) fn is_program(tree: &dyn Tree, path: &str) -> bool {
    let (directory, name) = path.rsplit_once('/').unwrap_or(("", path));
    tree.list(directory).iter().any(|found| found == name)
}

/// Returns the path of an attribute of a netdev.
pub(crate) fn path(name: &NetdevName, attribute: &str) -> String {
    format!("{NETDEVS}/{name}/{attribute}")
}

/// Tells IP over InfiniBand by its ARP type; only where the kernel does not say, by what such netdevs are called.
fn is_infiniband(tree: &dyn Tree, name: &NetdevName) -> bool {
    if !tree.list(&path(name, "bonding")).is_empty() {
        return false;
    }
    match read(tree, &path(name, "type")) {
        Some(text) => text.parse() == Ok(ARP_TYPE_INFINIBAND),
        None => name.as_str().to_ascii_lowercase().contains("ib"),
    }
}

fn driver(tree: &dyn Tree, name: &NetdevName) -> Option<String> {
    let uevent = read(tree, &path(name, "device/uevent"))?;
    let driver = uevent.lines().find_map(|line| line.strip_prefix("DRIVER="));
    driver.map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use ibup_config::MemoryTree;

    use super::*;

    fn is_infiniband(tree: &MemoryTree, name: &str) -> bool {
        Facts::of(tree, &name.parse().unwrap()).is_infiniband
    }

    #[test]
    fn the_arp_type_tells_infiniband_and_only_without_it_the_name() {
        let tree = MemoryTree::new()
            .with("/sys/class/net/stor0/type", "32\n")
            .with("/sys/class/net/fiber0/type", "1\n")
            .with("/sys/class/net/bond0/type", "32\n")
            .with("/sys/class/net/bond0/bonding/slaves", "ib0 ib1\n");
        assert!(is_infiniband(&tree, "stor0"));
        assert!(!is_infiniband(&tree, "fiber0"));
        assert!(!is_infiniband(&tree, "bond0"));
        assert!(is_infiniband(&tree, "IB0"));
        assert!(is_infiniband(&tree, "InfiniBand1"));
        assert!(!is_infiniband(&tree, "eth0"));
    }

    #[test]
    fn a_child_made_by_netlink_has_the_parent_below_it() {
        let tree = MemoryTree::new()
            .with("/sys/class/net/ib0/ifindex", "4\n")
            .with("/sys/class/net/ib0/iflink", "4\n")
            .with("/sys/class/net/fast/type", "32\n")
            .with("/sys/class/net/fast/ifindex", "7\n")
            .with("/sys/class/net/fast/iflink", "4\n");
        assert_eq!(parent_of(&tree, &"fast".parse().unwrap()), Some("ib0".parse().unwrap()));
        assert_eq!(parent_of(&tree, &"ib0".parse().unwrap()), None);
    }

    #[test]
    fn a_child_has_its_parents_driver() {
        let tree = MemoryTree::new()
            .with("/sys/class/net/ib0/device/uevent", "DRIVER=mlx5_core\nPCI_SLOT_NAME=0000:4b:00.0\n")
            .with("/sys/class/net/ib0.8001/parent", "ib0\n")
            .with("/sys/class/net/ib0.8001/pkey", "0x8001\n")
            .with("/sys/class/net/ib0.8001/flags", "0x1003\n");
        let facts = Facts::of(&tree, &"ib0.8001".parse().unwrap());
        assert!(facts.exists && facts.is_up);
        assert_eq!(facts.driver.as_deref(), Some("mlx5_core"));
        let question = facts.question(&tree);
        assert_eq!(question.child_of, Some(("ib0".parse().unwrap(), "8001".parse().unwrap())));
    }
}
