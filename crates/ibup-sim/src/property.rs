//! Properties: what must always hold, what must hold in the end, and what must be seen to happen at all.

use serde::Serialize;

use crate::machine::{Machine, PolicyName, Role};
use crate::scenario::Bounds;
use crate::world::{PortFact, PortSecret, World};

/// Something that must never happen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Breach {
    /// An interface is raised that its configuration does not want up.
    Unwanted,
    /// Two programs are at one interface at once.
    TwoWriters,
    /// An interface with a link is taken down.
    Bounce,
    /// An interface is raised before its settings are applied.
    Unconfigured,
    /// An interface is raised that is up.
    RaisedTwice,
}

/// The breaches of one step.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Breaches(u8);

impl Breaches {
    /// Adds one.
    pub fn add(&mut self, breach: Breach) {
        self.0 |= 1 << breach as u8;
    }

    /// Returns whether one is among them.
    pub fn has(self, breach: Breach) -> bool {
        self.0 & (1 << breach as u8) != 0
    }

    /// Returns whether there is none.
    pub fn is_empty(self) -> bool {
        self.0 == 0
    }
}

/// How a property is meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum PropertyKind {
    /// In no step of any order is it broken.
    Always,
    /// When nothing is left to happen, it holds.
    ByDeadline,
    /// In some order it comes about: what always holds would mean little if it did not.
    Sometimes,
}

/// A property.
#[derive(Debug, Clone)]
pub struct Property {
    /// Its name.
    pub name: String,
    /// How it is meant.
    pub kind: PropertyKind,
    /// What it looks at.
    pub test: Test,
}

/// What a property looks at.
#[derive(Debug, Clone, Copy)]
pub enum Test {
    /// A breach that no step may have.
    Never(Breach),
    /// Whether the interface of a port is up as wished when nothing is left to happen.
    EndsUp(usize),
    /// Any world.
    Seen(fn(&Machine, &World) -> bool),
}

/// Returns the properties of a machine.
pub fn properties(machine: &Machine) -> Vec<Property> {
    let property = |name: &str, kind, test| Property { name: name.to_owned(), kind, test };
    let always = |name, breach| property(name, PropertyKind::Always, Test::Never(breach));
    let sometimes = |name, test| property(name, PropertyKind::Sometimes, Test::Seen(test));
    let mut properties = vec![
        always("never-raise-unwanted", Breach::Unwanted),
        always("never-two-writers", Breach::TwoWriters),
        always("never-bounce-active-link", Breach::Bounce),
        always("configured-before-first-up", Breach::Unconfigured),
        always("never-raise-what-is-up", Breach::RaisedTwice),
    ];
    let wanted = (0..machine.ports.len()).filter(|port| machine.is_wanted(*port));
    properties.extend(wanted.map(|port| {
        let name = format!("{}-ends-up", machine.ports[port].name);
        property(&name, PropertyKind::ByDeadline, Test::EndsUp(port))
    }));
    properties.push(sometimes("an-interface-comes-up", some_up));
    let Bounds { crashes, .. } = machine.scenario.explore;
    if machine.variant.policy == PolicyName::Converge && crashes > 0 {
        properties.push(sometimes("a-program-is-killed", |_, world| world.crashes() > 0));
    }
    let has_stranger = !machine.scenario.load.is_empty() && machine.unit_of(Role::Stack).is_none();
    if has_stranger && machine.unit_of(Role::Network).is_some() {
        properties.push(sometimes("the-netdev-comes-after-the-network-service", |machine, world| {
            (0..machine.ports.len()).any(|port| world.hides(port, PortSecret::Late))
        }));
        properties.push(sometimes("the-netdev-comes-before-the-network-service", |machine, world| {
            (0..machine.ports.len()).any(|port| {
                world.has(port, PortFact::Raised)
                    && !world.hides(port, PortSecret::Late)
                    && !world.hides(port, PortSecret::ByIbup)
            })
        }));
    }
    properties
}

/// Returns whether an interface is up, unless nobody wants it up or it has no link.
pub fn is_up_as_wished(machine: &Machine, world: &World, port: usize) -> bool {
    let is_expected = machine.is_wanted(port) && machine.has_link(port);
    !is_expected || (world.has(port, PortFact::Up) && world.has(port, PortFact::Active))
}

fn some_up(machine: &Machine, world: &World) -> bool {
    let is_up = |port| world.has(port, PortFact::Up) && world.has(port, PortFact::Active);
    let is_any_wanted = (0..machine.ports.len()).any(|port| machine.is_wanted(port));
    !is_any_wanted || (0..machine.ports.len()).any(is_up)
}
