//! The InfiniBand hardware on the PCI bus.

use ibup_config::Tree;

use super::super::modules::word;

/// The vendor of the HCAs that mlx5_core and its forebears drive.
const MELLANOX: &str = "0x15b3";
/// Connect-IB, whose send queues are short.
const CONNECT_IB: &str = "0x1011";
/// Classes of InfiniBand and Omni-Path controllers (`include/linux/pci_ids.h`, `lspci -n`).
const FABRIC_CLASSES: &[&str] = &["0x0207", "0x0c06", "0x0208"];

/// A PCI function of an HCA.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Function {
    /// Its address.
    pub address: String,
    /// Its vendor, as sysfs writes it.
    pub vendor: String,
    /// Its device number, as sysfs writes it.
    pub device: String,
    /// Whether its class is InfiniBand's own, rather than Ethernet's.
    pub is_infiniband: bool,
    /// The driver it is bound to.
    pub driver: Option<String>,
    /// Whether it is a virtual function of another one of this machine.
    pub is_virtual: bool,
    /// How many virtual functions it has.
    pub virtual_functions: u32,
}

impl Function {
    /// Returns whether the vendor is the one of mlx5.
    pub fn is_mellanox(&self) -> bool {
        self.vendor == MELLANOX
    }

    /// Returns whether it is a Connect-IB.
    pub fn is_connect_ib(&self) -> bool {
        self.is_mellanox() && self.device == CONNECT_IB
    }

    /// Returns whether a guest or a program of its own drives it, so that it is none of the host's.
    pub fn is_passed_through(&self) -> bool {
        const OUTSIDE: &[&str] =
            &["vfio-pci", "mlx5_vfio_pci", "mlx5-vfio-pci", "pci-stub", "pciback", "xen-pciback"];
        self.driver.as_deref().is_some_and(|driver| OUTSIDE.contains(&driver) || driver.contains("uio"))
    }
}

/// Returns the functions of HCAs, by address.
pub fn functions(tree: &dyn Tree) -> Vec<Function> {
    let mut addresses = tree.list("/sys/bus/pci/devices");
    addresses.sort();
    addresses.into_iter().filter_map(|address| function(tree, address)).collect()
}

/// Returns whether there is anything a stack could be for: a function of an HCA, or an RDMA device without one.
pub fn is_present(tree: &dyn Tree) -> bool {
    !functions(tree).is_empty() || !tree.list("/sys/class/infiniband").is_empty()
}

fn function(tree: &dyn Tree, address: String) -> Option<Function> {
    let directory = format!("/sys/bus/pci/devices/{address}");
    let attribute = |name: &str| word(tree, &format!("{directory}/{name}"));
    let (vendor, class) = (attribute("vendor")?, attribute("class")?);
    let is_infiniband = FABRIC_CLASSES.iter().any(|fabric| class.starts_with(fabric));
    let is_mellanox_network = vendor == MELLANOX && class.starts_with("0x02");
    if !is_infiniband && !is_mellanox_network {
        return None;
    }
    let uevent = attribute("uevent").unwrap_or_default();
    Some(Function {
        device: attribute("device").unwrap_or_default(),
        // A function reserved for a driver by name is spoken for even before that driver has come.
        driver: override_of(tree, &directory).or_else(|| driver_of(&uevent)),
        is_virtual: !tree.list(&format!("{directory}/physfn")).is_empty(),
        virtual_functions: attribute("sriov_numvfs").and_then(|count| count.parse().ok()).unwrap_or(0),
        address,
        vendor,
        is_infiniband,
    })
}

fn driver_of(uevent: &str) -> Option<String> {
    uevent.lines().find_map(|line| line.strip_prefix("DRIVER=")).map(str::to_owned)
}

fn override_of(tree: &dyn Tree, directory: &str) -> Option<String> {
    word(tree, &format!("{directory}/driver_override")).filter(|driver| driver != "(null)")
}

#[cfg(test)]
mod tests {
    use ibup_config::MemoryTree;

    use super::*;

    fn with(tree: MemoryTree, address: &str, vendor: &str, class: &str) -> MemoryTree {
        let directory = format!("/sys/bus/pci/devices/{address}");
        tree.with(&format!("{directory}/vendor"), vendor).with(&format!("{directory}/class"), class)
    }

    #[test]
    fn hcas_are_known_by_vendor_and_class() {
        let mut tree = MemoryTree::new();
        for (address, vendor, class) in [
            ("0000:00:1f.0", "0x8086\n", "0x060100\n"),
            ("0000:01:00.0", "0x8086\n", "0x020000\n"),
            ("0000:02:00.0", "0x15b3\n", "0x020700\n"),
            ("0000:03:00.0", "0x15b3\n", "0x020000\n"),
            ("0000:04:00.0", "0x15b3\n", "0x080100\n"),
            ("0000:05:00.0", "0x8086\n", "0x020800\n"),
            ("0000:06:00.0", "0x1077\n", "0x0c0600\n"),
        ] {
            tree = with(tree, address, vendor, class);
        }
        let found: Vec<String> = functions(&tree).into_iter().map(|function| function.address).collect();
        assert_eq!(found, ["0000:02:00.0", "0000:03:00.0", "0000:05:00.0", "0000:06:00.0"]);
        assert!(is_present(&tree));
        assert!(!is_present(&with(MemoryTree::new(), "0000:01:00.0", "0x8086", "0x020000")));
    }

    #[test]
    fn a_function_given_to_a_guest_is_seen_as_such() {
        let tree = with(MemoryTree::new(), "0000:4b:00.2", "0x15b3\n", "0x020700\n")
            .with("/sys/bus/pci/devices/0000:4b:00.2/uevent", "DRIVER=vfio-pci\nPCI_CLASS=20700\n")
            .with("/sys/bus/pci/devices/0000:4b:00.2/physfn/vendor", "0x15b3\n");
        let function = &functions(&tree)[0];
        assert!(function.is_passed_through() && function.is_virtual);
        let tree = with(MemoryTree::new(), "0000:4b:00.0", "0x15b3\n", "0x020700\n")
            .with("/sys/bus/pci/devices/0000:4b:00.0/driver_override", "vfio-pci\n");
        assert!(functions(&tree)[0].is_passed_through());
    }
}
