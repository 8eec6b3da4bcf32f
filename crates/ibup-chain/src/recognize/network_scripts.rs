//! RHEL's network-scripts: `network.service`, `ifup-eth`, `ifup-ib`.

use super::{Pattern, Speaker};
use crate::event::{EventKind, NetworkStack};
use crate::template::Captures;

pub(super) mod localized;

const SCRIPTS: Option<NetworkStack> = Some(NetworkStack::NetworkScripts);
/// The service runs under its own name, `ifup` under whatever started it.
const NETWORK: Speaker = Speaker::Anyone;

/// Reads what the scripts say after the interface's name; known endings have patterns of their own.
fn complaint(captures: &Captures<'_>) -> Option<EventKind> {
    let known = ["[", "Connection successfully", "Determining IP", "PASSED", "FAILED"];
    let words = captures.get("complaint")?;
    let is_known = known.iter().any(|start| words.starts_with(start))
        || [
            "does not seem to be present",
            "has different MAC address",
            "Failed to bring up",
            "No suitable device found",
            "is not available on device",
            "was not an InfiniBand connection",
            "already uses address",
            "Error adding address",
        ]
        .iter()
        .any(|known| words.contains(known));
    (!is_known).then_some(EventKind::RaiseFailed(SCRIPTS))
}

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
        says: "Failed to bring up {netdev}.$",
        means: |_| Some(EventKind::RaiseFailed(SCRIPTS)),
        source: "initscripts, network-scripts/ifup-eth and ifup-ib, where the kernel does not open the interface",
        samples: &["ifup-eth: Failed to bring up ib0."],
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
        says: "Determining IP information for {netdev}... failed; no link present",
        means: |_| Some(EventKind::CarrierMissing(SCRIPTS)),
        source: "initscripts, network-scripts/ifup-eth, where BOOTPROTO asks for DHCP and there is no carrier",
        samples: &["network: Determining IP information for ib0... failed; no link present.  Check cable?"],
    },
    Pattern {
        speaker: NETWORK,
        says: "Determining IP information for {netdev}... failed.",
        means: |_| Some(EventKind::RaiseFailed(SCRIPTS)),
        source: "initscripts, network-scripts/ifup-eth, where BOOTPROTO asks for DHCP",
        samples: &["network: Determining IP information for ib0... failed."],
    },
    Pattern {
        speaker: NETWORK,
        says: "Bringing up interface {netdev}: Connection successfully activated",
        means: |_| Some(EventKind::Raised(SCRIPTS)),
        source: "initscripts, network-scripts/ifup-eth through nmcli, where NetworkManager runs beside the scripts",
        samples: &[
            "network: Bringing up interface ib0:  Connection successfully activated (D-Bus active path: /org/freedesktop/NetworkManager/ActiveConnection/5)",
        ],
    },
    Pattern {
        speaker: NETWORK,
        says: "Shutting down interface {netdev}: [ OK ]",
        means: |_| Some(EventKind::Lowered),
        source: "initscripts, rc.d/init.d/network, stop",
        samples: &["network: Shutting down interface ib0:  [  OK  ]"],
    },
    Pattern {
        speaker: Speaker::Program(&["network", "ifup"]),
        says: "Bringing up interface {netdev}: {complaint=any}",
        means: complaint,
        source: "initscripts, rc.d/init.d/network, start: what the programs that it runs complain of",
        samples: &[
            "network: Bringing up interface ib0:  RTNETLINK answers: Invalid argument",
            "network: Bringing up interface ib0:  Error: ib0 does not support connected mode",
        ],
    },
];
