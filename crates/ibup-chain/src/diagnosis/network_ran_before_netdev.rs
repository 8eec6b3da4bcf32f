//! IB0601: the network service wanted the interface before it existed.

use super::{Diagnosis, Nature};
use crate::finding::{Confidence, Finding, interface};
use crate::port::Port;

pub(super) static DIAGNOSIS: Diagnosis = Diagnosis {
    code: "IB0601",
    name: "network-ran-before-netdev",
    nature: Nature::Symptom,
    signs: &[],
    judge,
    text: include_str!("network_ran_before_netdev.md"),
};

fn judge<'b>(port: &Port<'b>) -> Option<Finding<'b>> {
    let missed = port.missed()?;
    // A netdev that never came was not late.
    let appeared = port.available()?;
    let interface = interface(port);
    let finding = Finding::new(Confidence::Certain)
        .shown_by([missed, appeared])
        .shown_by(port.late_load())
        .check(format!("systemctl list-dependencies --after sys-subsystem-net-devices-{interface}.device"))
        .check("systemd-analyze critical-chain network.target")
        .remedy_raise(port);
    Some(finding)
}
