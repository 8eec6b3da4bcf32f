//! IB0605: `NM_CONTROLLED=no`, and no network.service that would take the interface.

use super::{Diagnosis, Nature};
use crate::event::{EventKind, NetworkStack};
use crate::finding::{Confidence, Finding, ifcfg, interface};
use crate::port::Port;
use crate::recognize::{Pattern, Speaker};

const CODE: &str = "IB0605";
const ABSENT: &str = "IB0605 absent";

pub(super) static DIAGNOSIS: Diagnosis = Diagnosis {
    code: CODE,
    name: "nm-controlled-no-without-network-service",
    nature: Nature::Root,
    signs: SIGNS,
    judge,
    text: include_str!("nm_controlled_no_without_network_service.md"),
};

static SIGNS: &[Pattern] = &[
    Pattern {
        speaker: Speaker::Program(&["NetworkManager"]),
        says: "ifcfg-rh: {any}ifcfg-{netdev} {any}NM_CONTROLLED",
        means: |_| EventKind::sign(CODE, ""),
        source: "NetworkManager 1.2 to 1.18, src/settings/plugins/ifcfg-rh/nms-ifcfg-rh-plugin.c, update_connection",
        samples: &["NetworkManager: <info>  [1700000000.1] ifcfg-rh: Ignoring connection /etc/sysconfig/network-scripts/ifcfg-ib0 (9a91c4f7-ecd9-3c89-919d-aafe8502319f,\"ib0\") due to NM_CONTROLLED=no. Unmanaged: interface-name:ib0."],
    },
    Pattern {
        speaker: Speaker::Program(&["NetworkManager"]),
        says: "ifcfg-rh: {any}ifcfg-{netdev}'{any}NM_CONTROLLED",
        means: |_| EventKind::sign(CODE, ""),
        source: "NetworkManager, the same plug-in, with the file in quotes",
        samples: &["NetworkManager: <info>  [1700000000.1] ifcfg-rh: Ignoring connection '/etc/sysconfig/network-scripts/ifcfg-ib0' due to NM_CONTROLLED=no. Unmanaged: interface-name:ib0."],
    },
    Pattern {
        speaker: Speaker::Program(&["NetworkManager"]),
        says: "ifcfg-rh: {any}ifcfg-{netdev}\"{any}NM_CONTROLLED",
        means: |_| EventKind::sign(CODE, ""),
        source: "NetworkManager since 1.20, the same plug-in, at its more verbose levels",
        samples: &["NetworkManager: <debug> [1700000000.1] ifcfg-rh: load \"/etc/sysconfig/network-scripts/ifcfg-ib0\": NM_CONTROLLED=no, unmanaged"],
    },
    Pattern {
        speaker: Speaker::Anyone,
        says: "network.service: Unit {any}not found",
        means: |_| EventKind::sign(ABSENT, ""),
        source: "systemd, src/systemctl/systemctl-start-unit.c",
        samples: &["systemctl: Failed to restart network.service: Unit network.service not found."],
    },
];

fn judge<'b>(port: &Port<'b>) -> Option<Finding<'b>> {
    if port.raised().is_some() || port.missed().is_some() {
        return None;
    }
    let (signs, absent) = (port.signs(CODE), port.signs(ABSENT));
    let first = signs.first().or(absent.first())?;
    let service = port.boot.first_event(|kind| matches!(kind, EventKind::Network(NetworkStack::NetworkScripts, _)));
    let begun = port.first(|kind| matches!(kind, EventKind::RaiseBegan(_) | EventKind::RaiseFailed(_)));
    if service.is_some() || begun.is_some() || port.netdev_appeared().is_none() {
        return None;
    }
    let shown = !signs.is_empty() && port.boot.coverage.shows_services_before(first.order);
    let confidence = if shown { Confidence::Certain } else { Confidence::Likely };
    let name = interface(port);
    let file = ifcfg(&name);
    let finding = Finding::new(confidence)
        .shown_by(signs)
        .shown_by(absent)
        .check("systemctl status network")
        .check(format!("grep -n NM_CONTROLLED {file}"))
        .remedy(format!("sed -i '/^NM_CONTROLLED=/d' {file}"))
        .remedy("nmcli connection reload")
        .remedy(format!("nmcli device connect {name}"));
    Some(finding)
}
