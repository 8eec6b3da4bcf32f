//! NetworkManager, on the devices it manages.

use super::{Pattern, Speaker};
use crate::event::{EventKind, NetworkStack};
use crate::name::NetdevName;
use crate::template::Captures;

const MANAGER: Speaker = Speaker::Program(&["NetworkManager"]);
const STACK: Option<NetworkStack> = Some(NetworkStack::NetworkManager);

/// Reads for which interface a connection was asked for in vain. That it is named after one of `IPoIB` is how profiles
/// are named; where a device of that name is there, its own words say more.
fn no_device(captures: &Captures<'_>) -> Option<EventKind> {
    let netdev: NetdevName = captures.parse("netdev")?;
    let is_there = captures.get("why")?.contains(&format!("device {netdev} "));
    (netdev.looks_like_ipoib() && !is_there).then_some(EventKind::RaiseFoundNothing(STACK))
}

/// Reads what came of asking for an address; one that another machine has is not taken.
fn lease(captures: &Captures<'_>) -> Option<EventKind> {
    (!captures.get("address")?.ends_with(',')).then_some(EventKind::AddressAssigned)
}

pub(super) static PATTERNS: &[Pattern] = &[
    Pattern {
        speaker: MANAGER,
        says: "op=\"connection-activate\" {any} name=\"{netdev}\"{rest=any}result=\"fail\" reason=\"No suitable device found {why=any}",
        means: no_device,
        source: "NetworkManager, src/core/nm-audit-manager.c, for impl_manager_activate_connection of nm-manager.c",
        samples: &[
            "NetworkManager: <info>  [1700000000.1234] audit: op=\"connection-activate\" uuid=\"9a91c4f7-ecd9-3c89-919d-aafe8502319f\" name=\"ib0\" pid=1203 uid=0 result=\"fail\" reason=\"No suitable device found for this connection (device lo not available because device is not available).\"",
        ],
    },
    Pattern {
        speaker: Speaker::Anyone,
        says: "Error: Device '{netdev}' not found",
        means: |_| Some(EventKind::RaiseFoundNothing(STACK)),
        source: "NetworkManager, src/nmcli/devices.c, get_device and get_device_list",
        samples: &["nmcli: Error: Device 'ib0' not found."],
    },
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
        says: "({netdev}): new {any} device (",
        means: |_| Some(EventKind::NetdevSeen),
        source: "NetworkManager, src/core/nm-manager.c, add_device",
        samples: &[
            "NetworkManager: <info>  [1700000000.1234] manager: (ib0): new InfiniBand device (/org/freedesktop/NetworkManager/Devices/4)",
            "NetworkManager: <info> (ib0): new InfiniBand device (carrier: OFF, driver: 'mlx5_core[ib_ipoib]', ifindex: 4)",
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
    Pattern {
        speaker: MANAGER,
        says: "Activation ({netdev}) successful, device activated",
        means: |_| Some(EventKind::Raised(STACK)),
        source: "NetworkManager before 1.0, src/devices/nm-device.c",
        samples: &["NetworkManager: <info> Activation (ib0) successful, device activated."],
    },
    Pattern {
        speaker: MANAGER,
        says: "Activation ({netdev}) failed for connection",
        means: |_| Some(EventKind::RaiseFailed(STACK)),
        source: "NetworkManager before 1.0, src/devices/nm-device.c",
        samples: &["NetworkManager: <warn> Activation (ib0) failed for connection 'ib0'"],
    },
    Pattern {
        speaker: MANAGER,
        says: "({netdev}): device state change: {from=word} -> failed (reason",
        means: |_| Some(EventKind::RaiseFailed(STACK)),
        source: "NetworkManager before 1.2, src/devices/nm-device.c",
        samples: &[
            "NetworkManager: <info> (ib0): device state change: config -> failed (reason 'config-failed') [50 120 4]",
        ],
    },
    Pattern {
        speaker: MANAGER,
        says: "({netdev}): state change: {from=word} -> activated (reason",
        means: |_| Some(EventKind::Raised(STACK)),
        source: "NetworkManager, src/core/devices/nm-device.c, _set_state_full",
        samples: &[
            "NetworkManager: <info>  [1700000000.1234] device (ib0): state change: secondaries -> activated (reason 'none', managed-type: 'full')",
        ],
    },
    Pattern {
        speaker: MANAGER,
        says: "({netdev}): Activation: starting connection",
        means: |_| Some(EventKind::RaiseBegan(STACK)),
        source: "NetworkManager, src/core/devices/nm-device.c",
        samples: &[
            "NetworkManager: <info>  [1700000000.1234] device (ib0): Activation: starting connection 'ib0' (9a91c4f7-ecd9-3c89-919d-aafe8502319f)",
        ],
    },
    Pattern {
        speaker: MANAGER,
        says: "Activation ({netdev}) starting connection",
        means: |_| Some(EventKind::RaiseBegan(STACK)),
        source: "NetworkManager before 1.0, src/devices/nm-device.c",
        samples: &["NetworkManager: <info> Activation (ib0) starting connection 'ib0'"],
    },
    Pattern {
        speaker: MANAGER,
        says: "({bond=netdev}): attaching bond port {netdev}: failed",
        means: |_| Some(EventKind::MasterFailed),
        source: "NetworkManager since 1.34, src/core/devices/nm-device-bond.c, attach_port",
        samples: &[
            "NetworkManager: <info>  [1700000000.1234] device (bond0): attaching bond port ib0: failed",
        ],
    },
    Pattern {
        speaker: Speaker::Anyone,
        says: "device {netdev} not available because device has no carrier",
        means: |_| Some(EventKind::CarrierMissing(STACK)),
        source: "NetworkManager, src/core/devices/nm-device.c, nm_device_check_connection_available; nmcli prints it on",
        samples: &[
            "nmcli: Error: Connection activation failed: No suitable device found for this connection (device ib0 not available because device has no carrier).",
        ],
    },
    Pattern {
        speaker: Speaker::Anyone,
        says: "is not available on device {netdev} because device has no carrier",
        means: |_| Some(EventKind::CarrierMissing(STACK)),
        source: "NetworkManager, src/core/devices/nm-device.c, nm_device_check_connection_available; nmcli prints it on",
        samples: &[
            "nmcli: Error: Connection activation failed: Connection 'ib0' is not available on device ib0 because device has no carrier",
        ],
    },
    Pattern {
        speaker: MANAGER,
        says: "interface index {number} renamed iface from '{from=netdev}' to '{netdev}'",
        means: |captures| Some(EventKind::NetdevRenamed { from: captures.parse("from")? }),
        source: "NetworkManager, src/core/devices/nm-device.c",
        samples: &[
            "NetworkManager: <info>  [1700000000.1234] device (ib0): interface index 4 renamed iface from 'ib0' to 'ibp75s0'",
        ],
    },
    Pattern {
        speaker: MANAGER,
        says: "dhcp4 ({netdev}): activation: beginning transaction",
        means: |_| Some(EventKind::AddressRequested),
        source: "NetworkManager, src/core/dhcp/nm-dhcp-client.c, _no_lease_timeout_schedule",
        samples: &[
            "NetworkManager: <info>  [1700000000.1234] dhcp4 (ib0): activation: beginning transaction (timeout in 45 seconds)",
        ],
    },
    Pattern {
        speaker: MANAGER,
        says: "dhcp4 ({netdev}): state changed {any}, address={address=word}",
        means: lease,
        source: "NetworkManager since 1.2, src/core/dhcp/nm-dhcp-client.c",
        samples: &[
            "NetworkManager: <info>  [1700000000.1234] dhcp4 (ib0): state changed new lease, address=10.0.0.9",
        ],
    },
    Pattern {
        speaker: MANAGER,
        says: "dhcp4 ({netdev}): address {address=word}",
        means: |_| Some(EventKind::AddressAssigned),
        source: "NetworkManager before 1.20, src/dhcp/nm-dhcp-utils.c",
        samples: &["NetworkManager: <info>  [1700000000.1234] dhcp4 (ib0):   address 10.0.0.9"],
    },
];
