//! `ifcfg-*` of wicked, as on SUSE: `/etc/sysconfig/network`.
//!
//! Here the name of the file is the name of the netdev, an interface is raised only where `STARTMODE` says so, and a
//! bond names its ports rather than a port its bond.

use std::collections::BTreeMap;

use crate::address::InterfaceAddress;
use crate::fields::Fields;
use crate::ifcfg::{self, Protocol};
use crate::interface::{Child, InterfaceConfig, InterfaceKind, OnBoot, Owner, TransportMode};
use crate::name::NetdevName;
use crate::pkey::Pkey;
use crate::place::Place;
use crate::selector::{Patterns, Selector};
use crate::shell::{self, ShellError, Value};
use crate::tree::file_name;
use crate::warning::{Reading, WarningKind};

/// One `ifcfg` file of wicked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SuseIfcfg {
    /// The file.
    pub file: String,
    /// The netdev, which the file's name ends in.
    pub name: Option<NetdevName>,
    /// `STARTMODE`; unset means manual.
    pub start_mode: StartMode,
    /// `BOOTPROTO`.
    pub protocol: Protocol,
    /// `IPADDR`, `IPADDR_suffix` with `PREFIXLEN_suffix` or `NETMASK_suffix`.
    pub addresses: Vec<InterfaceAddress>,
    /// `MTU`.
    pub mtu: Option<u32>,
    /// `IPOIB_MODE`.
    pub mode: Option<TransportMode>,
    /// `IPOIB_UMCAST`: whether userspace may join groups that the kernel then ignores.
    pub umcast: Option<bool>,
    /// `IPOIB_DEVICE` and `IPOIB_PKEY`, or what the name says.
    pub child: Option<Child>,
    /// `BONDING_MASTER`.
    pub is_bond: bool,
    /// `BONDING_SLAVE_n`: the ports of a bond.
    pub bond_ports: Vec<NetdevName>,
    /// `ETHERDEVICE`: the netdev below a VLAN.
    pub ether_device: Option<NetdevName>,
    /// `BRIDGE_PORTS`: the ports of a bridge.
    pub bridge_ports: Vec<NetdevName>,
    /// Every variable of the file.
    pub raw: BTreeMap<String, Value>,
}

/// `STARTMODE`: when an interface is raised.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub enum StartMode {
    /// As soon as it exists.
    Auto,
    /// The same, by its older name.
    Hotplug,
    /// When it has a carrier.
    Ifplugd,
    /// As `Auto`, and never taken down.
    Nfsroot,
    /// When somebody asks.
    #[default]
    Manual,
    /// Never.
    Off,
}

/// Reads one `ifcfg` file.
pub fn read(file: &str, text: &str) -> Result<Reading<SuseIfcfg>, ShellError> {
    let assignments = shell::read(file, text)?;
    let raw = assignments.iter().map(|a| (a.name.clone(), a.value.clone())).collect();
    let mut fields = Fields::new(assignments);
    let name = ifcfg::interface_of_file(file_name(file)).and_then(|name| name.parse().ok());
    let ether_device: Option<NetdevName> = fields.parsed("ETHERDEVICE", "the name of a netdev");
    let value = SuseIfcfg {
        file: file.to_owned(),
        start_mode: start_mode(&mut fields),
        protocol: protocol(&mut fields),
        addresses: ifcfg::take_addresses(&mut fields, &["PREFIXLEN", "NETMASK"]),
        mtu: fields.parsed("MTU", "a number of bytes"),
        mode: fields.parsed("IPOIB_MODE", "connected or datagram"),
        umcast: umcast(&mut fields),
        child: child(&mut fields, name.as_ref().filter(|_| ether_device.is_none())),
        is_bond: fields.switch("BONDING_MASTER").unwrap_or(false),
        bond_ports: bond_ports(&mut fields),
        bridge_ports: names(&mut fields, "BRIDGE_PORTS"),
        name,
        ether_device,
        raw,
    };
    let (_, warnings) = fields.finish();
    Ok(Reading { value, warnings })
}

fn start_mode(fields: &mut Fields) -> StartMode {
    let Some((text, place)) = fields.text("STARTMODE") else {
        return StartMode::default();
    };
    match text.to_ascii_lowercase().as_str() {
        "auto" | "boot" | "onboot" | "on" => StartMode::Auto,
        "hotplug" => StartMode::Hotplug,
        "ifplugd" => StartMode::Ifplugd,
        "nfsroot" => StartMode::Nfsroot,
        "manual" => StartMode::Manual,
        "off" => StartMode::Off,
        _ => {
            fields.ignore("STARTMODE", &text, &place, "auto, hotplug, ifplugd, nfsroot, manual or off");
            StartMode::default()
        }
    }
}

fn protocol(fields: &mut Fields) -> Protocol {
    let text = fields.text("BOOTPROTO").map(|(text, _)| text.to_ascii_lowercase());
    match text.as_deref() {
        None | Some("none" | "static") => Protocol::Static,
        Some(dhcp) if dhcp.starts_with("dhcp") => Protocol::Dhcp,
        Some(other) => Protocol::Other(other.to_owned()),
    }
}

fn umcast(fields: &mut Fields) -> Option<bool> {
    let (text, place) = fields.text("IPOIB_UMCAST")?;
    match text.as_str() {
        "allowed" => Some(true),
        "disallowed" => Some(false),
        _ => {
            fields.ignore("IPOIB_UMCAST", &text, &place, "allowed or disallowed");
            None
        }
    }
}

/// Takes the partition: a stated one is what it is, its membership bit included.
fn child(fields: &mut Fields, name: Option<&NetdevName>) -> Option<Child> {
    let parent: Option<NetdevName> = fields.parsed("IPOIB_DEVICE", "the name of the parent");
    let named = name.and_then(Child::from_name);
    let Some((text, place)) = fields.text("IPOIB_PKEY") else {
        return named;
    };
    let pkey = Pkey::from_number(&text).and_then(Pkey::require_full);
    if let Err(reason) = &pkey {
        fields.warn(&place, WarningKind::UnusablePkey { reason: reason.clone() });
    }
    Some(Child::stated(parent.or_else(|| named?.parent), pkey))
}

fn bond_ports(fields: &mut Fields) -> Vec<NetdevName> {
    let variables = fields.names("BONDING_SLAVE");
    variables.iter().filter_map(|name| fields.parsed(name, "the name of a netdev")).collect()
}

fn names(fields: &mut Fields, variable: &str) -> Vec<NetdevName> {
    let text = fields.text(variable).map(|(text, _)| text).unwrap_or_default();
    text.split_ascii_whitespace().filter_map(|name| name.parse().ok()).collect()
}

impl SuseIfcfg {
    /// Returns what the file says in the form common to all services.
    pub fn interface(&self) -> InterfaceConfig {
        let label = self.name.as_ref().map(ToString::to_string).unwrap_or_default();
        let names = self.name.as_ref().map_or(Patterns::nothing(), |name| Patterns::literal(name.as_str()));
        let kind = match (self.is_bond, self.bridge_ports.is_empty(), &self.ether_device) {
            (true, ..) => Some(InterfaceKind::Bond),
            (_, false, _) => Some(InterfaceKind::Bridge),
            (.., Some(_)) => Some(InterfaceKind::Vlan),
            _ => self.child.as_ref().map(|_| InterfaceKind::Infiniband),
        };
        let selector = Selector { names, ..Selector::default() };
        InterfaceConfig {
            kind,
            on_boot: self.start_mode.on_boot(),
            mode: self.mode,
            umcast: self.umcast,
            mtu: self.mtu,
            addresses: self.addresses.clone(),
            dhcp: self.protocol == Protocol::Dhcp,
            child: self.child.clone(),
            bond_ports: self.bond_ports.clone(),
            ..InterfaceConfig::new(Owner::Wicked, &label, selector, Place::whole(&self.file))
        }
    }
}

impl StartMode {
    fn on_boot(self) -> OnBoot {
        match self {
            Self::Auto | Self::Nfsroot => OnBoot::Yes,
            Self::Hotplug | Self::Ifplugd => OnBoot::Hotplug,
            Self::Manual | Self::Off => OnBoot::No,
        }
    }
}
