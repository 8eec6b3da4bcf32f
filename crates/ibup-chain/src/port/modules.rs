//! Modules: which ones a port needs, and which of its troubles with them were not got over.

use super::Port;
use crate::event::{Event, EventKind, MELLANOX, PciIdentity};
use crate::name::HcaName;

/// Modules without which there is no IPoIB netdev, whatever the HCA.
const COMMON: &[&str] = &["ib_core", "ib_mad", "ib_sa", "ib_addr", "ib_cm", "ib_ipoib", "mlx_compat"];

/// A kind of HCA: its modules, and how many ports are on one function.
pub(super) struct Family {
    /// The module that binds the function.
    driver: &'static str,
    /// Modules that the driver stands on.
    below: &'static [&'static str],
    /// The module that makes an RDMA device of a bound function, where the driver does not.
    device: Option<&'static str>,
    /// What the names of its RDMA devices begin with.
    names: &'static str,
    /// Whether a function has two ports: then two netdevs may be of one function.
    pub(super) has_two_ports: bool,
}

const FAMILIES: &[Family] = &[
    Family {
        driver: "mlx5_core",
        below: &["mlxfw", "mlxdevm"],
        device: Some("mlx5_ib"),
        names: "mlx5_",
        has_two_ports: false,
    },
    Family { driver: "mlx4_core", below: &[], device: Some("mlx4_ib"), names: "mlx4_", has_two_ports: true },
    Family { driver: "ib_mthca", below: &[], device: None, names: "mthca", has_two_ports: true },
    Family { driver: "hfi1", below: &["rdmavt"], device: None, names: "hfi1_", has_two_ports: false },
    Family { driver: "ib_qib", below: &["rdmavt"], device: None, names: "qib", has_two_ports: true },
];

/// Stands below the RDMA device of every family.
const BELOW_DEVICES: &str = "ib_uverbs";

/// Signs of openibd's that it takes down what is loaded before it loads anew.
const RELOADS: &[&str] = &["IB0314", "IB0315"];

impl Family {
    /// Finds the family of a function by what the bus says of it (<https://pci-ids.ucw.cz>): Mellanox numbers ConnectX to
    /// ConnectX-3 below 0x1011, and what is older in the numbers of its chips.
    pub(super) fn of_identity(identity: PciIdentity) -> Option<&'static Self> {
        let driver = match (identity.vendor, identity.device) {
            (MELLANOX, 0x1002..=0x1010 | 0x6340..=0x676e) => "mlx4_core",
            (MELLANOX, 0x1011..=0x10ff | 0xa2d2..=0xa2df) => "mlx5_core",
            (MELLANOX, 0x5a44..=0x6282) => "ib_mthca",
            (0x8086, 0x24f0 | 0x24f1) => "hfi1",
            (0x1077, 0x7220 | 0x7322) => "ib_qib",
            _ => return None,
        };
        Self::named(driver)
    }

    /// Finds the family of an RDMA device by the name that its driver gives it.
    pub(super) fn of_device(hca: &HcaName) -> Option<&'static Self> {
        let name = hca.to_string();
        FAMILIES.iter().find(|family| name.starts_with(family.names))
    }

    fn named(driver: &str) -> Option<&'static Self> {
        FAMILIES.iter().find(|family| family.driver == driver)
    }
}

impl<'b> Port<'b> {
    /// Returns the module that binds the function, where the log tells: the driver that speaks of it, or what it is.
    pub fn driver_module(&self) -> Option<&'static str> {
        self.family().map(|family| family.driver)
    }

    /// Returns the module that makes an RDMA device of the function; mlx5's where the log does not tell.
    pub fn device_module(&self) -> Option<&'static str> {
        self.family().map_or(Some("mlx5_ib"), |family| family.device)
    }

    fn family(&self) -> Option<&'static Family> {
        let spoken = self.events().find_map(|event| Family::named(event.speaker.as_deref()?));
        let by_device = || self.hca.as_ref().and_then(Family::of_device);
        spoken.or_else(|| self.identity().and_then(Family::of_identity)).or_else(by_device)
    }

    /// Returns whether the same driver made a netdev of another function: then all modules that this one needs are there.
    pub fn has_working_twin(&self) -> bool {
        let is_twin = |other: &Port<'_>| {
            other.pci.is_some() && other.pci != self.pci && other.driver_module() == self.driver_module()
        };
        self.driver_module().is_some()
            && self.boot.has_ipoib_netdev()
            && Port::all(self.boot).iter().any(|other| is_twin(other) && other.netdev_appeared().is_some())
    }

    /// Returns the first event that shows the RDMA device of the port.
    pub fn device_appeared(&self) -> Option<&'b Event> {
        self.events().find(|event| {
            let names_device = event.subject.hca.is_some() && !matches!(event.kind, EventKind::Sign { .. });
            event.kind == EventKind::DeviceRegistered || names_device
        })
    }

    /// Returns whether the module stands between this port and its netdev.
    pub fn needs_module(&self, module: &str) -> bool {
        let module = module.replace('-', "_");
        if COMMON.contains(&&*module) {
            return true;
        }
        let family = self.family();
        let mine = |candidate: &&Family| family.is_none_or(|family| family.driver == candidate.driver);
        let is_driver = FAMILIES
            .iter()
            .filter(mine)
            .any(|family| family.driver == module || family.below.contains(&&*module));
        let is_device = module == BELOW_DEVICES
            || FAMILIES.iter().filter(mine).any(|family| family.device == Some(&*module));
        let is_unbound = self.driver_bound().is_none() && self.driver_failed().is_none();
        (is_driver && is_unbound) || (is_device && self.device_appeared().is_none())
    }

    /// Returns a sign on a module that this port needs, unless the trouble was got over.
    pub fn lacking(&self, code: &str) -> Option<&'b Event> {
        self.all_lacking(code).into_iter().next()
    }

    /// Returns the signs on modules that this port needs, less those of troubles that were got over.
    pub fn all_lacking(&self, code: &str) -> Vec<&'b Event> {
        let mut signs = self.signs(code);
        signs.retain(|sign| {
            let EventKind::Sign { detail: module, .. } = &sign.kind else { return false };
            self.needs_module(module) && !self.got_over(sign)
        });
        signs
    }

    /// Returns whether a trouble with the stack kept nothing from this port: the netdev came after it, or was there
    /// already and nobody took it away for a reload.
    pub fn got_over(&self, trouble: &Event) -> bool {
        let existed = self.netdev_appeared().is_some_and(|appeared| {
            let between = |sign: &Event| (appeared.order..trouble.order).contains(&sign.order);
            let taken_away = self.reloads().any(between);
            appeared.order < trouble.order && !taken_away
        });
        existed || self.overcame(trouble)
    }

    /// Returns openibd's last word that it takes down what is loaded before it loads anew.
    pub(super) fn reload(&self) -> Option<&'b Event> {
        self.reloads().max_by_key(|sign| sign.order)
    }

    fn reloads(&self) -> impl Iterator<Item = &'b Event> {
        RELOADS.iter().flat_map(|code| self.signs(code))
    }
}
