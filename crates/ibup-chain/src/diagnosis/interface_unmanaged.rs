//! IB0607: NetworkManager knows the interface and leaves it alone.

use super::{Diagnosis, Nature, network_wait_gave_up};
use crate::event::{Event, EventKind, NetworkStack};
use crate::finding::{Confidence, Finding, Setting, interface};
use crate::port::Port;
use crate::recognize::{Pattern, Speaker};
use crate::template::Captures;

const CODE: &str = "IB0607";
const MANAGED: &str = "IB0607 managed";
const IDLE: &str = "IB0607 idle";

pub(super) static DIAGNOSIS: Diagnosis = Diagnosis {
    code: CODE,
    name: "interface-unmanaged",
    nature: Nature::Umbrella,
    signs: SIGNS,
    judge,
    text: include_str!("interface_unmanaged.md"),
};

/// Reads why NetworkManager let the interface go. One that is taken away, or put to sleep, it does not leave alone.
fn let_go(captures: &Captures<'_>) -> Option<EventKind> {
    let why = captures.get("why")?;
    let is_other = ["'removed'", "'sleeping'", "'unmanaged-sleeping'", "'unmanaged-quitting'", "'unmanaged-link-not-init'"]
        .iter()
        .any(|other| why.starts_with(other));
    if is_other { None } else { EventKind::sign(CODE, "unmanaged") }
}

static SIGNS: &[Pattern] = &[
    Pattern {
        speaker: Speaker::Program(&["NetworkManager"]),
        says: "({netdev}): state change: unmanaged -> {to=word} (reason",
        means: |_| EventKind::sign(MANAGED, ""),
        source: "NetworkManager, src/core/devices/nm-device.c, _set_state_full",
        samples: &["NetworkManager: <info>  [1700000000.1] device (ib0): state change: unmanaged -> unavailable (reason 'managed', sys-iface-state: 'external')"],
    },
    Pattern {
        speaker: Speaker::Program(&["NetworkManager"]),
        says: "({netdev}): state change: {from=word} -> unmanaged (reason {why=word}",
        means: let_go,
        source: "NetworkManager, src/core/devices/nm-device.c, _set_state_full",
        samples: &["NetworkManager: <info>  [1700000000.1] device (ib0): state change: disconnected -> unmanaged (reason 'unmanaged', sys-iface-state: 'removed')"],
    },
    Pattern {
        speaker: Speaker::Program(&["NetworkManager"]),
        says: "({netdev}): device state change: unmanaged -> {to=word} (reason",
        means: |_| EventKind::sign(MANAGED, ""),
        source: "NetworkManager before 1.2, src/devices/nm-device.c, _set_state_full",
        samples: &["NetworkManager: <info> (ib0): device state change: unmanaged -> unavailable (reason 'managed') [10 20 2]"],
    },
    Pattern {
        speaker: Speaker::Program(&["NetworkManager"]),
        says: "({netdev}): device state change: {from=word} -> unmanaged (reason {why=word}",
        means: let_go,
        source: "NetworkManager before 1.2, src/devices/nm-device.c, _set_state_full",
        samples: &["NetworkManager: <info> (ib0): device state change: disconnected -> unmanaged (reason 'unmanaged') [30 10 3]"],
    },
    Pattern {
        speaker: Speaker::Program(&["NetworkManager"]),
        says: "({netdev}): device state change: unavailable -> disconnected (reason",
        means: |_| EventKind::sign(IDLE, ""),
        source: "NetworkManager before 1.2, src/devices/nm-device.c, _set_state_full",
        samples: &["NetworkManager: <info> (ib0): device state change: unavailable -> disconnected (reason 'carrier-changed') [20 30 40]"],
    },
    Pattern {
        speaker: Speaker::Anyone,
        says: "is not available on device {netdev} because device is strictly unmanaged",
        means: |_| EventKind::sign(CODE, "strictly"),
        source: "NetworkManager, src/core/devices/nm-device.c, nm_device_check_connection_available; nmcli prints it on",
        samples: &["nmcli: Error: Connection activation failed: Connection 'ib0' is not available on device ib0 because device is strictly unmanaged"],
    },
    Pattern {
        speaker: Speaker::Anyone,
        says: "device {netdev} not available because device is strictly unmanaged",
        // Of the loopback's it is said where none fits.
        means: |captures| if captures.get("netdev")? == "lo" { None } else { EventKind::sign(CODE, "strictly") },
        source: "NetworkManager, src/core/devices/nm-device.c, nm_device_check_connection_available; nmcli prints it on",
        samples: &["nmcli: Error: Connection activation failed: No suitable device found for this connection (device ib0 not available because device is strictly unmanaged)."],
    },
    Pattern {
        speaker: Speaker::Program(&["NetworkManager"]),
        says: "({netdev}): state change: unavailable -> disconnected (reason",
        means: |_| EventKind::sign(IDLE, ""),
        source: "NetworkManager, src/core/devices/nm-device.c, _set_state_full: there is carrier, and nothing to activate yet",
        samples: &["NetworkManager: <info>  [1700000000.1] device (ib0): state change: unavailable -> disconnected (reason 'carrier-changed', sys-iface-state: 'managed')"],
    },
];

fn judge<'b>(port: &Port<'b>) -> Option<Finding<'b>> {
    if port.raised().is_some() || port.missed().is_some() || port.is_ethernet() {
        return None;
    }
    let tried = port.first(|kind| matches!(kind, EventKind::RaiseBegan(_) | EventKind::RaiseFailed(_)));
    let is_others = network_wait_gave_up::is_dropped(port);
    if tried.is_some() || is_others || port.broken_service().is_some() || port.has_later_trouble() {
        return None;
    }
    let seen = port.first(|kind| *kind == EventKind::NetdevSeen || matches!(kind, EventKind::Sign { code, .. } if [CODE, MANAGED, IDLE].contains(code)))
        .filter(|_| port.boot.network_stack() == Some(NetworkStack::NetworkManager))?;
    // That is the link's affair.
    if waits_for_carrier(port) {
        return None;
    }
    let (let_go, idle) = (port.signs(CODE), port.signs(IDLE));
    // The manager of the driver knows the netdev by other words: NetworkManager has to have spoken of it.
    let spoken = port.events().find(|event| event.speaker.as_deref() == Some("NetworkManager"))?;
    if !port.had_its_chance_after(seen) {
        return None;
    }
    // A parent that has carrier carries its children, be it without a profile of its own.
    let carries = |event: &Event| {
        let is_child = event.subject.netdev.as_ref().is_some_and(|name| name.parent() == port.netdev);
        is_child && matches!(event.kind, EventKind::Raised(_))
    };
    if port.first(|kind| *kind == EventKind::CarrierGained).is_some() && port.boot.events().any(carries) {
        return None;
    }
    let unused = port.has_raised_sibling() && !port.is_wanted();
    let confidence = if unused { Confidence::Possible } else { Confidence::Likely };
    let name = interface(port);
    let finding = Finding::new(confidence)
        .shown_by([spoken])
        .shown_by(let_go)
        .shown_by(idle)
        .check("nmcli device")
        .check("grep -rn unmanaged-devices /etc/NetworkManager /usr/lib/NetworkManager /run/NetworkManager")
        .check("nmcli -f NAME,DEVICE,AUTOCONNECT connection show")
        .remedy(format!("nmcli device set {name} managed yes"))
        .remedy_set(port, Setting::AtBoot)
        .remedy_raise(port);
    Some(finding)
}

/// Returns whether NetworkManager manages the interface, which has no carrier: it waits for that.
pub(super) fn waits_for_carrier(port: &Port<'_>) -> bool {
    let (let_go, managed) = (port.signs(CODE), port.signs(MANAGED));
    let is_managed = managed.last().is_some_and(|last| let_go.last().is_none_or(|gone| gone.order < last.order));
    is_managed && port.signs(IDLE).is_empty()
}

/// Returns whether NetworkManager says that it does not manage the interface: when somebody asks for it, or by managing
/// others and never this one, which it knows.
pub(super) fn is_unmanaged(port: &Port<'_>) -> bool {
    let is_sign = |wanted: &'static str| move |kind: &EventKind| matches!(kind, EventKind::Sign { code, .. } if *code == wanted);
    let is_strictly = |kind: &EventKind| matches!(kind, EventKind::Sign { code: CODE, detail } if **detail == *"strictly");
    let is_known = port.events().any(|event| event.speaker.as_deref() == Some("NetworkManager"));
    let is_left = is_known && port.first(is_sign(MANAGED)).is_none() && port.boot.first_event(is_sign(MANAGED)).is_some();
    port.first(is_strictly).is_some() || is_left
}
