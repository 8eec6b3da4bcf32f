//! NetworkManager, on the devices it manages.

use super::{Pattern, Speaker};
use crate::event::{EventKind, NetworkStack};

const MANAGER: Speaker = Speaker::Program(&["NetworkManager"]);
const STACK: Option<NetworkStack> = Some(NetworkStack::NetworkManager);

pub(super) static PATTERNS: &[Pattern] = &[
    Pattern {
        speaker: MANAGER,
        says: "({netdev}): Activation: successful, device activated",
        means: |_| Some(EventKind::Raised(STACK)),
        source: "NetworkManager, src/core/devices/nm-device.c, _set_state_full",
        samples: &[
            "NetworkManager: <info>  [1700000000.1234] device (ib0): Activation: successful, device activated.",
            "NetworkManager: <info>  (ib0): Activation: successful, device activated.",
        ],
    },
    Pattern {
        speaker: MANAGER,
        says: "({netdev}): carrier: link connected",
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
    Pattern {
        speaker: MANAGER,
        says: "({netdev}): link connected",
        means: |_| Some(EventKind::CarrierGained),
        source: "NetworkManager before 1.4, src/devices/nm-device.c, nm_device_set_carrier",
        samples: &["NetworkManager: <info>  (ib0): link connected"],
    },
    Pattern {
        speaker: MANAGER,
        says: "({netdev}): Activation: failed for connection",
        means: |_| Some(EventKind::RaiseFailed(STACK)),
        source: "NetworkManager, src/core/devices/nm-device.c, _set_state_full",
        samples: &[
            "NetworkManager: <warn>  [1700000000.1234] device (ib0): Activation: failed for connection 'ib0'",
        ],
    },
    Pattern {
        speaker: MANAGER,
        says: "({netdev}): state change: {from=word} -> failed (reason",
        means: |_| Some(EventKind::RaiseFailed(STACK)),
        source: "NetworkManager, src/core/devices/nm-device.c, _set_state_full",
        samples: &[
            "NetworkManager: <info>  [1700000000.1234] device (ib0): state change: prepare -> failed (reason 'config-failed', sys-iface-state: 'managed')",
        ],
    },
    Pattern {
        speaker: MANAGER,
        says: "({netdev}): carrier: link disconnected",
        means: |_| Some(EventKind::CarrierLost),
        source: "NetworkManager, src/core/devices/nm-device.c, nm_device_set_carrier",
        samples: &[
            "NetworkManager: <info>  [1700000000.1234] device (ib0): carrier: link disconnected (deferring action for 4 seconds)",
        ],
    },
];
