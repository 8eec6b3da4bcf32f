//! Bonds over InfiniBand netdevs: they keep pointers into ib_ipoib, so they go before it does.

use ibup_config::Tree;

use super::super::super::modules::word;
use crate::bringup::{Action, Step};

const MASTERS: &str = "/sys/class/net/bonding_masters";

/// A bond of InfiniBand netdevs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bond {
    name: String,
    mode: Option<String>,
    slaves: Vec<String>,
}

impl Bond {
    /// Returns the bonds whose type is InfiniBand.
    pub fn all(tree: &dyn Tree) -> Vec<Self> {
        let masters = word(tree, MASTERS).unwrap_or_default();
        let is_infiniband =
            |name: &&str| word(tree, &format!("/sys/class/net/{name}/type")).as_deref() == Some("32");
        masters.split_whitespace().filter(is_infiniband).map(|name| Self::of(tree, name)).collect()
    }

    fn of(tree: &dyn Tree, name: &str) -> Self {
        let attribute = |attribute: &str| word(tree, &format!("/sys/class/net/{name}/bonding/{attribute}"));
        // sysfs writes `active-backup 1`.
        let mode = attribute("mode").and_then(|mode| mode.split_whitespace().next().map(str::to_owned));
        let slaves = attribute("slaves").unwrap_or_default().split_whitespace().map(str::to_owned).collect();
        Self { name: name.to_owned(), mode, slaves }
    }

    /// Returns the steps that take it apart.
    pub fn dismantle(&self) -> Vec<Step> {
        let reason = "a bond of InfiniBand netdevs keeps pointers into ib_ipoib";
        let slaves = self.slaves.iter().map(|slave| write(&self.slaves_path(), &format!("-{slave}"), reason));
        slaves.chain([write(MASTERS, &format!("-{}", self.name), reason)]).collect()
    }

    /// Returns the steps that put it together again. Its addresses are its network service's business.
    pub fn rebuild(&self) -> Vec<Step> {
        let reason = "it was there before";
        let mode = self
            .mode
            .iter()
            .map(|mode| write(&format!("/sys/class/net/{}/bonding/mode", self.name), mode, reason));
        let slaves = self.slaves.iter().map(|slave| write(&self.slaves_path(), &format!("+{slave}"), reason));
        [write(MASTERS, &format!("+{}", self.name), reason)].into_iter().chain(mode).chain(slaves).collect()
    }

    fn slaves_path(&self) -> String {
        format!("/sys/class/net/{}/bonding/slaves", self.name)
    }
}

fn write(path: &str, value: &str, reason: &str) -> Step {
    Step::new(Action::WriteAttribute { path: path.to_owned(), value: format!("{value}\n") }, reason)
}
