//! Plans: what a survey comes to for one interface: an obstacle that no order gets over, or a boot to explore.

use std::cell::RefCell;

use ibup_chain::bringup::modules::text;
use ibup_config::interface::Owner;
use ibup_config::tree::Content;
use ibup_config::{Configuration, MemoryTree, Paths, Tree};
use ibup_sim::machine::{Variant, with_service};
use ibup_sim::scenario::{Bounds, Hca, Load, Network, NetworkService, Scenario, Stack};
use ibup_sim::units::UnitFiles;
use ibup_sim::world::MODULES;
use ibup_sim::{Fault, Machine, PolicyName};
use serde::Serialize;

use crate::survey::{InterfaceSurvey, Survey, kernel, units};

/// What a survey comes to for an interface.
pub enum Plan {
    /// It cannot come up.
    Blocked(Obstacle),
    /// It may come up: every order is to be explored.
    Boot(Box<Machine>),
    /// Nobody can tell, and why.
    Unclear(Unclear),
}

/// Something that keeps an interface down whatever the order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Obstacle {
    /// The diagnosis that it is.
    pub code: &'static str,
    /// Where that is seen.
    pub shown: Vec<String>,
}

/// Why nobody can tell.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Unclear {
    /// The files do not tell which function the interface is of.
    FunctionUnknown,
    /// wicked raises it, of which too little is known here.
    Wicked,
}

/// What may happen on the machine beyond the ordinary.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Circumstances {
    /// The firmware takes longer than systemd waits for the start of the stack.
    pub slow_firmware: bool,
}

/// The time at which a forecast boot begins, by its journal: any would do.
const BEGINS: &str = "2000-01-01 00:00:00";
/// So many states of a boot are looked at.
const STATES_MAX: u32 = 1_000_000;
/// Units whose own files say who waits for whom.
const UNITS: &[&str] = &[
    "openibd.service",
    "mlnx_interface_mgr@.service",
    "ibup.service",
    "ibup-configure@.service",
    "ibup-raise@.service",
    "network.service",
    "networking.service",
    "NetworkManager.service",
    "systemd-modules-load.service",
    "rdma-load-modules@.service",
];

/// Works out what a survey comes to for an interface.
pub fn plan(tree: &dyn Tree, survey: &Survey, interface: &InterfaceSurvey, extra: Circumstances) -> Plan {
    if interface.owner == Owner::Wicked {
        return Plan::Unclear(Unclear::Wicked);
    }
    if let Some(obstacle) = obstacle(survey, interface) {
        return Plan::Blocked(obstacle);
    }
    if survey.functions.is_some() && interface.function.is_none() {
        return Plan::Unclear(Unclear::FunctionUnknown);
    }
    let scenario = scenario(survey, interface, extra);
    let variant = Variant {
        policy: survey.policy,
        enabled: survey.stack.is_enabled,
        units: unit_files(tree, interface),
        config: Some(files(tree, survey, &scenario)),
        ..Variant::default()
    };
    Plan::Boot(Box::new(Machine::build(&scenario, variant)))
}

/// Looks for what keeps the interface down whatever the order.
fn obstacle(survey: &Survey, interface: &InterfaceSurvey) -> Option<Obstacle> {
    let obstacle = |code, shown| Some(Obstacle { code, shown });
    if survey.functions.as_ref().is_some_and(Vec::is_empty) {
        return obstacle("IB0101", vec!["/sys/bus/pci/devices: no HCA".to_owned()]);
    }
    if let Some(function) = interface.function.as_ref().filter(|function| function.is_passed_through()) {
        let driver = function.driver.as_deref().unwrap_or_default();
        return obstacle("IB0114", vec![format!("/sys/bus/pci/devices/{}: {driver}", function.address)]);
    }
    if let Some(place) = &survey.stack.kept_out {
        return obstacle("IB0312", vec![place.clone()]);
    }
    if !survey.stack.is_enabled && survey.loaders.is_empty() {
        let service = survey.stack.service.map(|service| format!("{service}: not enabled"));
        let nobody = "/etc/modules-load.d, /etc/rdma/modules/infiniband.conf: no ib_ipoib".to_owned();
        let code = if survey.stack.service.is_some() { "IB0301" } else { "IB0321" };
        return obstacle(code, service.into_iter().chain([nobody]).collect());
    }
    None
}

fn scenario(survey: &Survey, interface: &InterfaceSurvey, extra: Circumstances) -> Scenario {
    let name = interface.name.to_string();
    let is_counted =
        name.strip_prefix("ib").is_some_and(|rest| rest.bytes().all(|byte| byte.is_ascii_digit()));
    let function = interface.function.as_ref();
    let identity = function.map(|function| {
        let bare = |word: &str| word.trim_start_matches("0x").to_owned();
        format!("{}:{}", bare(&function.vendor), bare(&function.device))
    });
    let hca = Hca {
        function: function.map_or_else(|| "0000:00:00.0".to_owned(), |function| function.address.clone()),
        identity: identity.unwrap_or_else(|| "15b3:101b".to_owned()),
        kernel_name: is_counted.then(|| name.clone()),
        renamed: (!is_counted).then(|| name.clone()),
        ..Hca::default()
    };
    let mut faults = Vec::new();
    if survey.stack.is_missing {
        faults.push(Fault::ModuleMissing);
    }
    if !interface.is_served {
        faults.push(Fault::NetworkServiceAbsent);
    }
    let loads = survey.loaders.iter().map(|loader| Load {
        by: loader.by,
        at: 0.0,
        modules: vec!["ib_ipoib".to_owned()],
    });
    let service = match interface.owner {
        Owner::NetworkScripts if interface.service == "network.service" => NetworkService::NetworkScripts,
        Owner::Ifupdown => NetworkService::Ifupdown,
        // Services that watch netdevs raise them whenever they come.
        _ => NetworkService::NetworkManager,
    };
    Scenario {
        host: survey.host.clone(),
        begins: BEGINS.to_owned(),
        kernel: survey.kernel.clone().unwrap_or_else(|| "unknown".to_owned()),
        systemd: 249,
        carrier_words: true,
        policy: survey.policy,
        hca: vec![hca],
        stack: Stack { kind: survey.stack.kind, enabled: survey.stack.is_enabled, ..Stack::default() },
        load: loads.collect(),
        network: Network { service, ..Network::default() },
        interface: Vec::new(),
        faults,
        operator: Vec::new(),
        explore: Bounds { slow_firmware: extra.slow_firmware, states: STATES_MAX, ..Bounds::default() },
    }
}

/// Returns the machine's own unit files where it has them.
fn unit_files(tree: &dyn Tree, interface: &InterfaceSurvey) -> UnitFiles {
    let own = UNITS.iter().filter_map(|name| Some((*name, units::find(tree, name)?)));
    let mut files = own
        .filter(|(_, text)| !text.is_empty())
        .fold(UnitFiles::default(), |files, (name, text)| files.with(name, &text));
    if interface.service == "systemd-networkd.service"
        && let Some(text) = units::find(tree, interface.service)
    {
        // It takes the place of the other service that watches netdevs.
        files = files.with("NetworkManager.service", &text);
    }
    files
}

/// Returns the files of the machine that its programs read.
fn files(tree: &dyn Tree, survey: &Survey, scenario: &Scenario) -> MemoryTree {
    let recorder = Recorder { tree, read: RefCell::default() };
    Configuration::read(&recorder, &Paths::default());
    let mut files = recorder.read.into_inner();
    let kernel = &scenario.kernel;
    files = files
        .with("/proc/sys/kernel/osrelease", &format!("{kernel}\n"))
        .with("/proc/sys/kernel/hostname", &format!("{}\n", survey.host));
    if let Some(index) = kernel::index(tree, kernel) {
        files = files.with(&format!("/lib/modules/{kernel}/modules.dep"), &of_stack(&index));
    }
    let openib = Paths::default().openib;
    if survey.policy == PolicyName::Reference
        && let Some(text) = text(tree, &openib)
    {
        files = files.with(&openib, &format!("{text}\nIBUP_POLICY=reference\n"));
    }
    with_service(files, scenario.network.service)
}

/// Leaves the lines of depmod's index that the stack is about: programs read it again and again.
fn of_stack(index: &str) -> String {
    let is_of_stack = |line: &&str| {
        let path = line.split(':').next().unwrap_or_default();
        let file = path.rsplit('/').next().unwrap_or_default().replace('-', "_");
        let name = file.split(".ko").next().unwrap_or_default();
        MODULES.contains(&name) || name == "mlx_compat"
    };
    index.lines().filter(is_of_stack).map(|line| format!("{line}\n")).collect()
}

/// A tree that keeps what is read from it.
struct Recorder<'t> {
    tree: &'t dyn Tree,
    read: RefCell<MemoryTree>,
}

impl Tree for Recorder<'_> {
    fn read(&self, path: &str) -> Option<Content> {
        let content = self.tree.read(path)?;
        let known = self.read.take();
        self.read.replace(match &content {
            Content::Text(text) => known.with(path, text),
            Content::Unreadable(reason) => known.with_unreadable(path, reason),
        });
        Some(content)
    }

    fn list(&self, directory: &str) -> Vec<String> {
        self.tree.list(directory)
    }
}
