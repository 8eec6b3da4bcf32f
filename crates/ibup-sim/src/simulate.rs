//! Simulation: one order of a boot, by the times of the scenario.
//!
//! What can happen is due after a time that the scenario gives; what is due first happens. A seed shifts these times,
//! each for itself; without one they are exact. Nothing else decides, so the same seed gives the same journal to the
//! byte.

use ibup_chain::Verdict;
use rustc_hash::FxHashMap;

use crate::continuation::{Deed, Programs};
use crate::fault::Fault;
use crate::journal::{Journal, Log};
use crate::machine::{Machine, Role};
use crate::part::{kernel, systemd};
use crate::property::Breaches;
use crate::step::{Step, apply, describe, steps};
use crate::world::{Secret, World};

/// A boot that was simulated.
#[derive(Debug, Clone)]
pub struct Simulation {
    /// The journal it wrote.
    pub journal: String,
    /// What happened, in order.
    pub timeline: Vec<Happening>,
    /// What the shipped diagnoser makes of the journal.
    pub verdict: Verdict,
    /// The world in which nothing is left to happen.
    pub end: World,
    /// What must never happen, and did.
    pub breaches: Vec<Breaches>,
    /// Whether it came to an end.
    pub is_complete: bool,
}

/// Something that happened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Happening {
    /// When, in milliseconds since the kernel started.
    pub at_ms: u64,
    /// What.
    pub what: String,
}

/// So many things happen in a boot at most.
const STEPS_MAX: usize = 20_000;
/// How long a moment is: between two actions of a program.
const MOMENT_MS: f64 = 5.0;

/// Boots a machine.
pub fn simulate(machine: &Machine, seed: Option<u64>) -> Simulation {
    let mut clock = Clock { machine, random: seed.map(Random::new), due: FxHashMap::default() };
    let mut programs = Programs::default();
    let mut world = machine.start();
    let mut log = Log::new(&machine.scenario.host, machine.begins);
    let (mut timeline, mut breaches) = (Vec::new(), Vec::new());
    begin(machine, &mut world, &mut log);
    let mut possible = Vec::new();
    let mut is_complete = false;
    while timeline.len() < STEPS_MAX {
        steps(machine, &mut programs, &world, &mut possible);
        operator_steps(machine, &world, &mut possible);
        let Some((step, at_ms)) = clock.next(&possible, &programs, &world, log.now_ms) else {
            is_complete = true;
            break;
        };
        log.now_ms = at_ms;
        timeline.push(Happening { at_ms, what: describe(machine, &programs, &world, step) });
        let broken = apply(machine, &mut programs, &mut world, step, &mut log);
        breaches.extend(Some(broken).filter(|broken| !broken.is_empty()));
    }
    let journal = log.text();
    let verdict = crate::verdict::diagnose(&machine.scenario.host, &journal);
    Simulation { journal, timeline, verdict, end: world, breaches, is_complete }
}

/// The kernel's and systemd's first words.
pub(crate) fn begin(machine: &Machine, world: &mut World, log: &mut Log) {
    kernel::begin(machine, log);
    for words in
        ["Created slice User and Session Slice.", "Mounted /boot.", "Started D-Bus System Message Bus."]
    {
        log.say("systemd", || words.to_owned());
    }
    systemd::settle(machine, world, log);
}

fn operator_steps(machine: &Machine, world: &World, into: &mut Vec<Step>) {
    for index in 0..machine.scenario.operator.len() {
        if !world.knows(Secret::Done(u8::try_from(index).unwrap_or(u8::MAX))) {
            into.push(Step::Operate(index));
        }
    }
}

/// When what can happen is due.
struct Clock<'m> {
    machine: &'m Machine,
    random: Option<Random>,
    due: FxHashMap<Step, u64>,
}

impl Clock<'_> {
    /// Returns what happens next, and when.
    fn next(
        &mut self,
        possible: &[Step],
        programs: &Programs,
        world: &World,
        now_ms: u64,
    ) -> Option<(Step, u64)> {
        // What can no longer happen is not due any more.
        self.due.retain(|step, _| possible.contains(step));
        for step in possible {
            if !self.due.contains_key(step) && !matches!(step, Step::Kill(_)) {
                let due = self.due(*step, programs, world, now_ms);
                self.due.insert(*step, due);
            }
        }
        let due = possible.iter().filter_map(|step| Some((*step, *self.due.get(step)?)));
        let (step, at_ms) = due.min_by_key(|(_, at_ms)| *at_ms)?;
        self.due.remove(&step);
        Some((step, at_ms.max(now_ms)))
    }

    fn due(&mut self, step: Step, programs: &Programs, world: &World, now_ms: u64) -> u64 {
        let scenario = &self.machine.scenario;
        let (at, after) = match step {
            Step::Bind(port) => (scenario.hca[port].bound_at, 0.0),
            Step::Register(0) if self.machine.has(Fault::FirmwareNeverReady) => (0.0, 120.0),
            Step::Register(port) => (0.0, scenario.hca[port].ready_after),
            Step::Name(port) => (0.0, scenario.hca[port].udev_after),
            Step::Start(unit) => (self.start(unit), MOMENT_MS / 1000.0),
            Step::Act(unit) => (0.0, self.act(unit, programs, world)),
            Step::Wake(_) => (0.0, 0.2),
            Step::RunOut(_) => (0.0, 30.0),
            Step::TimeOut(_) => (0.0, 180.0),
            Step::Age => (0.0, 300.0),
            Step::Operate(index) => (scenario.operator[index].at, 0.0),
            Step::Activate(_) | Step::Again(_) => (0.0, 1.0),
            Step::Hear(_) | Step::HearRdma | Step::Manage(_) | Step::Kill(_) => (0.0, MOMENT_MS / 1000.0),
        };
        let (at, after) = match &mut self.random {
            Some(random) => (at * random.factor(), after * random.factor()),
            None => (at, after),
        };
        milliseconds(at).max(now_ms + milliseconds(after))
    }

    fn start(&self, unit: usize) -> f64 {
        let scenario = &self.machine.scenario;
        match self.machine.units[unit].role {
            Role::Stack => scenario.stack.at,
            Role::Network => scenario.network.at,
            Role::Load(load) => scenario.load[usize::from(load)].at,
            Role::Target | Role::Manager(_) | Role::Configure(_) | Role::Raise(_) => 0.0,
        }
    }

    fn act(&self, unit: usize, programs: &Programs, world: &World) -> f64 {
        let slot = self.machine.units[unit].slot;
        let Some((point, is_amid)) = slot.and_then(|slot| world.program(slot)) else { return 0.0 };
        match programs.deed(point) {
            Deed::Load(_) if self.machine.units[unit].role == Role::Stack => {
                self.machine.scenario.stack.takes
            }
            Deed::Raise { .. } if is_amid => self.machine.scenario.network.takes,
            _ => MOMENT_MS / 1000.0,
        }
    }
}

fn milliseconds(seconds: f64) -> u64 {
    std::time::Duration::try_from_secs_f64(seconds.max(0.0))
        .map_or(0, |duration| u64::try_from(duration.as_millis()).unwrap_or(u64::MAX))
}

/// Numbers that look like chance, and are the same for the same seed (Steele, Lea, Flood: `SplitMix64`).
#[derive(Debug, Clone)]
pub struct Random(u64);

impl Random {
    /// Begins at a seed.
    pub fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// Returns the next number.
    pub fn number(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// Returns a number below another.
    pub fn below(&mut self, end: u64) -> u64 {
        self.number() % end.max(1)
    }

    /// Returns true in so many of a hundred cases.
    pub fn chance(&mut self, percent: u64) -> bool {
        self.below(100) < percent
    }

    /// Returns a factor from a quarter to four.
    fn factor(&mut self) -> f64 {
        let step = u32::try_from(self.below(4096)).unwrap_or(0);
        (f64::from(step) / 1024.0 - 2.0).exp2()
    }
}
