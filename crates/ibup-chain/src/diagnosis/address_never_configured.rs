//! IB0806: the link is there, and nobody gave the interface its address.

use super::{Diagnosis, Nature};
use crate::event::EventKind;
use crate::finding::{Confidence, Finding, Tool, interface};
use crate::port::Port;
use crate::recognize::{Pattern, Speaker};
use crate::template::Captures;

const CODE: &str = "IB0806";
/// Somebody opened the interface, which gives it no address.
const OPENED: &str = "IB0806 opened";

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

fn opened(_: &Captures<'_>) -> Option<EventKind> {
    EventKind::sign(OPENED, "")
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
    Pattern {
        speaker: Speaker::AnyShell,
        says: "ip link set {netdev} up$",
        means: opened,
        source: "ip-link(8), as the shell shows it with -x, or sudo",
        samples: &["rc.local: + ip link set ib0 up", "sudo: root : PWD=/ ; USER=root ; COMMAND=/sbin/ip link set ib0 up"],
    },
    Pattern {
        speaker: Speaker::AnyShell,
        says: "ip link set dev {netdev} up$",
        means: opened,
        source: "ip-link(8), as the shell shows it with -x, or sudo",
        samples: &["rc.local: + ip link set dev ib0 up"],
    },
    Pattern {
        speaker: Speaker::AnyShell,
        says: "ifconfig {netdev} up$",
        means: opened,
        source: "ifconfig(8), as the shell shows it with -x, or sudo",
        samples: &["rc.local: + ifconfig ib0 up"],
    },
];

fn judge<'b>(port: &Port<'b>) -> Option<Finding<'b>> {
    let refused = port.address_signs(CODE);
    let (confidence, shown) = match (refused.is_empty(), port.wanted_without_address()) {
        (false, _) => (Confidence::Certain, refused),
        (true, Some(carrier)) => (Confidence::Likely, vec![carrier]),
        (true, None) => (Confidence::Possible, vec![port.left_without_address()?]),
    };
    let name = interface(port);
    let finding = Finding::new(confidence)
        .shown_by(port.opened_by_name())
        .shown_by(shown)
        .check(format!("ip address show {name}"))
        .check(Tool::of(port).look_up(&name, "IPADDR|ipv4|BOOTPROTO"));
    Some(match confidence {
        Confidence::Certain => finding.remedy_edit(port).remedy_reopen(port),
        Confidence::Likely => finding.remedy(Tool::of(port).configure(&name)).remedy(Tool::of(port).raise(&name)),
        Confidence::Possible => finding,
    })
}
