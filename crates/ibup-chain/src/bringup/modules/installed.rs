//! What is installed for the running kernel: depmod's index, which also tells whose package a module comes from.

use std::collections::BTreeMap;

use ibup_config::Tree;

use super::{text, word};

/// The module every module of the vendor's packages stands on, and no other does.
const VENDOR_MARK: &str = "mlx_compat";
/// An index as long as this may have been cut: what it does not list may still be there.
const WHOLE_BYTES_MAX: usize = 1024 * 1024;

/// Where a module comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Origin {
    /// The vendor's packages.
    Vendor,
    /// The distribution.
    Distribution,
    /// Part of the kernel.
    BuiltIn,
    /// There is no such module for this kernel.
    Missing,
    /// The index is not there, or not whole.
    Unknown,
}

/// The modules installed for the running kernel.
#[derive(Debug, Clone, Default)]
pub struct Installed {
    /// The kernel's release.
    pub release: String,
    modules: BTreeMap<String, Origin>,
    is_whole: bool,
}

impl Installed {
    /// Reads depmod's index (`modules.dep`, `modules.builtin`; modules.dep(5)).
    pub fn read(tree: &dyn Tree) -> Self {
        let release = word(tree, "/proc/sys/kernel/osrelease").filter(|release| !release.contains('/'));
        release.map_or_else(Self::default, |release| Self::of(tree, &release))
    }

    /// Reads depmod's index for a kernel.
    pub fn of(tree: &dyn Tree, release: &str) -> Self {
        let index = text(tree, &format!("/lib/modules/{release}/modules.dep"));
        let built_in = text(tree, &format!("/lib/modules/{release}/modules.builtin")).unwrap_or_default();
        let mut modules: BTreeMap<String, Origin> =
            built_in.lines().map(|path| (name_of(path), Origin::BuiltIn)).collect();
        modules.extend(index.iter().flat_map(|index| index.lines()).filter_map(entry));
        let is_whole = index.is_some_and(|index| !index.is_empty() && index.len() < WHOLE_BYTES_MAX);
        Self { release: release.to_owned(), modules, is_whole }
    }

    /// Returns where a module comes from.
    pub fn origin(&self, name: &str) -> Origin {
        let silent = if self.is_whole { Origin::Missing } else { Origin::Unknown };
        self.modules.get(name).copied().unwrap_or(silent)
    }

    /// Returns whether the vendor's packages are installed for this kernel.
    pub fn has_vendor_modules(&self) -> bool {
        self.modules.contains_key(VENDOR_MARK)
            || self.modules.values().any(|origin| *origin == Origin::Vendor)
    }
}

/// Reads a line of the index: the module's file, a colon, and the files it stands on.
fn entry(line: &str) -> Option<(String, Origin)> {
    let (path, dependencies) = line.split_once(':')?;
    let is_vendors = dependencies.split_whitespace().any(|path| name_of(path) == VENDOR_MARK);
    let name = name_of(path);
    let is_mark = name == VENDOR_MARK;
    Some((name, if is_vendors || is_mark { Origin::Vendor } else { Origin::Distribution }))
}

/// Returns the name of the module in a file: `kernel/net/ib-x.ko.xz` holds `ib_x`.
fn name_of(path: &str) -> String {
    let file = path.rsplit('/').next().unwrap_or(path);
    file.split(".ko").next().unwrap_or(file).replace('-', "_")
}

#[cfg(test)]
mod tests {
    use ibup_config::MemoryTree;

    use super::*;

    fn installed(index: &str) -> Installed {
        let tree = MemoryTree::new()
            .with("/proc/sys/kernel/osrelease", "5.14.0-1\n")
            .with("/lib/modules/5.14.0-1/modules.dep", index)
            .with("/lib/modules/5.14.0-1/modules.builtin", "kernel/drivers/infiniband/core/ib_core.ko\n");
        Installed::read(&tree)
    }

    #[test]
    fn origins_follow_from_what_a_module_stands_on() {
        let found = installed(
            "extra/mlnx/ib_ipoib.ko: extra/mlnx/ib_cm.ko extra/mlnx/mlx_compat.ko\n\
             extra/mlnx/mlx_compat.ko:\n\
             kernel/drivers/infiniband/core/ib-umad.ko.xz: kernel/drivers/infiniband/core/ib_mad.ko.xz\n",
        );
        assert_eq!(found.origin("ib_ipoib"), Origin::Vendor);
        assert_eq!(found.origin("ib_umad"), Origin::Distribution);
        assert_eq!(found.origin("ib_core"), Origin::BuiltIn);
        assert_eq!(found.origin("rdma_ucm"), Origin::Missing);
        assert!(found.has_vendor_modules());
    }

    #[test]
    fn nothing_is_called_missing_without_a_whole_index() {
        assert_eq!(Installed::read(&MemoryTree::new()).origin("ib_ipoib"), Origin::Unknown);
        assert_eq!(installed("").origin("ib_ipoib"), Origin::Unknown);
        assert!(!installed("").has_vendor_modules());
    }
}
