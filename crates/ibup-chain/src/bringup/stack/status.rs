//! Status: what is loaded and what is up, read and nothing else.

use std::fmt;

use ibup_config::Tree;

use super::super::modules::{LoadedModules, is_present};
use super::ports::{self, Netdev, RdmaDevice};

/// The drivers of HCAs.
const DRIVERS: &[&str] = &["mlx5_core", "mlx4_core", "ib_mthca", "ib_qib", "hfi1"];
/// The modules that are listed, in this order.
const LISTED: &[&str] = &[
    "rdma_ucm",
    "ib_srp",
    "ib_sdp",
    "rdma_cm",
    "ib_ipoib",
    "mlx5_core",
    "mlx5_ib",
    "ib_uverbs",
    "ib_umad",
    "ib_cm",
    "ib_core",
    "mlxfw",
    "scsi_transport_srp",
];
/// The vendor whose Ethernet netdevs are listed, too.
const MELLANOX: &str = "0x15b3";

/// What is loaded and what is up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Status {
    /// The HCA drivers that are loaded.
    pub drivers: Vec<&'static str>,
    /// The modules of the stack that are loaded.
    pub modules: Vec<&'static str>,
    /// The RDMA devices.
    pub devices: Vec<RdmaDevice>,
    /// The netdevs of HCAs.
    pub netdevs: Vec<Netdev>,
}

impl Status {
    /// Reads what is.
    pub fn read(tree: &dyn Tree) -> Self {
        let loaded = LoadedModules::read(tree);
        let present = |names: &'static [&'static str]| {
            names.iter().copied().filter(|name| is_present(tree, &loaded, name)).collect()
        };
        let is_hcas =
            |netdev: &Netdev| netdev.is_ipoib() || is_mellanox(netdev) || !netdev.devices.is_empty();
        Self {
            drivers: present(DRIVERS),
            modules: present(LISTED),
            devices: ports::devices(tree),
            netdevs: ports::netdevs(tree).into_iter().filter(is_hcas).collect(),
        }
    }

    /// Returns whether a driver is loaded.
    pub fn is_good(&self) -> bool {
        !self.drivers.is_empty() || self.has_ipoib() && self.netdevs.iter().any(Netdev::is_ipoib)
    }

    fn has_ipoib(&self) -> bool {
        self.modules.contains(&"ib_ipoib")
    }

    /// Writes the status as one JSON document of the schema `ibup.status/1`.
    pub fn to_json(&self) -> String {
        let names = |names: &[&str]| list(names.iter().map(|name| quoted(name)));
        let devices = self.devices.iter().map(|device| {
            let ports = device.ports.iter().map(|port| {
                let (link_layer, state) = (quoted(&port.link_layer), quoted(&port.state));
                format!("{{\"number\":{},\"link_layer\":{link_layer},\"state\":{state}}}", port.number)
            });
            format!("{{\"name\":{},\"ports\":{}}}", quoted(&device.name), list(ports))
        });
        let netdevs = self.netdevs.iter().map(|netdev| {
            let devices: Vec<&str> = netdev.devices.iter().map(String::as_str).collect();
            format!(
                "{{\"name\":{},\"type\":{},\"operstate\":{},\"is_up\":{},\"devices\":{}}}",
                quoted(&netdev.name),
                netdev.kind,
                quoted(&netdev.operstate),
                netdev.is_up,
                names(&devices)
            )
        });
        format!(
            "{{\"schema\":\"ibup.status/1\",\"drivers\":{},\"modules\":{},\"devices\":{},\"netdevs\":{}}}\n",
            names(&self.drivers),
            names(&self.modules),
            list(devices),
            list(netdevs)
        )
    }
}

impl fmt::Display for Status {
    /// Writes what the scripts have always written, for programs that read it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let driver = if self.drivers.is_empty() { "HCA driver is not loaded" } else { "  HCA driver loaded" };
        writeln!(f, "{driver}")?;
        let names = |is_listed: &dyn Fn(&Netdev) -> bool| -> Vec<&str> {
            self.netdevs
                .iter()
                .filter(|netdev| is_listed(netdev))
                .map(|netdev| netdev.name.as_str())
                .collect()
        };
        let ipoib = names(&Netdev::is_ipoib);
        if self.has_ipoib() && !ipoib.is_empty() {
            write!(f, "\nConfigured IPoIB devices:\n{}", lines(&ipoib))?;
            let active = names(&|netdev| netdev.is_ipoib() && netdev.is_up);
            write!(f, "\nCurrently active IPoIB devices:\n{}", lines(&active))?;
        }
        if !self.drivers.is_empty() {
            let ethernet = names(&|netdev| is_mellanox(netdev) && !netdev.is_ipoib());
            write!(f, "\nConfigured Mellanox EN devices:\n{}", lines(&ethernet))?;
            let active = names(&|netdev| is_mellanox(netdev) && netdev.is_up);
            write!(f, "\nCurrently active Mellanox devices:\n{}", lines(&active))?;
        }
        if !self.modules.is_empty() {
            write!(f, "\nThe following OFED modules are loaded:\n\n")?;
            self.modules.iter().try_for_each(|module| writeln!(f, "  {module}"))?;
        }
        Ok(())
    }
}

fn is_mellanox(netdev: &Netdev) -> bool {
    netdev.vendor.as_deref() == Some(MELLANOX)
}

fn lines(names: &[&str]) -> String {
    names.iter().map(|name| format!("{name}\n")).collect()
}

fn list(items: impl Iterator<Item = String>) -> String {
    format!("[{}]", items.collect::<Vec<_>>().join(","))
}

/// Writes a JSON string. The kernel's names need no escapes, and what may come from elsewhere gets them.
fn quoted(text: &str) -> String {
    let escaped: String = text
        .chars()
        .map(|character| match character {
            '"' => "\\\"".to_owned(),
            '\\' => "\\\\".to_owned(),
            c if c.is_control() => format!("\\u{:04x}", u32::from(c)),
            c => c.to_string(),
        })
        .collect();
    format!("\"{escaped}\"")
}

#[cfg(test)]
mod tests {
    use ibup_config::MemoryTree;

    use super::super::testing::{with_netdev, with_port};
    use super::*;

    #[test]
    fn json_has_devices_and_netdevs() {
        let tree = with_port(MemoryTree::new(), "mlx5_0", 1, "InfiniBand\n");
        let tree = with_netdev(tree, "ib0", "mlx5_0", 0).with("/proc/modules", "mlx5_core 1 0 - Live 0x0\n");
        let expected = "{\"schema\":\"ibup.status/1\",\"drivers\":[\"mlx5_core\"],\"modules\":[\"mlx5_core\"],\
            \"devices\":[{\"name\":\"mlx5_0\",\"ports\":[{\"number\":1,\"link_layer\":\"InfiniBand\",\"state\":\"ACTIVE\"}]}],\
            \"netdevs\":[{\"name\":\"ib0\",\"type\":32,\"operstate\":\"up\",\"is_up\":true,\"devices\":[\"mlx5_0\"]}]}\n";
        assert_eq!(Status::read(&tree).to_json(), expected);
        assert_eq!(quoted("a\"\\\n"), "\"a\\\"\\\\\\u000a\"");
    }

    #[test]
    fn a_driver_that_is_not_loaded_is_bad() {
        let status = Status::read(&MemoryTree::new());
        assert!(!status.is_good());
        assert_eq!(status.to_string(), "HCA driver is not loaded\n");
    }
}
