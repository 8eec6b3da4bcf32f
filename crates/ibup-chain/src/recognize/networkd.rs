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
];
