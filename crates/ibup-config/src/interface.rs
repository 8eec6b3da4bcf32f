//! What the configuration says of an interface, in one form for every network service.

use std::fmt;
use std::str::FromStr;

use crate::address::InterfaceAddress;
use crate::name::NetdevName;
use crate::pkey::{Pkey, PkeyError};
use crate::place::Place;
use crate::selector::Selector;
use crate::tree::file_name;

/// What one service is told about an interface, or about all that a selector selects.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InterfaceConfig {
    /// The service that is told.
    pub owner: Owner,
    /// What the service calls this piece: a connection's id, a file, a netplan id, a logical name.
    pub label: String,
    /// Which netdevs it is for.
    pub selector: Selector,
    /// The name, where a single one is written out or follows from parent and `P_Key`.
    pub name: Option<NetdevName>,
    /// What kind of interface it is declared to be.
    pub kind: Option<InterfaceKind>,
    /// Whether the service raises it without being asked.
    pub on_boot: OnBoot,
    /// Whether the service leaves it alone on purpose.
    pub is_unmanaged: bool,
    /// The transport mode, where stated.
    pub mode: Option<TransportMode>,
    /// Whether userspace may join multicast groups that the kernel then ignores, where stated.
    pub umcast: Option<bool>,
    /// The MTU, where stated.
    pub mtu: Option<u32>,
    /// Its addresses, in the order of the file.
    pub addresses: Vec<InterfaceAddress>,
    /// Whether it asks a server for an address.
    pub dhcp: bool,
    /// Its parent and `P_Key`, if it is a child.
    pub child: Option<Child>,
    /// Children that the service creates on it, by name.
    pub creates: Vec<NetdevName>,
    /// The bond it is a port of.
    pub bond_master: Option<NetdevName>,
    /// The ports it is the bond of.
    pub bond_ports: Vec<NetdevName>,
    /// The bridge it is a port of.
    pub bridge: Option<NetdevName>,
    /// Whether NetworkManager may take it as well; only `ifcfg` files of network-scripts say no.
    pub is_open_to_network_manager: bool,
    /// Where it is written.
    pub origin: Place,
}

/// The service that an interface's configuration is addressed to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Owner {
    /// netplan, which writes configuration for one of two services.
    Netplan(Renderer),
    /// ifupdown: `/etc/network/interfaces`.
    Ifupdown,
    /// network-scripts: `/etc/sysconfig/network-scripts`.
    NetworkScripts,
    /// wicked: `/etc/sysconfig/network`.
    Wicked,
    /// NetworkManager's keyfiles.
    NetworkManager,
    /// systemd-networkd.
    Networkd,
}

/// The service that netplan writes for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub enum Renderer {
    /// systemd-networkd.
    #[default]
    Networkd,
    /// NetworkManager.
    NetworkManager,
}

/// Whether a service raises an interface without being asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum OnBoot {
    /// At boot.
    Yes,
    /// When it appears, which at boot it does as well.
    Hotplug,
    /// Never.
    No,
}

/// How IPoIB carries packets.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum TransportMode {
    /// Unreliable datagrams, up to the MTU of the link.
    Datagram,
    /// Reliable connections, up to 65520 bytes.
    Connected,
}

/// What kind of interface it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum InterfaceKind {
    /// IPoIB.
    Infiniband,
    /// Ethernet.
    Ethernet,
    /// A bond of others.
    Bond,
    /// A bridge.
    Bridge,
    /// An Ethernet VLAN.
    Vlan,
    /// Anything else.
    Other,
}

/// A child: a netdev for one partition of its parent's port.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Child {
    /// The parent, where it is written out by name.
    pub parent: Option<NetdevName>,
    /// The `P_Key`, or why what is written is none.
    pub pkey: Result<Pkey, PkeyError>,
    /// What makes it a child.
    pub form: ChildForm,
}

/// What makes an interface a child.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ChildForm {
    /// Its configuration states a `P_Key`.
    Stated,
    /// Its name is that of a parent, a dot and a `P_Key`; on Ethernet such a name is a VLAN's.
    Named,
}

impl InterfaceConfig {
    /// Returns the configuration that says nothing but for whom it is.
    pub fn new(owner: Owner, label: &str, selector: Selector, origin: Place) -> Self {
        Self {
            owner,
            label: label.to_owned(),
            name: selector.only_name(),
            selector,
            kind: None,
            on_boot: OnBoot::No,
            is_unmanaged: false,
            mode: None,
            umcast: None,
            mtu: None,
            addresses: Vec::new(),
            dhcp: false,
            child: None,
            creates: Vec::new(),
            bond_master: None,
            bond_ports: Vec::new(),
            bridge: None,
            is_open_to_network_manager: owner == Owner::NetworkManager,
            origin,
        }
    }

    /// Returns whether netplan wrote this for another service: what counts is netplan's own file.
    pub fn is_written_by_netplan(&self) -> bool {
        let name = file_name(&self.origin.file);
        self.origin.file.starts_with("/run/")
            && (name.starts_with("10-netplan-") || name.starts_with("netplan-"))
    }
}

impl OnBoot {
    /// Returns whether the interface should be up once it exists.
    pub fn is_wanted(self) -> bool {
        self != Self::No
    }
}

impl Child {
    /// Returns the child that a name speaks of: `ib0.8001`, if what follows the last dot could be a `P_Key`.
    pub fn from_name(name: &NetdevName) -> Option<Self> {
        let (parent, suffix) = name.split_child()?;
        let could_be = suffix.starts_with(|c: char| c.is_ascii_hexdigit());
        let pkey = Pkey::from_name_suffix(suffix);
        could_be.then_some(Self { parent: Some(parent), pkey, form: ChildForm::Named })
    }

    /// Returns the child of a stated parent and `P_Key`.
    pub fn stated(parent: Option<NetdevName>, pkey: Result<Pkey, PkeyError>) -> Self {
        Self { parent, pkey, form: ChildForm::Stated }
    }

    /// Returns the name the kernel gives the child when it is created.
    pub fn kernel_name(&self) -> Option<NetdevName> {
        Some(self.pkey.as_ref().ok()?.child_name(self.parent.as_ref()?))
    }

    /// Returns whether this is the child of that parent in that partition, however either is spelled.
    pub fn is(&self, parent: &NetdevName, pkey: Pkey) -> bool {
        self.parent.as_ref() == Some(parent) && self.pkey.as_ref().is_ok_and(|own| own.full() == pkey.full())
    }
}

impl FromStr for TransportMode {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text {
            "datagram" => Ok(Self::Datagram),
            "connected" => Ok(Self::Connected),
            _ => Err(()),
        }
    }
}

impl fmt::Display for TransportMode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Datagram => "datagram",
            Self::Connected => "connected",
        })
    }
}

impl fmt::Display for Owner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Netplan(Renderer::Networkd) => "netplan for systemd-networkd",
            Self::Netplan(Renderer::NetworkManager) => "netplan for NetworkManager",
            Self::Ifupdown => "ifupdown",
            Self::NetworkScripts => "network-scripts",
            Self::Wicked => "wicked",
            Self::NetworkManager => "NetworkManager",
            Self::Networkd => "systemd-networkd",
        })
    }
}
