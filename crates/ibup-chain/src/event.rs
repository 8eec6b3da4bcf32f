//! Events: what a line means, once it is understood.

use ibup_journal::Stamp;

use crate::fact::FactKind;
use crate::name::{HcaName, NetdevName, PciAddress};
use crate::recognize::HCA_DRIVERS;
use crate::rules::RuleId;

mod kind;
mod states;

pub(crate) use states::MELLANOX;
pub use states::{LoadedBy, NetworkStack, PciIdentity, PhysicalState, PortState, Progress, StackService};

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

impl SourceId {
    /// Returns the source as it is counted where so many others come before it.
    pub(crate) fn after(self, count: usize) -> Self {
        Self(self.0 + count)
    }
}

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

impl Event {
    /// Returns whether this can only happen to a netdev that exists.
    pub fn shows_netdev(&self) -> bool {
        let Some(name) = &self.subject.netdev else { return self.kind.shows_netdev() };
        let by_kind = match &self.kind {
            // These two try what they see; a child they may have tried to make.
            EventKind::RaiseFailed(Some(NetworkStack::NetworkManager | NetworkStack::Networkd)) => {
                name.parent().is_none()
            }
            // A bond names who is to be its port, the kernel what it opens.
            EventKind::Sign { code: "IB0613" | "IB0803 opened" | "IB0803 opening", .. } => true,
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
