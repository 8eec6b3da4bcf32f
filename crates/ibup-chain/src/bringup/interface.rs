//! One interface: from its event to an interface that is up as configured.
//!
//! ```text
//! boot question -> mode, MTU, packet steering -> raise, bond, bridge -> relaxed ordering -> children
//! ```
//!
//! Each arrow is a plan that is carried out before the next is made, since the next looks at what became of it. Every
//! plan does nothing where nothing is to be done, so that any event may be answered by all of them. Under
//! [`Policy::Reference`] the vendor's scripts are followed instead, where they are not plainly wrong.

use ibup_config::{Configuration, NetdevName, Paths, Tree};

use super::action::{Action, ActionError, Priority};
use super::plan::Plan;
use crate::host::Host;
use facts::{Facts, is_file};
use policy::{Policy, Rules};
use scripts::Scripts;
use words::{Saying, Voice};

pub mod configured;
pub mod decision;
mod errand;
pub mod facts;
pub mod policy;
mod rehearsal;
pub mod scripts;
pub mod words;

use errand::Errand;
use rehearsal::Rehearsal;

/// What is asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request {
    /// The netdev.
    pub netdev: NetdevName,
    /// Which part of the work.
    pub work: Work,
    /// In whose words it is said.
    pub voice: Voice,
    /// Where the configuration is.
    pub paths: Paths,
}

/// Which part of the work is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Work {
    /// All of it.
    All,
    /// Settings and children.
    Configure,
    /// Being up.
    Raise,
}

/// What came of it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Outcome {
    /// Whether the interface is not as it should be.
    pub has_failed: bool,
    /// What was done.
    pub done: Plan,
}

/// Brings an interface up, as far as asked.
pub fn bring_up(host: &mut dyn Host, request: &Request) -> Outcome {
    if request.voice == Voice::Scripts && !is_file(host, &request.paths.openib) {
        let words = Action::Print("No InfiniBand configuration found\n".to_owned());
        // Whoever started the program may have gone away.
        let _: Result<(), ActionError> = host.perform(&words);
        return Outcome::default();
    }
    let configuration = Configuration::read(host, &request.paths);
    let openib = configuration.openib.clone().unwrap_or_else(unset);
    let rules = Rules::of(Some(&openib));
    let scripts = Scripts::of(host);
    let done = Plan::default();
    let mut errand = Errand { host, request, configuration: &configuration, openib, rules, scripts, done };
    let has_failed = errand.run();
    Outcome { has_failed, done: errand.done }
}

/// Returns the steps that bringing an interface up would take if each succeeded.
pub fn rehearse(tree: &dyn Tree, wall_clock: i64, request: &Request) -> Plan {
    bring_up(&mut Rehearsal::new(tree, wall_clock), request).done
}

/// Returns the netdevs that are changed along with one: its bond, which its other ports raise as well.
pub fn also_changed(tree: &dyn Tree, request: &Request) -> Option<NetdevName> {
    let configuration = Configuration::read(tree, &request.paths);
    let question = Facts::of(tree, &request.netdev).question(tree);
    configuration.find(&question)?.bond_master.clone()
}

impl Errand<'_> {
    fn run(&mut self) -> bool {
        let name = self.request.netdev.clone();
        if self.request.voice == Voice::Scripts {
            self.say(&name, Saying::Begun);
        }
        let mut has_failed = self.report_unread();
        let netdev = Facts::of(self.host, &name);
        let is_booting = self.request.work != Work::Configure && self.ask_boot_question(&netdev);
        if is_booting && !netdev.is_infiniband {
            self.say(&name, Saying::EthernetWhileBooting);
            return has_failed;
        }
        has_failed |= self.bring_up(&netdev, is_booting, false);
        let configures =
            self.request.work != Work::Raise && (netdev.exists || self.rules.policy == Policy::Reference);
        if netdev.is_infiniband && configures {
            if self.request.voice == Voice::Scripts {
                self.say(&name, Saying::Devices);
            }
            let failed = self.order_packets(&netdev);
            // The scripts leave it at what is said about the device.
            has_failed |= failed && self.request.voice == Voice::Own;
            has_failed |= self.create_children(&netdev);
        } else if !netdev.is_infiniband && self.request.work == Work::All {
            has_failed |= self.raise_vlans(&name);
        }
        has_failed
    }

    /// Says what could not be read, and returns whether it is about the interface itself.
    fn report_unread(&mut self) -> bool {
        let configuration = self.configuration;
        let name = &self.request.netdev;
        let openib = &self.request.paths.openib;
        let own: Vec<String> =
            configuration.unread_about(name).map(|unread| unread.error.to_string()).collect();
        let general = configuration.unread.iter().map(|unread| unread.error.to_string());
        let general: Vec<String> = general.filter(|text| text.starts_with(openib.as_str())).collect();
        for text in own.iter().chain(&general) {
            self.remark(Priority::Error, text.clone());
        }
        if let Some(word) = self.rules.unknown_policy.clone() {
            let word = ibup_config::place::quoted(&word);
            let text = format!("IBUP_POLICY=`{word}` is neither converge nor reference: taken as converge");
            self.remark(Priority::Warning, text);
        }
        !own.is_empty()
    }

    /// Raises the VLANs of an Ethernet interface that its family of scripts configures.
    fn raise_vlans(&mut self, name: &NetdevName) -> bool {
        let configuration = self.configuration;
        let owners = match self.scripts {
            Scripts::RedHat | Scripts::Suse => self.scripts.owners(),
            Scripts::Debian(_) | Scripts::Netplan => return false,
        };
        let is_vlan = |vlan: &&NetdevName| {
            let suffix = vlan.as_str().strip_prefix(name.as_str()).and_then(|rest| rest.strip_prefix('.'));
            suffix.is_some_and(|suffix| suffix.starts_with(|c: char| c.is_ascii_digit()))
        };
        let configured = configuration.interfaces.iter().filter(|config| owners.contains(&config.owner));
        let mut vlans: Vec<&NetdevName> =
            configured.filter_map(|config| config.name.as_ref()).filter(is_vlan).collect();
        vlans.sort();
        vlans.dedup();
        let mut has_failed = false;
        for vlan in vlans {
            let vlan = Facts::of(self.host, vlan);
            has_failed |= self.bring_up(&vlan, false, true);
        }
        has_failed
    }
}

/// Returns what openib.conf means where there is none.
fn unset() -> ibup_config::OpenibConf {
    let nothing = ibup_config::openib::read("", "");
    nothing.expect("a file without assignments is one").value
}

#[cfg(test)]
mod tests {
    use ibup_config::MemoryTree;

    use super::*;

    fn node(openib: &str) -> MemoryTree {
        MemoryTree::new()
            .with("/etc/redhat-release", "x\n")
            .with("/etc/infiniband/openib.conf", openib)
            .with("/etc/sysconfig/network-scripts/ifcfg-ib0", "DEVICE=ib0\nONBOOT=yes\n")
            .with("/proc/sys/kernel/random/boot_id", "11111111-2222-3333-4444-555555555555\n")
            .with("/sys/class/net/ib0/type", "32\n")
            .with("/sys/class/net/ib0/flags", "0x1002\n")
    }

    fn rehearsed(tree: &MemoryTree, work: Work) -> Vec<String> {
        let netdev = "ib0".parse().unwrap();
        let request = Request { netdev, work, voice: Voice::Own, paths: Paths::default() };
        let plan = rehearse(tree, 0, &request);
        plan.steps.iter().map(|step| step.action.to_string()).collect()
    }

    #[test]
    fn a_late_netdev_is_raised_unless_the_reference_is_followed() {
        let seen = "write /run/mlx_ifc-ib0.bootid";
        assert_eq!(rehearsed(&node(""), Work::Raise), [seen, "/sbin/ifup ib0"]);
        let left = "log ibup: ib0: the machine is booting: left to the network service";
        assert_eq!(rehearsed(&node("IBUP_POLICY=reference\n"), Work::Raise), [seen, left]);
    }

    #[test]
    fn an_interface_that_is_as_it_should_be_is_left_alone() {
        let tree = node("").with("/sys/class/net/ib0/flags", "0x1003\n");
        assert_eq!(rehearsed(&tree, Work::Raise), ["write /run/mlx_ifc-ib0.bootid"]);
        assert_eq!(rehearsed(&tree, Work::Configure), Vec::<String>::new());
    }

    #[test]
    fn a_netdev_that_nobody_configures_is_raised_only_if_told_to() {
        let unowned = |openib: &str| {
            let tree = MemoryTree::new()
                .with("/etc/infiniband/openib.conf", openib)
                .with("/sys/class/net/ib0/type", "32\n");
            rehearsed(&tree, Work::Raise).pop().unwrap()
        };
        assert_eq!(unowned(""), "log ibup: ib0: nothing configures it: left alone");
        assert_eq!(unowned("IBUP_RAISE_UNOWNED=yes\n"), "ip link set ib0 up");
    }

    #[test]
    fn a_remnant_of_a_service_that_is_gone_does_not_count() {
        let keyfile = "[connection]\nid=storage\ntype=infiniband\ninterface-name=ib0\n";
        let tree = node("")
            .with("/etc/NetworkManager/system-connections/storage.nmconnection", keyfile)
            .with("/usr/sbin/NetworkManager", "");
        assert_eq!(rehearsed(&tree, Work::Raise).pop().unwrap(), "/sbin/ifup ib0");
        let tree = node("")
            .with("/etc/network/interfaces", "auto ib0\niface ib0 inet dhcp\n")
            .with("/etc/NetworkManager/system-connections/storage.nmconnection", keyfile)
            .with("/usr/bin/nmcli", "");
        assert_eq!(rehearsed(&tree, Work::Raise).pop().unwrap(), "/usr/bin/nmcli device connect ib0");
    }

    #[test]
    fn configuration_that_would_need_a_shell_is_reported_and_not_run() {
        let tree = node("").with("/etc/sysconfig/network-scripts/ifcfg-ib0", "DEVICE=$(touch /x)\n");
        let netdev = "ib0".parse().unwrap();
        let request = Request { netdev, work: Work::Raise, voice: Voice::Own, paths: Paths::default() };
        let outcome = bring_up(&mut Rehearsal::new(&tree, 0), &request);
        assert!(outcome.has_failed);
        let words = outcome.done.steps[0].action.to_string();
        assert!(words.contains("ifcfg-ib0:1"), "{words}");
    }
}
