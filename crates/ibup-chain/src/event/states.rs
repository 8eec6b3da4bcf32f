//! What events tell of a function, a service, a port and a module: closed lists of states.

use crate::trace::words::Loader;

/// The PCI vendor Mellanox.
pub(crate) const MELLANOX: u16 = 0x15b3;

/// What the bus says a PCI function is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct PciIdentity {
    /// The vendor (`0x15b3` is Mellanox).
    pub vendor: u16,
    /// The device.
    pub device: u16,
    /// Base class, sub class and programming interface (`0x020700` is an InfiniBand controller).
    pub class: u32,
}

impl PciIdentity {
    /// Returns whether the class is that of an InfiniBand controller (PCI Code and ID Assignment: 02 07), of an
    /// Omni-Path fabric controller (02 08), or one of those that older HCAs bear: InfiniBand as a serial bus (0c 06), and
    /// a ConnectX-3 that may be either as "other network controller" (02 80).
    pub fn is_fabric(self) -> bool {
        let class = self.class >> 8;
        matches!(class, 0x0207 | 0x0208 | 0x0c06) || (class == 0x0280 && self.is_mellanox())
    }

    /// Returns whether the vendor is Mellanox.
    pub fn is_mellanox(self) -> bool {
        self.vendor == MELLANOX
    }

    /// Returns whether the class is that of an Omni-Path fabric controller (02 08).
    pub fn is_omni_path(self) -> bool {
        self.class >> 8 == 0x0208
    }

    /// Returns whether this is a virtual function of a Mellanox HCA.
    ///
    /// Source: Linux, drivers/net/ethernet/mellanox/mlx5/core/main.c, `mlx5_core_pci_table`, and mlx4/main.c,
    /// `mlx4_pci_table`.
    pub fn is_virtual_function(self) -> bool {
        const DEVICES: &[u16] =
            &[0x1002, 0x1004, 0x1012, 0x1014, 0x1016, 0x1018, 0x101a, 0x101c, 0x101e, 0xa2d3];
        self.is_mellanox() && DEVICES.contains(&self.device)
    }

    /// Returns whether this is an HCA of the generation of NDR (400 Gb/s) or of a later one: `ConnectX-7`, `ConnectX-8`,
    /// `BlueField-3`.
    ///
    /// Source: Linux, drivers/net/ethernet/mellanox/mlx5/core/main.c, `mlx5_core_pci_table`.
    pub fn is_ndr(self) -> bool {
        self.is_mellanox() && matches!(self.device, 0x1021 | 0x1023 | 0xa2dc)
    }

    /// Returns whether the class is that of an Ethernet controller (02 00).
    pub fn is_ethernet(self) -> bool {
        self.class >> 8 == 0x0200
    }
}

/// Who had a module loaded, as far as the log tells.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum LoadedBy {
    /// The trace tells.
    Told(Box<Loader>),
    /// The line names the module alone.
    Untold,
    /// The module was there before anybody traced.
    Earlier,
}

impl LoadedBy {
    /// Returns the process that had the module loaded, with whatever else is known of it.
    pub fn loader(&self) -> Option<&Loader> {
        match self {
            Self::Told(loader) => Some(loader),
            Self::Untold | Self::Earlier => None,
        }
    }
}

/// A service that loads the driver stack.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum StackService {
    /// The vendor's openibd, or ibup in its place.
    Openibd,
    /// rdma-core's `rdma-load-modules@.service`.
    RdmaLoadModules,
}

/// The network service that owns an interface.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum NetworkStack {
    /// RHEL's network-scripts (`network.service`).
    NetworkScripts,
    /// Debian's ifupdown (`networking.service`).
    Ifupdown,
    /// NetworkManager.
    NetworkManager,
    /// systemd-networkd.
    Networkd,
    /// SUSE's wicked.
    Wicked,
}

impl NetworkStack {
    /// Returns the name as it stands in verdicts.
    pub fn name(self) -> &'static str {
        match self {
            Self::NetworkScripts => "network-scripts",
            Self::Ifupdown => "ifupdown",
            Self::NetworkManager => "NetworkManager",
            Self::Networkd => "systemd-networkd",
            Self::Wicked => "wicked",
        }
    }
}

/// How far a service has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Progress {
    /// It was started.
    Started,
    /// It said something in between.
    Spoke,
    /// It did its work.
    Done,
    /// It failed.
    Failed,
}

/// The physical state of a port (InfiniBand Architecture Specification, volume 1, 14.2.5.6, `PortPhysicalState`), and what
/// Omni-Path has beyond it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum PhysicalState {
    /// It looks for a partner.
    Polling,
    /// Somebody switched it off.
    Disabled,
    /// It has found a partner and they do not agree yet.
    Training,
    /// The link is there.
    LinkUp,
    /// Omni-Path: it does not even look for a partner.
    Offline,
}

/// The logical state of a port (InfiniBand Architecture Specification, volume 1, 14.2.5.6, `PortState`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum PortState {
    /// No physical link.
    Down,
    /// The link is there, and no subnet manager has configured the port.
    Init,
    /// The subnet manager is configuring the port.
    Armed,
    /// The port carries traffic.
    Active,
}
