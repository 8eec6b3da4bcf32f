//! Kernel modules: which are loaded, who stands on whom, where they come from, and why one could not be loaded.
//!
//! All of it is read from files the kernel and depmod keep, so that asking starts no process. modprobe itself has the
//! last word on what it loads; nothing here second-guesses it.

use std::collections::BTreeMap;

use ibup_config::Tree;
use ibup_config::tree::Content;

pub mod explain;
pub mod installed;
pub mod modprobe_d;
pub mod unload_order;

pub use explain::{Explanation, Reason, explain, explain_all};
pub use installed::{Installed, Origin};

/// The modules that are loaded now, the built-in ones aside.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct LoadedModules {
    modules: BTreeMap<String, LoadedModule>,
}

/// A loaded module.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LoadedModule {
    /// How often it is held, by modules and by anything else.
    pub references: u32,
    /// The modules that stand on it.
    pub holders: Vec<String>,
    /// Whether it is ready, neither on its way in nor out.
    pub is_live: bool,
}

impl LoadedModules {
    /// Reads what is loaded (`/proc/modules`, kernel/module/procfs.c).
    pub fn read(tree: &dyn Tree) -> Self {
        let text = text(tree, "/proc/modules").unwrap_or_default();
        Self { modules: text.lines().filter_map(module).collect() }
    }

    /// Returns a module, if it is loaded.
    pub fn get(&self, name: &str) -> Option<&LoadedModule> {
        self.modules.get(name)
    }

    /// Returns all of them, by name.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &LoadedModule)> {
        self.modules.iter().map(|(name, module)| (name.as_str(), module))
    }

    /// Returns how often a module is held by something that is no module, such as an open file.
    pub fn outside_references(&self, name: &str) -> u32 {
        let outside = |module: &LoadedModule| {
            let holders = module.holders.iter().filter(|holder| self.modules.contains_key(*holder)).count();
            module.references.saturating_sub(u32::try_from(holders).unwrap_or(u32::MAX))
        };
        self.get(name).map_or(0, outside)
    }
}

/// Returns whether a module does its work, loaded or built in.
pub fn is_present(tree: &dyn Tree, loaded: &LoadedModules, name: &str) -> bool {
    if let Some(module) = loaded.get(name) {
        return module.is_live;
    }
    let directory = tree.list(&format!("/sys/module/{name}"));
    // A built-in module has no `initstate`; one with it and without a line of its own is about to go.
    let is_ready =
        text(tree, &format!("/sys/module/{name}/initstate")).is_none_or(|state| state.trim() == "live");
    !directory.is_empty() && is_ready
}

/// Reads one line: name, size, references, holders, state, address. Old fixtures and kernels without unloading end
/// after the references.
fn module(line: &str) -> Option<(String, LoadedModule)> {
    let mut words = line.split_whitespace();
    let name = words.next()?.to_owned();
    let references = words.nth(1).and_then(|count| count.parse().ok()).unwrap_or(0);
    let holders =
        words.next().unwrap_or("-").split(',').filter(|name| !matches!(*name, "" | "-" | "[permanent]"));
    let holders = holders.map(str::to_owned).collect();
    let is_live = words.next().is_none_or(|state| state == "Live");
    Some((name, LoadedModule { references, holders, is_live }))
}

/// Returns the text of a file that can be read.
pub fn text(tree: &dyn Tree, path: &str) -> Option<String> {
    match tree.read(path)? {
        Content::Text(text) => Some(text),
        Content::Unreadable(_) => None,
    }
}

/// Returns the text of a file without the blanks around it, if any is left.
pub(crate) fn word(tree: &dyn Tree, path: &str) -> Option<String> {
    let text = text(tree, path)?;
    let word = text.trim();
    (!word.is_empty()).then(|| word.to_owned())
}

#[cfg(test)]
mod tests {
    use ibup_config::MemoryTree;

    use super::*;

    const MODULES: &str = "\
ib_ipoib 155648 0 - Live 0x0
ib_uverbs 176128 4 rdma_ucm,mlx5_ib, Live 0x0
mlx5_ib 450560 0 - Unloading 0x0
rdma_ucm 32768 0 - Live 0x0
xfs 1 2 - Live 0x0 (OE)
";

    #[test]
    fn references_that_no_module_holds_are_counted() {
        let loaded = LoadedModules::read(&MemoryTree::new().with("/proc/modules", MODULES));
        assert_eq!(loaded.get("ib_uverbs").unwrap().holders, ["rdma_ucm", "mlx5_ib"]);
        assert_eq!(loaded.outside_references("ib_uverbs"), 2);
        assert_eq!(loaded.outside_references("xfs"), 2);
        assert_eq!(loaded.outside_references("ib_ipoib"), 0);
        assert_eq!(loaded.outside_references("nowhere"), 0);
    }

    #[test]
    fn counts_beyond_a_byte_are_not_cut() {
        let loaded =
            LoadedModules::read(&MemoryTree::new().with("/proc/modules", "nvme_rdma 1 256 - Live 0x0\n"));
        assert_eq!(loaded.outside_references("nvme_rdma"), 256);
    }

    #[test]
    fn a_module_is_present_when_it_is_live_or_built_in() {
        let tree = MemoryTree::new()
            .with("/proc/modules", MODULES)
            .with("/sys/module/mlx5_ib/initstate", "going\n")
            .with("/sys/module/ib_core/parameters/recv_queue_size", "128\n")
            .with("/sys/module/ib_umad/initstate", "coming\n");
        let loaded = LoadedModules::read(&tree);
        let present = |name| is_present(&tree, &loaded, name);
        assert!(present("ib_ipoib") && present("ib_core"));
        assert!(!present("mlx5_ib") && !present("ib_umad") && !present("ib_cm"));
    }
}
