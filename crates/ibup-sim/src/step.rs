//! Steps: what can happen next, and what becomes of the world. The list is closed.

use crate::continuation::{Deed, Outcome, Programs};
use crate::journal::Journal;
use crate::machine::Machine;
use crate::part::process::Moment;
use crate::part::{kernel, process, systemd, udev};
use crate::property::Breaches;
use crate::scenario::{Deed as Job, NetworkService};
use crate::world::{MachineFact, PortFact, Secret, UnitState, World};

/// Something that happens.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Step {
    /// The driver takes a function up.
    Bind(usize),
    /// The RDMA device is registered, or the driver gives up.
    Register(usize),
    /// The subnet manager makes a port active.
    Activate(usize),
    /// udev deals with a netdev.
    Name(usize),
    /// systemd hears of a netdev from udev.
    Hear(usize),
    /// systemd hears of an RDMA device from udev.
    HearRdma,
    /// NetworkManager activates an interface.
    Manage(usize),
    /// A unit starts.
    Start(usize),
    /// The program of a unit does what it is about to do.
    Act(usize),
    /// What a program waits for has come.
    Wake(usize),
    /// The time that a program waits is over.
    RunOut(usize),
    /// The start of a unit takes longer than systemd waits, and its program is killed.
    TimeOut(usize),
    /// The program of a unit is killed.
    Kill(usize),
    /// A unit whose program was killed is started again.
    Again(usize),
    /// The file that says that the machine boots grows older than five minutes.
    Age,
    /// A person does what the scenario says.
    Operate(usize),
}

/// Returns all that can happen now. People act by the clock only, so not in explorations.
pub fn steps(machine: &Machine, programs: &mut Programs, world: &World, into: &mut Vec<Step>) {
    into.clear();
    kernel::steps(machine, world, into);
    udev::steps(machine, world, into);
    systemd::steps(machine, world, into);
    if machine.scenario.network.service == NetworkService::NetworkManager {
        manager_steps(machine, world, into);
    }
    process::steps(machine, programs, world, into);
}

fn manager_steps(machine: &Machine, world: &World, into: &mut Vec<Step>) {
    let network = machine.unit_of(crate::machine::Role::Network);
    let is_kept_off = machine.has(crate::fault::Fault::NetworkServiceAbsent);
    if is_kept_off || network.is_none_or(|unit| world.unit(unit) != UnitState::Active) {
        return;
    }
    for port in 0..machine.ports.len() {
        let is_there = world.has(port, PortFact::Netdev) && world.has(port, PortFact::Named);
        if is_there && machine.is_wanted(port) && !world.has(port, PortFact::Raised) {
            into.push(Step::Manage(port));
        }
    }
}

/// Lets a step happen.
pub fn apply<J: Journal>(
    machine: &Machine,
    programs: &mut Programs,
    world: &mut World,
    step: Step,
    journal: &mut J,
) -> Breaches {
    let mut breaches = Breaches::default();
    match step {
        Step::Bind(port) => kernel::bind(machine, world, port, journal),
        Step::Register(port) => kernel::register(machine, world, port, journal),
        Step::Activate(port) => kernel::activate(machine, world, port, journal),
        Step::Name(port) => udev::name(machine, world, port, journal),
        Step::Hear(port) => udev::hear(machine, world, port),
        Step::HearRdma => udev::hear_rdma(machine, world),
        Step::Manage(port) => {
            world.set(port, PortFact::Raised);
            kernel::set_up(machine, world, port, journal);
            let name = &machine.ports[port].name;
            journal.say("NetworkManager", || {
                format!("<info>  device ({name}): Activation: successful, device activated.")
            });
        }
        Step::Again(unit) => world.set_unit(unit, UnitState::Queued),
        Step::Age => world.make(MachineFact::WindowOld, true),
        Step::Operate(index) => operate(machine, world, index),
        Step::Start(unit) => {
            if systemd::start(machine, world, unit, journal) {
                Moment { machine, programs, world, journal, breaches: &mut breaches }.begin(unit);
            }
        }
        Step::Act(unit) => Moment { machine, programs, world, journal, breaches: &mut breaches }.act(unit),
        Step::Wake(unit) => {
            Moment { machine, programs, world, journal, breaches: &mut breaches }.wake(unit, Outcome::Done);
        }
        Step::RunOut(unit) => {
            Moment { machine, programs, world, journal, breaches: &mut breaches }.wake(unit, Outcome::Late);
        }
        Step::TimeOut(unit) => {
            Moment { machine, programs, world, journal, breaches: &mut breaches }.time_out(unit);
        }
        Step::Kill(unit) => Moment { machine, programs, world, journal, breaches: &mut breaches }.kill(unit),
    }
    systemd::settle(machine, world, journal);
    breaches
}

fn operate(machine: &Machine, world: &mut World, index: usize) {
    world.learn(Secret::Done(u8::try_from(index).unwrap_or(u8::MAX)));
    let Job::RestartNetwork = machine.scenario.operator[index].does;
    if let Some(unit) = machine.unit_of(crate::machine::Role::Network) {
        world.set_unit(unit, UnitState::Queued);
    }
}

/// Returns a step in words, as seen in the world before it.
pub fn describe(machine: &Machine, programs: &Programs, world: &World, step: Step) -> String {
    let plan = |port: usize| &machine.ports[port];
    let unit = |unit: usize| &machine.units[unit].file.name;
    let name = |port: usize| {
        if world.has(port, PortFact::Named) { &plan(port).name } else { &plan(port).kernel_name }
    };
    match step {
        Step::Bind(port) => format!("mlx5_core takes {} up", plan(port).function),
        Step::Register(port) => format!("{} is registered", plan(port).device),
        Step::Activate(port) => format!("the subnet manager makes {} active", plan(port).device),
        Step::Name(port) if plan(port).name == plan(port).kernel_name => {
            format!("udev deals with {}", name(port))
        }
        Step::Name(port) => format!("udev renames {} to {}", plan(port).kernel_name, plan(port).name),
        Step::Hear(port) => format!("systemd hears of {}", name(port)),
        Step::HearRdma => "systemd hears of the RDMA device".to_owned(),
        Step::Manage(port) => format!("NetworkManager activates {}", name(port)),
        Step::Start(index) => format!("{} starts", unit(index)),
        Step::Act(index) => format!("{}: {}", unit(index), act(machine, programs, world, index)),
        Step::Wake(index) => format!("{}: what it waits for has come", unit(index)),
        Step::RunOut(index) => format!("{}: waits no longer", unit(index)),
        Step::TimeOut(index) => format!("{}: its start has taken too long", unit(index)),
        Step::Kill(index) => format!("{} is killed", unit(index)),
        Step::Again(index) => format!("{} is started again", unit(index)),
        Step::Age => "five minutes pass".to_owned(),
        Step::Operate(_) => "somebody restarts the network service".to_owned(),
    }
}

fn act(machine: &Machine, programs: &Programs, world: &World, index: usize) -> String {
    let Some((point, is_amid)) = machine.units[index].slot.and_then(|slot| world.program(slot)) else {
        return "does nothing".to_owned();
    };
    let name = |port: &usize| machine.ports[*port].name.as_str();
    match programs.deed(point) {
        Deed::Load(modules) => {
            let names: Vec<&str> =
                modules.iter().map(|place| crate::world::MODULES[usize::from(*place)]).collect();
            format!("loads {}", names.join(" "))
        }
        Deed::Raise { port, .. } if is_amid => format!("ifup {} is done", name(port)),
        Deed::Raise { port, .. } => {
            let there = if world.has(*port, PortFact::Netdev) { "" } else { ", which does not exist" };
            format!("ifup {}{there}", name(port))
        }
        Deed::SetUp(port) => format!("sets {} up", name(port)),
        Deed::SetDown(port) => format!("sets {} down", name(port)),
        Deed::SetMode(port, _) => format!("sets the transport mode of {}", name(port)),
        Deed::Make(_) => "writes a state file".to_owned(),
        Deed::Undo(_) => "removes a state file".to_owned(),
        Deed::Exit(0) => "is done".to_owned(),
        Deed::Exit(_) => "is done, and something failed".to_owned(),
        Deed::RaiseUnknown => "ifup of another interface".to_owned(),
        Deed::Wait | Deed::Say(_) | Deed::Nothing => "goes on".to_owned(),
    }
}
