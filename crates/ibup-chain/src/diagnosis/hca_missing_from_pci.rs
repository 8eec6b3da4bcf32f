//! IB0101: the kernel enumerated the bus, and no HCA is on it.

use super::{Diagnosis, Nature};
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
    let is_lost = port.pci.is_none() && port.is_wanted() && port.netdev_appeared().is_none();
    if !is_lost || !port.bus_lacks_hca() {
        return None;
    }
    let confidence = if port.boot.coverage.has_beginning { Confidence::Certain } else { Confidence::Likely };
    let finding = Finding::new(confidence)
        .shown_by(port.missed())
        .check("lspci -nn -d 15b3:")
        .check("dmidecode -t slot")
        .remedy("ipmitool chassis power cycle");
    Some(finding)
}
