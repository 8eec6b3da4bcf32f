//! Faults: what can be broken on purpose. The list is closed, and each names the diagnosis that has to find it.

use serde::Deserialize;

/// Something broken on purpose.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Fault {
    /// The firmware of the first HCA never leaves initialization.
    FirmwareNeverReady,
    /// The firmware of the first HCA refuses a command.
    FirmwareRejectsDriver,
    /// The driver's probe of the first HCA fails for a reason of its own.
    DriverProbeFails,
    /// openibd is not enabled; somebody loads `ib_ipoib` when the boot is over.
    StackNotStarted,
    /// openib.conf says `ONBOOT=no`.
    StackOnbootNo,
    /// There is no openib.conf.
    StackConfigMissing,
    /// openib.conf says `IPOIB_LOAD=no`.
    IpoibLoadNo,
    /// `ib_ipoib` is not installed for the running kernel.
    ModuleMissing,
    /// The kernel refuses `ib_ipoib`, which was built for other modules.
    ModuleRefused,
    /// The stack is the distribution's, and nothing asks for `ib_ipoib`.
    IpoibNeverRequested,
    /// `ib_ipoib` cannot allocate the netdev of the first HCA.
    NetdevAllocationFails,
    /// The network service does not manage the interface that it is left.
    NetworkServiceAbsent,
    /// The interface's file says `ONBOOT=no`.
    InterfaceOnbootNo,
    /// No file names the interface.
    InterfaceConfigMissing,
    /// The HCA refuses the connected mode that is asked for, and `ifup` fails over it.
    ConnectedModeRefused,
    /// openibd is no longer ordered before the network service, and slow.
    StackNotOrdered,
    /// The cable of the first HCA is not plugged in.
    CableUnplugged,
}

impl Fault {
    /// All faults.
    pub const ALL: [Self; 17] = [
        Self::FirmwareNeverReady,
        Self::FirmwareRejectsDriver,
        Self::DriverProbeFails,
        Self::StackNotStarted,
        Self::StackOnbootNo,
        Self::StackConfigMissing,
        Self::IpoibLoadNo,
        Self::ModuleMissing,
        Self::ModuleRefused,
        Self::IpoibNeverRequested,
        Self::NetdevAllocationFails,
        Self::NetworkServiceAbsent,
        Self::InterfaceOnbootNo,
        Self::InterfaceConfigMissing,
        Self::ConnectedModeRefused,
        Self::StackNotOrdered,
        Self::CableUnplugged,
    ];

    /// Returns the code of the diagnosis that must name it.
    pub fn diagnosis(self) -> &'static str {
        match self {
            Self::FirmwareNeverReady => "IB0201",
            Self::FirmwareRejectsDriver => "IB0204",
            Self::DriverProbeFails => "IB0207",
            Self::StackNotStarted => "IB0301",
            Self::StackOnbootNo => "IB0302",
            Self::StackConfigMissing => "IB0303",
            Self::IpoibLoadNo => "IB0304",
            Self::ModuleMissing => "IB0305",
            Self::ModuleRefused => "IB0309",
            Self::IpoibNeverRequested => "IB0321",
            Self::NetdevAllocationFails => "IB0401",
            Self::NetworkServiceAbsent => "IB0501",
            Self::InterfaceOnbootNo => "IB0502",
            Self::InterfaceConfigMissing => "IB0503",
            Self::ConnectedModeRefused => "IB0507",
            Self::StackNotOrdered => "IB0601",
            Self::CableUnplugged => "IB0701",
        }
    }

    /// Returns what is broken, in words.
    pub fn prose(self) -> &'static str {
        match self {
            Self::FirmwareNeverReady => "the firmware never leaves initialization",
            Self::FirmwareRejectsDriver => "the firmware refuses a command of the driver",
            Self::DriverProbeFails => "the driver's probe of the function fails",
            Self::StackNotStarted => "openibd is not enabled, and somebody loads ib_ipoib after the boot",
            Self::StackOnbootNo => "openib.conf says ONBOOT=no",
            Self::StackConfigMissing => "there is no openib.conf",
            Self::IpoibLoadNo => "openib.conf says IPOIB_LOAD=no",
            Self::ModuleMissing => "ib_ipoib is not installed for the running kernel",
            Self::ModuleRefused => "the kernel refuses ib_ipoib, which was built for other modules",
            Self::IpoibNeverRequested => "the stack is the distribution's, and nothing asks for ib_ipoib",
            Self::NetdevAllocationFails => "ib_ipoib cannot allocate the netdev",
            Self::NetworkServiceAbsent => "the network service does not manage the interface",
            Self::InterfaceOnbootNo => "the interface's file says ONBOOT=no",
            Self::InterfaceConfigMissing => "no file names the interface",
            Self::ConnectedModeRefused => "the HCA refuses connected mode, and ifup fails over it",
            Self::StackNotOrdered => "openibd is not ordered before the network service",
            Self::CableUnplugged => "the cable is not plugged in",
        }
    }
}
