//! What is asked of a kind of event: what it shows of the netdev, the link and the address, and which stage it is of.

use super::{EventKind, LoadedBy, PhysicalState, PortState, Progress, StackService};
use crate::stage::Stage;

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

    /// Returns whether by this packets of the netdev are lost: a sign of the address stage whose word after the code is
    /// `lost`. One or two are no trouble.
    pub fn is_packet_loss(&self) -> bool {
        let Self::Sign { code, .. } = self else { return false };
        code.ends_with(" lost") && Stage::of_code(code) == Some(Stage::Address)
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
    pub(super) fn is_of_openibd(&self) -> bool {
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
