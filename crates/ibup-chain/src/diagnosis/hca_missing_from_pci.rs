//! IB0101: the kernel enumerated the bus, and the HCA of the interface is not on it: none is, or those that are have
//! interfaces of their own.

use super::{Diagnosis, Nature, vf_port_down};
use crate::finding::{Confidence, Finding};
use crate::port::Port;

const CODE: &str = "IB0101";

pub(super) static DIAGNOSIS: Diagnosis = Diagnosis {
    code: CODE,
    name: "hca-missing-from-pci",
    nature: Nature::Umbrella,
    signs: &[],
    judge,
    text: include_str!("hca_missing_from_pci.md"),
};

fn judge<'b>(port: &Port<'b>) -> Option<Finding<'b>> {
    let lacks_all = port.bus_lacks_hca();
    // A virtual function is not on the bus before somebody makes it.
    let lacks_one = || port.bus_lacks_mine() && !vf_port_down::was_not_enabled(port.boot);
    if !port.is_lost() || (!lacks_all && !lacks_one()) {
        return None;
    }
    // A name that nobody has may also be one that nobody should ask for.
    let is_shown = lacks_all && port.boot.coverage.has_beginning && port.is_wanted();
    let confidence = if is_shown { Confidence::Certain } else { Confidence::Likely };
    let finding = Finding::new(confidence)
        .shown_by(port.missed().or(port.boot.stack_service()))
        .check("lspci -nn -d 15b3:")
        .check("dmidecode -t slot")
        .remedy("ipmitool chassis power cycle");
    Some(finding)
}
