//! IB0603: the configuration is for a name that no interface has any more.

use super::{Diagnosis, Nature};
use crate::event::EventKind;
use crate::finding::{Confidence, Finding, interface};
use crate::port::Port;
use crate::recognize::{Pattern, Speaker};

const CODE: &str = "IB0603";

pub(super) static DIAGNOSIS: Diagnosis = Diagnosis {
    code: CODE,
    name: "profile-for-vanished-name",
    nature: Nature::Root,
    signs: SIGNS,
    judge,
    text: include_str!("profile_for_vanished_name.md"),
};

static SIGNS: &[Pattern] = &[
    Pattern {
        speaker: Speaker::Anyone,
        says: "(device {device=netdev} not available because profile is not compatible with device (mismatching interface name)",
        means: |_| EventKind::sign(CODE, ""),
        source: "NetworkManager, src/core/devices/nm-device.c; nmcli prints it on",
        samples: &["nmcli: Error: Connection activation failed: No suitable device found for this connection (device ibp75s0 not available because profile is not compatible with device (mismatching interface name))."],
    },
];

fn judge<'b>(port: &Port<'b>) -> Option<Finding<'b>> {
    let signs = port.signs(CODE);
    signs.first()?;
    if port.raised().is_some() {
        return None;
    }
    // Without the type it is taken for a profile of Ethernet, and the device that does not fit is an Ethernet one.
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
