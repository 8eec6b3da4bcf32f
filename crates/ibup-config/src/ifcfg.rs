//! `ifcfg-*` of network-scripts, as on Red Hat and its kin: `/etc/sysconfig/network-scripts`.
//!
//! A file is for the netdev that `DEVICE` names, else for the port whose GUID `HWADDR` ends in, else for the netdev
//! its own name ends in. What a file is called decides nothing once it says `DEVICE`, so files made by nmcli
//! (`ifcfg-storage`) are found; and no file is looked into that is not called `ifcfg-*`.

use std::collections::BTreeMap;

use crate::address::InterfaceAddress;
use crate::fields::Fields;
use crate::hardware_address::HardwareAddress;
use crate::interface::{Child, InterfaceConfig, InterfaceKind, OnBoot, Owner, TransportMode};
use crate::name::NetdevName;
use crate::place::Place;
use crate::selector::{AddressRule, Patterns, Selector};
use crate::shell::{self, ShellError, Value};
use crate::tree::file_name;
use crate::warning::Reading;

mod addresses;
mod file_names;
mod partition;

pub(crate) use addresses::take_suffixed as take_addresses;
pub use file_names::interface_of as interface_of_file;

/// One `ifcfg` file of network-scripts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ifcfg {
    /// The file.
    pub file: String,
    /// `DEVICE`.
    pub device: Option<NetdevName>,
    /// `HWADDR`.
    pub hardware_address: Option<HardwareAddress>,
    /// `TYPE`, or `Vlan` for `VLAN=yes`.
    pub kind: Option<InterfaceKind>,
    /// `NAME`: what NetworkManager calls the connection.
    pub connection_name: Option<String>,
    /// `ONBOOT`; unset means yes.
    pub on_boot: bool,
    /// `BOOTPROTO`.
    pub protocol: Protocol,
    /// `IPADDR`, `IPADDRn` with `PREFIXn` or `NETMASKn`, `IPV6ADDR`, `IPV6ADDR_SECONDARIES`.
    pub addresses: Vec<InterfaceAddress>,
    /// `MTU`.
    pub mtu: Option<u32>,
    /// `CONNECTED_MODE`.
    pub mode: Option<TransportMode>,
    /// `MASTER`, unless `SLAVE=no`.
    pub master: Option<NetdevName>,
    /// `BRIDGE`.
    pub bridge: Option<NetdevName>,
    /// `PKEY`, `PKEY_ID` and `PHYSDEV`, or what the name says.
    pub child: Option<Child>,
    /// `NM_CONTROLLED`; unset means yes.
    pub nm_controlled: bool,
    /// Every variable of the file.
    pub raw: BTreeMap<String, Value>,
}

/// `BOOTPROTO`: where addresses come from.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub enum Protocol {
    /// From this file, if at all.
    #[default]
    Static,
    /// From a server.
    Dhcp,
    /// From elsewhere.
    Other(String),
}

/// Reads one `ifcfg` file.
pub fn read(file: &str, text: &str) -> Result<Reading<Ifcfg>, ShellError> {
    let assignments = shell::read(file, text)?;
    let raw = assignments.iter().map(|a| (a.name.clone(), a.value.clone())).collect();
    let mut fields = Fields::new(assignments);
    let device = device(&mut fields, file);
    let kind = kind(&mut fields);
    let child = partition::take(&mut fields, device.as_ref(), kind);
    let value = Ifcfg {
        file: file.to_owned(),
        hardware_address: fields.parsed("HWADDR", "a hardware address of 6 or 20 bytes"),
        connection_name: fields.text("NAME").map(|(name, _)| name),
        on_boot: fields.switch("ONBOOT").unwrap_or(true),
        protocol: protocol(&mut fields),
        addresses: addresses::take(&mut fields),
        mtu: fields.parsed("MTU", "a number of bytes"),
        mode: fields.switch("CONNECTED_MODE").map(mode),
        master: master(&mut fields),
        bridge: fields.parsed("BRIDGE", "the name of a bridge"),
        nm_controlled: fields.switch("NM_CONTROLLED").unwrap_or(true),
        device,
        kind,
        child,
        raw,
    };
    let (_, warnings) = fields.finish();
    Ok(Reading { value, warnings })
}

/// Takes `DEVICE`; without it and without `HWADDR`, the file's name says which netdev it is for.
fn device(fields: &mut Fields, file: &str) -> Option<NetdevName> {
    let stated = fields.parsed("DEVICE", "the name of a netdev");
    let by_file_name = || file_names::interface_of(file_name(file))?.parse().ok();
    if fields.place("HWADDR").is_some() { stated } else { stated.or_else(by_file_name) }
}

fn kind(fields: &mut Fields) -> Option<InterfaceKind> {
    if fields.switch("VLAN") == Some(true) {
        return Some(InterfaceKind::Vlan);
    }
    let (text, _) = fields.text("TYPE")?;
    Some(match text.to_ascii_lowercase().as_str() {
        "infiniband" => InterfaceKind::Infiniband,
        "ethernet" => InterfaceKind::Ethernet,
        "bond" => InterfaceKind::Bond,
        "bridge" => InterfaceKind::Bridge,
        "vlan" => InterfaceKind::Vlan,
        _ => InterfaceKind::Other,
    })
}

fn protocol(fields: &mut Fields) -> Protocol {
    let text = fields.text("BOOTPROTO").map(|(text, _)| text.to_ascii_lowercase());
    match text.as_deref() {
        None | Some("none" | "static") => Protocol::Static,
        Some("dhcp" | "bootp") => Protocol::Dhcp,
        Some(other) => Protocol::Other(other.to_owned()),
    }
}

fn mode(connected: bool) -> TransportMode {
    if connected { TransportMode::Connected } else { TransportMode::Datagram }
}

fn master(fields: &mut Fields) -> Option<NetdevName> {
    let is_slave = fields.switch("SLAVE").unwrap_or(true);
    fields.parsed("MASTER", "the name of a bond").filter(|_| is_slave)
}

impl Ifcfg {
    /// Returns which netdevs the file is for; none where it names neither a netdev nor a port.
    pub fn selector(&self) -> Selector {
        let names = match (&self.device, self.hardware_address) {
            (Some(name), _) => Patterns::literal(name.as_str()),
            (None, Some(_)) => Patterns::default(),
            (None, None) => Patterns::nothing(),
        };
        Selector {
            names,
            hardware_addresses: self.hardware_address.into_iter().collect(),
            address_rule: AddressRule::PortGuid,
            ..Selector::default()
        }
    }

    /// Returns what the file says in the form common to all services.
    pub fn interface(&self) -> InterfaceConfig {
        let suffix = file_names::interface_of(file_name(&self.file)).unwrap_or_default();
        let label = self.connection_name.as_deref().unwrap_or(suffix);
        let origin = Place::whole(&self.file);
        InterfaceConfig {
            kind: self.kind,
            on_boot: if self.on_boot { OnBoot::Yes } else { OnBoot::No },
            mode: self.mode,
            mtu: self.mtu,
            addresses: self.addresses.clone(),
            dhcp: self.protocol == Protocol::Dhcp,
            child: self.child.clone(),
            bond_master: self.master.clone(),
            bridge: self.bridge.clone(),
            is_open_to_network_manager: self.nm_controlled,
            ..InterfaceConfig::new(Owner::NetworkScripts, label, self.selector(), origin)
        }
    }
}
