//! IB0602: HWADDR of the configuration is not the address that the interface has.

use super::{Diagnosis, Nature};
use crate::event::EventKind;
use crate::finding::{Confidence, Finding, Setting, Tool, interface};
use crate::port::Port;
use crate::recognize::{Pattern, Speaker};

const CODE: &str = "IB0602";

pub(super) static DIAGNOSIS: Diagnosis = Diagnosis {
    code: CODE,
    name: "hwaddr-mismatch",
    nature: Nature::Root,
    signs: SIGNS,
    judge,
    text: include_str!("hwaddr_mismatch.md"),
};

static SIGNS: &[Pattern] = &[
    Pattern {
        speaker: Speaker::Anyone,
        says: "Device {netdev} has different MAC address than expected, ignoring",
        means: |_| EventKind::sign(CODE, ""),
        source: "initscripts, network-scripts/ifup-eth; rdma, ifup-ib",
        samples: &["network: Bringing up interface ib0:  ERROR     : [/etc/sysconfig/network-scripts/ifup-eth] Device ib0 has different MAC address than expected, ignoring.", "/etc/sysconfig/network-scripts/ifup-ib: Device ib0 has different MAC address than expected, ignoring."],
    },
    Pattern {
        speaker: Speaker::Anyone,
        says: "(device {netdev} not available because profile is not compatible with device ({why=any}address mismatch",
        means: |_| EventKind::sign(CODE, ""),
        source: "NetworkManager, src/core/devices/nm-device-infiniband.c, check_connection_compatible",
        samples: &["nmcli: Error: Connection activation failed: No suitable device found for this connection (device ib0 not available because profile is not compatible with device (MAC address mismatches))."],
    },
];

fn judge<'b>(port: &Port<'b>) -> Option<Finding<'b>> {
    let signs = port.signs(CODE);
    let last = signs.last()?;
    let raised = port.last(|kind| matches!(kind, EventKind::Raised(_) | EventKind::AddressAssigned));
    if raised.is_some_and(|raised| raised.order > last.order) {
        return None;
    }
    let name = interface(port);
    let finding = Finding::new(Confidence::Certain)
        .shown_by(signs)
        .check(format!("ip link show {name}"))
        .check(Tool::of(port).look_up(&name, "HWADDR|mac-address"))
        .remedy_set(port, Setting::AnyAddress)
        .remedy_raise(port);
    Some(finding)
}
