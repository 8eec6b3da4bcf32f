//! The world: all that changes on a machine while it boots, in a few words.
//!
//! `facts` is what programs can see (sysfs, /proc, /run); the rest is hidden in the kernel, in udev, in systemd and in
//! the memory of running programs. Two worlds that are equal go on alike.

use crate::scenario::HCAS_MAX;

/// So many units a machine has at most.
pub const UNITS_MAX: usize = 21;
/// So many programs run at once at most.
pub const SLOTS_MAX: usize = 12;

/// What changes while a machine boots.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct World {
    /// What programs can see.
    pub facts: u128,
    /// What is hidden: for each port a byte, then the machine's.
    hidden: u64,
    /// What becomes of each unit, three bits each.
    units: u64,
    /// The programs that run: where each stands, and whether it is in the midst of an action.
    slots: [u32; SLOTS_MAX],
}

/// A fact of a port that programs can see.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PortFact {
    /// A driver has taken the function up.
    Bound,
    /// The RDMA device is registered.
    Registered,
    /// The driver gave the function up.
    Failed,
    /// The subnet manager has made the port active.
    Active,
    /// The netdev exists.
    Netdev,
    /// udev is done with the netdev, which has its name.
    Named,
    /// The netdev is administratively up.
    Up,
    /// The network service has raised it.
    Raised,
    /// It is in connected mode.
    Connected,
    /// The interface manager has seen it in this boot.
    Seen,
}

/// A fact of the machine that programs can see.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MachineFact {
    /// A module is loaded, by its place in [`MODULES`].
    Module(u8),
    /// The file that says that openibd was called in this boot.
    CalledByBoot,
    /// The file that says that openibd runs because of the boot.
    Window,
    /// That file is older than five minutes.
    WindowOld,
    /// The file that says that openibd was called by hand.
    CalledByHand,
}

/// The modules of the stack.
pub const MODULES: [&str; 7] =
    ["mlx5_core", "mlx5_ib", "ib_ipoib", "ib_umad", "ib_uverbs", "rdma_cm", "rdma_ucm"];
/// The place of `mlx5_core` among them.
pub const MLX5_CORE: u8 = 0;
/// The place of `mlx5_ib` among them.
pub const MLX5_IB: u8 = 1;
/// The place of `ib_ipoib` among them.
pub const IB_IPOIB: u8 = 2;

/// Something about a port that no program can see.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PortSecret {
    /// Its event waits for udev.
    Event,
    /// systemd has not heard of it yet.
    Unheard,
    /// The network service looked for it before it existed.
    Missed,
    /// The network service looked for it before udev had named it.
    Unnamed,
    /// It was raised by a program of ibup.
    ByIbup,
    /// The network service had begun before it existed.
    Late,
}

/// Something about the machine that no program can see.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Secret {
    /// udev has told systemd of an RDMA device.
    RdmaHeard,
    /// A person has done what the scenario says, by its place.
    Done(u8),
    /// A unit was killed by its time limit.
    TimedOut,
}

/// What becomes of a unit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum UnitState {
    /// Nobody wants it.
    Inactive,
    /// Its start is queued.
    Queued,
    /// It starts.
    Starting,
    /// It is active.
    Active,
    /// It has done its work.
    Done,
    /// It failed.
    Failed,
    /// Its program was killed.
    Killed,
}

const STATES: [UnitState; 8] = [
    UnitState::Inactive,
    UnitState::Queued,
    UnitState::Starting,
    UnitState::Active,
    UnitState::Done,
    UnitState::Failed,
    UnitState::Killed,
    UnitState::Inactive,
];

impl PortFact {
    /// Returns its bit.
    pub fn bit(self, port: usize) -> u128 {
        1 << (port * 16 + self as usize)
    }
}

impl MachineFact {
    /// Returns its bit.
    pub fn bit(self) -> u128 {
        let base = HCAS_MAX * 16;
        1 << match self {
            Self::Module(index) => base + usize::from(index),
            Self::CalledByBoot => base + 16,
            Self::Window => base + 17,
            Self::WindowOld => base + 18,
            Self::CalledByHand => base + 19,
        }
    }
}

impl PortSecret {
    fn bit(self, port: usize) -> u64 {
        1 << (port * 8 + self as usize)
    }
}

/// Where the count of crashes stands among the secrets.
const CRASHES: u32 = 56;

impl Secret {
    fn bit(self) -> u64 {
        1 << match self {
            Self::RdmaHeard => 32,
            Self::TimedOut => 33,
            Self::Done(index) => 40 + u32::from(index.min(7)),
        }
    }
}

impl World {
    /// Returns whether something is so of a port.
    pub fn has(&self, port: usize, fact: PortFact) -> bool {
        self.facts & fact.bit(port) != 0
    }

    /// Makes something so of a port.
    pub fn set(&mut self, port: usize, fact: PortFact) {
        self.facts |= fact.bit(port);
    }

    /// Makes something not so of a port.
    pub fn unset(&mut self, port: usize, fact: PortFact) {
        self.facts &= !fact.bit(port);
    }

    /// Returns whether something is so of the machine.
    pub fn is(&self, fact: MachineFact) -> bool {
        self.facts & fact.bit() != 0
    }

    /// Makes something so of the machine, or not.
    pub fn make(&mut self, fact: MachineFact, holds: bool) {
        if holds {
            self.facts |= fact.bit();
        } else {
            self.facts &= !fact.bit();
        }
    }

    /// Returns whether a module is loaded, by its place.
    pub fn is_loaded(&self, module: u8) -> bool {
        self.is(MachineFact::Module(module))
    }

    /// Returns whether a secret holds of a port.
    pub fn hides(&self, port: usize, secret: PortSecret) -> bool {
        self.hidden & secret.bit(port) != 0
    }

    /// Makes a secret hold of a port, or not.
    pub fn hide(&mut self, port: usize, secret: PortSecret, holds: bool) {
        if holds {
            self.hidden |= secret.bit(port);
        } else {
            self.hidden &= !secret.bit(port);
        }
    }

    /// Returns whether a secret of the machine holds.
    pub fn knows(&self, secret: Secret) -> bool {
        self.hidden & secret.bit() != 0
    }

    /// Makes a secret of the machine hold.
    pub fn learn(&mut self, secret: Secret) {
        self.hidden |= secret.bit();
    }

    /// Returns how many programs were killed.
    pub fn crashes(&self) -> u8 {
        u8::try_from(self.hidden >> CRASHES).unwrap_or(u8::MAX)
    }

    /// Counts a program that was killed.
    pub fn count_crash(&mut self) {
        self.hidden += 1 << CRASHES;
    }

    /// Returns what becomes of a unit.
    pub fn unit(&self, unit: usize) -> UnitState {
        STATES[usize::try_from(self.units >> (unit * 3) & 7).unwrap_or(0)]
    }

    /// Says what becomes of a unit.
    pub fn set_unit(&mut self, unit: usize, state: UnitState) {
        let place = unit * 3;
        self.units = self.units & !(7 << place) | (state as u64) << place;
    }

    /// Returns the units that a job is queued for or under way, as bits.
    pub fn pending(&self) -> u32 {
        // A unit is pending when its three bits say queued (001) or starting (010).
        const ONES: u64 = 0o111_111_111_111_111_111_111;
        let (low, middle, high) = (self.units & ONES, self.units >> 1 & ONES, self.units >> 2 & ONES);
        let mut spread = (low ^ middle) & !high;
        let mut bits = 0;
        while spread != 0 {
            bits |= 1 << (spread.trailing_zeros() / 3);
            spread &= spread - 1;
        }
        bits
    }

    /// Returns where a program stands, and whether it is in the midst of an action.
    pub fn program(&self, slot: usize) -> Option<(u32, bool)> {
        match self.slots[slot] {
            0 => None,
            word => Some(((word >> 1) - 1, word & 1 == 1)),
        }
    }

    /// Says where a program stands.
    pub fn set_program(&mut self, slot: usize, point: Option<u32>, is_amid: bool) {
        self.slots[slot] = point.map_or(0, |point| (point + 1) << 1 | u32::from(is_amid));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn units_are_pending_from_their_queueing_to_their_end() {
        let mut world = World::default();
        for (unit, state) in STATES[..7].iter().enumerate() {
            world.set_unit(unit + 3, *state);
            assert_eq!(world.unit(unit + 3), *state);
        }
        assert_eq!(world.pending(), 0b11 << 4);
        world.set_unit(UNITS_MAX - 1, UnitState::Queued);
        assert_eq!(world.pending(), 0b11 << 4 | 1 << (UNITS_MAX - 1));
    }

    #[test]
    fn facts_of_ports_and_of_the_machine_do_not_meet() {
        let mut world = World::default();
        for port in 0..HCAS_MAX {
            world.set(port, PortFact::Seen);
        }
        world.make(MachineFact::CalledByHand, true);
        assert_eq!(world.facts.count_ones(), 5);
        assert!(world.has(3, PortFact::Seen) && !world.has(3, PortFact::Bound));
    }

    #[test]
    fn a_program_is_found_where_it_was_put() {
        let mut world = World::default();
        world.set_program(2, Some(7), true);
        assert_eq!(world.program(2), Some((7, true)));
        world.set_program(2, None, false);
        assert_eq!(world, World::default());
    }
}
