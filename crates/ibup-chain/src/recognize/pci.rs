//! The PCI core and the IOMMU, on the functions they find.

use super::{Pattern, Speaker};
use crate::event::{EventKind, PciIdentity};
use crate::template::Captures;

const PCI: Speaker = Speaker::Driver(&["pci"]);

fn set_up(_: &Captures<'_>) -> Option<EventKind> {
    Some(EventKind::FunctionSetUp)
}

/// Returns that the function was set up, unless its BAR found no room.
fn assigned(captures: &Captures<'_>) -> Option<EventKind> {
    let range = captures.get("range")?;
    let refusals = ["can't assign", "failed to assign", "can't enable device"];
    (!refusals.iter().any(|refusal| range.contains(refusal))).then_some(EventKind::FunctionSetUp)
}

/// Reads `4b-4c]` or `4b]`.
fn bridge(captures: &Captures<'_>) -> Option<EventKind> {
    let (buses, _) = captures.get("buses")?.split_once(']')?;
    let (first, last) = buses.split_once('-').unwrap_or((buses, buses));
    let bus = |text| u8::from_str_radix(text, 16).ok();
    Some(EventKind::BridgeFound(bus(first)?, bus(last)?))
}

/// Reads `[15b3:101b] type 00 class 0x020700`.
fn identity(captures: &Captures<'_>) -> Option<EventKind> {
    let (vendor, device) = captures.get("identity")?.strip_suffix(']')?.split_once(':')?;
    let class = captures.get("class")?.strip_prefix("0x")?;
    Some(EventKind::FunctionFound(PciIdentity {
        vendor: u16::from_str_radix(vendor, 16).ok()?,
        device: u16::from_str_radix(device, 16).ok()?,
        class: u32::from_str_radix(class, 16).ok()?,
    }))
}

pub(super) static PATTERNS: &[Pattern] = &[
    Pattern {
        speaker: PCI,
        says: "^[{identity=word} type {word} class {class=hex}",
        means: identity,
        source: "Linux, drivers/pci/probe.c, pci_setup_device",
        samples: &[
            "kernel: pci 0000:4b:00.0: [15b3:101b] type 00 class 0x020700",
            "kernel: pci 0000:4b:00.0: [15b3:101b] type 00 class 0x020700 PCIe Endpoint",
        ],
    },
    Pattern {
        speaker: Speaker::Driver(&["pci", "pcieport"]),
        says: "^PCI bridge to [bus {buses=word}",
        means: bridge,
        source: "Linux, drivers/pci/setup-bus.c, pci_setup_bridge; drivers/pci/probe.c, pci_read_bridge_bases",
        samples: &[
            "kernel: pci 0000:00:01.0: PCI bridge to [bus 4b-4c]",
            "kernel: pci 0000:00:01.0: PCI bridge to [bus 4b]",
        ],
    },
    Pattern {
        speaker: PCI,
        says: "^reg {hex}: [",
        means: set_up,
        source: "Linux, drivers/pci/probe.c, __pci_read_base (before 6.8); drivers/pci/iov.c, sriov_init",
        samples: &[
            "kernel: pci 0000:4b:00.0: reg 0x10: [mem 0x5fff6000000-0x5fff7ffffff 64bit pref]",
            "kernel: pci 0000:4b:00.0: reg 0x1a4: [mem 0x5fffbc00000-0x5fffbdfffff 64bit pref]",
        ],
    },
    Pattern {
        speaker: PCI,
        says: "^BAR {number} [{range=any}",
        means: assigned,
        source: "Linux, drivers/pci/probe.c, __pci_read_base (since 6.8)",
        samples: &["kernel: pci 0000:00:08.0: BAR 0 [mem 0xfea00000-0xfeafffff]"],
    },
    Pattern {
        speaker: PCI,
        says: "^VF(n) BAR{number} space: [",
        means: set_up,
        source: "Linux, drivers/pci/iov.c, sriov_init",
        samples: &[
            "kernel: pci 0000:4b:00.0: VF(n) BAR0 space: [mem 0x5fffbc00000-0x5ffff7fffff 64bit pref] (contains BAR0 for 30 VFs)",
        ],
    },
    Pattern {
        speaker: PCI,
        says: "^PME# supported from",
        means: set_up,
        source: "Linux, drivers/pci/pci.c, pci_pm_init",
        samples: &["kernel: pci 0000:4b:00.0: PME# supported from D3cold"],
    },
    Pattern {
        speaker: PCI,
        says: "^Adding to iommu group {number}",
        means: set_up,
        source: "Linux, drivers/iommu/iommu.c, iommu_group_add_device (since 5.3)",
        samples: &["kernel: pci 0000:4b:00.0: Adding to iommu group 30"],
    },
    Pattern {
        speaker: Speaker::Kernel,
        says: "^iommu: Adding device {pci} to group",
        means: set_up,
        source: "Linux, drivers/iommu/iommu.c, iommu_group_add_device (before 5.3)",
        samples: &["kernel: iommu: Adding device 0000:4b:00.0 to group 30"],
    },
    Pattern {
        speaker: Speaker::Kernel,
        says: "^DMAR: Hardware identity mapping for device {pci}",
        means: set_up,
        source: "Linux, drivers/iommu/intel-iommu.c, domain_prepare_identity_map (before 5.10)",
        samples: &["kernel: DMAR: Hardware identity mapping for device 0000:4b:00.0"],
    },
];
