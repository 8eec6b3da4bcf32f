//! A machine in memory for tests: loads and unloads modules by changing its own files.

use std::collections::BTreeSet;
use std::time::Duration;

use ibup_config::tree::Content;
use ibup_config::{MemoryTree, Tree};

use crate::bringup::{Action, ActionError};
use crate::host::Host;

/// All modules that an empty openib.conf asks for, in order.
pub(crate) const ALL: [&str; 7] =
    ["mlx5_ib", "mlx5_core", "ib_umad", "ib_uverbs", "ib_ipoib", "rdma_cm", "rdma_ucm"];
/// The boot ID of the machine.
pub(crate) const BOOT_ID: &str = "11111111222233334444555555555555";

/// Returns depmod's index where all modules are the vendor's.
pub(crate) fn vendor_index() -> String {
    let line = |name: &str| format!("u/{name}.ko: u/mlx_compat.ko\n");
    ALL.iter().map(|name| line(name)).chain(["u/mlx_compat.ko:\n".to_owned()]).collect()
}

/// Returns a machine with one HCA in Ethernet mode and an index of modules.
pub(crate) fn machine(index: &str) -> MemoryTree {
    let function = "/sys/bus/pci/devices/0000:4b:00.0";
    MemoryTree::new()
        .with("/proc/sys/kernel/osrelease", "5.14.0\n")
        .with("/proc/sys/kernel/hostname", "node-9\n")
        .with("/proc/sys/kernel/random/boot_id", "11111111-2222-3333-4444-555555555555\n")
        .with("/lib/modules/5.14.0/modules.dep", index)
        .with(&format!("{function}/vendor"), "0x15b3\n")
        .with(&format!("{function}/class"), "0x020000\n")
}

/// Adds a port of an RDMA device.
pub(crate) fn with_port(tree: MemoryTree, device: &str, port: u32, link_layer: &str) -> MemoryTree {
    let directory = format!("/sys/class/infiniband/{device}/ports/{port}");
    tree.with(&format!("{directory}/link_layer"), link_layer)
        .with(&format!("{directory}/state"), "4: ACTIVE\n")
        .with(&format!("/sys/class/infiniband/{device}/node_desc"), "MT4123\n")
}

/// Adds an IPoIB netdev of an RDMA device.
pub(crate) fn with_netdev(tree: MemoryTree, netdev: &str, device: &str, dev_port: u32) -> MemoryTree {
    let directory = format!("/sys/class/net/{netdev}");
    tree.with(&format!("{directory}/type"), "32\n")
        .with(&format!("{directory}/dev_port"), &format!("{dev_port}\n"))
        .with(&format!("{directory}/flags"), "0x1003\n")
        .with(&format!("{directory}/operstate"), "up\n")
        .with(&format!("{directory}/device/infiniband/{device}/node_guid"), "")
}

/// A machine in memory.
pub(crate) struct MemoryHost {
    pub(crate) tree: MemoryTree,
    pub(crate) now: Duration,
    /// Everything performed, printed and logged, in order.
    pub(crate) done: Vec<String>,
    /// Modules that modprobe refuses, with its words.
    pub(crate) refuses: Vec<(&'static str, &'static str)>,
    /// Files that come into being after so many waits.
    pub(crate) late: Option<(u32, MemoryTree)>,
    removed: BTreeSet<String>,
}

impl MemoryHost {
    pub(crate) fn new(tree: MemoryTree) -> Self {
        Self {
            tree,
            now: Duration::ZERO,
            done: Vec::new(),
            refuses: Vec::new(),
            late: None,
            removed: BTreeSet::new(),
        }
    }

    /// Returns what was done of one kind.
    pub(crate) fn done_with(&self, prefix: &str) -> Vec<&str> {
        self.done.iter().filter_map(|done| done.strip_prefix(prefix)).collect()
    }

    fn modules(&self) -> String {
        match self.tree.read("/proc/modules") {
            Some(Content::Text(text)) => text,
            _ => String::new(),
        }
    }

    fn set(&mut self, path: &str, text: &str) {
        self.removed.remove(path);
        self.tree = std::mem::take(&mut self.tree).with(path, text);
    }

    fn refusal(&self, module: &str) -> Result<(), ActionError> {
        match self.refuses.iter().find(|(name, _)| *name == module) {
            None => Ok(()),
            Some((_, text)) => Err(ActionError::Failed { status: Some(1), text: (*text).to_owned() }),
        }
    }

    fn load(&mut self, modules: &[String]) -> Result<(), ActionError> {
        let mut said = Vec::new();
        for module in modules {
            let loaded = self.modules();
            match self.refusal(module) {
                Err(error) => said.push(error.to_string()),
                Ok(()) if loaded.lines().any(|line| line.starts_with(&format!("{module} "))) => {}
                Ok(()) => self.set("/proc/modules", &format!("{module} 1 0 - Live 0x0\n{loaded}")),
            }
        }
        let failed = ActionError::Failed { status: Some(1), text: said.join("\n") };
        if said.is_empty() { Ok(()) } else { Err(failed) }
    }

    fn unload(&mut self, module: &str) -> Result<(), ActionError> {
        self.refusal(module)?;
        let loaded = self.modules();
        let left = loaded.lines().filter(|line| !line.starts_with(&format!("{module} ")));
        let left: String = left.map(|line| format!("{line}\n")).collect();
        self.set("/proc/modules", &left);
        Ok(())
    }
}

impl Tree for MemoryHost {
    fn read(&self, path: &str) -> Option<Content> {
        if self.removed.contains(path) { None } else { self.tree.read(path) }
    }

    fn list(&self, directory: &str) -> Vec<String> {
        self.tree.list(directory)
    }
}

impl Host for MemoryHost {
    fn now(&self) -> Duration {
        self.now
    }

    fn wall_clock(&self) -> i64 {
        1_000_000
    }

    fn wait(&mut self, at_most: Duration) {
        self.now += at_most;
        if let Some((waits, tree)) = &mut self.late {
            *waits = waits.saturating_sub(1);
            if *waits == 0 {
                self.tree = std::mem::take(tree);
                self.late = None;
            }
        }
    }

    fn perform(&mut self, action: &Action) -> Result<(), ActionError> {
        self.done.push(action.to_string());
        match action {
            Action::LoadModules(modules) => self.load(modules),
            Action::UnloadModule(module) => self.unload(module),
            Action::WriteAttribute { path, value: text } | Action::WriteState { path, text } => {
                self.set(path, text);
                Ok(())
            }
            Action::RemoveState { path } => {
                self.removed.insert(path.clone());
                Ok(())
            }
            _ => Ok(()),
        }
    }
}
