//! The eight stages every port climbs, in boot order.

use std::fmt;

use serde::{Deserialize, Serialize};

/// A stage of the boot chain.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Stage {
    /// The PCI core enumerated the function.
    Pci,
    /// The HCA driver bound the function, its firmware is ready, and the RDMA device is registered.
    Driver,
    /// `ib_ipoib`, and what it stands on, is loaded.
    Stack,
    /// `ib_ipoib` created the netdev, and udev named it.
    Netdev,
    /// udev told the interface manager, and its decision is known.
    HandOff,
    /// The network service tried the interface.
    Network,
    /// The interface is up, the port active, the carrier there.
    Link,
    /// The interface has its address.
    Address,
}

impl Stage {
    /// All stages, in boot order.
    pub const ALL: [Stage; 8] = [
        Stage::Pci,
        Stage::Driver,
        Stage::Stack,
        Stage::Netdev,
        Stage::HandOff,
        Stage::Network,
        Stage::Link,
        Stage::Address,
    ];

    /// Returns the name as it stands in verdicts and in the catalogue.
    pub fn name(self) -> &'static str {
        match self {
            Stage::Pci => "pci",
            Stage::Driver => "driver",
            Stage::Stack => "stack",
            Stage::Netdev => "netdev",
            Stage::HandOff => "hand-off",
            Stage::Network => "network",
            Stage::Link => "link",
            Stage::Address => "address",
        }
    }

    /// Returns the stage that a diagnosis code names in its first two digits: `IB0301` is of stage 3.
    pub fn of_code(code: &str) -> Option<Stage> {
        let number: usize = code.strip_prefix("IB")?.get(..2)?.parse().ok()?;
        Stage::ALL.get(number.checked_sub(1)?).copied()
    }
}

impl fmt::Display for Stage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}
