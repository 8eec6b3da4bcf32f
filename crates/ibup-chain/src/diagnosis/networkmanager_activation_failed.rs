//! IB0606: NetworkManager began to activate the interface and failed.

use super::{Diagnosis, Nature};
use crate::event::{EventKind, NetworkStack};
use crate::finding::{Confidence, Finding, Setting, interface};
use crate::port::Port;
use crate::recognize::{Pattern, Speaker};

const CODE: &str = "IB0606";
/// By itself harmless: it is said where IPv6 is off, too.
const MTU: &str = "IB0606 mtu";

/// Returns whether a line of NetworkManager's gives a reason that has to do with the address.
fn is_of_address(line: &str) -> bool {
    ["ip-config-unavailable", "ip-config-expired", "dhcp-", "ip-address-duplicate"].iter().any(|why| line.contains(why))
}

pub(super) static DIAGNOSIS: Diagnosis = Diagnosis {
    code: CODE,
    name: "networkmanager-activation-failed",
    nature: Nature::Root,
    signs: SIGNS,
    judge,
    text: include_str!("networkmanager_activation_failed.md"),
};

static SIGNS: &[Pattern] = &[
    Pattern {
        speaker: Speaker::Program(&["NetworkManager"]),
        says: "({netdev}): mtu: failure to set",
        means: |_| EventKind::sign(MTU, ""),
        source: "NetworkManager, src/core/devices/nm-device.c, _commit_mtu",
        samples: &["NetworkManager: <warn>  [1700000000.1] device (ib0): mtu: failure to set IPv6 MTU"],
    },
    Pattern {
        speaker: Speaker::Anyone,
        says: "The device could not be readied for configuration",
        means: |_| EventKind::sign(CODE, ""),
        source: "NetworkManager, nmcli, of the reason config-failed",
        samples: &["nmcli: Error: Connection activation failed: The device could not be readied for configuration"],
    },
];

fn judge<'b>(port: &Port<'b>) -> Option<Finding<'b>> {
    if port.raised().is_some() || port.missed().is_some() {
        return None;
    }
    let failed = port.last(|kind| *kind == EventKind::RaiseFailed(Some(NetworkStack::NetworkManager)));
    let signs = port.signs(CODE);
    if failed.is_none() && signs.is_empty() {
        return None;
    }
    // Without an address it gives up, too: then whoever knows of the address knows better.
    let of_address = port.events().any(|event| {
        event.kind == EventKind::RaiseFailed(Some(NetworkStack::NetworkManager)) && is_of_address(&event.evidence.text)
    });
    let is_known = port.has_later_trouble() || port.address_failed().or(port.address_requested()).is_some();
    let confidence = match (of_address, is_known) {
        (true, true) => Confidence::Possible,
        (true, false) => Confidence::Likely,
        (false, _) => Confidence::Certain,
    };
    let name = interface(port);
    let finding = Finding::new(confidence)
        .shown_by(signs)
        .shown_by(port.signs(MTU))
        .shown_by(failed)
        .shown_by(port.first(|kind| *kind == EventKind::RaiseFailed(Some(NetworkStack::NetworkManager))))
        .check(format!("nmcli -f infiniband,ipv4.method connection show {name}"))
        .check(format!("journalctl -b -u NetworkManager --no-pager | grep '({name})'"))
        .remedy_set(port, Setting::Datagram)
        .remedy_raise(port);
    Some(finding)
}
