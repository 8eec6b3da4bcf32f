//! Surveys: what a machine's files say of its next boot.

use std::collections::BTreeMap;

use ibup_chain::bringup::interface::configured;
use ibup_chain::bringup::modules::{Installed, Origin, modprobe_d, text};
use ibup_chain::bringup::stack::hardware::{self, Function};
use ibup_chain::name::PciAddress;
use ibup_config::configuration::Configuration;
use ibup_config::interface::{InterfaceConfig, Owner, Renderer};
use ibup_config::{Netdev, NetdevName, Paths, Tree};
use ibup_sim::PolicyName;
use ibup_sim::scenario::{Loader, StackKind};

pub mod kernel;
pub mod units;

/// What a machine's files say of its next boot.
#[derive(Debug, Clone)]
pub struct Survey {
    /// The host's name.
    pub host: String,
    /// The kernel that boots next, where the files tell.
    pub kernel: Option<String>,
    /// By which policy the machine boots.
    pub policy: PolicyName,
    /// The driver stack.
    pub stack: StackSurvey,
    /// Who else loads `ib_ipoib`.
    pub loaders: Vec<LoaderSurvey>,
    /// The functions of HCAs; `None` where the files do not show the bus.
    pub functions: Option<Vec<Function>>,
    /// The interfaces that somebody configures.
    pub interfaces: Vec<InterfaceSurvey>,
}

/// The driver stack of a machine.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StackSurvey {
    /// Whose it is.
    pub kind: StackKind,
    /// The service that loads it; none of an inbox stack without ibup.
    pub service: Option<&'static str>,
    /// Whether that service is started at boot.
    pub is_enabled: bool,
    /// Where `ib_ipoib` is kept from being loaded, as `FILE:LINE: TEXT`.
    pub kept_out: Option<String>,
    /// Whether `ib_ipoib` is not installed for the kernel.
    pub is_missing: bool,
}

/// Somebody who loads `ib_ipoib` beside the stack's service.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LoaderSurvey {
    /// Who.
    pub by: Loader,
    /// Where that is written.
    pub place: String,
}

/// An interface that somebody configures.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InterfaceSurvey {
    /// Its name.
    pub name: NetdevName,
    /// The service that is told to raise it.
    pub owner: Owner,
    /// Whether it is to be up after a boot.
    pub is_wanted: bool,
    /// Where that is written.
    pub place: String,
    /// The unit that raises it.
    pub service: &'static str,
    /// Whether that unit is started at boot.
    pub is_served: bool,
    /// The function of its HCA, where the files tell.
    pub function: Option<Function>,
}

/// Where modules to load at boot are listed, the strongest first (modules-load.d(5)).
const MODULES_LOAD: &[&str] = &[
    "/etc/modules-load.d",
    "/run/modules-load.d",
    "/usr/local/lib/modules-load.d",
    "/usr/lib/modules-load.d",
    "/lib/modules-load.d",
];
/// What rdma-core loads when an InfiniBand device appears (rdma-core, kernel-boot/modules/infiniband.conf).
const RDMA_MODULES: &str = "/etc/rdma/modules/infiniband.conf";

impl Survey {
    /// Surveys a machine.
    pub fn of(tree: &dyn Tree) -> Self {
        let kernel = kernel::next(tree);
        let has_ibup = units::exists(tree, "ibup.service");
        let has_openibd = units::exists(tree, "openibd.service");
        let installed =
            kernel.as_deref().map_or_else(Installed::default, |kernel| Installed::of(tree, kernel));
        let is_vendors = has_openibd || installed.has_vendor_modules();
        let service = match (has_ibup, has_openibd) {
            (true, _) => Some("ibup.service"),
            (false, true) => Some("openibd.service"),
            (false, false) => None,
        };
        let functions = hardware::functions(tree);
        let is_bus_shown = !tree.list("/sys/bus/pci/devices").is_empty();
        let configuration = Configuration::read(tree, &Paths::default());
        Self {
            host: text(tree, "/proc/sys/kernel/hostname")
                .or_else(|| text(tree, "/etc/hostname"))
                .and_then(|text| text.split_whitespace().next().map(str::to_owned))
                .unwrap_or_else(|| "localhost".to_owned()),
            policy: if has_ibup { PolicyName::Converge } else { PolicyName::Reference },
            stack: StackSurvey {
                kind: if is_vendors { StackKind::Vendor } else { StackKind::Inbox },
                service,
                is_enabled: service.is_some_and(|service| units::is_enabled(tree, service)),
                kept_out: modprobe_d::kept_out(tree, "ib_ipoib"),
                is_missing: installed.origin("ib_ipoib") == Origin::Missing,
            },
            loaders: loaders(tree),
            interfaces: interfaces(tree, &configuration, &functions),
            functions: is_bus_shown.then_some(functions),
            kernel,
        }
    }
}

fn loaders(tree: &dyn Tree) -> Vec<LoaderSurvey> {
    let mut found: Vec<LoaderSurvey> = module_lists(tree)
        .into_iter()
        .filter_map(|path| naming_line(tree, &path))
        .map(|place| LoaderSurvey { by: Loader::ModulesLoad, place })
        .collect();
    if units::exists(tree, "rdma-load-modules@.service") {
        let place = naming_line(tree, RDMA_MODULES);
        found.extend(place.map(|place| LoaderSurvey { by: Loader::RdmaCore, place }));
    }
    found
}

/// Returns the lists of modules to load at boot, in the order in which they are read: by name, whatever directory they
/// are in. Of those of one name only the strongest counts.
fn module_lists(tree: &dyn Tree) -> Vec<String> {
    let mut lists = BTreeMap::new();
    for directory in MODULES_LOAD {
        for name in tree.list(directory).into_iter().filter(|name| is_module_list(name)) {
            lists.entry(name).or_insert(directory);
        }
    }
    lists.into_iter().map(|(name, directory)| format!("{directory}/{name}")).collect()
}

fn is_module_list(name: &str) -> bool {
    name.strip_suffix(".conf").is_some_and(|stem| !stem.is_empty())
}

/// Returns the line of a list of modules that names `ib_ipoib`.
fn naming_line(tree: &dyn Tree, path: &str) -> Option<String> {
    let text = text(tree, path)?;
    let names = |line: &str| line.trim().replace('-', "_") == "ib_ipoib";
    let line = text.lines().position(names)?;
    Some(format!("{path}:{}", line + 1))
}

fn interfaces(
    tree: &dyn Tree,
    configuration: &Configuration,
    functions: &[Function],
) -> Vec<InterfaceSurvey> {
    let names = configured::ports(configuration);
    let found = names.iter().filter_map(|name| {
        let question = Netdev { is_infiniband: true, ..Netdev::named(name) };
        let found = configuration.find(&question)?;
        let (service, is_served) = service(tree, found);
        Some(InterfaceSurvey {
            name: name.clone(),
            owner: found.owner,
            is_wanted: configured::is_wanted(found),
            place: found.origin.to_string(),
            service,
            is_served,
            function: None,
        })
    });
    let mut found: Vec<InterfaceSurvey> = found.collect();
    bind(tree, &mut found, functions);
    found
}

/// Returns the unit that raises an interface, and whether it is started at boot.
fn service(tree: &dyn Tree, interface: &InterfaceConfig) -> (&'static str, bool) {
    let enabled = |unit| (unit, units::is_enabled(tree, unit));
    match interface.owner {
        Owner::NetworkScripts => {
            let scripts = enabled("network.service");
            let manager = enabled("NetworkManager.service");
            let is_managers = interface.is_open_to_network_manager && manager.1;
            if !scripts.1 && is_managers { manager } else { scripts }
        }
        Owner::Ifupdown => enabled("networking.service"),
        Owner::Wicked => enabled("wicked.service"),
        Owner::NetworkManager | Owner::Netplan(Renderer::NetworkManager) => enabled("NetworkManager.service"),
        Owner::Networkd | Owner::Netplan(Renderer::Networkd) => enabled("systemd-networkd.service"),
    }
}

/// Finds the function of each interface: by the netdev that is there now, by a name that spells the address, or, of
/// interfaces that are counted (`ib0`), by the order of the bus.
fn bind(tree: &dyn Tree, interfaces: &mut [InterfaceSurvey], functions: &[Function]) {
    let infiniband: Vec<&Function> = functions.iter().filter(|function| function.is_infiniband).collect();
    for interface in interfaces {
        let name = interface.name.as_str();
        let now = functions.iter().find(|function| {
            tree.list(&format!("/sys/bus/pci/devices/{}/net", function.address))
                .iter()
                .any(|netdev| netdev == name)
        });
        let spelled = || {
            let address = PciAddress::from_predictable_name(&name.parse().ok()?)?.to_string();
            functions.iter().find(|function| function.address == address)
        };
        let counted = || {
            let number: usize = name.strip_prefix("ib")?.parse().ok()?;
            infiniband.get(number).copied()
        };
        interface.function = now.or_else(spelled).or_else(counted).cloned();
    }
}

#[cfg(test)]
mod tests;
