//! The machine: all of a scenario that never changes while it boots, worked out once.

use ibup_config::configuration::Configuration;
use ibup_config::{MemoryTree, Netdev, NetdevName, Paths, TransportMode};
use jiff::civil::DateTime;
use serde::{Deserialize, Serialize};

use crate::fault::Fault;
use crate::scenario::{Interface, Loader, NetworkService, Scenario, StackKind};
use crate::units::{Kind, UnitFile, UnitFiles, order};
use crate::world::{MLX5_CORE, MLX5_IB, MachineFact, SLOTS_MAX, UNITS_MAX, UnitState, World};

/// By which policy a machine boots.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum PolicyName {
    /// The vendor's openibd, udev rules and interface manager, with its boot question.
    #[default]
    Reference,
    /// ibup's units.
    Converge,
}

/// How a machine departs from its scenario.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Variant {
    /// By which policy it boots.
    pub policy: PolicyName,
    /// Whether the stack's service is enabled: openibd, or ibup.service in its place.
    pub enabled: bool,
    /// Its unit files.
    pub units: UnitFiles,
    /// What the decision to raise an interface does not see. Tests break it by this.
    pub blind: Option<Blind>,
    /// Configuration that takes the place of the scenario's.
    pub config: Option<MemoryTree>,
}

/// A condition of the decision to raise an interface that is broken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Blind {
    /// Whether its configuration wants it up.
    OnBoot,
    /// Whether it is up.
    IsUp,
    /// Whether the machine counts as booting does not matter.
    Policy,
    /// Whether it exists.
    Exists,
}

/// A machine.
#[derive(Debug, Clone)]
pub struct Machine {
    /// What it is made from.
    pub scenario: Scenario,
    /// How it departs from that.
    pub variant: Variant,
    /// The time at which its kernel starts.
    pub begins: DateTime,
    /// Its ports, one an HCA.
    pub ports: Vec<PortPlan>,
    /// Its units.
    pub units: Vec<Unit>,
    /// Its files that never change.
    pub config: MemoryTree,
}

/// What never changes of a port.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PortPlan {
    /// The PCI function.
    pub function: String,
    /// The RDMA device.
    pub device: String,
    /// What the kernel calls the netdev.
    pub kernel_name: NetdevName,
    /// What udev calls it.
    pub name: NetdevName,
    /// Whether somebody configures it, and whether to be up.
    pub wish: Option<bool>,
    /// Whether connected mode is wished and can be had.
    pub is_to_connect: bool,
}

/// A unit of a machine.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unit {
    /// Its file.
    pub file: UnitFile,
    /// What it does.
    pub role: Role,
    /// The units whose jobs its own waits for, as bits.
    pub waits_for: u32,
    /// Where its program's state is kept.
    pub slot: Option<usize>,
}

/// What a unit does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Role {
    /// It is reached.
    Target,
    /// openibd, or ibup in its place.
    Stack,
    /// The network service.
    Network,
    /// It loads modules, as the scenario's list says.
    Load(u8),
    /// The vendor's interface manager.
    Manager(u8),
    /// `ibup configure`.
    Configure(u8),
    /// `ibup raise`.
    Raise(u8),
}

impl Machine {
    /// Makes a machine by the scenario's own policy.
    pub fn new(scenario: &Scenario) -> Self {
        let variant =
            Variant { policy: scenario.policy, enabled: scenario.stack.enabled, ..Variant::default() };
        Self::build(scenario, variant)
    }

    /// Makes a machine.
    pub fn build(scenario: &Scenario, variant: Variant) -> Self {
        let mut scenario = scenario.clone();
        let mut variant = variant;
        prepare(&mut scenario, &mut variant);
        let config = variant.config.clone().unwrap_or_else(|| files(&scenario, &variant));
        let configuration = Configuration::read(&config, &Paths::default());
        let (mut devices, mut netdevs) = (numbers(&scenario, NO_DEVICE), numbers(&scenario, NO_NETDEV));
        let ports = scenario.hca.iter().map(|hca| {
            let counted = format!("ib{}", netdevs.next().unwrap_or(0));
            let kernel_name = name(hca.kernel_name.as_deref().unwrap_or(&counted));
            let name = hca.renamed.as_deref().map_or_else(|| kernel_name.clone(), name);
            let question = Netdev { is_infiniband: true, ..Netdev::named(&name) };
            let found = configuration.find(&question);
            let is_to_connect = found.is_some_and(|found| found.mode == Some(TransportMode::Connected));
            PortPlan {
                function: hca.function.clone(),
                device: format!("mlx5_{}", devices.next().unwrap_or(0)),
                kernel_name,
                name,
                wish: found.map(|found| found.on_boot.is_wanted()),
                is_to_connect: is_to_connect && hca.has_connected_mode,
            }
        });
        let ports: Vec<PortPlan> = ports.collect();
        let units = units(&scenario, &variant, &ports);
        let begins = crate::clock::parse(&scenario.begins).unwrap_or_default();
        Self { scenario, variant, begins, ports, units, config }
    }

    /// Returns the world in which the boot begins: the kernel is up, systemd has queued its jobs.
    pub fn start(&self) -> World {
        let mut world = World::default();
        for module in [MLX5_CORE, MLX5_IB] {
            world.make(MachineFact::Module(module), true);
        }
        for (index, unit) in self.units.iter().enumerate() {
            let is_of_boot = match unit.role {
                Role::Target | Role::Stack | Role::Network => true,
                Role::Load(load) => self.scenario.load[usize::from(load)].by != Loader::RdmaCore,
                Role::Manager(_) | Role::Configure(_) | Role::Raise(_) => false,
            };
            if is_of_boot {
                world.set_unit(index, UnitState::Queued);
            }
        }
        world
    }

    /// Returns whether something is broken.
    pub fn has(&self, fault: Fault) -> bool {
        self.scenario.faults.contains(&fault)
    }

    /// Returns the unit of a role.
    pub fn unit_of(&self, role: Role) -> Option<usize> {
        self.units.iter().position(|unit| unit.role == role)
    }

    /// Returns whether the machine boots by the vendor's scripts.
    pub fn is_reference(&self) -> bool {
        self.variant.policy == PolicyName::Reference
    }

    /// Returns the port whose netdev has a name, whichever of its two.
    pub fn port_called(&self, name: &str) -> Option<usize> {
        self.ports.iter().position(|port| port.name.as_str() == name || port.kernel_name.as_str() == name)
    }

    /// Returns whether somebody wants a port's interface up.
    pub fn is_wanted(&self, port: usize) -> bool {
        self.ports[port].wish == Some(true)
    }

    /// Returns whether a port will have a link.
    pub fn has_link(&self, port: usize) -> bool {
        self.scenario.hca[port].has_link && !(port == 0 && self.has(Fault::CableUnplugged))
    }
}

/// Faults by which the first HCA has no RDMA device.
const NO_DEVICE: &[Fault] =
    &[Fault::FirmwareNeverReady, Fault::FirmwareRejectsDriver, Fault::DriverProbeFails];
/// Faults by which the first HCA has no netdev.
const NO_NETDEV: &[Fault] = &[
    Fault::FirmwareNeverReady,
    Fault::FirmwareRejectsDriver,
    Fault::DriverProbeFails,
    Fault::NetdevAllocationFails,
];

/// Returns the numbers that the kernel gives, in the order in which things come to exist. What never does is last.
fn numbers(scenario: &Scenario, nothing: &[Fault]) -> impl Iterator<Item = usize> + use<> {
    let is_broken = nothing.iter().any(|fault| scenario.faults.contains(fault));
    let count = scenario.hca.len();
    let first = if is_broken { count.saturating_sub(1) } else { 0 };
    std::iter::once(first).chain(if is_broken { 0..count - 1 } else { 1..count })
}

fn name(text: &str) -> NetdevName {
    // Scenarios are checked when they are read.
    text.parse().unwrap_or_else(|_| panic!("no netdev is called `{text}`"))
}

/// Turns faults of the set-up into set-up.
fn prepare(scenario: &mut Scenario, variant: &mut Variant) {
    for fault in scenario.faults.clone() {
        match fault {
            Fault::StackNotStarted => {
                variant.enabled = false;
                let late = crate::scenario::Load {
                    by: Loader::Somebody,
                    at: scenario.network.at + 80.0,
                    modules: vec!["ib_ipoib".to_owned()],
                };
                scenario.load = vec![late];
            }
            Fault::StackNotOrdered => {
                let text = include_str!("../units/openibd.service")
                    .replace("Before=network.target network.service networking.service ", "Before=");
                variant.units = variant.units.clone().with("openibd.service", &text);
                // It is at work when the network service runs.
                scenario.stack.at = scenario.network.at - 0.5;
                scenario.stack.takes = 2.0;
            }
            Fault::IpoibNeverRequested => {
                scenario.stack.kind = StackKind::Inbox;
                scenario.load.clear();
            }
            Fault::InterfaceOnbootNo => {
                scenario.interface.iter_mut().for_each(|interface| interface.onboot = false);
            }
            Fault::InterfaceConfigMissing => scenario.interface.clear(),
            // NetworkManager alone is there, and the interface's file tells it to keep off.
            Fault::NetworkServiceAbsent => scenario.network.service = NetworkService::NetworkManager,
            Fault::ConnectedModeRefused => {
                scenario.interface.iter_mut().for_each(|interface| interface.connected = true);
                scenario.hca.iter_mut().for_each(|hca| hca.has_connected_mode = true);
            }
            _ => {}
        }
    }
}

fn units(scenario: &Scenario, variant: &Variant, ports: &[PortPlan]) -> Vec<Unit> {
    let is_reference = variant.policy == PolicyName::Reference;
    let is_vendors = scenario.stack.kind == StackKind::Vendor;
    let mut wanted: Vec<(String, Role)> = Vec::new();
    for target in ["sysinit.target", "basic.target", "network-pre.target", "network.target"] {
        wanted.push((target.to_owned(), Role::Target));
    }
    match (variant.enabled, is_reference) {
        (true, false) => wanted.push(("ibup.service".to_owned(), Role::Stack)),
        (true, true) if is_vendors => wanted.push(("openibd.service".to_owned(), Role::Stack)),
        _ => {}
    }
    for (load, index) in scenario.load.iter().zip(0..) {
        let unit = match load.by {
            Loader::Somebody => format!("somebody-{index}"),
            Loader::ModulesLoad => "systemd-modules-load.service".to_owned(),
            Loader::RdmaCore => "rdma-load-modules@infiniband.service".to_owned(),
        };
        wanted.push((unit, Role::Load(index)));
    }
    let network = match scenario.network.service {
        NetworkService::NetworkScripts => "network.service",
        NetworkService::Ifupdown => "networking.service",
        NetworkService::NetworkManager => "NetworkManager.service",
    };
    wanted.push((network.to_owned(), Role::Network));
    for (port, index) in ports.iter().zip(0..) {
        let instance = port.name.as_str();
        if !is_reference {
            wanted.push((format!("ibup-configure@{instance}.service"), Role::Configure(index)));
            wanted.push((format!("ibup-raise@{instance}.service"), Role::Raise(index)));
        } else if is_vendors {
            wanted.push((format!("mlnx_interface_mgr@{instance}.service"), Role::Manager(index)));
        }
    }
    wanted.push(("multi-user.target".to_owned(), Role::Target));
    let file = |name: &str| {
        // Somebody is no unit, and waits for nobody.
        let somebody = UnitFile { name: name.to_owned(), kind: Kind::Oneshot, ..UnitFile::default() };
        variant.units.read(name).unwrap_or(somebody)
    };
    let files: Vec<UnitFile> = wanted.iter().map(|(name, _)| file(name)).collect();
    let waits = order(&files);
    let mut slots = 0..SLOTS_MAX;
    let units = files.into_iter().zip(waits).zip(wanted).map(|((file, waits_for), (_, role))| {
        let slot = if role == Role::Target { None } else { slots.next() };
        Unit { file, role, waits_for, slot }
    });
    let units: Vec<Unit> = units.collect();
    assert!(units.len() <= UNITS_MAX, "a machine has more units than a world has room for");
    units
}

/// Returns the files of a machine that never change.
fn files(scenario: &Scenario, variant: &Variant) -> MemoryTree {
    let has = |fault| scenario.faults.contains(&fault);
    let kernel = &scenario.kernel;
    let mut tree = MemoryTree::new()
        .with("/proc/sys/kernel/osrelease", &format!("{kernel}\n"))
        .with("/proc/sys/kernel/hostname", &format!("{}\n", scenario.host))
        .with(&format!("/lib/modules/{kernel}/modules.dep"), &index(scenario));
    if !has(Fault::StackConfigMissing) {
        tree = tree.with("/etc/infiniband/openib.conf", &openib_conf(scenario, variant));
    }
    // The service that the files are written for.
    let service = match scenario.network.service {
        _ if has(Fault::NetworkServiceAbsent) => NetworkService::NetworkScripts,
        service => service,
    };
    tree = with_service(tree, service);
    let mut stanzas = String::new();
    for interface in &scenario.interface {
        match service {
            NetworkService::NetworkScripts => {
                let path = format!("/etc/sysconfig/network-scripts/ifcfg-{}", interface.name);
                tree = tree.with(&path, &ifcfg(interface));
            }
            NetworkService::Ifupdown => stanzas += &stanza(interface),
            NetworkService::NetworkManager => {
                let name = &interface.name;
                let path = format!("/etc/NetworkManager/system-connections/{name}.nmconnection");
                tree = tree.with(&path, &keyfile(interface));
            }
        }
    }
    if service == NetworkService::Ifupdown {
        tree = tree.with("/etc/network/interfaces", &stanzas);
    }
    tree
}

/// Adds the files by which programs know a network service.
pub fn with_service(tree: MemoryTree, service: NetworkService) -> MemoryTree {
    match service {
        NetworkService::NetworkScripts => {
            tree.with("/etc/redhat-release", "Red Hat\n").with("/sbin/ifup", "")
        }
        NetworkService::Ifupdown => tree.with("/sbin/ifup", ""),
        NetworkService::NetworkManager => tree.with("/usr/bin/nmcli", ""),
    }
}

fn index(scenario: &Scenario) -> String {
    let is_vendors = scenario.stack.kind == StackKind::Vendor;
    let is_missing = |name: &str| name == "ib_ipoib" && scenario.faults.contains(&Fault::ModuleMissing);
    let line = |name: &&str| {
        if is_vendors {
            format!("updates/{name}.ko: updates/mlx_compat.ko\n")
        } else {
            format!("kernel/{name}.ko:\n")
        }
    };
    let modules = crate::world::MODULES.iter().filter(|name| !is_missing(name));
    let mut index: String = modules.map(line).collect();
    if is_vendors {
        index += "updates/mlx_compat.ko:\n";
    }
    index
}

fn openib_conf(scenario: &Scenario, variant: &Variant) -> String {
    let has = |fault| scenario.faults.contains(&fault);
    let mut text = format!("ONBOOT={}\n", if has(Fault::StackOnbootNo) { "no" } else { "yes" });
    text += if has(Fault::IpoibLoadNo) { "IPOIB_LOAD=no\n" } else { "IPOIB_LOAD=yes\n" };
    if !scenario.interface.iter().any(|interface| interface.connected) {
        text += "SET_IPOIB_CM=auto\n";
    }
    text += &scenario.stack.openib_conf;
    if variant.policy == PolicyName::Reference {
        text += "IBUP_POLICY=reference\n";
    }
    text
}

fn ifcfg(interface: &Interface) -> String {
    let name = &interface.name;
    let on_boot = if interface.onboot { "yes" } else { "no" };
    let mode = if interface.connected { "CONNECTED_MODE=yes\n" } else { "" };
    format!("DEVICE={name}\nTYPE=InfiniBand\nONBOOT={on_boot}\nNM_CONTROLLED=no\n{mode}")
}

fn stanza(interface: &Interface) -> String {
    let name = &interface.name;
    let auto = if interface.onboot { format!("auto {name}\n") } else { String::new() };
    let mode = if interface.connected { "    mode connected\n" } else { "" };
    format!("{auto}iface {name} inet manual\n{mode}\n")
}

fn keyfile(interface: &Interface) -> String {
    let name = &interface.name;
    let mode = if interface.connected { "connected" } else { "datagram" };
    let auto = interface.onboot;
    format!(
        "[connection]\nid={name}\ntype=infiniband\ninterface-name={name}\nautoconnect={auto}\n\n\
         [infiniband]\ntransport-mode={mode}\n"
    )
}
