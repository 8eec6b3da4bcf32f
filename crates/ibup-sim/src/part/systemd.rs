//! systemd: jobs, their order, and what it says of them.
//!
//! An order holds between jobs: a start waits for the jobs of the units it comes after that are queued or under way. A
//! unit that no job is queued for holds up nobody; that is why a service that starts before anybody has asked for
//! another is not held up by the order between them. A unit that has done its work, or failed, has no job.

use crate::journal::Journal;
use crate::machine::{Machine, Role};
use crate::scenario::NetworkService;
use crate::step::Step;
use crate::units::Kind;
use crate::world::{UnitState, World};

/// systemd has said both a unit's name and its description since this version.
const NAMES_SINCE: u32 = 249;
/// systemd has called the end of a unit's work so since this version.
const DEACTIVATED_SINCE: u32 = 246;

/// Adds what systemd can do now.
pub(crate) fn steps(machine: &Machine, world: &World, steps: &mut Vec<Step>) {
    let pending = world.pending();
    for (index, unit) in machine.units.iter().enumerate() {
        let state = world.unit(index);
        if state == UnitState::Queued
            && unit.role != Role::Target
            && unit.waits_for & pending == 0
            && !is_locked(machine, world, unit.role)
        {
            steps.push(Step::Start(index));
        }
        if state == UnitState::Killed && machine.scenario.explore.restarts {
            steps.push(Step::Again(index));
        }
    }
}

/// Returns whether another program of ibup holds the lock of an interface, so that this one would wait for it.
fn is_locked(machine: &Machine, world: &World, role: Role) -> bool {
    let other = match role {
        Role::Configure(port) => Role::Raise(port),
        Role::Raise(port) => Role::Configure(port),
        _ => return false,
    };
    machine.unit_of(other).is_some_and(|unit| world.unit(unit) == UnitState::Starting)
}

/// Queues the start of a unit that is not active and not queued yet.
pub(crate) fn queue(machine: &Machine, world: &mut World, role: Role) {
    let Some(unit) = machine.unit_of(role) else { return };
    if matches!(world.unit(unit), UnitState::Inactive | UnitState::Done | UnitState::Failed) {
        world.set_unit(unit, UnitState::Queued);
    }
}

/// Reaches all targets that nothing holds up any more: that takes systemd no time.
pub(crate) fn settle(machine: &Machine, world: &mut World, journal: &mut impl Journal) {
    loop {
        let pending = world.pending();
        let is_due = |index: &usize| {
            let unit = &machine.units[*index];
            unit.role == Role::Target
                && world.unit(*index) == UnitState::Queued
                && unit.waits_for & pending == 0
        };
        let Some(index) = (0..machine.units.len()).find(is_due) else { return };
        world.set_unit(index, UnitState::Active);
        say(machine, index, journal, "Reached target", ".");
    }
}

/// Begins a start; returns whether a program has to be run for it.
pub(crate) fn start(machine: &Machine, world: &mut World, index: usize, journal: &mut impl Journal) -> bool {
    let is_daemon = machine.units[index].role == Role::Network
        && machine.scenario.network.service == NetworkService::NetworkManager;
    let simple = machine.units[index].file.kind == Kind::Simple;
    if simple && !is_daemon {
        say(machine, index, journal, "Started", ".");
    } else {
        say(machine, index, journal, "Starting", "...");
    }
    if is_daemon {
        world.set_unit(index, UnitState::Active);
        say(machine, index, journal, "Started", ".");
    } else {
        world.set_unit(index, UnitState::Starting);
    }
    !is_daemon
}

/// Ends a unit's program.
pub(crate) fn end(
    machine: &Machine,
    world: &mut World,
    index: usize,
    status: u8,
    journal: &mut impl Journal,
) {
    let file = &machine.units[index].file;
    let name = &file.name;
    if status != 0 {
        world.set_unit(index, UnitState::Failed);
        say_of(machine, index, journal, || {
            format!("{name}: Main process exited, code=exited, status={status}/FAILURE")
        });
        say_of(machine, index, journal, || format!("{name}: Failed with result 'exit-code'."));
        if file.kind != Kind::Simple {
            say(machine, index, journal, "Failed to start", ".");
        }
        return;
    }
    world.set_unit(index, if file.remains { UnitState::Active } else { UnitState::Done });
    let systemd = machine.scenario.systemd;
    if !file.remains {
        let done = if systemd >= DEACTIVATED_SINCE { "Deactivated successfully." } else { "Succeeded." };
        say_of(machine, index, journal, || format!("{name}: {done}"));
    }
    if file.kind == Kind::Oneshot {
        let verb = if systemd >= NAMES_SINCE { "Finished" } else { "Started" };
        say(machine, index, journal, verb, ".");
    }
}

/// The start of a unit has taken too long.
pub(crate) fn time_out(machine: &Machine, world: &mut World, index: usize, journal: &mut impl Journal) {
    world.set_unit(index, UnitState::Failed);
    let name = &machine.units[index].file.name;
    say_of(machine, index, journal, || format!("{name}: start operation timed out. Terminating."));
    say_of(machine, index, journal, || format!("{name}: Failed with result 'timeout'."));
    say(machine, index, journal, "Failed to start", ".");
}

/// A program was killed.
pub(crate) fn kill(machine: &Machine, world: &mut World, index: usize, journal: &mut impl Journal) {
    world.set_unit(index, UnitState::Killed);
    let name = &machine.units[index].file.name;
    say_of(machine, index, journal, || format!("{name}: Main process exited, code=killed, status=9/KILL"));
    say_of(machine, index, journal, || format!("{name}: Failed with result 'signal'."));
}

/// Says a verb of a unit, as the version of systemd words it.
fn say(machine: &Machine, index: usize, journal: &mut impl Journal, verb: &str, end: &str) {
    let file = &machine.units[index].file;
    say_of(machine, index, journal, || {
        if machine.scenario.systemd >= NAMES_SINCE {
            format!("{verb} {} - {}{end}", file.name, file.description)
        } else {
            format!("{verb} {}{end}", file.description)
        }
    });
}

/// Says something of a unit; of somebody who is no unit systemd says nothing.
fn say_of(machine: &Machine, index: usize, journal: &mut impl Journal, text: impl FnOnce() -> String) {
    if !machine.units[index].file.description.is_empty() {
        journal.say("systemd", text);
    }
}
