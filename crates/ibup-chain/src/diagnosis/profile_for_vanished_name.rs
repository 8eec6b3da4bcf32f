//! IB0603: the configuration is for a name that no interface has any more.

use super::{Diagnosis, Nature, type_infiniband_missing};
use crate::event::EventKind;
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

/// Reads which device the profile does not fit. The type is compared before the name: who says so of an Ethernet device
/// speaks of a profile of Ethernet, and where that was to be one of InfiniBand its type is what is wrong.
fn other_name(captures: &Captures<'_>) -> Option<EventKind> {
    let device: NetdevName = captures.parse("device")?;
    let code = if device.looks_like_ipoib() { CODE } else { type_infiniband_missing::ETHERNET };
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
];

fn judge<'b>(port: &Port<'b>) -> Option<Finding<'b>> {
    let signs = port.signs(CODE);
    signs.first()?;
    if port.raised().is_some() {
        return None;
    }
    let confidence = if port.netdev_appeared().is_some() { Confidence::Certain } else { Confidence::Likely };
    let name = interface(port);
    let finding = Finding::new(confidence)
        .shown_by(signs)
        .check("nmcli -f NAME,DEVICE,TYPE connection show")
        .check("ip -br link")
        .remedy(format!("nmcli connection modify {name} connection.interface-name {name}"))
        .remedy_raise(port);
    Some(finding)
}
