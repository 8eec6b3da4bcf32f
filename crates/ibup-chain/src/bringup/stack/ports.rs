//! RDMA devices, their ports and their netdevs, as sysfs shows them; and what of it is still missing.

use std::fmt;

use ibup_config::Tree;

use super::super::modules::word;
use super::super::node_description::natural_order;
use super::hardware;

/// The ARP type of InfiniBand (`ARPHRD_INFINIBAND`).
const INFINIBAND: u32 = 32;
/// The flag of a netdev that is administratively up (`IFF_UP`).
const FLAG_UP: u32 = 1;

/// An RDMA device.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RdmaDevice {
    /// Its name.
    pub name: String,
    /// Its ports, by number.
    pub ports: Vec<RdmaPort>,
}

/// A port of an RDMA device.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RdmaPort {
    /// Its number, from 1.
    pub number: u32,
    /// `InfiniBand` or `Ethernet`.
    pub link_layer: String,
    /// Its state, such as `ACTIVE`.
    pub state: String,
    /// The state of its physical link, such as `LinkUp`.
    pub physical_state: String,
    /// Its rate, such as `100 Gb/sec (4X EDR)`.
    pub rate: String,
}

/// A netdev that may be a port's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Netdev {
    /// Its name.
    pub name: String,
    /// Its ARP type.
    pub kind: u32,
    /// Its state of operation, such as `up`.
    pub operstate: String,
    /// Whether it is administratively up.
    pub is_up: bool,
    /// The vendor of the function behind it.
    pub vendor: Option<String>,
    /// The RDMA devices of the function behind it.
    pub devices: Vec<String>,
    /// The port of the device, from 1.
    pub port: u32,
    /// Whether it stands on another netdev.
    pub is_child: bool,
}

/// Something that is not there yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Lack {
    /// A function that a driver has bound has no RDMA device.
    Device {
        /// The function's address.
        function: String,
    },
    /// No driver has bound a function.
    Driver {
        /// The function's address.
        function: String,
    },
    /// A port has no netdev.
    Netdev {
        /// The RDMA device.
        device: String,
        /// The port.
        port: u32,
    },
    /// udev has not dealt with a netdev, which may still get another name.
    Name {
        /// The netdev.
        netdev: String,
    },
}

impl Lack {
    /// Returns whether it may come by itself.
    pub fn is_worth_waiting(&self) -> bool {
        !matches!(self, Self::Driver { .. })
    }
}

impl fmt::Display for Lack {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Device { function } => write!(f, "{function} has no RDMA device"),
            Self::Driver { function } => write!(f, "{function} is bound by no driver"),
            Self::Netdev { device, port } => write!(f, "{device} port {port} has no netdev"),
            Self::Name { netdev } => write!(f, "{netdev} has not been dealt with by udev"),
        }
    }
}

impl Netdev {
    /// Returns whether it is IPoIB: by its type, or where that is not known by its name.
    pub fn is_ipoib(&self) -> bool {
        self.kind == INFINIBAND || self.kind == 0 && self.name.starts_with("ib")
    }

    /// Returns whether it is the netdev of a port, and no child.
    fn is_of(&self, device: &str, port: u32) -> bool {
        let is_ports = self.port == port && self.devices.iter().any(|own| own == device);
        self.kind == INFINIBAND && !self.is_child && is_ports
    }
}

/// Returns the RDMA devices, `mlx5_10` after `mlx5_9`.
pub fn devices(tree: &dyn Tree) -> Vec<RdmaDevice> {
    let mut names = tree.list("/sys/class/infiniband");
    names.sort_by(|a, b| natural_order(a, b));
    names.into_iter().map(|name| RdmaDevice { ports: ports(tree, &name), name }).collect()
}

fn ports(tree: &dyn Tree, device: &str) -> Vec<RdmaPort> {
    let directory = format!("/sys/class/infiniband/{device}/ports");
    let mut numbers: Vec<u32> = tree.list(&directory).iter().filter_map(|name| name.parse().ok()).collect();
    numbers.sort_unstable();
    let attribute = |number, name| word(tree, &format!("{directory}/{number}/{name}")).unwrap_or_default();
    let port = |number| {
        // sysfs writes `4: ACTIVE`.
        let state = |name| {
            let text = attribute(number, name);
            text.split_once(": ").map_or(text.as_str(), |(_, state)| state).to_owned()
        };
        RdmaPort {
            number,
            link_layer: attribute(number, "link_layer"),
            state: state("state"),
            physical_state: state("phys_state"),
            rate: attribute(number, "rate"),
        }
    };
    numbers.into_iter().map(port).collect()
}

/// Returns the netdevs, in natural order.
pub fn netdevs(tree: &dyn Tree) -> Vec<Netdev> {
    let mut names = tree.list("/sys/class/net");
    names.sort_by(|a, b| natural_order(a, b));
    names.into_iter().filter_map(|name| netdev(tree, name)).collect()
}

fn netdev(tree: &dyn Tree, name: String) -> Option<Netdev> {
    let directory = format!("/sys/class/net/{name}");
    // `bonding_masters` is a file among the netdevs.
    if tree.list(&directory).is_empty() {
        return None;
    }
    let attribute = |name: &str| word(tree, &format!("{directory}/{name}"));
    let number = |name: &str| attribute(name).and_then(|text| text.parse::<u32>().ok());
    let hexadecimal = |name: &str| {
        let text = attribute(name)?;
        u32::from_str_radix(text.trim_start_matches("0x"), 16).ok()
    };
    // Drivers have told the port by dev_port since Linux 3.15, some by dev_id still.
    let index = number("dev_port").filter(|index| *index > 0).or_else(|| hexadecimal("dev_id")).unwrap_or(0);
    Some(Netdev {
        kind: number("type").unwrap_or(0),
        operstate: attribute("operstate").unwrap_or_else(|| "unknown".to_owned()),
        is_up: hexadecimal("flags").is_some_and(|flags| flags & FLAG_UP != 0),
        vendor: attribute("device/vendor"),
        devices: tree.list(&format!("{directory}/device/infiniband")),
        port: index.saturating_add(1),
        is_child: attribute("parent").is_some(),
        name,
    })
}

/// Returns what is missing between the functions of this machine and a named netdev for every InfiniBand port.
pub fn lacks(tree: &dyn Tree) -> Vec<Lack> {
    let netdevs = netdevs(tree);
    let mut lacks = missing_devices(tree);
    for device in devices(tree) {
        for port in device.ports.iter().filter(|port| port.link_layer == "InfiniBand") {
            match netdevs.iter().find(|netdev| netdev.is_of(&device.name, port.number)) {
                None => lacks.push(Lack::Netdev { device: device.name.clone(), port: port.number }),
                Some(netdev) if !is_named(tree, &netdev.name) => {
                    lacks.push(Lack::Name { netdev: netdev.name.clone() });
                }
                Some(_) => {}
            }
        }
    }
    lacks
}

fn missing_devices(tree: &dyn Tree) -> Vec<Lack> {
    let ours = hardware::functions(tree)
        .into_iter()
        .filter(|function| function.is_infiniband && !function.is_virtual && !function.is_passed_through())
        .filter(|function| {
            tree.list(&format!("/sys/bus/pci/devices/{}/infiniband", function.address)).is_empty()
        });
    ours.map(|function| match function.driver {
        Some(_) => Lack::Device { function: function.address },
        None => Lack::Driver { function: function.address },
    })
    .collect()
}

/// Returns whether udev is done with a netdev (sd-device, `device_get_is_initialized`); without udev nobody renames.
fn is_named(tree: &dyn Tree, netdev: &str) -> bool {
    let entries = tree.list("/run/udev/data");
    let Some(index) = word(tree, &format!("/sys/class/net/{netdev}/ifindex")) else { return true };
    !entries.iter().any(|entry| entry.starts_with('n')) || entries.contains(&format!("n{index}"))
}

#[cfg(test)]
mod tests {
    use ibup_config::MemoryTree;

    use super::super::testing::{with_netdev, with_port};
    use super::*;

    fn said(tree: &MemoryTree) -> Vec<String> {
        lacks(tree).iter().map(ToString::to_string).collect()
    }

    #[test]
    fn every_infiniband_port_needs_its_own_netdev() {
        let tree = with_port(MemoryTree::new(), "mlx5_0", 1, "InfiniBand");
        let tree = with_port(tree, "mlx5_0", 2, "InfiniBand");
        let tree = with_port(tree, "mlx5_1", 1, "Ethernet");
        let tree = with_netdev(tree, "ib0", "mlx5_0", 0);
        assert_eq!(said(&tree), ["mlx5_0 port 2 has no netdev"]);
        assert_eq!(said(&with_netdev(tree, "ib1", "mlx5_0", 1)), Vec::<String>::new());
    }

    #[test]
    fn a_child_is_not_its_ports_netdev() {
        let tree = with_port(MemoryTree::new(), "mlx5_0", 1, "InfiniBand");
        let tree = with_netdev(tree, "ib0.8001", "mlx5_0", 0).with("/sys/class/net/ib0.8001/parent", "ib0\n");
        assert_eq!(said(&tree), ["mlx5_0 port 1 has no netdev"]);
    }

    #[test]
    fn udev_is_waited_for_where_it_deals_with_netdevs() {
        let tree = with_port(MemoryTree::new(), "mlx5_0", 1, "InfiniBand");
        let tree = with_netdev(tree, "ib0", "mlx5_0", 0).with("/sys/class/net/ib0/ifindex", "5\n");
        assert_eq!(said(&tree), Vec::<String>::new());
        let tree = tree.with("/run/udev/data/n1", "");
        assert_eq!(said(&tree), ["ib0 has not been dealt with by udev"]);
        assert_eq!(said(&tree.with("/run/udev/data/n5", "")), Vec::<String>::new());
    }

    #[test]
    fn a_function_without_device_is_named_and_one_without_driver_is_not_waited_for() {
        let function = |tree: MemoryTree, address: &str, uevent: &str| {
            tree.with(&format!("/sys/bus/pci/devices/{address}/vendor"), "0x15b3\n")
                .with(&format!("/sys/bus/pci/devices/{address}/class"), "0x020700\n")
                .with(&format!("/sys/bus/pci/devices/{address}/uevent"), uevent)
        };
        let tree = function(MemoryTree::new(), "0000:4b:00.0", "DRIVER=mlx5_core\n");
        let tree = function(tree, "0000:4b:00.1", "PCI_CLASS=20700\n");
        let tree = function(tree, "0000:4b:00.2", "DRIVER=vfio-pci\n");
        assert_eq!(said(&tree), ["0000:4b:00.0 has no RDMA device", "0000:4b:00.1 is bound by no driver"]);
        let waited: Vec<bool> = lacks(&tree).iter().map(Lack::is_worth_waiting).collect();
        assert_eq!(waited, [true, false]);
    }
}
