//! IB0806: the link is there, and nobody gave the interface its address.

use super::{Diagnosis, Nature};
use crate::event::{Event, EventKind, NetworkStack};

use crate::finding::{Confidence, Finding, Tool, interface};
use crate::port::Port;
use crate::recognize::{Pattern, Speaker};
use crate::template::Captures;

const CODE: &str = "IB0806";

pub(super) static DIAGNOSIS: Diagnosis = Diagnosis {
    code: CODE,
    name: "address-never-configured",
    nature: Nature::Root,
    signs: SIGNS,
    judge,
    text: include_str!("address_never_configured.md"),
};

fn refused(_: &Captures<'_>) -> Option<EventKind> {
    EventKind::sign(CODE, "")
}

static SIGNS: &[Pattern] = &[
    Pattern {
        speaker: Speaker::Anyone,
        says: "Error adding address {address=word} for {netdev}.",
        means: refused,
        source: "initscripts, network-scripts/ifup-eth, and rdma-core, redhat/rdma.ifup-ib; the script goes on after it",
        samples: &[
            "network: Bringing up interface ib0:  ERROR     : [/etc/sysconfig/network-scripts/ifup-ib] Error adding address 10.0.0.9 for ib0.",
            "/etc/sysconfig/network-scripts/ifup-ib: Error adding address 10.0.0.9 for ib0.",
        ],
    },
    Pattern {
        speaker: Speaker::Program(&["systemd-networkd"]),
        says: "^{netdev}: Failed to set static address",
        means: refused,
        source: "systemd, src/network/networkd-address.c, static_address_handler",
        samples: &["systemd-networkd: ib0: Failed to set static address: Invalid argument"],
    },
    Pattern {
        speaker: Speaker::Program(&["systemd-networkd"]),
        says: "^{netdev}: Could not set DHCPv4 address",
        means: refused,
        source: "systemd, src/network/networkd-dhcp4.c, dhcp4_address_handler",
        samples: &["systemd-networkd: ib0: Could not set DHCPv4 address: Connection timed out"],
    },
];

fn judge<'b>(port: &Port<'b>) -> Option<Finding<'b>> {
    let refused = port.address_signs(CODE);
    let (confidence, shown) = if refused.is_empty() {
        (Confidence::Possible, vec![left_alone(port)?])
    } else {
        (Confidence::Certain, refused)
    };
    let name = interface(port);
    let finding = Finding::new(confidence)
        .shown_by(shown)
        .check(format!("ip address show {name}"))
        .check(Tool::of(port).look_up(&name, "IPADDR|ipv4|BOOTPROTO"));
    Some(if confidence == Confidence::Certain { finding.remedy_edit(port).remedy_reopen(port) } else { finding })
}

/// Returns the word by which the interface has carrier, where its network service tells of what it raises, told of others,
/// was done, and did not touch this one.
fn left_alone<'b>(port: &Port<'b>) -> Option<&'b Event> {
    let stack = port.boot.network_stack().filter(|stack| {
        matches!(stack, NetworkStack::NetworkScripts | NetworkStack::Wicked)
    })?;
    let touched = |kind: &EventKind| {
        matches!(
            kind,
            EventKind::Raised(_)
                | EventKind::RaiseBegan(_)
                | EventKind::RaiseFailed(_)
                | EventKind::RaiseFoundNothing(_)
                | EventKind::CarrierMissing(_)
                | EventKind::AddressRequested
                | EventKind::AddressAssigned
                | EventKind::MasterFailed
        )
    };
    let carrier = port.first(|kind| *kind == EventKind::CarrierGained)?;
    let told = port.boot.events().any(|event| event.kind == EventKind::Raised(Some(stack)));
    let is_alone = port.first(touched).is_none() && told && port.chance_shown_after(carrier);
    (is_alone && !port.boot.coverage.is_filtered()).then_some(carrier)
}
