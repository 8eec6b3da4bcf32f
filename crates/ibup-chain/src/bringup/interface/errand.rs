//! One interface brought up: what is planned, what came of it, and what is planned on that.

use ibup_config::configuration::{DEFAULT_ORDER, Declined};
use ibup_config::{Configuration, InterfaceConfig, NetdevName, OpenibConf, Owner, TransportMode};

use super::super::action::{Action, Priority};
use super::super::boot_question::{Signs, seen_file};
use super::super::configure::{connected_mode, packet_steering};
use super::super::plan::{Plan, Report, Step, carry_out};
use super::super::raise::{Means, raises_masters};
use super::super::{children, relaxed_ordering};
use super::configured;
use super::decision::{Decision, Grounds};
use super::facts::Facts;
use super::policy::{Policy, Rules};
use super::scripts::Scripts;
use super::words::{Saying, remark, say};
use super::{Request, Work};
use crate::host::Host;

/// What is known while an interface is brought up, and what was done so far.
pub(super) struct Errand<'a> {
    pub(super) host: &'a mut dyn Host,
    pub(super) request: &'a Request,
    pub(super) configuration: &'a Configuration,
    pub(super) openib: OpenibConf,
    pub(super) rules: Rules,
    pub(super) scripts: Scripts,
    pub(super) done: Plan,
}

impl<'a> Errand<'a> {
    /// Carries out a plan. Whatever fails is named with the error, in addition to what the plan has to say.
    pub(super) fn carry(&mut self, plan: Plan) -> Report {
        let report = carry_out(&plan, self.host);
        for (index, error) in &report.failures {
            let action = plan.steps.get(*index).map(|step| step.action.to_string()).unwrap_or_default();
            let text = format!("{action}: {error}");
            let message = remark(&self.request.netdev, Priority::Error, text);
            let _ = carry_out(&Plan { steps: vec![say(message, "so that it can be mended")] }, self.host);
        }
        self.done.steps.extend(plan.steps);
        report
    }

    pub(super) fn say(&mut self, name: &NetdevName, saying: Saying<'_>) {
        let step = self.request.voice.say(name, saying, "so that it can be followed");
        self.carry(Plan { steps: vec![step] });
    }

    pub(super) fn remark(&mut self, priority: Priority, text: String) {
        let message = remark(&self.request.netdev, priority, text);
        self.carry(Plan { steps: vec![say(message, "so that it can be mended")] });
    }

    /// Answers the boot question, and remembers that the interface was seen in this boot.
    pub(super) fn ask_boot_question(&mut self, netdev: &Facts) -> bool {
        let signs = Signs::of(self.host, netdev);
        let now = self.host.wall_clock();
        if let Some(oddity) = signs.window.oddity(now) {
            self.remark(Priority::Warning, oddity);
        }
        let text = format!("{}\n", signs.boot);
        let action = Action::WriteState { path: seen_file(&netdev.name), text };
        let step = Step::new(action, "tools that ask whether the interface was seen in this boot read it");
        self.carry(Plan { steps: vec![step] });
        self.rules.policy == Policy::Reference && signs.is_booting(now)
    }

    /// The services whose configuration counts: all, or those that the vendor's scripts looked at.
    pub(super) fn owners(&self) -> &'static [Owner] {
        match self.rules.policy {
            Policy::Converge => DEFAULT_ORDER,
            Policy::Reference => self.scripts.owners(),
        }
    }

    fn find(&self, netdev: &Facts) -> Option<&'a InterfaceConfig> {
        configured::find(self.host, self.configuration, &netdev.question(self.host), self.owners())
    }

    fn means(&self) -> Means<'_> {
        Means { tree: self.host, scripts: self.scripts, policy: self.rules.policy, voice: self.request.voice }
    }

    /// Configures and raises one interface, and returns whether something failed.
    pub(super) fn bring_up(&mut self, netdev: &Facts, is_booting: bool, is_made_by_raising: bool) -> bool {
        let config = self.find(netdev);
        let (rules, scripts) = (&self.rules, self.scripts);
        let grounds = Grounds { netdev, config, rules, scripts, is_booting, is_made_by_raising };
        let decision = grounds.decide(self.host);
        let is_reference = self.rules.policy == Policy::Reference;
        if decision == Decision::Absent || (is_reference && decision == Decision::NotWanted) {
            decision.saying().into_iter().for_each(|saying| self.say(&netdev.name, saying));
            return false;
        }
        let mut has_failed = false;
        if self.request.work != Work::Raise {
            has_failed |= self.set_mode(netdev, config);
            has_failed |= self.steer_packets(netdev);
        }
        if self.request.work != Work::Configure {
            if decision == Decision::NotConfigured {
                self.name_near_misses(netdev);
            }
            decision.saying().into_iter().for_each(|saying| self.say(&netdev.name, saying));
            has_failed |= self.raise(netdev, config, decision);
        }
        // Where the scripts raise nothing, that is all they report.
        has_failed &= !is_reference || self.request.work == Work::Configure || decision == Decision::Raise;
        if has_failed {
            self.say(&netdev.name, Saying::Incomplete);
        }
        has_failed
    }

    /// Says which configuration speaks of an interface and is not for it, and why.
    fn name_near_misses(&mut self, netdev: &Facts) {
        let configuration = self.configuration;
        for (config, why) in configuration.claims(&netdev.question(self.host), self.owners()).declined {
            let why = match why {
                Declined::OtherHardware { is_same_port: true } => "states another address of the same port",
                Declined::OtherHardware { is_same_port: false } => "states the address of another port",
                Declined::CannotTell => "has a condition that is not known here",
                Declined::Unmanaged => "is told to leave it alone",
            };
            let text = format!("{}: {} speaks of it, but {why}", netdev.name, config.origin);
            self.remark(Priority::Notice, text);
        }
    }

    fn set_mode(&mut self, netdev: &Facts, config: Option<&InterfaceConfig>) -> bool {
        let voice = self.request.voice;
        let own_mtu = config.and_then(|config| config.mtu);
        match connected_mode::wish(self.host, netdev, config, &self.openib, self.rules.policy) {
            connected_mode::Wish::Unsupported => {
                self.say(&netdev.name, Saying::ModeUnsupported);
                false
            }
            connected_mode::Wish::NoAttribute => {
                self.say(&netdev.name, Saying::ModeAttributeMissing);
                true
            }
            connected_mode::Wish::Change(mode) => {
                let mtu = match mode {
                    TransportMode::Connected => Some(own_mtu.unwrap_or(self.openib.ipoib_mtu)),
                    TransportMode::Datagram => own_mtu,
                };
                let report = self.carry(connected_mode::change(netdev, mode, voice));
                let then = connected_mode::after_change(netdev, mode, mtu, voice, &report);
                let after = self.carry(then);
                !report.failures.is_empty() || !after.failures.is_empty()
            }
            connected_mode::Wish::Nothing => {
                let differs =
                    self.rules.policy == Policy::Converge && netdev.is_infiniband && netdev.mtu.is_some();
                let Some(mtu) = own_mtu.filter(|mtu| differs && netdev.mtu != Some(*mtu)) else {
                    return false;
                };
                self.carries(Plan { steps: vec![connected_mode::set_mtu(netdev, mtu, voice)] })
            }
        }
    }

    fn steer_packets(&mut self, netdev: &Facts) -> bool {
        let only_changes = self.rules.policy == Policy::Converge;
        let steering = packet_steering::plan(self.host, netdev, self.request.voice, only_changes);
        let failed = self.carries(steering.plan);
        failed || steering.is_impossible
    }

    /// Carries out a plan, and returns whether something failed.
    fn carries(&mut self, plan: Plan) -> bool {
        !self.carry(plan).failures.is_empty()
    }

    fn raise(&mut self, netdev: &Facts, config: Option<&InterfaceConfig>, decision: Decision) -> bool {
        let name = &netdev.name;
        match (decision, config) {
            (Decision::Raise | Decision::IsUp, Some(config)) if config.owner == Owner::Ifupdown => {
                match &config.bond_master {
                    Some(bond) => self.raise_by_bond(name, bond),
                    None if decision == Decision::IsUp => false,
                    None => self.carries(self.means().raise(name, Some(config))),
                }
            }
            (Decision::Raise, Some(config)) => {
                self.carries(self.means().raise(name, Some(config))) || self.raise_masters(name, config, true)
            }
            (Decision::IsUp, Some(config)) => self.raise_masters(name, config, false),
            (Decision::RaiseUnowned, _) => self.carries(self.means().raise(name, None)),
            _ => false,
        }
    }

    /// Raises the bond and the bridge of an interface that is up.
    fn raise_masters(&mut self, name: &NetdevName, config: &InterfaceConfig, was_raised: bool) -> bool {
        if self.rules.policy == Policy::Converge && raises_masters(config.owner) {
            return false;
        }
        let mut has_failed = false;
        if let Some(bond) = &config.bond_master {
            let bond = Facts::of(self.host, bond);
            if was_raised || !bond.is_up {
                has_failed |= self.carries(self.means().raise_bond(name, &bond, self.find(&bond)));
            }
        }
        if let Some(bridge) = config.bridge.as_ref().filter(|_| was_raised) {
            let bridge_config = self.find(&Facts::of(self.host, bridge));
            has_failed |= self.carries(self.means().raise_bridge(name, bridge, bridge_config));
        }
        has_failed
    }

    /// Raises the bond of an interface by ifupdown, and the interface with it.
    fn raise_by_bond(&mut self, name: &NetdevName, bond: &NetdevName) -> bool {
        let before = Facts::of(self.host, bond);
        let raised = self.carries(self.means().raise_bond_first(name, &before));
        let after = Facts::of(self.host, bond);
        let enslaved = self.carries(self.means().enslave(name, &after));
        raised || enslaved
    }

    /// Sets relaxed ordering of the device behind an interface, and returns whether something failed.
    pub(super) fn order_packets(&mut self, netdev: &Facts) -> bool {
        let voice = self.request.voice;
        let Some(wishes) = &self.configuration.mlx5 else { return false };
        if voice == super::words::Voice::Own && wishes.is_empty() {
            return false;
        }
        let names = [netdev.name.to_string()];
        let ordering = relaxed_ordering::for_names(self.host, wishes, &names, voice);
        let failed = self.carries(ordering.plan);
        failed || ordering.is_impossible
    }

    /// Creates the children of an interface, and returns whether something failed.
    pub(super) fn create_children(&mut self, netdev: &Facts) -> bool {
        let voice = self.request.voice;
        let plan = children::plan(self.host, netdev, self.configuration, self.owners(), voice);
        self.carries(plan)
    }
}
