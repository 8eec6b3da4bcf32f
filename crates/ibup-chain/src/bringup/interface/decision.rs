//! Whether an interface is raised, and if not, why not.

use ibup_config::{InterfaceConfig, Tree};

use super::super::raise::addressed::is_raised;
use super::facts::Facts;
use super::policy::{Policy, Rules};
use super::scripts::Scripts;
use super::words::Saying;

/// What becomes of an interface.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Decision {
    /// It is raised through the service that configures it.
    Raise,
    /// It is raised although nothing configures it.
    RaiseUnowned,
    /// It is up.
    IsUp,
    /// Its configuration says not to raise it.
    NotWanted,
    /// Nothing configures it.
    NotConfigured,
    /// The machine is booting, and its network service will come.
    LeftToBoot,
    /// There is nothing to raise it with.
    NoMeans,
    /// It does not exist.
    Absent,
}

/// What is decided upon.
#[derive(Debug, Clone, Copy)]
pub struct Grounds<'a> {
    /// The interface.
    pub netdev: &'a Facts,
    /// What configures it.
    pub config: Option<&'a InterfaceConfig>,
    /// What openib.conf says.
    pub rules: &'a Rules,
    /// The machine's family of scripts.
    pub scripts: Scripts,
    /// Whether the machine counts as booting.
    pub is_booting: bool,
    /// Whether raising it makes it exist.
    pub is_made_by_raising: bool,
}

impl Grounds<'_> {
    /// Decides.
    pub fn decide(&self, tree: &dyn Tree) -> Decision {
        match self.rules.policy {
            Policy::Converge => self.converge(tree),
            Policy::Reference => self.follow_reference(),
        }
    }

    fn converge(&self, tree: &dyn Tree) -> Decision {
        if !self.netdev.exists && !self.is_made_by_raising {
            return Decision::Absent;
        }
        let Some(config) = self.config else {
            return match (self.rules.raise_unowned && self.netdev.is_infiniband, self.netdev.is_up) {
                (true, false) => Decision::RaiseUnowned,
                (true, true) => Decision::IsUp,
                (false, _) => Decision::NotConfigured,
            };
        };
        if !config.on_boot.is_wanted() {
            Decision::NotWanted
        } else if is_raised(tree, self.netdev, config) {
            Decision::IsUp
        } else {
            Decision::Raise
        }
    }

    fn follow_reference(&self) -> Decision {
        let knows_on_boot = matches!(self.scripts, Scripts::RedHat | Scripts::Suse);
        match self.config {
            _ if self.scripts == Scripts::Netplan => Decision::NoMeans,
            None => Decision::NotConfigured,
            // Once the machine has booted, whoever makes the interface appear wants it.
            Some(config) if self.is_booting && knows_on_boot && !config.on_boot.is_wanted() => {
                Decision::NotWanted
            }
            Some(_) if self.is_booting => Decision::LeftToBoot,
            Some(_) => Decision::Raise,
        }
    }
}

impl Decision {
    /// Returns what is said of an interface that is not raised; nothing of one that is as it should be.
    pub fn saying(self) -> Option<Saying<'static>> {
        match self {
            Self::NotWanted => Some(Saying::NotWanted),
            Self::NotConfigured => Some(Saying::NotConfigured),
            Self::LeftToBoot => Some(Saying::LeftToBoot),
            Self::Absent => Some(Saying::Absent),
            Self::Raise | Self::RaiseUnowned | Self::IsUp | Self::NoMeans => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use ibup_config::{MemoryTree, OnBoot, Owner, Place, Selector};

    use super::*;

    fn decision(policy: Policy, flags: &str, on_boot: Option<OnBoot>, is_booting: bool) -> Decision {
        let name = "ib0".parse().unwrap();
        let tree =
            MemoryTree::new().with("/sys/class/net/ib0/type", "32\n").with("/sys/class/net/ib0/flags", flags);
        let config = on_boot.map(|on_boot| InterfaceConfig {
            on_boot,
            ..InterfaceConfig::new(Owner::NetworkScripts, "ib0", Selector::name(&name), Place::whole("f"))
        });
        let grounds = Grounds {
            netdev: &Facts::of(&tree, &name),
            config: config.as_ref(),
            rules: &Rules { policy, ..Rules::default() },
            scripts: Scripts::RedHat,
            is_booting,
            is_made_by_raising: false,
        };
        grounds.decide(&tree)
    }

    #[test]
    fn converging_does_not_ask_whether_the_machine_boots() {
        for is_booting in [true, false] {
            let check = |flags: &str, on_boot, expected| {
                assert_eq!(decision(Policy::Converge, flags, on_boot, is_booting), expected);
            };
            check("0x1002", Some(OnBoot::Yes), Decision::Raise);
            check("0x1002", Some(OnBoot::Hotplug), Decision::Raise);
            check("0x1003", Some(OnBoot::Yes), Decision::IsUp);
            check("0x1002", Some(OnBoot::No), Decision::NotWanted);
            check("0x1002", None, Decision::NotConfigured);
        }
    }

    #[test]
    fn the_reference_leaves_a_booting_machine_to_its_network_service() {
        let check = |on_boot, is_booting, expected| {
            assert_eq!(decision(Policy::Reference, "0x1002", on_boot, is_booting), expected);
        };
        check(Some(OnBoot::Yes), true, Decision::LeftToBoot);
        check(Some(OnBoot::Yes), false, Decision::Raise);
        check(Some(OnBoot::No), true, Decision::NotWanted);
        check(Some(OnBoot::No), false, Decision::Raise);
        check(None, true, Decision::NotConfigured);
    }
}
