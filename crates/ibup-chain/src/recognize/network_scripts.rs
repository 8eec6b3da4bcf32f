//! RHEL's network-scripts: `network.service`, `ifup-eth`, `ifup-ib`.

use super::{Pattern, Speaker};
use crate::event::{EventKind, NetworkStack};

const SCRIPTS: Option<NetworkStack> = Some(NetworkStack::NetworkScripts);
/// The service runs under its own name, `ifup` under whatever started it.
const NETWORK: Speaker = Speaker::Anyone;

pub(super) static PATTERNS: &[Pattern] = &[
    Pattern {
        speaker: NETWORK,
        says: "Device {netdev} does not seem to be present, delaying initialization",
        means: |_| Some(EventKind::RaiseFoundNothing(SCRIPTS)),
        source: "initscripts, network-scripts/ifup-eth and ifup-ib; despite its words nothing is delayed",
        samples: &[
            "network: Bringing up interface ib0:  ERROR     : [/etc/sysconfig/network-scripts/ifup-eth] Device ib0 does not seem to be present, delaying initialization.",
            "/etc/sysconfig/network-scripts/ifup-eth: Device ib0 does not seem to be present, delaying initialization.",
        ],
    },
    Pattern {
        speaker: Speaker::Program(&["network", "ifup"]),
        says: "Bringing up interface {netdev}: [ OK ]",
        means: |_| Some(EventKind::Raised(SCRIPTS)),
        source: "initscripts, rc.d/init.d/network, start",
        samples: &["network: Bringing up interface ib0:  [  OK  ]"],
    },
    Pattern {
        speaker: Speaker::Program(&["network", "ifup"]),
        says: "Bringing up interface {netdev}: [FAILED]",
        means: |_| Some(EventKind::RaiseFailed(SCRIPTS)),
        source: "initscripts, rc.d/init.d/network, start",
        samples: &["network: Bringing up interface ib0:  [FAILED]"],
    },
    Pattern {
        speaker: NETWORK,
        says: "Determining IP information for {netdev}... done",
        means: |_| Some(EventKind::AddressAssigned),
        source: "initscripts, network-scripts/ifup-eth, where BOOTPROTO asks for DHCP",
        samples: &["network: Determining IP information for ib0... done."],
    },
    Pattern {
        speaker: NETWORK,
        says: "Determining IP information for {netdev}... failed",
        means: |_| Some(EventKind::RaiseFailed(SCRIPTS)),
        source: "initscripts, network-scripts/ifup-eth, where BOOTPROTO asks for DHCP",
        samples: &["network: Determining IP information for ib0... failed."],
    },
];
