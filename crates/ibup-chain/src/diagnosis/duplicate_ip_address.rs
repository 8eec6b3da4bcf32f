//! IB0801: another machine, or another interface of this one, has the address already.

use super::{Diagnosis, Nature};
use crate::event::EventKind;
use crate::finding::{Confidence, Finding, interface};
use crate::port::Port;
use crate::recognize::{DHCLIENT, Pattern, Speaker};
use crate::template::Captures;

const CODE: &str = "IB0801";
/// The network service does not say of which interface; its own lines do, where it is the service that runs the script.
const UNNAMED: &str = "IB0801 unnamed";
/// The kernel takes the IPv6 address back and leaves the interface, and what else it has, as it is.
const IPV6: &str = "IB0801 IPv6";
/// Two interfaces of this machine have one address. That keeps neither down.
const OWN: &str = "IB0801 own";

pub(super) static DIAGNOSIS: Diagnosis = Diagnosis {
    code: CODE,
    name: "duplicate-ip-address",
    nature: Nature::Root,
    signs: SIGNS,
    judge,
    text: include_str!("duplicate_ip_address.md"),
};

fn taken(captures: &Captures<'_>) -> Option<EventKind> {
    EventKind::sign(CODE, captures.get("address")?.trim_end_matches(['.', ',']))
}

static SIGNS: &[Pattern] = &[
    Pattern {
        speaker: Speaker::Program(&["network", "ifup"]),
        says: "Bringing up interface {netdev}: {script=any} some other host {who=any} address {address=word}",
        means: taken,
        source: "initscripts, network-scripts/ifup-eth, and rdma-core, redhat/rdma.ifup-ib, which does not say who it is",
        samples: &[
            "network: Bringing up interface ib0:  ERROR     : [/etc/sysconfig/network-scripts/ifup-ib] Error, some other host already uses address 10.0.0.9.",
            "network: Bringing up interface ib0:  ERROR     : [/etc/sysconfig/network-scripts/ifup-eth] Error, some other host (80:00:02:08:FE:80) already uses address 10.0.0.9.",
        ],
    },
    Pattern {
        speaker: Speaker::Program(&["ifup-eth", "ifup-ib"]),
        says: "^Error, some other host {who=any} address {address=word}",
        means: |captures| EventKind::sign(UNNAMED, captures.get("address")?.trim_end_matches('.')),
        source: "initscripts, network-scripts/network-functions, net_log",
        samples: &[
            "/etc/sysconfig/network-scripts/ifup-ib: Error, some other host already uses address 10.0.0.9.",
            "/etc/sysconfig/network-scripts/ifup-eth: Error, some other host (0A:00:27:00:00:11) already uses address 10.0.0.9.",
        ],
    },
    Pattern {
        speaker: DHCLIENT,
        says: "^DHCPDECLINE on {netdev} to",
        means: |_| EventKind::sign(CODE, ""),
        source: "older ISC DHCP, client/dhclient.c, send_decline: dhclient-script found somebody at the address",
        samples: &["dhclient: DHCPDECLINE on ib0 to 255.255.255.255 port 67"],
    },
    Pattern {
        speaker: DHCLIENT,
        says: "^DHCPDECLINE of {address=word} on {netdev} to",
        means: taken,
        source: "ISC DHCP 4.4, client/dhclient.c, send_decline",
        samples: &["dhclient: DHCPDECLINE of 10.0.0.9 on ib0 to 255.255.255.255 port 67 (xid=0x5a2c1f)"],
    },
    Pattern {
        speaker: Speaker::Program(&["NetworkManager"]),
        says: "({netdev}): IP address {address=word} cannot be configured because it is already in use",
        means: taken,
        source: "NetworkManager of 2024, as journals show it; it asks on Ethernet alone",
        samples: &[
            "NetworkManager: <warn>  [1733739965.4400] device (ib0): IP address 10.0.0.9 cannot be configured because it is already in use in the network by host 08:00:27:09:58:BA",
        ],
    },
    Pattern {
        speaker: Speaker::Program(&["NetworkManager"]),
        says: "dhcp4 ({netdev}): state changed new lease, address={address=word} acd conflict",
        means: taken,
        source: "NetworkManager 1.42, src/core/dhcp/nm-dhcp-client.c, _nm_dhcp_client_notify; on Ethernet alone",
        samples: &[
            "NetworkManager: <info>  [1733739965.4400] dhcp4 (ib0): state changed new lease, address=10.0.0.9, acd conflict",
        ],
    },
    Pattern {
        speaker: Speaker::Program(&["systemd-networkd"]),
        says: "^{netdev}: Dropping address {address=word} as an address conflict was detected",
        means: taken,
        source: "systemd, src/network/networkd-ipv4acd.c, on_acd; it asks on Ethernet alone (link_ipv4acd_supported)",
        samples: &["systemd-networkd: ib0: Dropping address 10.0.0.9, as an address conflict was detected."],
    },
    Pattern {
        speaker: Speaker::Kernel,
        says: "{netdev}: IPv6 duplicate address {address=word} detected",
        means: |captures| EventKind::sign(IPV6, captures.get("address")?),
        source: "older Linux, net/ipv6/addrconf.c, addrconf_dad_failure",
        samples: &["kernel: IPv6: ib0: IPv6 duplicate address fe80::f452:1403:7b:cba1 detected!"],
    },
    Pattern {
        speaker: Speaker::Kernel,
        says: "{netdev}: IPv6 duplicate address {address=word} used by {mac=word} detected",
        means: |captures| EventKind::sign(IPV6, captures.get("address")?),
        source: "Linux, net/ipv6/addrconf.c, addrconf_dad_failure",
        samples: &[
            "kernel: IPv6: ib0: IPv6 duplicate address fe80::f452:1403:7b:cba1 used by 00:00:00:00:00:00 detected!",
        ],
    },
    Pattern {
        speaker: Speaker::Kernel,
        says: "^infiniband {hca}: duplicate IP address detected",
        means: |_| EventKind::sign(OWN, ""),
        source: "Linux, drivers/infiniband/ulp/ipoib/ipoib_main.c, ipoib_get_net_dev_by_params",
        samples: &["kernel: infiniband mlx5_0: duplicate IP address detected"],
    },
];

fn judge<'b>(port: &Port<'b>) -> Option<Finding<'b>> {
    let taken = port.address_signs(CODE);
    let others: Vec<_> = [UNNAMED, IPV6, OWN].into_iter().flat_map(|sign| port.signs(sign)).collect();
    let first = taken.first().or(others.first())?;
    let EventKind::Sign { detail: address, .. } = &first.kind else { return None };
    let is_missed = || port.address_failed().is_some_and(|failed| others.iter().any(|other| other.order == failed.order));
    let confidence = match taken.first() {
        Some(_) => Confidence::Certain,
        None if is_missed() => Confidence::Likely,
        None => Confidence::Possible,
    };
    let name = interface(port);
    let asked = if address.is_empty() { "ADDRESS" } else { address };
    let mut finding = Finding::new(confidence).shown_by(taken).shown_by(others);
    if !address.contains(':') {
        finding = finding.check(format!("arping -D -c 3 -I {name} {asked}"));
    }
    finding = finding.check(format!("ip neighbour show dev {name}")).check(format!("ip -br address show {name}"));
    if confidence >= Confidence::Likely {
        finding = finding.remedy_edit(port).remedy_raise(port);
    }
    Some(finding)
}
