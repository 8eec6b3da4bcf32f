//! IB0102: the PCIe link to the HCA does not train.

use super::{Diagnosis, Nature};
use crate::event::EventKind;
use crate::finding::{Confidence, Finding};
use crate::port::Port;
use crate::recognize::{Pattern, Speaker};

const CODE: &str = "IB0102";

pub(super) static DIAGNOSIS: Diagnosis = Diagnosis {
    code: CODE,
    name: "pcie-link-training-failed",
    nature: Nature::Root,
    signs: SIGNS,
    judge,
    text: include_str!("pcie_link_training_failed.md"),
};

/// The port above the HCA.
const PORT: Speaker = Speaker::Driver(&["pci", "pcieport"]);

static SIGNS: &[Pattern] = &[
    Pattern {
        speaker: PORT,
        says: "broken device, retraining non-functional downstream link at 2.5GT/s",
        means: |_| EventKind::sign(CODE, ""),
        source: "Linux, drivers/pci/quirks.c, pcie_failed_link_retrain",
        samples: &["kernel: pcieport 0000:00:01.0: broken device, retraining non-functional downstream link at 2.5GT/s"],
    },
    Pattern {
        speaker: PORT,
        says: "^retraining failed",
        means: |_| EventKind::sign(CODE, ""),
        source: "Linux, drivers/pci/quirks.c, pcie_failed_link_retrain",
        samples: &["kernel: pci 0000:00:01.0: retraining failed"],
    },
    Pattern {
        speaker: PORT,
        says: "Cannot train link: status {hex}",
        means: |_| EventKind::sign(CODE, ""),
        source: "Linux, drivers/pci/hotplug/pciehp_hpc.c, pciehp_check_link_status",
        samples: &["kernel: pcieport 0000:00:01.0: pciehp: Slot(4): Cannot train link: status 0x0001"],
    },
];

fn judge<'b>(port: &Port<'b>) -> Option<Finding<'b>> {
    let mut signs = port.signs(CODE);
    let is_above = !signs.is_empty();
    signs.extend(port.signs_on_empty_bridges(CODE));
    let last = signs.last()?;
    if is_above && port.driver_overcame(last) {
        return None;
    }
    let finding = Finding::new(Confidence::Likely)
        .shown_by(signs)
        .shown_by(port.driver_failed())
        .shown_by(port.missed())
        .check("lspci -tvnn")
        .check("lspci -vv | grep -E '^[0-9a-f]|LnkCap:|LnkSta:'")
        .remedy("ipmitool chassis power cycle");
    Some(finding)
}
