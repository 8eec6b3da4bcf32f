//! Exploration: every order of a boot, breadth first.
//!
//! From a world, each step that can happen leads to another; worlds that are equal are one. So orders that come to the
//! same are followed once, and there are far more orders than worlds. Time plays no part: what takes long may come
//! late, and every order of events is one that some times bring about. Breadth first means that the first order found
//! to break a property is a shortest one.

use serde::Serialize;

use crate::continuation::Programs;
use crate::journal::{Log, Silence};
use crate::machine::{Machine, PolicyName};
use crate::part::systemd;
use crate::property::{Property, PropertyKind, Test, is_up_as_wished, properties};
use crate::step::{Step, apply, describe, steps};
use crate::world::{PortSecret, World};

mod graph;

use graph::Graph;

/// What every order of a boot comes to.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Exploration {
    /// By which policy the machine booted.
    pub policy: PolicyName,
    /// Whether the stack's service was enabled: openibd, or ibup.service in its place.
    pub enabled: bool,
    /// How many worlds there are.
    pub states: u64,
    /// How many orders there are; at most what the type holds.
    pub orders: u128,
    /// How long it took, which is the one number that differs from run to run; `null` where nobody measured.
    pub seconds: Option<f64>,
    /// Whether all worlds were looked at.
    pub complete: bool,
    /// How often a program of the machine was run for it.
    pub program_runs: u64,
    /// What becomes of each interface.
    pub interfaces: Vec<Fate>,
    /// What became of each property.
    pub properties: Vec<Checked>,
}

/// What becomes of an interface, counted in orders.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Fate {
    /// Its name.
    pub interface: String,
    /// Whether somebody wants it up.
    pub wanted: bool,
    /// Whether its port has a link.
    pub link: bool,
    /// The orders in which it ends up.
    pub up: u128,
    /// The orders in which it stays down.
    pub down: u128,
    /// The orders in which the network service looked for it before it existed under its name.
    pub missed: u128,
    /// Those of them in which it stays down.
    pub missed_and_down: u128,
}

/// What became of a property.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Checked {
    /// Its name.
    pub name: String,
    /// How it is meant.
    pub kind: PropertyKind,
    /// Whether it holds.
    pub holds: bool,
    /// What the diagnoser makes of the journal of the shortest order that breaks it, where an interface stays down.
    pub cause: Option<Cause>,
    /// The shortest order that breaks it.
    pub counterexample: Vec<Event>,
}

/// A cause that the diagnoser named.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Cause {
    /// Its code.
    pub code: String,
    /// What to do about it.
    pub remedy: Vec<String>,
}

/// One step of an order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Event {
    /// What happened.
    pub step: String,
    /// What the journal had of it.
    pub said: Vec<String>,
}

/// Explores every order of a machine's boot.
pub fn explore(machine: &Machine) -> Exploration {
    let mut programs = Programs::default();
    let mut start = machine.start();
    systemd::settle(machine, &mut start, &mut Silence);
    let properties = properties(machine);
    let mut found: Vec<Option<Broken>> = vec![None; properties.len()];
    let mut graph = Graph::new(start);
    let mut possible = Vec::new();
    let limit = machine.scenario.explore.states;
    let mut next = 0;
    while next < graph.len() && graph.len() <= limit {
        let world = graph.world(next);
        steps(machine, &mut programs, &world, &mut possible);
        let is_end = possible.is_empty();
        for (property, found) in properties.iter().zip(&mut found).filter(|(_, found)| found.is_none()) {
            *found =
                at_world(machine, property, &world, is_end).then_some(Broken { world: next, step: None });
        }
        for step in &possible {
            let mut after = world;
            let breaches = apply(machine, &mut programs, &mut after, *step, &mut Silence);
            if !breaches.is_empty() {
                for (property, found) in
                    properties.iter().zip(&mut found).filter(|(_, found)| found.is_none())
                {
                    if matches!(property.test, Test::Never(breach) if breaches.has(breach)) {
                        *found = Some(Broken { world: next, step: Some(*step) });
                    }
                }
            }
            graph.add(next, *step, after);
        }
        graph.close(next);
        next += 1;
    }
    let complete = next == graph.len();
    let ends = graph.orders();
    let checked = properties.iter().zip(&found);
    let checked: Vec<Checked> =
        checked.map(|(property, found)| check(machine, property, found.as_ref(), complete, &graph)).collect();
    Exploration {
        policy: machine.variant.policy,
        enabled: machine.variant.enabled,
        states: u64::from(graph.len()),
        orders: ends.iter().fold(0, |sum: u128, (_, orders)| sum.saturating_add(*orders)),
        seconds: None,
        complete,
        program_runs: programs.runs(),
        interfaces: (0..machine.ports.len()).map(|port| fate(machine, port, &graph, &ends)).collect(),
        properties: checked,
    }
}

/// Where a property was found broken, or seen to come about.
#[derive(Debug, Clone)]
struct Broken {
    world: u32,
    step: Option<Step>,
}

/// Returns whether a property is broken in a world or, if it is one to come about, does.
fn at_world(machine: &Machine, property: &Property, world: &World, is_end: bool) -> bool {
    match property.test {
        Test::Never(_) => false,
        Test::EndsUp(port) => is_end && !is_up_as_wished(machine, world, port),
        Test::Seen(is_so) => is_so(machine, world),
    }
}

fn check(
    machine: &Machine,
    property: &Property,
    found: Option<&Broken>,
    complete: bool,
    graph: &Graph,
) -> Checked {
    let holds = match property.kind {
        PropertyKind::Sometimes => found.is_some(),
        PropertyKind::Always | PropertyKind::ByDeadline => found.is_none() && complete,
    };
    let (counterexample, cause) = match found.filter(|_| !holds) {
        Some(broken) => {
            let path = graph.path(broken.world).into_iter().chain(broken.step);
            retell(machine, property, &path.collect::<Vec<_>>())
        }
        None => (Vec::new(), None),
    };
    Checked { name: property.name.clone(), kind: property.kind, holds, cause, counterexample }
}

/// Tells an order step by step, with what the journal has of it, and what the diagnoser makes of that.
fn retell(machine: &Machine, property: &Property, path: &[Step]) -> (Vec<Event>, Option<Cause>) {
    let mut programs = Programs::default();
    let mut world = machine.start();
    let mut log = Log::new(&machine.scenario.host, machine.begins);
    crate::simulate::begin(machine, &mut world, &mut log);
    let mut events = Vec::new();
    for step in path {
        log.now_ms += 1000;
        let known = log.lines().len();
        // Which programs wait for what has to be known before one of them goes on.
        steps(machine, &mut programs, &world, &mut Vec::new());
        let what = describe(machine, &programs, &world, *step);
        apply(machine, &mut programs, &mut world, *step, &mut log);
        let prefix = format!(" {} ", machine.scenario.host);
        let said = log.lines()[known..].iter();
        let said = said.map(|line| line.split_once(&prefix).map_or(line.as_str(), |(_, said)| said));
        events.push(Event { step: what, said: said.map(str::to_owned).collect() });
    }
    // Only an interface that stays down is for the diagnoser to explain.
    let Test::EndsUp(port) = property.test else { return (events, None) };
    let verdict = crate::verdict::diagnose(&machine.scenario.host, &log.text());
    let cause = crate::verdict::cause(&verdict, machine.ports[port].name.as_str());
    let cause = cause.map(|cause| Cause { code: cause.code.clone(), remedy: cause.remedy.clone() });
    (events, cause)
}

fn fate(machine: &Machine, port: usize, graph: &Graph, ends: &[(u32, u128)]) -> Fate {
    let mut fate = Fate {
        interface: machine.ports[port].name.to_string(),
        wanted: machine.is_wanted(port),
        link: machine.has_link(port),
        up: 0,
        down: 0,
        missed: 0,
        missed_and_down: 0,
    };
    for (end, orders) in ends {
        let world = graph.world(*end);
        let is_missed = world.hides(port, PortSecret::Missed) || world.hides(port, PortSecret::Unnamed);
        let is_down = !is_up_as_wished(machine, &world, port);
        let counts = [
            (!is_down, &mut fate.up),
            (is_down, &mut fate.down),
            (is_missed, &mut fate.missed),
            (is_missed && is_down, &mut fate.missed_and_down),
        ];
        for (_, count) in counts.into_iter().filter(|(counts, _)| *counts) {
            *count = count.saturating_add(*orders);
        }
    }
    fate
}

impl Exploration {
    /// Returns a property by its name.
    pub fn property(&self, name: &str) -> Option<&Checked> {
        self.properties.iter().find(|property| property.name == name)
    }

    /// Returns whether all properties hold.
    pub fn is_good(&self) -> bool {
        self.complete && self.properties.iter().all(|property| property.holds)
    }
}
