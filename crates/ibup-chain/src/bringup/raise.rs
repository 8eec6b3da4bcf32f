//! Raising an interface: through the service its configuration is addressed to, never around it.
//!
//! Whoever configures an interface also has to know that it is up; an interface raised behind its owner's back has no
//! addresses, and is taken down again. Only a netdev that nobody configures is raised by ibup itself, and only where
//! openib.conf says so; addresses it then gets from nobody.

use ibup_config::interface::Renderer;
use ibup_config::{InterfaceConfig, NetdevName, Owner, Tree};

use super::action::{Action, LinkChange};
use super::interface::facts::{Facts, is_program, read};
use super::interface::policy::Policy;
use super::interface::scripts::{IFUP, Scripts};
use super::interface::words::{Saying, Voice};
use super::plan::{Plan, Step};

pub mod addressed;

const NMCLI: &str = "/usr/bin/nmcli";
const NETWORKCTL: &str = "/usr/bin/networkctl";
const WICKED: &str = "/usr/sbin/wicked";
const IFENSLAVE: &str = "/sbin/ifenslave";

/// By what interfaces are raised on a machine.
#[derive(Clone, Copy)]
pub struct Means<'a> {
    /// The machine.
    pub tree: &'a dyn Tree,
    /// Its family of scripts.
    pub scripts: Scripts,
    /// The policy: the reference knows `ifup` alone.
    pub policy: Policy,
    /// In whose words it is said.
    pub voice: Voice,
}

impl Means<'_> {
    /// Returns what raises an interface by the service that configures it.
    pub fn command(&self, name: &NetdevName, config: Option<&InterfaceConfig>) -> Action {
        let name = name.as_str();
        let Some(config) = config.filter(|_| self.policy == Policy::Converge) else {
            return self.ifup(name);
        };
        match config.owner {
            // Without the scripts, NetworkManager reads the same files.
            Owner::NetworkScripts
                if config.is_open_to_network_manager && !self.has(IFUP) && self.has(NMCLI) =>
            {
                run(NMCLI, &["device", "connect", name])
            }
            Owner::Wicked if self.has(WICKED) => run(WICKED, &["ifup", name]),
            Owner::NetworkScripts | Owner::Wicked => run(IFUP, &[name]),
            Owner::Ifupdown => self.ifup_whatever_it_remembers(name),
            // Connecting the device would make up a connection where none fits; this names the one that is meant.
            Owner::NetworkManager => run(NMCLI, &["connection", "up", "id", &config.label, "ifname", name]),
            Owner::Netplan(Renderer::NetworkManager) => run(NMCLI, &["device", "connect", name]),
            Owner::Networkd | Owner::Netplan(Renderer::Networkd) => run(NETWORKCTL, &["reconfigure", name]),
        }
    }

    fn ifup(&self, name: &str) -> Action {
        match self.scripts {
            Scripts::Debian(_) => self.ifup_whatever_it_remembers(name),
            Scripts::RedHat | Scripts::Suse | Scripts::Netplan => run(IFUP, &[name]),
        }
    }

    /// ifupdown remembers that it raised an interface that has gone away since, and would do nothing.
    fn ifup_whatever_it_remembers(&self, name: &str) -> Action {
        let force = if let Scripts::Debian(force) = self.scripts { force } else { "--force" };
        run(IFUP, &[force, name])
    }

    fn has(&self, program: &str) -> bool {
        is_program(self.tree, program)
    }

    /// Plans raising an interface. Whatever else depends on it is planned on the outcome.
    pub fn raise(&self, name: &NetdevName, config: Option<&InterfaceConfig>) -> Plan {
        let reason = match config {
            Some(config) => format!("{} wants it up ({}), and it is not", config.owner, config.origin),
            None => "nothing configures it, and openib.conf says to raise such netdevs".to_owned(),
        };
        let action = match config {
            Some(_) => self.command(name, config),
            None => Action::SetLink { netdev: name.clone(), change: LinkChange::Up },
        };
        let step = Step {
            on_success: Some(self.voice.message(name, Saying::Raised)),
            on_failure_say: Some(self.voice.message(name, Saying::NotRaised)),
            ..Step::new(action, reason)
        };
        Plan { steps: vec![step] }
    }

    /// Plans raising the bond of an interface that is up; `bond_config` is what configures the bond.
    pub fn raise_bond(&self, name: &NetdevName, bond: &Facts, bond_config: Option<&InterfaceConfig>) -> Plan {
        let say = |saying| self.voice.say(name, saying, "a port alone is of no use");
        let mut steps = vec![say(Saying::Bond(&bond.name))];
        if bond.is_up {
            steps.push(say(Saying::BondIsUp(&bond.name)));
        } else {
            steps.push(self.bond_step(name, bond, self.command(&bond.name, bond_config)));
        }
        Plan { steps }
    }

    /// Plans raising the bond of an interface by ifupdown, which raises the ports with their bond.
    pub fn raise_bond_first(&self, name: &NetdevName, bond: &Facts) -> Plan {
        if bond.exists && bond.is_up {
            return Plan::default();
        }
        let command = if bond.exists {
            run(IFUP, &[bond.name.as_str()])
        } else {
            self.ifup_whatever_it_remembers(bond.name.as_str())
        };
        Plan { steps: vec![self.bond_step(name, bond, command)] }
    }

    fn bond_step(&self, name: &NetdevName, bond: &Facts, command: Action) -> Step {
        Step {
            on_success: Some(self.voice.message(name, Saying::BondRaised(&bond.name))),
            on_failure_say: Some(self.voice.message(name, Saying::BondNotRaised(&bond.name))),
            ..Step::new(command, format!("the bond of {name} is not up"))
        }
    }

    /// Plans making an interface a port of its bond, where raising the bond has not done so.
    pub fn enslave(&self, name: &NetdevName, bond: &Facts) -> Plan {
        if !bond.exists || has_port(self.tree, &bond.name, name) {
            return Plan::default();
        }
        let command = run(IFENSLAVE, &["-f", bond.name.as_str(), name.as_str()]);
        let step = Step {
            on_success: Some(self.voice.message(name, Saying::Enslaved(&bond.name))),
            on_failure_say: Some(self.voice.message(name, Saying::NotEnslaved(&bond.name))),
            ..Step::new(command, format!("{name} is configured as a port of {} and is none", bond.name))
        };
        Plan { steps: vec![step] }
    }

    /// Plans raising the bridge of an interface. A bridge that its port's `ifup` made is up, and has no address yet.
    pub fn raise_bridge(
        &self,
        name: &NetdevName,
        bridge: &NetdevName,
        config: Option<&InterfaceConfig>,
    ) -> Plan {
        let say = self.voice.say(name, Saying::Bridge(bridge), "a port alone is of no use");
        let raise = Step {
            on_success: Some(self.voice.message(name, Saying::BridgeRaised(bridge))),
            on_failure_say: Some(self.voice.message(name, Saying::BridgeNotRaised(bridge))),
            ..Step::new(self.command(bridge, config), format!("the bridge of {name}"))
        };
        Plan { steps: vec![say, raise] }
    }
}

/// Returns whether a service is there at all: what is configured for one that is not is a remnant.
pub fn is_there(tree: &dyn Tree, owner: Owner) -> bool {
    let programs: &[&str] = match owner {
        Owner::NetworkScripts => &[IFUP, NMCLI],
        Owner::Ifupdown => &[IFUP],
        Owner::Wicked => &[WICKED, IFUP],
        Owner::NetworkManager | Owner::Netplan(Renderer::NetworkManager) => &[NMCLI],
        Owner::Networkd | Owner::Netplan(Renderer::Networkd) => &[NETWORKCTL],
    };
    programs.iter().any(|program| is_program(tree, program))
}

/// Returns whether a service raises a bond or bridge along with its ports.
pub fn raises_masters(owner: Owner) -> bool {
    !matches!(owner, Owner::NetworkScripts | Owner::Ifupdown)
}

/// Returns whether a bond has a port.
pub fn has_port(tree: &dyn Tree, bond: &NetdevName, port: &NetdevName) -> bool {
    let ports = read(tree, &format!("/proc/net/bonding/{bond}")).unwrap_or_default();
    let mut ports = ports.lines().filter_map(|line| line.strip_prefix("Slave Interface:"));
    ports.any(|found| found.trim() == port.as_str())
}

fn run(program: &str, arguments: &[&str]) -> Action {
    Action::Run {
        program: program.to_owned(),
        arguments: arguments.iter().map(|argument| (*argument).to_owned()).collect(),
    }
}

#[cfg(test)]
mod tests {
    use ibup_config::{MemoryTree, Place, Selector};

    use super::*;

    fn command(owner: Owner, policy: Policy, programs: &[&str]) -> String {
        let tree = programs.iter().fold(MemoryTree::new(), |tree, program| tree.with(program, ""));
        let name: NetdevName = "ib0".parse().unwrap();
        let config = InterfaceConfig {
            is_open_to_network_manager: true,
            ..InterfaceConfig::new(owner, "storage", Selector::name(&name), Place::whole("/etc/x"))
        };
        let means = Means { tree: &tree, scripts: Scripts::RedHat, policy, voice: Voice::Own };
        means.command(&name, Some(&config)).to_string()
    }

    #[test]
    fn an_interface_is_raised_by_the_service_that_configures_it() {
        let check = |owner, programs: &[&str], expected: &str| {
            assert_eq!(command(owner, Policy::Converge, programs), expected);
            assert_eq!(command(owner, Policy::Reference, programs), "/sbin/ifup ib0");
        };
        check(Owner::NetworkScripts, &["/sbin/ifup", "/usr/bin/nmcli"], "/sbin/ifup ib0");
        check(Owner::NetworkScripts, &["/usr/bin/nmcli"], "/usr/bin/nmcli device connect ib0");
        check(Owner::NetworkScripts, &[], "/sbin/ifup ib0");
        check(Owner::NetworkManager, &[], "/usr/bin/nmcli connection up id storage ifname ib0");
        check(Owner::Netplan(Renderer::NetworkManager), &[], "/usr/bin/nmcli device connect ib0");
        check(Owner::Netplan(Renderer::Networkd), &[], "/usr/bin/networkctl reconfigure ib0");
        check(Owner::Networkd, &[], "/usr/bin/networkctl reconfigure ib0");
        check(Owner::Wicked, &["/usr/sbin/wicked"], "/usr/sbin/wicked ifup ib0");
        assert_eq!(command(Owner::Ifupdown, Policy::Converge, &[]), "/sbin/ifup --force ib0");
    }
}
