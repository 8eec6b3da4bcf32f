//! Keyfiles of connections: `/etc/NetworkManager/system-connections/*.nmconnection`.

use super::KeyfileError;
use super::keyfile::Keyfile;
use crate::address::InterfaceAddress;
use crate::fields::boolean;
use crate::hardware_address::HardwareAddress;
use crate::interface::{Child, InterfaceKind, TransportMode};
use crate::name::NetdevName;
use crate::pkey::Pkey;
use crate::place::Place;
use crate::tree::file_name;
use crate::warning::{Reading, Warning, WarningKind};

/// A connection of NetworkManager.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Connection {
    /// The file.
    pub file: String,
    /// `connection.id`, else the file's name.
    pub id: String,
    /// `connection.uuid`.
    pub uuid: Option<String>,
    /// `connection.type`.
    pub kind: InterfaceKind,
    /// `connection.interface-name`.
    pub interface_name: Option<NetdevName>,
    /// `connection.autoconnect`; unset means yes.
    pub autoconnect: bool,
    /// `connection.autoconnect-priority`: the highest goes first.
    pub priority: i32,
    /// `connection.controller`, formerly `master`: a netdev, or the uuid of a connection.
    pub controller: Option<String>,
    /// `connection.port-type`, formerly `slave-type`.
    pub port_type: Option<String>,
    /// `infiniband.mac-address`, or that of the connection's own type.
    pub hardware_address: Option<HardwareAddress>,
    /// `infiniband.transport-mode`.
    pub mode: Option<TransportMode>,
    /// `infiniband.mtu`, or that of the connection's own type.
    pub mtu: Option<u32>,
    /// `infiniband.p-key` and `infiniband.parent`.
    pub child: Option<Child>,
    /// `ipv4.address1` and so on, then `ipv6`.
    pub addresses: Vec<InterfaceAddress>,
    /// Whether `ipv4.method` or `ipv6.method` asks a server.
    pub dhcp: bool,
    /// Whether it names a netdev or an address that is none; NetworkManager does not use it.
    pub is_invalid: bool,
}

/// Reads the keyfile of a connection.
pub fn read(file: &str, text: &str) -> Result<Reading<Connection>, KeyfileError> {
    let keyfile = Keyfile::read(file, text)?;
    let mut warnings = Vec::new();
    let (kind, group) = kind(&keyfile);
    let own_name = file_name(file).trim_end_matches(".nmconnection");
    let w = &mut warnings;
    let value = Connection {
        file: file.to_owned(),
        id: keyfile.text("connection", "id").unwrap_or_else(|| own_name.to_owned()),
        uuid: keyfile.text("connection", "uuid"),
        interface_name: keyfile.parsed(("connection", "interface-name"), "the name of a netdev", w, parse),
        autoconnect: keyfile
            .parsed(("connection", "autoconnect"), "true or false", w, boolean)
            .unwrap_or(true),
        priority: keyfile.parsed(("connection", "autoconnect-priority"), "a number", w, parse).unwrap_or(0),
        controller: either(&keyfile, "controller", "master"),
        port_type: either(&keyfile, "port-type", "slave-type"),
        hardware_address: keyfile.parsed((&group, "mac-address"), "a hardware address", w, parse),
        mode: keyfile.parsed((&group, "transport-mode"), "datagram or connected", w, parse),
        mtu: keyfile.parsed((&group, "mtu"), "a number of bytes", w, parse).filter(|mtu| *mtu > 0),
        child: child(&keyfile, &group, w),
        addresses: ["ipv4", "ipv6"].iter().flat_map(|family| addresses(&keyfile, family, w)).collect(),
        dhcp: asks_a_server(&keyfile),
        is_invalid: false,
        kind,
    };
    let is_stated = |group, key| keyfile.entry(group, key).is_some();
    let is_invalid = value.interface_name.is_none() && is_stated("connection", "interface-name")
        || value.hardware_address.is_none() && is_stated(&group, "mac-address");
    let value = Connection { is_invalid, ..value };
    if let (Some(written), Some(actual)) =
        (&value.interface_name, value.child.as_ref().and_then(Child::kernel_name))
        && *written != actual
        && let Some(entry) = keyfile.entry("connection", "interface-name")
    {
        let kind = WarningKind::ChildName { written: written.to_string(), actual: actual.to_string() };
        warnings.push(Warning { place: entry.place.clone(), kind });
    }
    Ok(Reading { value, warnings })
}

fn parse<T: std::str::FromStr>(text: &str) -> Option<T> {
    text.parse().ok()
}

/// Returns the kind of a connection, and the group that has what is particular to it.
fn kind(keyfile: &Keyfile) -> (InterfaceKind, String) {
    let stated = keyfile.text("connection", "type");
    let has_own_group = || keyfile.has("infiniband").then(|| "infiniband".to_owned());
    let name = stated.or_else(has_own_group).unwrap_or_default();
    let (kind, group) = match name.as_str() {
        "infiniband" => (InterfaceKind::Infiniband, "infiniband"),
        "ethernet" | "802-3-ethernet" if keyfile.has("802-3-ethernet") => {
            (InterfaceKind::Ethernet, "802-3-ethernet")
        }
        "ethernet" | "802-3-ethernet" => (InterfaceKind::Ethernet, "ethernet"),
        "bond" => (InterfaceKind::Bond, "bond"),
        "bridge" => (InterfaceKind::Bridge, "bridge"),
        "vlan" => (InterfaceKind::Vlan, "vlan"),
        other => (InterfaceKind::Other, other),
    };
    (kind, group.to_owned())
}

fn either(keyfile: &Keyfile, key: &str, former: &str) -> Option<String> {
    keyfile.text("connection", key).or_else(|| keyfile.text("connection", former))
}

/// Returns the child that a `P_Key` makes of the connection; -1 is the default partition and makes none.
fn child(keyfile: &Keyfile, group: &str, warnings: &mut Vec<Warning>) -> Option<Child> {
    let entry = keyfile.entry(group, "p-key").filter(|_| group == "infiniband")?;
    let text = entry.raw.trim();
    if text == "-1" {
        return None;
    }
    let parent: Option<NetdevName> =
        keyfile.parsed((group, "parent"), "the name of the parent", warnings, parse);
    let mut warn = |kind| {
        warnings.push(Warning { place: entry.place.clone(), kind });
    };
    if parent.is_none() && keyfile.entry(group, "mac-address").is_none() {
        warn(WarningKind::Missing { what: "infiniband.parent".to_owned() });
    }
    let pkey = Pkey::from_number(text);
    match &pkey {
        Err(reason) => warn(WarningKind::UnusablePkey { reason: reason.clone() }),
        Ok(pkey) if text.len() == 4 && !text.starts_with("0x") => {
            warn(WarningKind::DecimalPkey { digits: text.to_owned(), pkey: *pkey });
        }
        Ok(_) => {}
    }
    Some(Child::stated(parent, pkey))
}

/// Returns the addresses of a family: `address1=10.0.0.9/24,10.0.0.1`, of which the second is a gateway.
fn addresses(keyfile: &Keyfile, family: &str, warnings: &mut Vec<Warning>) -> Vec<InterfaceAddress> {
    let number = |key: &str| {
        let rest = key.strip_prefix("addresses").or_else(|| key.strip_prefix("address"))?;
        if rest.is_empty() { Some(0) } else { rest.parse::<u32>().ok() }
    };
    let mut keys: Vec<(u32, &str)> =
        keyfile.entries(family).filter_map(|(key, _)| Some((number(key)?, key))).collect();
    keys.sort_unstable();
    let address = |text: &str| text.split([',', ';', ' ']).next().and_then(parse);
    let found = keys.iter().filter_map(|(_, key)| {
        keyfile.parsed((family, key), "an address and the length of its prefix", warnings, address)
    });
    found.collect()
}

fn asks_a_server(keyfile: &Keyfile) -> bool {
    keyfile.text("ipv4", "method").as_deref() == Some("auto")
        || keyfile.text("ipv6", "method").as_deref() == Some("dhcp")
}

impl Connection {
    /// Returns the file as a place.
    pub(super) fn place(&self) -> Place {
        Place::whole(&self.file)
    }
}
