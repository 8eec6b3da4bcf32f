//! NetworkManager, on the devices it manages.

use super::{Pattern, Speaker};
use crate::event::{EventKind, NetworkStack};

const MANAGER: Speaker = Speaker::Program(&["NetworkManager"]);
const STACK: Option<NetworkStack> = Some(NetworkStack::NetworkManager);

pub(super) static PATTERNS: &[Pattern] = &[
    Pattern {
        speaker: MANAGER,
        says: "device ({netdev}): Activation: successful, device activated",
        means: |_| Some(EventKind::Raised(STACK)),
        source: "NetworkManager, src/core/devices/nm-device.c, _set_state_full",
        samples: &[
            "NetworkManager: <info>  [1700000000.1234] device (ib0): Activation: successful, device activated.",
        ],
    },
    Pattern {
        speaker: MANAGER,
        says: "device ({netdev}): carrier: link connected",
        means: |_| Some(EventKind::CarrierGained),
        source: "NetworkManager, src/core/devices/nm-device.c, nm_device_set_carrier",
        samples: &["NetworkManager: <info>  [1700000000.1234] device (ib0): carrier: link connected"],
    },
    Pattern {
        speaker: MANAGER,
        says: "manager: ({netdev}): new {any} device (",
        means: |_| Some(EventKind::NetdevSeen),
        source: "NetworkManager, src/core/nm-manager.c, add_device",
        samples: &[
            "NetworkManager: <info>  [1700000000.1234] manager: (ib0): new InfiniBand device (/org/freedesktop/NetworkManager/Devices/4)",
        ],
    },
];
