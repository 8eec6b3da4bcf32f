//! What is now: one interface and its port, as the kernel shows them, and how far that is on the way to being up.

use ibup_config::configuration::DEFAULT_ORDER;
use ibup_config::{Configuration, InterfaceConfig, NetdevName, Tree};
use serde::{Deserialize, Serialize};

use super::{State, address};
use crate::bringup::interface::configured;
use crate::bringup::interface::facts::{Facts, read};
use crate::bringup::modules::text;
use crate::bringup::stack::ports;
use crate::fact::ShownLine;

/// So many lines of ports are shown to the diagnoser; no machine has as many.
const SHOWN_MAX: usize = 1024;

/// How far an interface has come, each level with all before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Level {
    /// It exists.
    Netdev,
    /// Somebody has raised it.
    Up,
    /// Its port is active, and it has carrier.
    Active,
    /// It has the address that its configuration gives it or, where it gives none, any.
    Addressed,
}

/// One interface as it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Present {
    /// How far it has come; nowhere where it does not exist.
    pub reached: Option<Level>,
    /// Whether its configuration gives it an address.
    pub needs_address: bool,
    /// Its port.
    pub port: PresentPort,
}

/// A port of an RDMA device as it is, as far as the kernel shows one.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct PresentPort {
    /// The RDMA device.
    pub device: Option<String>,
    /// Its number, from 1.
    #[serde(rename = "port")]
    pub number: Option<u32>,
    /// The port's state, such as `ACTIVE`.
    pub port_state: Option<String>,
    /// The state of its physical link, such as `LinkUp`.
    pub physical_state: Option<String>,
    /// `InfiniBand` or `Ethernet`.
    pub link_layer: Option<String>,
    /// Its rate, such as `100 Gb/sec (4X EDR)`.
    pub rate: Option<String>,
}

impl Present {
    /// Looks at an interface.
    pub fn of(tree: &dyn Tree, configuration: &Configuration, name: &NetdevName) -> Self {
        let netdev = Facts::of(tree, name);
        let config = configured::find(tree, configuration, &netdev.question(tree), DEFAULT_ORDER);
        let port = PresentPort::of(tree, &netdev);
        Self {
            reached: reached(tree, &netdev, &port, config),
            needs_address: config.is_some_and(address::is_given),
            port,
        }
    }

    /// Returns how it is, as an interface that should be up.
    pub fn state(&self) -> State {
        match self.reached {
            None => State::Missing,
            Some(Level::Netdev) => State::Down,
            Some(Level::Up) => State::NoLink,
            Some(Level::Active) if self.needs_address => State::NoAddress,
            Some(Level::Active | Level::Addressed) => State::Up,
        }
    }
}

fn reached(
    tree: &dyn Tree,
    netdev: &Facts,
    port: &PresentPort,
    config: Option<&InterfaceConfig>,
) -> Option<Level> {
    let steps = [
        (Level::Netdev, netdev.exists),
        (Level::Up, netdev.is_up),
        (Level::Active, has_carrier(tree, netdev) && port.may_carry()),
        (Level::Addressed, address::is_there(tree, &netdev.name, config)),
    ];
    steps.iter().take_while(|(_, is_reached)| *is_reached).map(|(level, _)| *level).last()
}

/// Returns whether a netdev that is up has carrier: by `carrier`, or where the kernel does not say by `operstate`
/// (`net-sysfs.c`, `carrier_show`; RFC 2863 calls `unknown` what a driver does not tell).
fn has_carrier(tree: &dyn Tree, netdev: &Facts) -> bool {
    match read(tree, &netdev.path("carrier")) {
        Some(carrier) => carrier == "1",
        None => read(tree, &netdev.path("operstate")).is_none_or(|state| state == "up" || state == "unknown"),
    }
}

impl PresentPort {
    /// Finds the port of a netdev; a child has its parent's.
    fn of(tree: &dyn Tree, netdev: &Facts) -> Self {
        let own = netdev.parent.as_ref().unwrap_or(&netdev.name).as_str();
        let netdevs = ports::netdevs(tree);
        let Some(netdev) = netdevs.iter().find(|other| other.name == own) else { return Self::default() };
        let devices = ports::devices(tree);
        let Some(device) = devices.iter().find(|device| netdev.devices.contains(&device.name)) else {
            return Self::default();
        };
        let port = device.ports.iter().find(|port| port.number == netdev.port);
        let told = |text: &str| (!text.is_empty()).then(|| text.to_owned());
        Self {
            device: Some(device.name.clone()),
            number: port.map(|port| port.number),
            port_state: port.and_then(|port| told(&port.state)),
            physical_state: port.and_then(|port| told(&port.physical_state)),
            link_layer: port.and_then(|port| told(&port.link_layer)),
            rate: port.and_then(|port| told(&port.rate)),
        }
    }

    /// Returns whether nothing is known by which the port could not carry a packet. A port that just hands its work over
    /// (`ACTIVE_DEFER`) still does (InfiniBand Architecture Specification, volume 1, 14.2.5.6, `PortState`).
    fn may_carry(&self) -> bool {
        self.port_state.as_deref().is_none_or(|state| state.starts_with("ACTIVE"))
    }
}

/// Returns what the kernel shows of the states of ports, for the diagnoser to read.
pub fn shown(tree: &dyn Tree) -> Vec<ShownLine> {
    let mut lines = Vec::new();
    for device in ports::devices(tree) {
        for port in device.ports.iter().filter(|port| port.link_layer != "Ethernet") {
            let directory = format!("/sys/class/infiniband/{}/ports/{}", device.name, port.number);
            let line = |name| {
                let file = format!("{directory}/{name}");
                let text = text(tree, &file)?.trim().to_owned();
                Some(ShownLine { file, text })
            };
            lines.extend(["phys_state", "state"].into_iter().filter_map(line));
        }
    }
    lines.truncate(SHOWN_MAX);
    lines
}
