//! Bonds, on the netdevs in them. A bond opens what it takes in, so its word on a port is the word that it was raised.

use super::{Pattern, Speaker};
use crate::event::EventKind;

pub(super) static PATTERNS: &[Pattern] = &[
    Pattern {
        speaker: Speaker::Kernel,
        says: "nslaving {netdev} as a",
        means: |_| Some(EventKind::Raised(None)),
        source: "Linux before 5.3, drivers/net/bonding/bond_main.c, bond_enslave, after dev_open",
        samples: &[
            "kernel: bond0: Enslaving ib0 as a backup interface with a down link",
            "kernel: bonding: bond0: enslaving ib0 as an active interface with an up link.",
        ],
    },
    Pattern {
        speaker: Speaker::Kernel,
        says: "link status definitely up for interface {netdev}",
        means: |_| Some(EventKind::CarrierGained),
        source: "Linux before 5.3, drivers/net/bonding/bond_main.c, bond_miimon_commit",
        samples: &[
            "kernel: bond0: link status definitely up for interface ib0, 100000 Mbps full duplex",
            "kernel: bonding: bond0: link status definitely up for interface ib0.",
        ],
    },
    Pattern {
        speaker: Speaker::Kernel,
        says: "(slave {netdev}): Enslaving as a",
        means: |_| Some(EventKind::Raised(None)),
        source: "Linux, drivers/net/bonding/bond_main.c, bond_enslave, after dev_open",
        samples: &["kernel: bond0: (slave ib0): Enslaving as a backup interface with a down link"],
    },
    Pattern {
        speaker: Speaker::Kernel,
        says: "(slave {netdev}): link status definitely up",
        means: |_| Some(EventKind::CarrierGained),
        source: "Linux, drivers/net/bonding/bond_main.c, bond_miimon_commit",
        samples: &["kernel: bond0: (slave ib1): link status definitely up, 200000 Mbps full duplex"],
    },
    Pattern {
        speaker: Speaker::Kernel,
        says: "(slave {netdev}): link status definitely down",
        means: |_| Some(EventKind::CarrierLost),
        source: "Linux, drivers/net/bonding/bond_main.c, bond_miimon_commit",
        samples: &["kernel: bond0: (slave ib1): link status definitely down, disabling slave"],
    },
];
