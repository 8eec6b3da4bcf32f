//! udev: it deals with a netdev's event: names it, writes its entry, runs its rules, and then tells systemd.
//!
//! The vendor's rules start the interface manager themselves (90-ib.rules, `RUN+="/bin/systemctl --no-block start"`);
//! ibup's want units of the device (`SYSTEMD_WANTS`), which systemd queues when it hears of it. The entry is written
//! before listeners are told (systemd, src/udev/udev-worker.c, `worker_process_device`).

use crate::journal::Journal;
use crate::machine::{Machine, Role};
use crate::scenario::Loader;
use crate::step::Step;
use crate::world::{PortFact, PortSecret, Secret, World};

use super::systemd;

/// Adds what udev can do now.
pub(crate) fn steps(machine: &Machine, world: &World, steps: &mut Vec<Step>) {
    for port in 0..machine.ports.len() {
        if world.hides(port, PortSecret::Event) {
            steps.push(Step::Name(port));
        }
        if world.hides(port, PortSecret::Unheard) {
            steps.push(Step::Hear(port));
        }
    }
    let is_rdma_core = |load: &crate::scenario::Load| load.by == Loader::RdmaCore;
    if !world.knows(Secret::RdmaHeard) && machine.scenario.load.iter().any(is_rdma_core) {
        let is_registered = |port| world.has(port, PortFact::Registered);
        if (0..machine.ports.len()).any(is_registered) {
            steps.push(Step::HearRdma);
        }
    }
}

/// udev deals with a netdev.
pub(crate) fn name(machine: &Machine, world: &mut World, port: usize, journal: &mut impl Journal) {
    world.hide(port, PortSecret::Event, false);
    world.set(port, PortFact::Named);
    let plan = &machine.ports[port];
    if plan.name != plan.kernel_name {
        journal.say("kernel", || {
            format!("mlx5_core {} {}: renamed from {}", plan.function, plan.name, plan.kernel_name)
        });
    }
    let index = u8::try_from(port).unwrap_or(0);
    if machine.is_reference() {
        systemd::queue(machine, world, Role::Manager(index));
    } else {
        world.hide(port, PortSecret::Unheard, true);
    }
}

/// systemd hears of a netdev that udev is done with.
pub(crate) fn hear(machine: &Machine, world: &mut World, port: usize) {
    world.hide(port, PortSecret::Unheard, false);
    let index = u8::try_from(port).unwrap_or(0);
    systemd::queue(machine, world, Role::Configure(index));
    systemd::queue(machine, world, Role::Raise(index));
}

/// systemd hears of an RDMA device, which wants rdma-core to load modules.
pub(crate) fn hear_rdma(machine: &Machine, world: &mut World) {
    world.learn(Secret::RdmaHeard);
    for (load, index) in machine.scenario.load.iter().zip(0..) {
        if load.by == Loader::RdmaCore {
            systemd::queue(machine, world, Role::Load(index));
        }
    }
}
