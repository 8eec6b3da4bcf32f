//! Sight: the machine as a program sees it, file by file.
//!
//! What is seen is a function of the machine and of the facts of a moment. Which facts were looked at is noted, so
//! that what a program made of them need be worked out once only.

use std::cell::Cell;

use ibup_config::Tree;
use ibup_config::tree::Content;

use crate::machine::{Blind, Machine};
use crate::world::{IB_IPOIB, MLX5_CORE, MODULES, MachineFact, PortFact};

/// The boot ID of a simulated machine.
pub const BOOT_ID: &str = "11111111-2222-3333-4444-555555555555";

/// The machine as a program sees it at one moment.
pub struct Sight<'m> {
    machine: &'m Machine,
    facts: u128,
    looked_at: Cell<u128>,
    blind: Option<Blind>,
}

impl<'m> Sight<'m> {
    /// Looks at a machine.
    pub fn new(machine: &'m Machine, facts: u128) -> Self {
        Self { machine, facts, looked_at: Cell::new(0), blind: None }
    }

    /// Returns the sight of a decision that is broken.
    #[must_use]
    pub fn blind(self, blind: Option<Blind>) -> Self {
        Self { blind, ..self }
    }

    /// Looks at another moment.
    pub fn go_on(&mut self, facts: u128) {
        self.facts = facts;
        self.looked_at.set(0);
    }

    /// Returns the facts that were looked at since.
    pub fn looked_at(&self) -> u128 {
        self.looked_at.get()
    }

    /// Returns the seconds since 1970: the time itself stands still, and what hangs on it is a fact.
    pub fn wall_clock(&self) -> i64 {
        let begins = crate::clock::seconds(self.machine.begins, 0);
        if self.is(MachineFact::WindowOld) { begins + 400 } else { begins + 10 }
    }

    fn look(&self, bit: u128) -> bool {
        self.looked_at.set(self.looked_at.get() | bit);
        self.facts & bit != 0
    }

    fn has(&self, port: usize, fact: PortFact) -> bool {
        self.look(fact.bit(port))
    }

    fn is(&self, fact: MachineFact) -> bool {
        self.look(fact.bit())
    }

    /// Returns the name that a port's netdev has now.
    fn name(&self, port: usize) -> Option<&'m str> {
        let exists = self.has(port, PortFact::Netdev);
        let plan = &self.machine.ports[port];
        if self.has(port, PortFact::Named) {
            return exists.then(|| plan.name.as_str());
        }
        exists.then(|| plan.kernel_name.as_str())
    }

    fn port_named(&self, name: &str) -> Option<usize> {
        self.machine.port_called(name).filter(|port| self.name(*port) == Some(name))
    }

    fn netdev(&self, path: &str) -> Option<String> {
        let (name, attribute) = path.split_once('/')?;
        let port = self.port_named(name)?;
        let plan = &self.machine.ports[port];
        let hca = &self.machine.scenario.hca[port];
        let index = port + 2;
        Some(match attribute {
            "type" => "32\n".to_owned(),
            "pkey" => "0xffff\n".to_owned(),
            "dev_port" => "0\n".to_owned(),
            "dev_id" => "0x0\n".to_owned(),
            "ifindex" | "iflink" => format!("{index}\n"),
            "mtu" => if self.has(port, PortFact::Connected) { "65520\n" } else { "4092\n" }.to_owned(),
            "mode" if hca.has_connected_mode => {
                if self.has(port, PortFact::Connected) { "connected\n" } else { "datagram\n" }.to_owned()
            }
            "mode" => "datagram\n".to_owned(),
            "flags" => {
                let is_up = self.has(port, PortFact::Up) && self.blind != Some(Blind::IsUp);
                if is_up { "0x1003\n" } else { "0x1002\n" }.to_owned()
            }
            "operstate" => {
                let has_carrier = self.has(port, PortFact::Up) && self.has(port, PortFact::Active);
                if has_carrier { "up\n" } else { "down\n" }.to_owned()
            }
            "device/uevent" => format!("DRIVER=mlx5_core\nPCI_SLOT_NAME={}\n", plan.function),
            "device/vendor" => "0x15b3\n".to_owned(),
            _ if *attribute == *format!("device/infiniband/{}/hca_type", plan.device) => {
                "MT4123\n".to_owned()
            }
            _ => return None,
        })
    }

    fn rdma_device(&self, path: &str) -> Option<String> {
        let (device, attribute) = path.split_once('/')?;
        let port = self.machine.ports.iter().position(|plan| plan.device == device)?;
        if !self.has(port, PortFact::Registered) {
            return None;
        }
        Some(match attribute {
            "ports/1/link_layer" => "InfiniBand\n".to_owned(),
            "ports/1/state" => {
                if self.has(port, PortFact::Active) { "4: ACTIVE\n" } else { "2: INIT\n" }.to_owned()
            }
            "node_desc" => "MT4123 ConnectX6   Mellanox Technologies\n".to_owned(),
            _ => return None,
        })
    }

    fn function(&self, path: &str) -> Option<String> {
        let (function, attribute) = path.split_once('/')?;
        let port = self.machine.ports.iter().position(|plan| plan.function == function)?;
        let identity = &self.machine.scenario.hca[port].identity;
        let (vendor, device) = identity.split_once(':').unwrap_or(("15b3", "101b"));
        Some(match attribute {
            "vendor" => format!("0x{vendor}\n"),
            "device" => format!("0x{device}\n"),
            "class" => "0x020700\n".to_owned(),
            "uevent" if self.has(port, PortFact::Bound) => "DRIVER=mlx5_core\n".to_owned(),
            "uevent" => "PCI_CLASS=20700\n".to_owned(),
            _ => return None,
        })
    }

    /// Returns whether mlx5_core is still on its way in: it probes the functions that are there before it is live.
    fn is_probing(&self) -> bool {
        let is_done = |port| self.has(port, PortFact::Registered) || self.has(port, PortFact::Failed);
        !(0..self.machine.ports.len()).all(is_done)
    }

    fn modules(&self) -> String {
        let loaded = (0..).zip(MODULES).filter(|(index, _)| self.is(MachineFact::Module(*index)));
        let line = |(index, name): (u8, &str)| {
            let state = if index == MLX5_CORE && self.is_probing() { "Loading" } else { "Live" };
            format!("{name} 16384 0 - {state} 0x0000000000000000\n")
        };
        loaded.map(line).collect()
    }

    /// Returns a state file below /run.
    fn state(&self, path: &str) -> Option<String> {
        let boot_id = || format!("{}\n", BOOT_ID.replace('-', ""));
        match path {
            "openibd.bootid" => self.is(MachineFact::CalledByBoot).then(boot_id),
            "mlx_ifc.manual" => self.is(MachineFact::CalledByHand).then(boot_id),
            "mlx_os_booting" => self
                .is(MachineFact::Window)
                .then(|| format!("{}\n", crate::clock::seconds(self.machine.begins, 0))),
            _ => {
                let name = path.strip_prefix("mlx_ifc-")?.strip_suffix(".bootid")?;
                let port = self.machine.port_called(name)?;
                self.has(port, PortFact::Seen).then(boot_id)
            }
        }
    }

    /// Returns a file of the configuration, as a broken decision sees it.
    fn configured(&self, path: &str) -> Option<Content> {
        let content = self.machine.config.read(path);
        match (self.blind, content) {
            (Some(Blind::OnBoot), Some(Content::Text(text))) if path.contains("ifcfg-") => {
                Some(Content::Text(text.replace("ONBOOT=no", "ONBOOT=yes")))
            }
            (Some(Blind::Policy), Some(Content::Text(text))) if path.ends_with("openib.conf") => {
                Some(Content::Text(text + "IBUP_POLICY=reference\n"))
            }
            (_, content) => content,
        }
    }
}

impl Tree for Sight<'_> {
    fn read(&self, path: &str) -> Option<Content> {
        let text = if let Some(rest) = path.strip_prefix("/sys/class/net/") {
            self.netdev(rest)
        } else if let Some(rest) = path.strip_prefix("/sys/class/infiniband/") {
            self.rdma_device(rest)
        } else if let Some(rest) = path.strip_prefix("/sys/bus/pci/devices/") {
            self.function(rest)
        } else if let Some(rest) = path.strip_prefix("/run/udev/data/n") {
            let port = rest.parse::<usize>().ok().and_then(|index| index.checked_sub(2));
            let port = port.filter(|port| *port < self.machine.ports.len());
            port.filter(|port| self.has(*port, PortFact::Named)).map(|_| String::new())
        } else if let Some(rest) = path.strip_prefix("/run/") {
            self.state(rest)
        } else {
            match path {
                "/proc/modules" => Some(self.modules()),
                "/proc/sys/kernel/random/boot_id" => Some(format!("{BOOT_ID}\n")),
                "/sys/module/ib_ipoib/parameters/ipoib_enhanced" => {
                    let is_enhanced = !self.machine.scenario.hca.iter().any(|hca| hca.has_connected_mode);
                    self.is(MachineFact::Module(IB_IPOIB))
                        .then(|| if is_enhanced { "1\n" } else { "0\n" }.to_owned())
                }
                _ => return self.configured(path),
            }
        };
        text.map(Content::Text)
    }

    fn list(&self, directory: &str) -> Vec<String> {
        let directory = directory.trim_end_matches('/');
        let ports = 0..self.machine.ports.len();
        let owned = |name: &str| name.to_owned();
        let netdevs = || ports.clone().filter_map(|port| self.name(port)).map(owned);
        match directory {
            "/sys/class/net" if self.blind == Some(Blind::Exists) => {
                self.machine.ports.iter().map(|plan| plan.name.to_string()).collect()
            }
            "/sys/class/net" => std::iter::once("lo".to_owned()).chain(netdevs()).collect(),
            "/sys/class/infiniband" => {
                let registered = ports.filter(|port| self.has(*port, PortFact::Registered));
                registered.map(|port| self.machine.ports[port].device.clone()).collect()
            }
            "/sys/bus/pci/devices" => self.machine.ports.iter().map(|plan| plan.function.clone()).collect(),
            // The loopback has been dealt with long before.
            "/run/udev/data" => {
                let named = ports.filter(|port| self.has(*port, PortFact::Named));
                std::iter::once("n1".to_owned()).chain(named.map(|port| format!("n{}", port + 2))).collect()
            }
            _ => self.list_device(directory).unwrap_or_else(|| self.machine.config.list(directory)),
        }
    }
}

impl Sight<'_> {
    fn list_device(&self, directory: &str) -> Option<Vec<String>> {
        if let Some(rest) = directory.strip_prefix("/sys/class/net/") {
            let (name, below) = rest.split_once('/').unwrap_or((rest, ""));
            let port = self.port_named(name);
            let names: &[&str] = match (port, below) {
                (Some(_), "") => &["type", "flags", "mtu", "pkey"],
                (Some(_), "queues") => &["rx-0", "rx-1", "tx-0"],
                (Some(port), "device/infiniband") => {
                    return Some(vec![self.machine.ports[port].device.clone()]);
                }
                _ => &[],
            };
            return Some(names.iter().map(|name| (*name).to_owned()).collect());
        }
        if let Some(rest) = directory.strip_prefix("/sys/class/infiniband/") {
            let (device, below) = rest.split_once('/')?;
            let port = self.machine.ports.iter().position(|plan| plan.device == device)?;
            let is_there = below == "ports" && self.has(port, PortFact::Registered);
            return Some(if is_there { vec!["1".to_owned()] } else { Vec::new() });
        }
        if let Some(rest) = directory.strip_prefix("/sys/bus/pci/devices/") {
            let (function, below) = rest.split_once('/')?;
            let port = self.machine.ports.iter().position(|plan| plan.function == function)?;
            let is_there = below == "infiniband" && self.has(port, PortFact::Registered);
            return Some(if is_there { vec![self.machine.ports[port].device.clone()] } else { Vec::new() });
        }
        let module = directory.strip_prefix("/sys/module/")?;
        let index = MODULES.iter().position(|name| *name == module)?;
        let is_loaded = u8::try_from(index).is_ok_and(|index| self.is(MachineFact::Module(index)));
        Some(if is_loaded { vec!["initstate".to_owned()] } else { Vec::new() })
    }
}
