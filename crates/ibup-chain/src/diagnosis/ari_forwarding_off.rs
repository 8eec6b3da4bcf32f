//! IB0112: virtual functions with a device number other than 0 are not reached.

use super::{Diagnosis, Nature};
use crate::event::Event;
use crate::finding::{Confidence, Finding};
use crate::port::Port;

const CODE: &str = "IB0112";

pub(super) static DIAGNOSIS: Diagnosis = Diagnosis {
    code: CODE,
    name: "ari-forwarding-off",
    nature: Nature::Root,
    signs: &[],
    judge,
    text: include_str!("ari_forwarding_off.md"),
};

fn judge<'b>(port: &Port<'b>) -> Option<Finding<'b>> {
    let pci = port.pci.filter(|pci| pci.needs_ari())?;
    let failed = port.driver_failed()?;
    let is_timeout = |event: &&Event| event.evidence.text.contains("ENABLE_HCA(0x104) timeout");
    let timeouts: Vec<_> = port.events().filter(is_timeout).collect();
    timeouts.first()?;
    let finding = Finding::new(Confidence::Likely)
        .shown_by(timeouts)
        .shown_by([failed])
        .check(format!("lspci -vv -s {pci}"))
        .check("lspci -vv | grep -E '^[0-9a-f]|ARIFwd'");
    Some(finding)
}
