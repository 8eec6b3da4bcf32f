//! Events: what a line means, once it is understood.

use ibup_journal::Stamp;

use crate::fact::FactKind;
use crate::name::{HcaName, NetdevName, PciAddress};
use crate::recognize::HCA_DRIVERS;
use crate::rules::RuleId;
use crate::stage::Stage;
use crate::trace::words::Loader;

/// Something that happened in a boot.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Event {
    /// What happened.
    pub kind: EventKind,
    /// What it happened to.
    pub subject: Subject,
    /// The program, or the kernel driver of the function, that says so, as far as the log or its words tell.
    pub speaker: Option<Box<str>>,
    /// When it was written down.
    pub stamp: Stamp,
    /// Its place in the order of the boot's entries. Clocks may be missing or set; the order is always there.
    pub order: u64,
    /// The line that says so.
    pub evidence: Evidence,
}

/// What an event is about, as far as its line says.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Subject {
    /// The PCI function.
    pub pci: Option<PciAddress>,
    /// The RDMA device.
    pub hca: Option<HcaName>,
    /// The port of the RDMA device.
    pub port: Option<u8>,
    /// The network device.
    pub netdev: Option<NetdevName>,
}

/// One of the sources that were read, by its place in the order of reading.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct SourceId(pub usize);

/// A line of a source, quoted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Evidence {
    /// The source that holds it.
    pub source: SourceId,
    /// Its line there, counted from 1.
    pub line: u64,
    /// The line, clean, and cut if it is very long.
    pub text: Box<str>,
}

/// All that can happen, as far as the chain is concerned.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum EventKind {
    /// The kernel said its first words.
    BootBegan,
    /// systemd said that the boot is over.
    BootFinished,
    /// The machine begins to shut down: what happens from here on is no failure.
    BootEnded,
    /// The journal says itself that it lost lines.
    LinesLost,
    /// Somebody set the clock on the wall by more than a minute.
    ClockSet,

    /// The kernel enumerated a PCI function.
    FunctionFound(PciIdentity),
    /// The kernel gave a PCI function its resources: BARs, power states, an IOMMU group.
    FunctionSetUp,
    /// The kernel found which buses lie behind a PCI bridge: the first and the last.
    BridgeFound(u8, u8),

    /// The driver speaks of a function it has taken up; its firmware need not be ready yet.
    DriverBound,
    /// The driver has the function at work.
    DriverReady,
    /// The driver gave the function up.
    DriverFailed {
        /// The kernel's error number, negative as the kernel prints it.
        errno: Option<i32>,
    },
    /// The RDMA device of the function exists.
    DeviceRegistered,

    /// A service that loads the driver stack speaks.
    Stack(StackService, Progress),
    /// Somebody asked for a kernel module.
    ModuleRequested(Box<str>),
    /// The kernel took a module of the stack in, and runs it; who had it do so is told where somebody traced it.
    ModuleLoaded {
        /// The module.
        module: Box<str>,
        /// Who it was.
        by: LoadedBy,
    },

    /// The driver planned the queues of a netdev of this function; for an InfiniBand function that is IPoIB's netdev
    /// coming to be.
    NetdevCreated,
    /// `ib_ipoib`, which therefore is loaded, failed to make the netdev.
    NetdevFailed,
    /// Somebody speaks of the netdev as of one that exists.
    NetdevSeen,
    /// The netdev got another name.
    NetdevRenamed {
        /// The name it had.
        from: NetdevName,
    },
    /// The netdev should have got another name, and keeps the one it has.
    NetdevRenameFailed {
        /// The name it should have got.
        to: NetdevName,
    },

    /// The interface manager left raising the netdev to the network service, because the system is booting.
    HandOffDeferred,
    /// The interface manager said something that changes nothing.
    ManagerSpoke,
    /// The interface manager's unit for the netdev failed.
    ManagerFailed,

    /// A network service speaks of itself.
    Network(NetworkStack, Progress),
    /// The network service wanted the netdev, which did not exist.
    RaiseFoundNothing(Option<NetworkStack>),
    /// The network service began to raise the netdev.
    RaiseBegan(Option<NetworkStack>),
    /// Raising the netdev failed.
    RaiseFailed(Option<NetworkStack>),
    /// The netdev was raised.
    Raised(Option<NetworkStack>),
    /// The bond or bridge that the netdev is to be a port of could not be raised, or did not take it in.
    MasterFailed,
    /// The boot waited for the network to be there and gave up.
    OnlineWaitFailed,
    /// Somebody took the netdev down, in good order.
    Lowered,

    /// A cable is in the port.
    CablePlugged,
    /// No cable is in the port.
    CableUnplugged,
    /// A cable is in the port and cannot be used, for the reason that the driver gives.
    CableFailed(Box<str>),
    /// The physical state of the port changed.
    PhysicalChanged(PhysicalState),
    /// The logical state of the port changed.
    PortChanged(PortState),
    /// The netdev has carrier.
    CarrierGained,
    /// The netdev was raised and waits for carrier.
    CarrierAwaited,
    /// Whoever raised the netdev waited for carrier and gave up.
    CarrierMissing(Option<NetworkStack>),
    /// The netdev has no carrier any more.
    CarrierLost,
    /// Somebody who needs the netdev found it down, or a unit that is for it failed.
    FoundDown,
    /// The link of an Ethernet netdev of an HCA is up. What an `IPoIB` netdev has is carrier.
    EthernetLinkUp,
    /// The link of an Ethernet netdev of an HCA, which somebody has raised, is down.
    EthernetLinkDown,
    /// The subnet manager of this machine speaks, or somebody of it.
    SubnetManager(Progress),
    /// A tool begins to tell of an RDMA device or of a port of it; the lines after it name neither.
    DeviceShown,

    /// Somebody asks for an address for the netdev, by DHCP.
    AddressRequested,
    /// The netdev has an address.
    AddressAssigned,

    /// A line that only one diagnosis cares for.
    Sign {
        /// The code of the diagnosis.
        code: &'static str,
        /// What the line tells of it: a module, a state, a step. Empty where it tells no more than itself.
        detail: Box<str>,
    },

    /// A line of the machine's files, rather than of its log.
    Told(FactKind),
    /// A driver's word on its function that no pattern understands. It moves nothing; boots are compared by it.
    NotUnderstood,
    /// A line that a rule of the site knows. It moves nothing; only that rule cares for it.
    RuleMatched(RuleId),
}

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

impl Event {
    /// Returns whether this can only happen to a netdev that exists.
    pub fn shows_netdev(&self) -> bool {
        let Some(name) = &self.subject.netdev else { return self.kind.shows_netdev() };
        let by_kind = match &self.kind {
            // These two try what they see; a child they may have tried to make.
            EventKind::RaiseFailed(Some(NetworkStack::NetworkManager | NetworkStack::Networkd)) => {
                name.parent().is_none()
            }
            // A bond names who is to be its port.
            EventKind::Sign { code: "IB0613", .. } => true,
            kind => kind.shows_netdev(),
        };
        by_kind || self.kind.is_link_trouble() || self.kind.is_address_trouble()
    }

    /// Returns whether the driver of an HCA says this.
    pub fn is_by_hca_driver(&self) -> bool {
        self.speaker.as_deref().is_some_and(|speaker| HCA_DRIVERS.contains(&speaker))
    }

    /// Returns whether this is of a program that only the vendor's stack has: openibd or its interface manager.
    pub fn is_by_vendor(&self) -> bool {
        let is_manager = matches!(self.speaker.as_deref(), Some("mlnx_interface_mgr" | "mlnx_conf_mgr"));
        is_manager || self.is_by_openibd() || matches!(self.kind, EventKind::Sign { code: "IB0317", .. })
    }

    /// Returns whether openibd says this, of itself or of what keeps it from its work, or somebody says it of openibd.
    pub fn is_by_openibd(&self) -> bool {
        self.speaker.as_deref() == Some("openibd") || self.kind.is_of_openibd()
    }
}

impl Event {
    /// Returns whether this tells that its function makes an Ethernet netdev.
    pub fn shows_ethernet(&self) -> bool {
        let is_renamed = |from: &NetdevName| {
            let is_ipoib = self.subject.netdev.as_ref().is_some_and(NetdevName::looks_like_ipoib);
            from.as_str().starts_with("eth") && !is_ipoib
        };
        let tells = match &self.kind {
            EventKind::FunctionFound(identity) => identity.is_ethernet(),
            EventKind::NetdevRenamed { from } => is_renamed(from),
            EventKind::Sign { code, .. } => *code == "IB0403",
            _ => false,
        };
        tells && self.subject.pci.is_some()
    }
}

impl EventKind {
    /// Returns whether this says of itself that the link cannot be: a sign of the link stage whose code stands alone.
    /// Signs that are mere circumstances have a word after the code.
    pub fn is_link_trouble(&self) -> bool {
        let Self::Sign { code, .. } = self else { return false };
        code.len() == 6 && Stage::of_code(code) == Some(Stage::Link)
    }

    /// Returns whether by this somebody who held up the boot for the network gave up.
    pub fn is_wait_given_up(&self) -> bool {
        matches!(self, Self::OnlineWaitFailed | Self::Sign { code: "IB0608", .. })
    }

    /// Returns whether this says of itself that the netdev did not get its address: a sign of the address stage whose code
    /// stands alone. Signs that are mere circumstances have a word after the code.
    pub fn is_address_trouble(&self) -> bool {
        let Self::Sign { code, .. } = self else { return false };
        code.len() == 6 && Stage::of_code(code) == Some(Stage::Address)
    }

    /// Returns whether this tells the state of a port.
    pub fn is_port_state(&self) -> bool {
        matches!(self, Self::PortChanged(_) | Self::PhysicalChanged(_))
    }

    /// Returns a sign of the diagnosis of this code.
    pub fn sign(code: &'static str, detail: &str) -> Option<Self> {
        Some(Self::Sign { code, detail: detail.into() })
    }

    /// Returns a name for what happened, as it stands in verdicts.
    pub fn name(&self) -> &'static str {
        match self {
            Self::BootBegan => "boot-began",
            Self::BootFinished => "boot-finished",
            Self::BootEnded => "boot-ended",
            Self::LinesLost => "lines-lost",
            Self::ClockSet => "clock-set",
            Self::FunctionFound(_) => "function-found",
            Self::FunctionSetUp => "function-set-up",
            Self::BridgeFound(..) => "bridge-found",
            Self::DriverBound => "driver-bound",
            Self::DriverReady => "driver-ready",
            Self::DriverFailed { .. } => "driver-failed",
            Self::DeviceRegistered => "device-registered",
            Self::Stack(_, Progress::Started) => "stack-started",
            Self::Stack(_, Progress::Spoke) => "stack-spoke",
            Self::Stack(_, Progress::Done) => "stack-done",
            Self::Stack(_, Progress::Failed) => "stack-failed",
            Self::ModuleRequested(_) => "module-requested",
            Self::ModuleLoaded { by: LoadedBy::Told(_), .. } => "module-loaded-by",
            Self::ModuleLoaded { by: LoadedBy::Untold, .. } => "module-loaded",
            Self::ModuleLoaded { by: LoadedBy::Earlier, .. } => "module-loaded-earlier",
            Self::NetdevFailed => "netdev-failed",
            Self::NetdevCreated => "netdev-created",
            Self::NetdevSeen => "netdev-seen",
            Self::NetdevRenamed { .. } => "netdev-renamed",
            Self::NetdevRenameFailed { .. } => "netdev-rename-failed",
            Self::HandOffDeferred => "hand-off-deferred",
            Self::ManagerSpoke => "manager-spoke",
            Self::ManagerFailed => "manager-failed",
            Self::Network(_, Progress::Started) => "network-started",
            Self::Network(_, Progress::Spoke) => "network-spoke",
            Self::Network(_, Progress::Done) => "network-done",
            Self::Network(_, Progress::Failed) => "network-failed",
            Self::RaiseFoundNothing(_) => "raise-found-nothing",
            Self::RaiseBegan(_) => "raise-began",
            Self::OnlineWaitFailed => "online-wait-failed",
            Self::RaiseFailed(_) => "raise-failed",
            Self::Raised(_) => "raised",
            Self::MasterFailed => "master-failed",
            Self::Lowered => "lowered",
            Self::CablePlugged => "cable-plugged",
            Self::CableUnplugged => "cable-unplugged",
            Self::CableFailed(_) => "cable-failed",
            Self::PhysicalChanged(PhysicalState::Polling) => "port-polling",
            Self::PhysicalChanged(PhysicalState::Disabled) => "port-disabled",
            Self::PhysicalChanged(PhysicalState::Training) => "port-training",
            Self::PhysicalChanged(PhysicalState::LinkUp) => "port-link-up",
            Self::PhysicalChanged(PhysicalState::Offline) => "port-offline",
            Self::PortChanged(PortState::Down) => "port-down",
            Self::PortChanged(PortState::Init) => "port-init",
            Self::PortChanged(PortState::Armed) => "port-armed",
            Self::PortChanged(PortState::Active) => "port-active",
            Self::CarrierGained => "carrier-gained",
            Self::CarrierAwaited => "carrier-awaited",
            Self::CarrierMissing(_) => "carrier-missing",
            Self::CarrierLost => "carrier-lost",
            Self::FoundDown => "found-down",
            Self::EthernetLinkUp => "ethernet-link-up",
            Self::EthernetLinkDown => "ethernet-link-down",
            Self::SubnetManager(Progress::Started) => "subnet-manager-started",
            Self::SubnetManager(Progress::Spoke) => "subnet-manager-spoke",
            Self::SubnetManager(Progress::Done) => "subnet-manager-at-work",
            Self::SubnetManager(Progress::Failed) => "subnet-manager-failed",
            Self::DeviceShown => "device-shown",
            Self::AddressRequested => "address-requested",
            Self::AddressAssigned => "address-assigned",
            Self::Sign { .. } => "sign",
            Self::Told(fact) => fact.name(),
            Self::NotUnderstood => "not-understood",
            Self::RuleMatched(_) => "rule-matched",
        }
    }

    /// Returns whether this tells that openibd is at work.
    fn is_of_openibd(&self) -> bool {
        let is_its_load = || self.is_load_by(|unit| matches!(unit, "openibd.service" | "ibup.service"));
        matches!(self, Self::Stack(StackService::Openibd, _)) || is_its_load()
    }

    /// Returns whether rdma-core's loader of modules says this.
    pub fn is_by_rdma_core(&self) -> bool {
        let is_its_unit =
            |unit: &str| matches!(unit, "rdma-load-modules@infiniband.service" | "rdma.service");
        matches!(self, Self::Stack(StackService::RdmaLoadModules, _)) || self.is_load_by(is_its_unit)
    }

    /// Returns whether this is a load of `ib_ipoib`.
    pub fn is_load_of_ipoib(&self) -> bool {
        matches!(self, Self::ModuleLoaded { module, .. } if **module == *"ib_ipoib")
    }

    /// Returns whether this says that a module was there before anybody traced, be it for days.
    pub fn is_load_before_the_trace(&self) -> bool {
        matches!(self, Self::ModuleLoaded { by: LoadedBy::Earlier, .. })
    }

    /// Returns whether a module was loaded by a unit.
    fn is_load_by(&self, is_unit: impl Fn(&str) -> bool) -> bool {
        let Self::ModuleLoaded { by, .. } = self else { return false };
        by.loader().and_then(|loader| loader.who.unit.as_deref()).is_some_and(is_unit)
    }

    /// Returns whether the event can only happen to a function whose driver has it at work.
    pub fn shows_driver(&self) -> bool {
        matches!(
            self,
            Self::DriverReady
                | Self::DeviceRegistered
                | Self::CablePlugged
                | Self::CableUnplugged
                | Self::CableFailed(_)
                | Self::PhysicalChanged(_)
                | Self::PortChanged(_)
                | Self::DeviceShown
        )
    }

    /// Returns whether this tells that `ib_ipoib`, or the HCA driver for it, failed to make the netdev of a port.
    pub fn fails_netdev(&self) -> bool {
        const SIGNS: &[&str] = &["IB0401", "IB0402", "IB0402 step", "IB0406"];
        let is_sign = matches!(self, Self::Sign { code, .. } if SIGNS.contains(code));
        is_sign || *self == Self::NetdevFailed
    }

    /// Returns whether the event can only happen to a netdev that exists.
    pub fn shows_netdev(&self) -> bool {
        matches!(
            self,
            Self::NetdevCreated
                | Self::NetdevSeen
                | Self::NetdevRenamed { .. }
                | Self::NetdevRenameFailed { .. }
                | Self::HandOffDeferred
                | Self::ManagerSpoke
                | Self::MasterFailed
                | Self::Raised(_)
                | Self::RaiseBegan(_)
                | Self::CarrierGained
                | Self::CarrierAwaited
                | Self::CarrierMissing(_)
                | Self::CarrierLost
                | Self::EthernetLinkUp
                | Self::EthernetLinkDown
                | Self::AddressRequested
                | Self::AddressAssigned
        )
    }

    /// Returns the stage that the event belongs to, where it belongs to one.
    pub fn stage(&self) -> Option<Stage> {
        Some(match self {
            Self::FunctionFound(_) | Self::FunctionSetUp => Stage::Pci,
            Self::DriverBound | Self::DriverReady | Self::DriverFailed { .. } | Self::DeviceRegistered => {
                Stage::Driver
            }
            Self::Stack(..) | Self::ModuleRequested(_) | Self::ModuleLoaded { .. } => Stage::Stack,
            Self::NetdevCreated
            | Self::NetdevFailed
            | Self::NetdevSeen
            | Self::NetdevRenamed { .. }
            | Self::NetdevRenameFailed { .. } => Stage::Netdev,
            Self::HandOffDeferred | Self::ManagerSpoke | Self::ManagerFailed | Self::MasterFailed => {
                Stage::HandOff
            }
            Self::Network(..)
            | Self::RaiseFoundNothing(_)
            | Self::RaiseFailed(_)
            | Self::RaiseBegan(_)
            | Self::OnlineWaitFailed
            | Self::Raised(_)
            | Self::Lowered => Stage::Network,
            Self::CablePlugged
            | Self::CableUnplugged
            | Self::CableFailed(_)
            | Self::PhysicalChanged(_)
            | Self::PortChanged(_)
            | Self::CarrierGained
            | Self::CarrierAwaited
            | Self::CarrierMissing(_)
            | Self::CarrierLost
            | Self::EthernetLinkUp
            | Self::EthernetLinkDown => Stage::Link,
            Self::AddressRequested | Self::AddressAssigned => Stage::Address,
            Self::BootBegan
            | Self::FoundDown
            | Self::BridgeFound(..)
            | Self::BootFinished
            | Self::BootEnded
            | Self::LinesLost
            | Self::ClockSet
            | Self::SubnetManager(_)
            | Self::DeviceShown
            | Self::Sign { .. }
            | Self::Told(_)
            | Self::NotUnderstood
            | Self::RuleMatched(_) => return None,
        })
    }
}
