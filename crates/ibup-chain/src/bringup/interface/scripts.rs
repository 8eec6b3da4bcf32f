//! Which family of network scripts a machine has, by the files that tell, and which of its files count there.

use ibup_config::{Owner, Tree};

use super::facts::{is_file, is_program};

/// Raises interfaces by name, on every family of scripts.
pub(crate) const IFUP: &str = "/sbin/ifup";

const RED_HAT: &[&str] = &["/etc/redhat-release", "/etc/rocks-release"];
const SUSE: &[&str] = &["/etc/SuSE-release", "/etc/SUSE-brand"];
/// Distributions whose ifup has another way to say that it shall act whatever it remembers.
const SHORT_FORCE: &[&str] = &["Wind River", "Bluenix"];

/// A family of network scripts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scripts {
    /// network-scripts.
    RedHat,
    /// wicked and its `ifup`.
    Suse,
    /// ifupdown, with the flag by which its `ifup` acts whatever it remembers.
    Debian(&'static str),
    /// netplan alone: there is no `ifup`.
    Netplan,
}

impl Scripts {
    /// Tells which family a machine has.
    pub fn of(tree: &dyn Tree) -> Self {
        let has = |directory: &str| !tree.list(directory).is_empty();
        if RED_HAT.iter().any(|path| is_file(tree, path)) {
            Self::RedHat
        } else if SUSE.iter().any(|path| is_file(tree, path)) {
            Self::Suse
        } else if has("/etc/sysconfig/network-scripts") {
            Self::RedHat
        } else if has("/etc/sysconfig/network") {
            Self::Suse
        } else if !is_program(tree, IFUP) && is_program(tree, "/usr/sbin/netplan") {
            Self::Netplan
        } else {
            Self::Debian(force_flag(tree))
        }
    }

    /// Returns the owner whose files the vendor's scripts would have looked at.
    pub fn owners(self) -> &'static [Owner] {
        match self {
            Self::RedHat => &[Owner::NetworkScripts],
            Self::Suse => &[Owner::Wicked],
            Self::Debian(_) => &[Owner::Ifupdown],
            Self::Netplan => &[],
        }
    }
}

fn force_flag(tree: &dyn Tree) -> &'static str {
    let releases = tree.list("/etc").into_iter().filter(|name| name.contains("release") || name == "issue");
    let mut texts = releases.filter_map(|name| super::facts::read(tree, &format!("/etc/{name}")));
    if texts.any(|text| SHORT_FORCE.iter().any(|name| text.contains(name))) { "-f" } else { "--force" }
}

#[cfg(test)]
mod tests {
    use ibup_config::MemoryTree;

    use super::*;

    #[test]
    fn files_tell_the_family() {
        let check = |paths: &[&str], expected: Scripts| {
            let tree = paths.iter().fold(MemoryTree::new(), |tree, path| tree.with(path, "x\n"));
            assert_eq!(Scripts::of(&tree), expected, "{paths:?}");
        };
        check(&["/etc/redhat-release", "/etc/SUSE-brand"], Scripts::RedHat);
        check(&["/etc/rocks-release"], Scripts::RedHat);
        check(&["/etc/SUSE-brand", "/etc/sysconfig/network-scripts/ifcfg-lo"], Scripts::Suse);
        check(&["/etc/sysconfig/network-scripts/ifcfg-lo"], Scripts::RedHat);
        check(&["/etc/sysconfig/network/ifcfg-lo"], Scripts::Suse);
        check(&["/etc/network/interfaces", "/sbin/ifup"], Scripts::Debian("--force"));
        check(&["/usr/sbin/netplan", "/sbin/ifup"], Scripts::Debian("--force"));
        check(&["/usr/sbin/netplan"], Scripts::Netplan);
        let windy = MemoryTree::new().with("/etc/os-release", "NAME=\"Wind River Linux\"\n");
        assert_eq!(Scripts::of(&windy), Scripts::Debian("-f"));
    }
}
