//! Definitions of interfaces, key by key.

use super::yaml::Node;
use crate::address::InterfaceAddress;
use crate::fields::boolean;
use crate::hardware_address::HardwareAddress;
use crate::interface::{Renderer, TransportMode};
use crate::name::NetdevName;
use crate::place::Place;
use crate::selector::{Pattern, Patterns};
use crate::warning::{Warning, WarningKind};

/// An interface, or a group of them, as netplan defines it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Definition {
    /// Its id: the netdev's name, unless `match` is stated.
    pub id: String,
    /// The section it stands in.
    pub section: Section,
    /// `renderer`, its own or its section's.
    pub renderer: Option<Renderer>,
    /// `match`.
    pub matches: Option<Match>,
    /// `set-name`.
    pub set_name: Option<NetdevName>,
    /// `infiniband-mode`.
    pub mode: Option<TransportMode>,
    /// `dhcp4`.
    pub dhcp4: Option<bool>,
    /// `dhcp6`.
    pub dhcp6: Option<bool>,
    /// `addresses`.
    pub addresses: Vec<InterfaceAddress>,
    /// `mtu`.
    pub mtu: Option<u32>,
    /// `optional`: whether the boot does not wait for it.
    pub optional: Option<bool>,
    /// `activation-mode`.
    pub activation_mode: Option<ActivationMode>,
    /// `interfaces`: ids of a bond's or a bridge's ports.
    pub ports: Vec<String>,
    /// Where it was defined first.
    pub place: Place,
}

/// The section of a definition.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Section {
    /// `ethernets`, which IPoIB interfaces belong to as well.
    Ethernets,
    /// `bonds`.
    Bonds,
    /// `bridges`.
    Bridges,
    /// `vlans`.
    Vlans,
}

/// `match`: which netdevs a definition is for; all that is stated must agree.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Match {
    /// `name`.
    pub names: Patterns,
    /// `macaddress`.
    pub hardware_address: Option<HardwareAddress>,
    /// `driver`.
    pub drivers: Patterns,
    /// Whether `macaddress` is none; netplan takes no such file.
    pub is_invalid: bool,
}

/// `activation-mode`: who raises it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ActivationMode {
    /// Somebody who asks.
    Manual,
    /// Nobody.
    Off,
}

impl Definition {
    pub(super) fn new(id: &str, section: Section, place: Place) -> Self {
        Self {
            id: id.to_owned(),
            section,
            renderer: None,
            matches: None,
            set_name: None,
            mode: None,
            dhcp4: None,
            dhcp6: None,
            addresses: Vec::new(),
            mtu: None,
            optional: None,
            activation_mode: None,
            ports: Vec::new(),
            place,
        }
    }

    /// Lays a mapping over what is known: single values replace, lists grow.
    pub(super) fn overlay(&mut self, file: &str, node: &Node, warnings: &mut Vec<Warning>) {
        for (key, node) in node.entries().into_iter().flatten() {
            let mut values = Values { file, key, warnings };
            match key {
                "renderer" => self.renderer = values.parsed(node, "networkd or NetworkManager", renderer),
                "match" => self.matches.get_or_insert_default().overlay(file, node, warnings),
                "set-name" => {
                    self.set_name = values.parsed(node, "the name of a netdev", |text| text.parse().ok());
                }
                "infiniband-mode" => {
                    self.mode = values.parsed(node, "datagram or connected", |text| text.parse().ok());
                }
                "dhcp4" => self.dhcp4 = values.parsed(node, "true or false", boolean),
                "dhcp6" => self.dhcp6 = values.parsed(node, "true or false", boolean),
                "addresses" => self.addresses.extend(values.addresses(node)),
                "mtu" => self.mtu = values.parsed(node, "a number of bytes", |text| text.parse().ok()),
                "optional" => self.optional = values.parsed(node, "true or false", boolean),
                "activation-mode" => {
                    self.activation_mode = values.parsed(node, "manual or off", activation_mode);
                }
                "interfaces" => {
                    self.ports
                        .extend(node.items().iter().filter_map(|item| item.scalar().map(str::to_owned)));
                }
                _ => {}
            }
        }
    }
}

impl Match {
    fn overlay(&mut self, file: &str, node: &Node, warnings: &mut Vec<Warning>) {
        for (key, node) in node.entries().into_iter().flatten() {
            let mut values = Values { file, key, warnings };
            let patterns = || Patterns {
                any_of: node.items().iter().filter_map(|item| item.scalar().map(Pattern::new)).collect(),
                negated: false,
            };
            match key {
                "name" => self.names = patterns(),
                "driver" => self.drivers = patterns(),
                "macaddress" => {
                    self.hardware_address =
                        values.parsed(node, "a hardware address", |text| text.parse().ok());
                    self.is_invalid = self.hardware_address.is_none();
                }
                _ => {}
            }
        }
    }
}

/// Reads the values of one key.
pub(super) struct Values<'a> {
    pub(super) file: &'a str,
    pub(super) key: &'a str,
    pub(super) warnings: &'a mut Vec<Warning>,
}

impl Values<'_> {
    pub(super) fn parsed<T>(
        &mut self,
        node: &Node,
        expected: &'static str,
        parse: impl Fn(&str) -> Option<T>,
    ) -> Option<T> {
        if node.is_null() {
            return None;
        }
        match node.scalar() {
            Some(text) => self.text(text, node, expected, parse),
            None => self.text("a collection", node, expected, |_| None),
        }
    }

    fn text<T>(
        &mut self,
        text: &str,
        node: &Node,
        expected: &'static str,
        parse: impl Fn(&str) -> Option<T>,
    ) -> Option<T> {
        let parsed = parse(text.trim());
        if parsed.is_none() {
            let (key, value) = (self.key.to_owned(), text.to_owned());
            let kind = WarningKind::Ignored { key, value, expected };
            self.warnings.push(Warning { place: Place::new(self.file, node.line), kind });
        }
        parsed
    }

    /// Returns addresses; one with options is a mapping whose key is the address.
    fn addresses(&mut self, node: &Node) -> Vec<InterfaceAddress> {
        let mut found = Vec::new();
        for item in node.items().into_iter().filter(|item| !item.is_null()) {
            let key = item.entries().and_then(|mut entries| entries.next()).map(|(key, _)| key);
            let address: Option<InterfaceAddress> = match key {
                Some(key) => self.text(key, item, "an address", |text| text.parse().ok()),
                None => self.parsed(item, "an address", |text| text.parse().ok()),
            };
            found.extend(address);
        }
        found
    }
}

/// Reads the name of a renderer.
pub(super) fn renderer(text: &str) -> Option<Renderer> {
    match text {
        "networkd" => Some(Renderer::Networkd),
        "NetworkManager" => Some(Renderer::NetworkManager),
        _ => None,
    }
}

fn activation_mode(text: &str) -> Option<ActivationMode> {
    match text {
        "manual" => Some(ActivationMode::Manual),
        "off" => Some(ActivationMode::Off),
        _ => None,
    }
}
