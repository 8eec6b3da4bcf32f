//! Repairs: what may be done on this machine about interfaces that should be up and are not, and how it is undone.
//!
//! Only what the configuration names is touched, and only through whoever owns it. What is elsewhere (a cable, a subnet
//! manager, firmware) no repair is tried for.

use ibup_config::{NetdevName, Tree};

use super::{Check, InterfaceCheck, State};
use crate::bringup::modules::{LoadedModules, is_present};
use crate::bringup::stack::start::systemctl;
use crate::bringup::{Action, Plan, Step};
use crate::stage::Stage;

/// The service that loads the driver stack.
#[derive(Debug, Clone, Copy)]
pub struct StackService<'a> {
    /// Its unit.
    pub unit: &'a str,
    /// Whether the next boot does without it, and will miss it.
    pub is_missed: bool,
}

/// Something that may be done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Repair {
    /// The driver stack is loaded at boot from now on, by this unit.
    Enable(String),
    /// The driver stack is loaded now, by this unit.
    Start(String),
    /// An interface is configured and raised as its own service does it.
    Raise(NetdevName),
}

/// Returns what may be done, in order.
pub fn repairs(tree: &dyn Tree, check: &Check, stack: Option<StackService<'_>>) -> Vec<Repair> {
    let configured: Vec<_> = check.troubled().filter(|interface| interface.expected_by.is_some()).collect();
    let is_loaded = is_present(tree, &LoadedModules::read(tree), "ib_ipoib");
    let wants_stack = |interface: &&InterfaceCheck| interface.state == State::Missing && !is_loaded;
    let mut repairs = Vec::new();
    let mut is_started = false;
    if let Some(stack) = stack.filter(|_| systemctl(tree).is_some()) {
        let blames_stack =
            |interface: &&InterfaceCheck| interface.code().and_then(Stage::of_code) == Some(Stage::Stack);
        is_started = configured.iter().any(wants_stack);
        if stack.is_missed && (is_started || configured.iter().any(blames_stack)) {
            repairs.push(Repair::Enable(stack.unit.to_owned()));
        }
        if is_started {
            repairs.push(Repair::Start(stack.unit.to_owned()));
        }
    }
    let may_be_raised = |state| match state {
        State::Down | State::NoAddress => true,
        State::Missing => is_started,
        State::NoLink | State::Up => false,
    };
    let raised = configured.iter().filter(|interface| may_be_raised(interface.state));
    repairs.extend(raised.filter_map(|interface| interface.interface.parse().ok()).map(Repair::Raise));
    repairs
}

impl Repair {
    /// Plans what is done to a unit; what raising an interface takes is planned when it is there to be looked at.
    pub fn plan(&self, tree: &dyn Tree) -> Plan {
        match self {
            Self::Enable(unit) => {
                call(tree, "enable", unit, "nothing loads the driver stack in time at the next boot")
            }
            Self::Start(unit) => {
                call(tree, "start", unit, "ib_ipoib is not loaded, and makes the interfaces")
            }
            Self::Raise(_) => Plan::default(),
        }
    }

    /// Plans how it is undone, where it did not help. Raising that did not help has changed nothing.
    pub fn undo(&self, tree: &dyn Tree) -> Plan {
        let reason = "it did not help";
        match self {
            Self::Enable(unit) => call(tree, "disable", unit, reason),
            Self::Start(unit) => call(tree, "stop", unit, reason),
            Self::Raise(_) => Plan::default(),
        }
    }
}

fn call(tree: &dyn Tree, verb: &str, unit: &str, reason: &str) -> Plan {
    let program = systemctl(tree).unwrap_or("/usr/bin/systemctl").to_owned();
    let action = Action::Run { program, arguments: vec![verb.to_owned(), unit.to_owned()] };
    Plan { steps: vec![Step::new(action, reason)] }
}

#[cfg(test)]
mod tests {
    use ibup_config::{Configuration, MemoryTree, Paths};

    use super::super::expected;
    use super::*;
    use crate::bringup::stack::testing::{with_netdev, with_port};

    fn proposed(tree: &MemoryTree, is_missed: bool) -> Vec<Repair> {
        let configuration = Configuration::read(tree, &Paths::default());
        let said = ["ib9".parse().unwrap()];
        let check = Check::of(tree, &configuration, &expected(tree, &configuration, &said));
        repairs(tree, &check, Some(StackService { unit: "openibd.service", is_missed }))
    }

    #[test]
    fn what_the_configuration_does_not_name_is_not_touched() {
        let (unit, ib0) = ("openibd.service".to_owned(), "ib0".parse::<NetdevName>().unwrap());
        let ifcfg = "/etc/sysconfig/network-scripts/ifcfg-ib0";
        let node = MemoryTree::new().with("/usr/bin/systemctl", "").with(ifcfg, "DEVICE=ib0\nONBOOT=yes\n");
        let start = [Repair::Start(unit.clone()), Repair::Raise(ib0.clone())];
        assert_eq!(proposed(&node, false), start);
        assert_eq!(proposed(&node, true), [&[Repair::Enable(unit)], &start[..]].concat());
        // With the module loaded, what is missing is not missing for want of it.
        let loaded = node.clone().with("/proc/modules", "ib_ipoib 1 0 - Live 0x0\n");
        assert_eq!(proposed(&loaded, true), []);
        let there = with_port(loaded, "mlx5_0", 1, "InfiniBand\n");
        let down = with_netdev(there, "ib0", "mlx5_0", 0).with("/sys/class/net/ib0/flags", "0x1002\n");
        assert_eq!(proposed(&down, true), [Repair::Raise(ib0)]);
        assert_eq!(proposed(&down.with(ifcfg, "DEVICE=ib0\nONBOOT=no\n"), true), []);
        let dark = node.with("/proc/modules", "ib_ipoib 1 0 - Live 0x0\n");
        let dark = with_netdev(dark, "ib0", "mlx5_0", 0).with("/sys/class/net/ib0/carrier", "0\n");
        assert_eq!(proposed(&dark, true), []);
    }

    #[test]
    fn what_did_not_help_is_undone() {
        let tree = MemoryTree::new().with("/bin/systemctl", "");
        let said = |plan: Plan| plan.steps.iter().map(|step| step.action.to_string()).collect::<Vec<_>>();
        let enable = Repair::Enable("ibup.service".to_owned());
        assert_eq!(said(enable.plan(&tree)), ["/bin/systemctl enable ibup.service"]);
        assert_eq!(said(enable.undo(&tree)), ["/bin/systemctl disable ibup.service"]);
        assert_eq!(
            said(Repair::Start("ibup.service".to_owned()).undo(&tree)),
            ["/bin/systemctl stop ibup.service"]
        );
    }
}
