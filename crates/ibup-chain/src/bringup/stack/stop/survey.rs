//! The survey before a stop: who uses the stack, which modules go, and in which order.

use std::collections::BTreeSet;

use ibup_config::Tree;

use super::super::super::modules::LoadedModules;
use super::super::super::modules::unload_order::unload_order;
use super::super::super::users::{self, Links, Process};
use super::super::hardware;
use super::bonds::Bond;

/// The modules that are the stack. A module that stands on one of them and is not listed is somebody else's.
const STACK: &[&str] = &[
    "auxiliary",
    "eth_ipoib",
    "fwctl",
    "hfi1",
    "ib_addr",
    "ib_cm",
    "ib_core",
    "ib_ipoib",
    "ib_iser",
    "ib_mad",
    "ib_madeye",
    "ib_mthca",
    "ib_netlink",
    "ib_qib",
    "ib_rds",
    "ib_sa",
    "ib_sdp",
    "ib_srp",
    "ib_ucm",
    "ib_umad",
    "ib_uverbs",
    "iw_cm",
    "memtrack",
    "mlx4_core",
    "mlx4_en",
    "mlx4_ib",
    "mlx4_vnic",
    "mlx5_core",
    "mlx5_dpll",
    "mlx5_fpga_tools",
    "mlx5_fwctl",
    "mlx5_ib",
    "mlx5_vdpa",
    "mlx5_vfio_pci",
    "mlx_compat",
    "mlxdevm",
    "mlxfw",
    "rdma_cm",
    "rdma_rxe",
    "rdma_ucm",
    "rdmavt",
    "rds",
    "rds_rdma",
    "rnbd_client",
    "rnbd_server",
    "scsi_transport_srp",
];
/// Modules of the stack's list that others use without it: they go only when the rest of it does.
const SHARED: &[&str] = &["auxiliary", "fwctl", "iw_cm", "mlxfw", "rds", "scsi_transport_srp"];
/// Modules above the stack, and what is said when they are in use.
const ABOVE: &[(&str, Option<&str>)] = &[
    ("ib_isert", Some("isert")),
    ("nvme_rdma", Some("nvme")),
    ("nvmet_rdma", Some("nvmet")),
    ("rpcrdma", None),
    ("xprtrdma", None),
    ("ib_srpt", None),
];
/// Programs that manage the fabric.
const MANAGERS: &[&str] = &["opensm", "osmtest", "ibbs", "ibns", "ibacm"];

/// What is found before a stop.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Survey {
    /// What stands in the way, in words.
    pub blockers: Vec<String>,
    /// Modules whose unloading would help.
    pub modules: Vec<String>,
    /// The modules to unload, in order.
    pub order: Vec<String>,
    /// The bonds that go before them.
    pub bonds: Vec<Bond>,
}

/// Looks who uses the stack, the processes of some services aside.
pub fn survey(tree: &dyn Tree, links: Links<'_>, is_forced: bool, units: &[String]) -> Survey {
    let loaded = LoadedModules::read(tree);
    let (set, foreign) = modules_to_unload(&loaded, is_forced);
    if set.is_empty() {
        return Survey::default();
    }
    let is_ours = |process: &Process| process.unit.as_ref().is_some_and(|unit| units.contains(unit));
    let processes: Vec<Process> =
        users::processes(tree).into_iter().filter(|process| !is_ours(process)).collect();
    let mut survey =
        Survey { order: unload_order(&loaded, &set), bonds: Bond::all(tree), ..Survey::default() };
    survey.weigh_lustre(&loaded);
    survey.weigh_guests(tree);
    survey.weigh_programs(&processes);
    let has_users = survey.weigh_open_files(tree, links, &processes);
    survey.weigh_modules_above(&loaded, &foreign, is_forced);
    // A file that is open holds modules, too; it has been named, or its service will be stopped.
    if !has_users && units.is_empty() {
        survey.weigh_references(&loaded, &set);
    }
    survey
}

/// Returns the modules to unload, and those of others that stand on them.
fn modules_to_unload(loaded: &LoadedModules, is_forced: bool) -> (BTreeSet<String>, BTreeSet<String>) {
    let mut set: BTreeSet<String> =
        STACK.iter().filter(|name| loaded.get(name).is_some()).map(|name| (*name).to_owned()).collect();
    drop_shared(loaded, &mut set);
    let mut foreign = BTreeSet::new();
    loop {
        let holders: BTreeSet<String> = set
            .iter()
            .chain(&foreign)
            .filter_map(|name| loaded.get(name))
            .flat_map(|module| module.holders.iter().cloned())
            .filter(|holder| {
                loaded.get(holder).is_some() && !set.contains(holder) && !foreign.contains(holder)
            })
            .collect();
        if holders.is_empty() {
            break;
        }
        foreign.extend(holders);
    }
    if is_forced {
        set.extend(foreign.iter().cloned());
    }
    (set, foreign)
}

/// Leaves shared modules alone while somebody outside the stack stands on them.
fn drop_shared(loaded: &LoadedModules, set: &mut BTreeSet<String>) {
    let is_needed = |name: &str, set: &BTreeSet<String>| {
        let holders = loaded.get(name).map(|module| module.holders.as_slice()).unwrap_or_default();
        holders.iter().any(|holder| !set.contains(holder)) || loaded.outside_references(name) > 0
    };
    let only_shared = set.iter().all(|name| SHARED.contains(&name.as_str()));
    for name in SHARED {
        if only_shared || is_needed(name, set) {
            set.remove(*name);
        }
    }
}

impl Survey {
    /// Returns whether anything stands in the way.
    pub fn is_blocked(&self) -> bool {
        !self.blockers.is_empty()
    }

    /// Returns the words of a refusal; `command` is how to ask again.
    pub fn refusal(&self, command: &str) -> Vec<String> {
        let mut lines = self.blockers.clone();
        lines.push(String::new());
        lines.push("Error: Cannot unload the Infiniband driver stack due to the above issue(s)!".to_owned());
        if !self.modules.is_empty() {
            lines.push("To unload the blocking modules, you can run:".to_owned());
            lines.push(format!("# modprobe -rv  {}", self.modules.join(" ")));
        }
        lines.push("Once the above issue(s) resolved, run:".to_owned());
        lines.push(format!("# {command}"));
        lines
    }

    fn block(&mut self, text: impl Into<String>) {
        self.blockers.push(text.into());
    }

    fn block_module(&mut self, module: &str, text: String) {
        self.block(text);
        self.modules.push(module.to_owned());
    }

    fn weigh_lustre(&mut self, loaded: &LoadedModules) {
        if loaded.get("ko2iblnd").is_some() {
            self.block("Please stop Lustre services before unloading the Infiniband stack.");
        }
    }

    fn weigh_guests(&mut self, tree: &dyn Tree) {
        let functions = hardware::functions(tree);
        let lent = functions.iter().filter(|function| function.is_virtual && function.is_passed_through());
        let lent: Vec<String> = lent
            .map(|function| {
                format!("  {} ({})", function.address, function.driver.as_deref().unwrap_or_default())
            })
            .collect();
        if !lent.is_empty() {
            self.block("There are active virtual functions. Cannot continue...");
            self.blockers.extend(lent);
        }
    }

    fn weigh_programs(&mut self, processes: &[Process]) {
        for name in MANAGERS {
            if processes.iter().any(|process| process.name == *name) {
                self.block(format!("Please stop \"{name}\" and all applications running over InfiniBand."));
            }
        }
    }

    fn weigh_open_files(&mut self, tree: &dyn Tree, links: Links<'_>, processes: &[Process]) -> bool {
        let users = users::device_users(tree, links, processes);
        if !users.is_empty() {
            self.block("Please stop the following applications still using Infiniband devices:");
        }
        for user in &users {
            let (name, id) = (&user.process.name, user.process.id);
            self.block(format!("{name}({id}) user {} is using device {}", user.user, user.device));
        }
        !users.is_empty()
    }

    /// Modules above the stack that are in use, and without force those that merely stand on it.
    fn weigh_modules_above(&mut self, loaded: &LoadedModules, foreign: &BTreeSet<String>, is_forced: bool) {
        for (module, sessions) in ABOVE.iter().filter(|(module, _)| is_used(loaded, module)) {
            let text = sessions.map_or_else(
                || not_in_use(module),
                |sessions| format!("Please close all {sessions} sessions and unload '{module}' module."),
            );
            self.block_module(module, text);
        }
        let is_said =
            |module: &str| ABOVE.iter().any(|(above, _)| *above == module) && is_used(loaded, module);
        let others = foreign.iter().filter(|module| *module != "ko2iblnd" && !is_said(module));
        for module in others.filter(|module| !is_forced || loaded.outside_references(module) > 0) {
            self.block_module(module, not_in_use(module));
        }
    }

    /// Modules of the stack that are held by something that is no module and no open file.
    fn weigh_references(&mut self, loaded: &LoadedModules, set: &BTreeSet<String>) {
        let ours = set.iter().filter(|name| STACK.contains(&name.as_str()));
        for module in ours.filter(|name| loaded.outside_references(name) > 0) {
            match module.as_str() {
                "ib_iser" => self.block("Please logout from all open-iscsi over iSER sessions"),
                "ib_srp" => self.block("Please flush multipath devices running over SRP devices"),
                _ => self.block(not_in_use(module)),
            }
        }
    }
}

fn is_used(loaded: &LoadedModules, module: &str) -> bool {
    loaded.get(module).is_some_and(|module| module.references > 0)
}

fn not_in_use(module: &str) -> String {
    format!("Please make sure module '{module}' is not in use and unload it.")
}
