//! systemd-networkd, on the links it manages.

use super::{Pattern, Speaker};
use crate::event::{EventKind, NetworkStack};

const NETWORKD: Speaker = Speaker::Program(&["systemd-networkd"]);

pub(super) static PATTERNS: &[Pattern] = &[
    Pattern {
        speaker: NETWORKD,
        says: "^{netdev}: Link UP",
        means: |_| Some(EventKind::Raised(Some(NetworkStack::Networkd))),
        source: "systemd, src/network/networkd-link.c, link_update_flags",
        samples: &["systemd-networkd: ib0: Link UP"],
    },
    Pattern {
        speaker: NETWORKD,
        says: "^{netdev}: Gained carrier",
        means: |_| Some(EventKind::CarrierGained),
        source: "systemd, src/network/networkd-link.c, link_carrier_gained",
        samples: &["systemd-networkd: ib0: Gained carrier"],
    },
    Pattern {
        speaker: NETWORKD,
        says: "^{netdev}: DHCPv4 address {address=word}",
        means: |_| Some(EventKind::AddressAssigned),
        source: "systemd, src/network/networkd-dhcp4.c, dhcp4_request_address",
        samples: &["systemd-networkd: ib0: DHCPv4 address 10.0.0.9/16 via 10.0.0.1"],
    },
    Pattern {
        speaker: NETWORKD,
        says: "^{netdev}: Lost carrier",
        means: |_| Some(EventKind::CarrierLost),
        source: "systemd, src/network/networkd-link.c, link_carrier_lost",
        samples: &["systemd-networkd: ib0: Lost carrier"],
    },
    Pattern {
        speaker: NETWORKD,
        says: "^{netdev} : gained carrier",
        means: |_| Some(EventKind::CarrierGained),
        source: "systemd, src/network/networkd-link.c of 219, which pads the name",
        samples: &["systemd-networkd: ib0             : gained carrier"],
    },
    Pattern {
        speaker: NETWORKD,
        says: "^{netdev}: gained carrier",
        means: |_| Some(EventKind::CarrierGained),
        source: "systemd, src/network/networkd-link.c of 226",
        samples: &["systemd-networkd: ib0: gained carrier"],
    },
    Pattern {
        speaker: NETWORKD,
        says: "^{netdev} : link configured",
        means: |_| Some(EventKind::Raised(Some(NetworkStack::Networkd))),
        source: "systemd, src/network/networkd-link.c of 219, which pads the name",
        samples: &["systemd-networkd: ib0             : link configured"],
    },
    Pattern {
        speaker: NETWORKD,
        says: "^{netdev}: Configured$",
        means: |_| Some(EventKind::Raised(Some(NetworkStack::Networkd))),
        source: "systemd, src/network/networkd-link.c of 229 to 249, link_enter_configured",
        samples: &["systemd-networkd: ib0: Configured"],
    },
    Pattern {
        speaker: NETWORKD,
        says: "^{netdev}: Configuring with",
        means: |_| Some(EventKind::RaiseBegan(Some(NetworkStack::Networkd))),
        source: "systemd, src/network/networkd-link.c, link_configure",
        samples: &["systemd-networkd: ib0: Configuring with /etc/systemd/network/10-ib0.network."],
    },
    Pattern {
        speaker: NETWORKD,
        says: "^{netdev}: Could not join netdev",
        means: |_| Some(EventKind::MasterFailed),
        source: "older systemd, src/network/networkd-link.c",
        samples: &[
            "systemd-networkd: ib0: Could not join netdev: Operation not supported",
            "systemd-networkd: ib0: Could not join netdev 'bond0': Operation not supported",
        ],
    },
    Pattern {
        speaker: NETWORKD,
        says: "^{netdev}: Failed to set master interface: {why=any}",
        // That the kernel wants another mode of the bond says more.
        means: |captures| {
            let is_told = captures.get("why")?.starts_with("Only active-backup mode");
            (!is_told).then_some(EventKind::MasterFailed)
        },
        source: "systemd 252, src/network/networkd-setlink.c, set_link_handler_internal",
        samples: &[
            "systemd-networkd: ib0: Failed to set master interface: Operation not supported",
            "systemd-networkd: ib0: Failed to set master interface: Device or resource busy",
        ],
    },
    Pattern {
        speaker: NETWORKD,
        says: "^{netdev}: Could not bring up interface",
        means: |_| Some(EventKind::RaiseFailed(Some(NetworkStack::Networkd))),
        source: "systemd 252, src/network/networkd-setlink.c, link_up_or_down_handler; older ones in networkd-link.c",
        samples: &["systemd-networkd: ib0: Could not bring up interface, ignoring: Invalid argument"],
    },
    Pattern {
        speaker: NETWORKD,
        says: "^{netdev}: could not bring up interface",
        means: |_| Some(EventKind::RaiseFailed(Some(NetworkStack::Networkd))),
        source: "systemd, src/network/networkd-link.c before 230, link_up_handler",
        samples: &["systemd-networkd: ib0: could not bring up interface: Invalid argument"],
    },
    Pattern {
        speaker: NETWORKD,
        says: "^{netdev}: Failed$",
        means: |_| Some(EventKind::RaiseFailed(Some(NetworkStack::Networkd))),
        source: "systemd, src/network/networkd-link.c, link_enter_failed",
        samples: &["systemd-networkd: ib0: Failed"],
    },
    Pattern {
        speaker: NETWORKD,
        says: "^{from=netdev}: Interface name change detected, renamed to {netdev}",
        means: |captures| Some(EventKind::NetdevRenamed { from: captures.parse("from")? }),
        source: "systemd, src/network/networkd-link.c since 248",
        samples: &["systemd-networkd: ib0: Interface name change detected, renamed to ibp75s0."],
    },
    Pattern {
        speaker: NETWORKD,
        says: "Interface name change detected, {from=netdev} has been renamed to {netdev}",
        means: |captures| Some(EventKind::NetdevRenamed { from: captures.parse("from")? }),
        source: "systemd, src/network/networkd-link.c before 248",
        samples: &["systemd-networkd: ib0: Interface name change detected, ib0 has been renamed to ibp75s0."],
    },
];
