//! IB0608: the boot waited for the network and gave up before the interface was there.

use super::{Diagnosis, Nature};
use crate::event::{EventKind, NetworkStack};
use crate::finding::{Confidence, Finding, interface};
use crate::port::{Outcome, Port};
use crate::recognize::{Pattern, Speaker};

const CODE: &str = "IB0608";
/// A unit for the interface was not started, because something it needs was not there.
const DROPPED: &str = "IB0608 dropped";

pub(super) static DIAGNOSIS: Diagnosis = Diagnosis {
    code: CODE,
    name: "network-wait-gave-up",
    nature: Nature::Aftermath,
    signs: SIGNS,
    judge,
    text: include_str!("network_wait_gave_up.md"),
};

static SIGNS: &[Pattern] = &[
    Pattern {
        speaker: Speaker::Program(&["systemd-networkd-wait-online"]),
        says: "Timeout occurred while waiting for network connectivity",
        means: |_| EventKind::sign(CODE, ""),
        source: "systemd, src/network/wait-online/wait-online.c, run",
        samples: &["systemd-networkd-wait-online: Timeout occurred while waiting for network connectivity."],
    },
    Pattern {
        speaker: Speaker::Program(&["systemd-networkd-wait-online"]),
        says: "Event loop failed: Connection timed out",
        means: |_| EventKind::sign(CODE, ""),
        source: "older systemd, src/network/wait-online/wait-online.c, run, as published journals show it",
        samples: &["systemd-networkd-wait-online: Event loop failed: Connection timed out"],
    },
];

fn judge<'b>(port: &Port<'b>) -> Option<Finding<'b>> {
    let first = port.boot.first_event(EventKind::is_wait_given_up)?;
    // A machine without any port waits for something else.
    port.netdev.as_ref().map(drop).or(port.pci.map(drop))?;
    let gave_up = port.boot.first_event(|kind| *kind == EventKind::OnlineWaitFailed);
    let signs = port.signs(CODE);
    let was_up = port.came_up().is_some_and(|up| up.order < first.order);
    if was_up || port.broken_service().is_some() {
        return None;
    }
    let settled = port.outcome() == Outcome::Up;
    let confidence = match (is_dropped(port), settled || port.has_later_trouble()) {
        (_, true) => Confidence::Possible,
        (true, false) => Confidence::Certain,
        (false, false) => Confidence::Likely,
    };
    let name = interface(port);
    let finding = Finding::new(confidence)
        .shown_by(signs)
        .shown_by(gave_up)
        .shown_by(port.signs(DROPPED))
        .shown_by(port.came_up())
        .check("systemctl list-units '*wait-online*'")
        .check("ibstat")
        .check(format!("journalctl -b --no-pager | grep -w {name}"));
    let finding = if port.network_stack() == Some(NetworkStack::NetworkManager) {
        finding.remedy(format!("nmcli connection modify {name} connection.wait-device-timeout 60000"))
    } else {
        finding
    };
    Some(finding.remedy_raise(port))
}

/// Returns whether the boot gave up waiting for the network and dropped the unit that would have raised the interface over
/// it: then it is configured, and nobody left it alone.
pub(super) fn is_dropped(port: &Port<'_>) -> bool {
    let gave_up = port.boot.first_event(EventKind::is_wait_given_up);
    let dropped = port.signs(DROPPED);
    gave_up.zip(dropped.last()).is_some_and(|(gave_up, dropped)| gave_up.order < dropped.order)
}
