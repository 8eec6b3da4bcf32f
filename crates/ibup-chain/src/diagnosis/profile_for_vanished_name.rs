//! IB0603: the configuration is for a name that no interface has any more.

use super::{Diagnosis, Nature};
use crate::event::{Event, EventKind, NetworkStack};
use crate::finding::{Confidence, Finding, interface};
use crate::name::NetdevName;
use crate::port::Port;
use crate::recognize::{Pattern, Speaker};
use crate::template::Captures;

const CODE: &str = "IB0603";

pub(super) static DIAGNOSIS: Diagnosis = Diagnosis {
    code: CODE,
    name: "profile-for-vanished-name",
    nature: Nature::Root,
    signs: SIGNS,
    judge,
    text: include_str!("profile_for_vanished_name.md"),
};

/// The profile fits no device; the one that is named is the first of all that it does not fit.
const NONE: &str = "IB0603 none";

/// Reads which device the profile does not fit.
fn other_name(captures: &Captures<'_>) -> Option<EventKind> {
    let device: NetdevName = captures.parse("device")?;
    let code = if device.looks_like_ipoib() { CODE } else { NONE };
    EventKind::sign(code, device.as_str())
}

static SIGNS: &[Pattern] = &[
    Pattern {
        speaker: Speaker::Anyone,
        says: "device {device=netdev} not available because profile is not compatible with device (mismatching interface name)",
        means: other_name,
        source: "NetworkManager, src/core/devices/nm-device.c, check_connection_compatible; nmcli prints it on",
        samples: &["nmcli: Error: Connection activation failed: No suitable device found for this connection (device ibp75s0 not available because profile is not compatible with device (mismatching interface name))."],
    },
    Pattern {
        speaker: Speaker::Anyone,
        says: "device lo not available because device is strictly unmanaged",
        means: |_| EventKind::sign(NONE, "lo"),
        source: "NetworkManager, src/core/nm-manager.c, nm_manager_get_best_device_for_activation: of all devices that do \
                 not fit the first, which is the loopback's; nmcli prints it on",
        samples: &["nmcli: Error: Connection activation failed: No suitable device found for this connection (device lo not available because device is strictly unmanaged)."],
    },
];

/// Returns the words by which a profile fits no device, although this one was there.
pub(super) fn misfits<'b>(port: &Port<'b>) -> Vec<&'b Event> {
    let by_manager = |event: &&'b Event| {
        event.kind == EventKind::RaiseFoundNothing(Some(NetworkStack::NetworkManager)) && event.speaker.as_deref() == Some("NetworkManager")
    };
    let mut signs = port.signs(NONE);
    signs.extend(port.events().filter(by_manager));
    signs.retain(|sign| port.netdev_appeared().is_some_and(|appeared| appeared.order < sign.order));
    signs
}

/// Returns whether a profile that fits no device is for a name that this one does not have: as far as the log tells for
/// which it is or, where it does not, because this one was given another name than the kernel's.
pub(super) fn is_for_another_name(port: &Port<'_>) -> bool {
    let own = port.netdev.as_ref();
    let asked = port.events().find(|event| matches!(event.kind, EventKind::RaiseFoundNothing(_)));
    match asked {
        Some(asked) => asked.subject.netdev.as_ref() != own,
        None => own.is_some_and(|name| name.kernel_number().is_none()),
    }
}

fn judge<'b>(port: &Port<'b>) -> Option<Finding<'b>> {
    let mut signs = port.signs(CODE);
    signs.extend(misfits(port).into_iter().filter(|_| is_for_another_name(port)));
    signs.first()?;
    if port.raised().is_some() {
        return None;
    }
    let is_sure = !port.signs(CODE).is_empty() && port.netdev_appeared().is_some();
    let confidence = if is_sure { Confidence::Certain } else { Confidence::Likely };
    let name = interface(port);
    let finding = Finding::new(confidence)
        .shown_by(signs)
        .check("nmcli -f NAME,DEVICE,TYPE connection show")
        .check("ip -br link")
        .remedy(format!("nmcli connection modify {name} connection.interface-name {name}"))
        .remedy_raise(port);
    Some(finding)
}
