//! IB0111: the IOMMU does not let the function reach memory.

use super::{Diagnosis, Nature};
use crate::event::EventKind;
use crate::finding::{Finding, function_option};
use crate::port::Port;
use crate::recognize::{HCA_DRIVERS, Pattern, Speaker};
use crate::template::Captures;

const CODE: &str = "IB0111";
/// Whoever speaks of the function or of the bridges above it.
const BUS: Speaker = Speaker::Driver(&["pci", "pcieport", "mlx5_core", "mlx4_core", "ib_mthca", "hfi1", "ib_qib", "vfio-pci"]);

pub(super) static DIAGNOSIS: Diagnosis = Diagnosis {
    code: CODE,
    name: "iommu-attach-failed",
    nature: Nature::Root,
    signs: SIGNS,
    judge,
    text: include_str!("iommu_attach_failed.md"),
};

/// Reads the function, which stands without its domain.
fn of(captures: &Captures<'_>) -> Option<EventKind> {
    EventKind::sign(CODE, captures.get("of")?.trim_end_matches(']'))
}

static SIGNS: &[Pattern] = &[
    Pattern {
        speaker: BUS,
        says: "Failed to add to iommu group {number}: {errno=number}",
        means: |_| EventKind::sign(CODE, ""),
        source: "Linux, drivers/iommu/iommu.c, iommu_group_add_device",
        samples: &["kernel: pci 0000:4b:00.0: Failed to add to iommu group 52: -16"],
    },
    Pattern {
        speaker: BUS,
        says: "ineligible for IOMMU domain attach",
        means: |_| EventKind::sign(CODE, ""),
        source: "Linux, drivers/iommu/intel/iommu.c",
        samples: &["kernel: mlx5_core 0000:4b:00.0: DMAR: Device is ineligible for IOMMU domain attach due to platform RMRR requirement.  Contact your platform vendor."],
    },
    Pattern {
        speaker: Speaker::Kernel,
        says: "^DMAR: [DMA {any}] Request device [{of=word} {any}",
        means: of,
        source: "Linux, drivers/iommu/intel/dmar.c, dmar_fault_do_one",
        samples: &["kernel: DMAR: [DMA Write NO_PASID] Request device [4b:00.0] fault addr 0xffe00000 [fault reason 0x05] PTE Write access is not set", "kernel: DMAR: [DMA Read] Request device [4b:00.0] PASID ffffffff fault addr ffe00000 [fault reason 06] PTE Read access is not set"],
    },
    Pattern {
        speaker: Speaker::Kernel,
        says: "^AMD-Vi: Event logged [IO_PAGE_FAULT device={of=word} ",
        means: of,
        source: "Linux, drivers/iommu/amd/iommu.c, amd_iommu_report_page_fault",
        samples: &["kernel: AMD-Vi: Event logged [IO_PAGE_FAULT device=4b:00.0 domain=0x0012 address=0xffe00000 flags=0x0020]"],
    },
    Pattern {
        speaker: BUS,
        says: "AMD-Vi: Event logged [IO_PAGE_FAULT domain",
        means: |_| EventKind::sign(CODE, ""),
        source: "Linux, drivers/iommu/amd/iommu.c, amd_iommu_report_page_fault",
        samples: &["kernel: mlx5_core 0000:4b:00.0: AMD-Vi: Event logged [IO_PAGE_FAULT domain=0x0012 address=0xffe00000 flags=0x0020]"],
    },
    Pattern {
        speaker: Speaker::Driver(HCA_DRIVERS),
        says: "Can't set {any}DMA mask, aborting",
        means: |_| EventKind::sign(CODE, ""),
        source: "Linux, drivers/net/ethernet/mellanox/mlx5/core/main.c, set_dma_caps",
        samples: &["kernel: mlx5_core 0000:4b:00.0: set_dma_caps:332:(pid 871): Can't set PCI DMA mask, aborting"],
    },
];

fn judge<'b>(port: &Port<'b>) -> Option<Finding<'b>> {
    let is_mine = |of: &str| of.is_empty() || port.pci.is_some_and(|pci| pci.is_named_by(of));
    let mut signs = port.signs(CODE);
    signs.retain(|sign| matches!(&sign.kind, EventKind::Sign { detail, .. } if is_mine(detail)));
    let finding = Finding::of_function(port, signs)?
        .check(format!("lspci -vv {}", function_option(port)))
        .check("journalctl -k -b --no-pager | grep -iE 'DMAR|AMD-Vi|iommu'")
        .remedy("grubby --update-kernel=ALL --args=iommu=pt");
    Some(finding)
}
