//! Programs that run: each stands at a point, and does one thing at a time.
//!
//! A program looks and decides in one moment, and acts in another; between the two, and between any two of its actions,
//! everything else may happen. What it merely says takes no time.

use crate::continuation::{Answer, Deed, Outcome, Programs};
use crate::fault::Fault;
use crate::journal::Journal;
use crate::machine::{Machine, Role};
use crate::property::{Breach, Breaches};
use crate::step::Step;
use crate::world::{MachineFact, PortFact, PortSecret, World};

use super::{kernel, systemd};

/// What `ifup` says where there is no such netdev; who called it words it further.
pub(crate) const NO_SUCH_DEVICE: &str = "no such device";

/// Adds what programs can do now.
pub(crate) fn steps(machine: &Machine, programs: &mut Programs, world: &World, steps: &mut Vec<Step>) {
    for (index, unit) in machine.units.iter().enumerate() {
        let Some((point, is_amid)) = unit.slot.and_then(|slot| world.program(slot)) else { continue };
        match programs.deed(point) {
            Deed::Wait => {
                let answer = Answer { outcome: Outcome::Done, facts: world.facts };
                let next = programs.go_on(machine, point, answer);
                if *programs.deed(next) != Deed::Wait {
                    steps.push(Step::Wake(index));
                }
                steps.push(Step::RunOut(index));
            }
            Deed::Load(modules) if !kernel::can_load(machine, world, modules) => {
                if unit.role == Role::Stack && machine.scenario.explore.slow_firmware {
                    steps.push(Step::TimeOut(index));
                }
            }
            _ => steps.push(Step::Act(index)),
        }
        let is_killable = matches!(unit.role, Role::Stack | Role::Configure(_) | Role::Raise(_))
            && !machine.is_reference()
            && !is_amid
            && !matches!(programs.deed(point), Deed::Exit(_));
        if is_killable && world.crashes() < machine.scenario.explore.crashes {
            steps.push(Step::Kill(index));
        }
    }
    let is_left_open = world.is(MachineFact::Window) && !world.is(MachineFact::WindowOld);
    let has_starter = machine.unit_of(Role::Stack).is_some_and(|unit| world.pending() & (1 << unit) != 0);
    if is_left_open && !has_starter {
        steps.push(Step::Age);
    }
}

/// One moment of the machine: what is needed to run its programs on.
pub(crate) struct Moment<'a, J> {
    pub(crate) machine: &'a Machine,
    pub(crate) programs: &'a mut Programs,
    pub(crate) world: &'a mut World,
    pub(crate) journal: &'a mut J,
    pub(crate) breaches: &'a mut Breaches,
}

impl<J: Journal> Moment<'_, J> {
    /// Begins the program of a unit.
    pub(crate) fn begin(&mut self, index: usize) {
        let role = self.machine.units[index].role;
        let point = self.programs.begin(self.machine, role, self.world.facts);
        self.stand(index, point);
    }

    /// Ends a wait.
    pub(crate) fn wake(&mut self, index: usize, outcome: Outcome) {
        if let Some((point, _)) = self.slot(index).and_then(|slot| self.world.program(slot)) {
            self.go_on(index, point, outcome);
        }
    }

    /// Does what the program of a unit asks for.
    pub(crate) fn act(&mut self, index: usize) {
        let Some((point, is_amid)) = self.slot(index).and_then(|slot| self.world.program(slot)) else {
            return;
        };
        let (machine, role) = (self.machine, self.machine.units[index].role);
        let outcome = match self.programs.deed(point).clone() {
            Deed::Say(_) | Deed::Nothing | Deed::Wait | Deed::RaiseUnknown => Outcome::Done,
            Deed::Load(modules) => kernel::load(machine, self.world, &modules, self.journal),
            Deed::Make(facts) => {
                self.world.facts |= facts;
                Outcome::Done
            }
            Deed::Undo(facts) => {
                self.world.facts &= !facts;
                Outcome::Done
            }
            Deed::Raise { port, .. } if is_amid => self.end_raising(role, port),
            Deed::Raise { port, by_final_name } => {
                let plan = &machine.ports[port];
                let is_named = self.world.has(port, PortFact::Named);
                let bears_name = plan.name == plan.kernel_name || is_named == by_final_name;
                if self.world.has(port, PortFact::Netdev) && bears_name {
                    self.check_raising(index, role, port);
                    let slot = machine.units[index].slot;
                    if let Some(slot) = slot {
                        self.world.set_program(slot, Some(point), true);
                    }
                    return;
                }
                if role == Role::Network {
                    let exists = self.world.has(port, PortFact::Netdev);
                    let secret = if exists { PortSecret::Unnamed } else { PortSecret::Missed };
                    self.world.hide(port, secret, true);
                }
                Outcome::NoDevice
            }
            Deed::SetUp(port) => {
                self.check_writer(index, port);
                kernel::set_up(machine, self.world, port, self.journal);
                Outcome::Done
            }
            Deed::SetDown(port) => {
                self.check_writer(index, port);
                if self.world.has(port, PortFact::Up) && self.world.has(port, PortFact::Active) {
                    self.breaches.add(Breach::Bounce);
                }
                self.world.unset(port, PortFact::Up);
                Outcome::Done
            }
            Deed::SetMode(port, is_connected) => {
                self.check_writer(index, port);
                self.set_mode(port, is_connected)
            }
            Deed::Exit(status) => {
                self.leave(index);
                systemd::end(machine, self.world, index, status, self.journal);
                return;
            }
        };
        self.go_on(index, point, outcome);
    }

    /// Kills the program of a unit whose start has taken too long.
    pub(crate) fn time_out(&mut self, index: usize) {
        self.leave(index);
        systemd::time_out(self.machine, self.world, index, self.journal);
    }

    /// Kills the program of a unit.
    pub(crate) fn kill(&mut self, index: usize) {
        self.leave(index);
        self.world.count_crash();
        systemd::kill(self.machine, self.world, index, self.journal);
    }

    /// A program is no more.
    fn leave(&mut self, index: usize) {
        if let Some(slot) = self.slot(index) {
            self.world.set_program(slot, None, false);
        }
    }

    fn slot(&self, index: usize) -> Option<usize> {
        self.machine.units[index].slot
    }

    fn go_on(&mut self, index: usize, point: u32, outcome: Outcome) {
        let answer = Answer { outcome, facts: self.world.facts };
        let next = self.programs.go_on(self.machine, point, answer);
        self.stand(index, next);
    }

    /// Says what a program has to say at a point and lets it stand at the first that is more than words.
    fn stand(&mut self, index: usize, point: u32) {
        let mut point = point;
        loop {
            match self.programs.deed(point) {
                Deed::Say(said) => self.say(said.identifier, &said.text.clone(), index),
                Deed::Nothing => {}
                _ => break,
            }
            let answer = Answer { outcome: Outcome::Done, facts: self.world.facts };
            point = self.programs.go_on(self.machine, point, answer);
        }
        if let Some(slot) = self.slot(index) {
            self.world.set_program(slot, Some(point), false);
        }
    }

    fn say(&mut self, identifier: &str, text: &str, index: usize) {
        let is_manager = matches!(self.machine.units[index].role, Role::Manager(_));
        if is_manager && self.machine.scenario.stack.traced {
            self.journal.say("mlnx_interface_mgr.sh", || format!("+ log_msg '{text}'"));
        }
        self.journal.say(identifier, || text.to_owned());
    }

    fn end_raising(&mut self, role: Role, port: usize) -> Outcome {
        if self.machine.has(Fault::ConnectedModeRefused) && self.machine.ports[port].is_to_connect {
            return Outcome::Refused;
        }
        kernel::set_up(self.machine, self.world, port, self.journal);
        self.world.set(port, PortFact::Raised);
        if matches!(role, Role::Raise(_)) {
            self.world.hide(port, PortSecret::ByIbup, true);
        }
        Outcome::Done
    }

    fn set_mode(&mut self, port: usize, is_connected: bool) -> Outcome {
        let is_refused = self.machine.has(Fault::ConnectedModeRefused)
            || !self.machine.scenario.hca[port].has_connected_mode
            || self.world.has(port, PortFact::Up);
        if is_refused {
            return Outcome::Refused;
        }
        if is_connected {
            self.world.set(port, PortFact::Connected);
        } else {
            self.world.unset(port, PortFact::Connected);
        }
        Outcome::Done
    }

    /// Looks whether an interface may be raised now.
    fn check_raising(&mut self, index: usize, role: Role, port: usize) {
        self.check_writer(index, port);
        let is_up = self.world.has(port, PortFact::Up);
        if self.machine.ports[port].wish != Some(true) {
            self.breaches.add(Breach::Unwanted);
        }
        if is_up && matches!(role, Role::Raise(_)) {
            self.breaches.add(Breach::RaisedTwice);
        }
        // A netdev that comes while the network service is at work may be raised by it before anybody else has a chance.
        let is_too_late = role == Role::Network && self.world.hides(port, PortSecret::Late);
        let is_configured =
            !self.machine.ports[port].is_to_connect || self.world.has(port, PortFact::Connected);
        if !is_up && !is_configured && !is_too_late {
            self.breaches.add(Breach::Unconfigured);
        }
    }

    /// Looks whether somebody else is in the midst of raising an interface that is written to.
    fn check_writer(&mut self, index: usize, port: usize) {
        for (other, unit) in self.machine.units.iter().enumerate().filter(|(other, _)| *other != index) {
            debug_assert_ne!(other, index);
            let Some((point, true)) = unit.slot.and_then(|slot| self.world.program(slot)) else { continue };
            if matches!(self.programs.deed(point), Deed::Raise { port: theirs, .. } if *theirs == port) {
                self.breaches.add(Breach::TwoWriters);
            }
        }
    }
}
