//! IB0114: a driver that passes functions on to guests or programs holds the HCA.

use super::{Diagnosis, Nature};
use crate::event::EventKind;
use crate::finding::{Confidence, Finding, function_option};
use crate::port::Port;
use crate::recognize::{Pattern, Speaker};

const CODE: &str = "IB0114";

pub(super) static DIAGNOSIS: Diagnosis = Diagnosis {
    code: CODE,
    name: "hca-bound-to-another-driver",
    nature: Nature::Root,
    signs: SIGNS,
    judge,
    text: include_str!("hca_bound_to_another_driver.md"),
};

/// Drivers that hold a function for somebody else.
const OTHERS: Speaker = Speaker::Driver(&["vfio-pci", "pci-stub", "pciback", "uio_pci_generic", "igb_uio"]);

static SIGNS: &[Pattern] = &[
    Pattern {
        speaker: OTHERS,
        says: "^{word} by stub",
        means: |_| EventKind::sign(CODE, ""),
        source: "Linux, drivers/pci/pci-stub.c, pci_stub_probe",
        samples: &["kernel: pci-stub 0000:4b:00.0: claimed by stub"],
    },
    Pattern {
        speaker: OTHERS,
        says: "^vgaarb: {any}",
        means: |_| EventKind::sign(CODE, ""),
        source: "Linux, drivers/gpu/vga/vgaarb.c and drivers/pci/vgaarb.c, for vfio-pci as it opens a function",
        samples: &["kernel: vfio-pci 0000:4b:00.0: vgaarb: deactivate vga console"],
    },
    Pattern {
        speaker: OTHERS,
        says: "seizing device",
        means: |_| EventKind::sign(CODE, ""),
        source: "Linux, drivers/xen/xen-pciback/pci_stub.c",
        samples: &["kernel: pciback 0000:4b:00.0: xen_pciback: seizing device"],
    },
    Pattern {
        speaker: OTHERS,
        says: "^enabling device (",
        means: |_| EventKind::sign(CODE, ""),
        source: "Linux, drivers/pci/setup-res.c, pci_enable_resources",
        samples: &["kernel: vfio-pci 0000:4b:00.0: enabling device (0000 -> 0002)"],
    },
    Pattern {
        speaker: OTHERS,
        says: "vfio_{word}:",
        means: |_| EventKind::sign(CODE, ""),
        source: "Linux, drivers/vfio/pci/vfio_pci_config.c",
        samples: &["kernel: vfio-pci 0000:4b:00.0: vfio_ecap_init: hiding ecap 0x19@0x1d0"],
    },
    Pattern {
        speaker: OTHERS,
        says: "^reset",
        means: |_| EventKind::sign(CODE, ""),
        source: "Linux, drivers/pci/pci.c, of a function that is reset for its user",
        samples: &["kernel: vfio-pci 0000:4b:00.0: resetting", "kernel: vfio-pci 0000:4b:00.0: reset done"],
    },
    Pattern {
        speaker: OTHERS,
        says: "ms after FLR",
        means: |_| EventKind::sign(CODE, ""),
        source: "Linux, drivers/pci/pci.c, pci_dev_wait",
        samples: &["kernel: vfio-pci 0000:4b:00.0: not ready 2047ms after FLR; waiting"],
    },
];

fn judge<'b>(port: &Port<'b>) -> Option<Finding<'b>> {
    let signs = port.signs(CODE);
    let last = signs.last()?;
    if port.driver_overcame(last) {
        return None;
    }
    // Passing a function on is what it may be there for.
    let confidence = if port.is_wanted() { Confidence::Certain } else { Confidence::Possible };
    let mut finding = Finding::new(confidence)
        .shown_by(signs)
        .shown_by(port.missed())
        .check(format!("lspci -nnk {}", function_option(port)))
        .check("grep -o '[^ ]*vfio[^ ]*' /proc/cmdline")
        .check("grep -rnE 'vfio|pci-stub' /etc/modprobe.d");
    if let Some(pci) = port.pci {
        finding = finding.remedy(format!("driverctl unset-override {pci}"));
    }
    Some(finding)
}
