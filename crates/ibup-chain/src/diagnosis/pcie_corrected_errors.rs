//! IB0108: errors on the PCIe link that the link corrected: noise.

use super::{Diagnosis, Nature};
use crate::event::EventKind;
use crate::finding::{Confidence, Finding, function_option};
use crate::port::Port;
use crate::recognize::{Pattern, Speaker};

const CODE: &str = "IB0108";
/// Whoever speaks of the function or of the bridges above it.
const BUS: Speaker = Speaker::Driver(&["pci", "pcieport", "mlx5_core", "mlx4_core", "ib_mthca", "hfi1", "ib_qib", "vfio-pci"]);

pub(super) static DIAGNOSIS: Diagnosis = Diagnosis {
    code: CODE,
    name: "pcie-corrected-errors",
    nature: Nature::Harmless,
    signs: SIGNS,
    judge,
    text: include_str!("pcie_corrected_errors.md"),
};

static SIGNS: &[Pattern] = &[
    Pattern {
        speaker: BUS,
        says: "PCIe Bus Error: severity=Correct",
        means: |_| EventKind::sign(CODE, ""),
        source: "Linux, drivers/pci/pcie/aer.c, aer_print_error",
        samples: &["kernel: mlx5_core 0000:4b:00.0: PCIe Bus Error: severity=Corrected, type=Physical Layer, (Receiver ID)"],
    },
    Pattern {
        speaker: BUS,
        says: "AER: {any}orrect{word} error received: {pci}",
        means: |_| EventKind::sign(CODE, ""),
        source: "Linux, drivers/pci/pcie/aer.c, aer_print_port_info",
        samples: &["kernel: pcieport 0000:00:01.0: AER: Corrected error received: 0000:4b:00.0"],
    },
    Pattern {
        speaker: BUS,
        says: "AER: {any}orrect{word} error message received from {pci}",
        means: |_| EventKind::sign(CODE, ""),
        source: "Linux, drivers/pci/pcie/aer.c, aer_print_source",
        samples: &["kernel: pcieport 0000:00:01.0: AER: Correctable error message received from 0000:4b:00.0"],
    },
];

fn judge<'b>(port: &Port<'b>) -> Option<Finding<'b>> {
    let signs = port.signs(CODE);
    signs.first()?;
    let finding = Finding::new(Confidence::Certain)
        .shown_by(signs)
        .check(format!("lspci -vv {}", function_option(port)))
        .check("ras-mc-ctl --errors");
    Some(finding)
}
