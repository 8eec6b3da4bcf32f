//! ISC's DHCP client: `dhclient`, which network-scripts, ifupdown and older versions of `NetworkManager` run.
//!
//! It names the interface where it asks, and not where it says what came of it: `Boot` puts the two together. What it says
//! on its terminal reaches the journal a second time, under the name of whoever runs it.

use super::{Pattern, Speaker};
use crate::event::EventKind;

/// The client, and who runs it.
pub(crate) const DHCLIENT: Speaker = Speaker::Program(&["dhclient", "ifup", "networking", "sh", "network"]);

pub(super) static PATTERNS: &[Pattern] = &[
    Pattern {
        speaker: DHCLIENT,
        says: "^DHCPDISCOVER on {netdev} to {address=word}",
        means: |_| Some(EventKind::AddressRequested),
        source: "ISC DHCP, client/dhclient.c, send_discover",
        samples: &[
            "dhclient: DHCPDISCOVER on ib0 to 255.255.255.255 port 67 interval 7",
            "dhclient: DHCPDISCOVER on ib0 to 255.255.255.255 port 67 interval 13 (xid=0xa91d012)",
        ],
    },
    Pattern {
        speaker: DHCLIENT,
        says: "^DHCPREQUEST on {netdev} to {address=word}",
        means: |_| Some(EventKind::AddressRequested),
        source: "older ISC DHCP, client/dhclient.c, send_request",
        samples: &["dhclient: DHCPREQUEST on ib0 to 255.255.255.255 port 67"],
    },
    Pattern {
        speaker: DHCLIENT,
        says: "^DHCPREQUEST {word} {address=word} on {netdev} to",
        means: |_| Some(EventKind::AddressRequested),
        source: "ISC DHCP 4.4, client/dhclient.c, send_request; Debian has patched older ones to say it so",
        samples: &["dhclient: DHCPREQUEST for 10.0.0.9 on ib0 to 255.255.255.255 port 67 (xid=0x5a2c1f)"],
    },
    Pattern {
        speaker: DHCLIENT,
        says: "^bound to {address=word} -- renewal in",
        means: |_| Some(EventKind::AddressAssigned),
        source: "ISC DHCP, client/dhclient.c, bind_lease",
        samples: &["dhclient: bound to 10.0.0.9 -- renewal in 1743 seconds."],
    },
    Pattern {
        speaker: DHCLIENT,
        says: "^bound: renewal in",
        means: |_| Some(EventKind::AddressAssigned),
        source: "ISC DHCP, client/dhclient.c, state_panic: a lease of before is taken up",
        samples: &["dhclient: bound: renewal in 1200 seconds."],
    },
];
