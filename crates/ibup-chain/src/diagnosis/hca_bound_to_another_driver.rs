//! IB0114: a driver that passes functions on to guests or programs holds the HCA.

use super::{Diagnosis, Nature};
use crate::event::{Event, EventKind};
use crate::finding::{Confidence, Finding, function_option};
use crate::port::Port;
use crate::recognize::{Pattern, Speaker};
use crate::template::Captures;

const CODE: &str = "IB0114";
/// Such a driver is told which functions to take, by their IDs: it says nothing of a function as it takes it.
const SET_ASIDE: &str = "IB0114 set aside";
/// The length of `15b3:101b`.
const IDS_LENGTH: usize = 9;

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
        says: "seizing device",
        means: |_| EventKind::sign(CODE, ""),
        source: "Linux, drivers/xen/xen-pciback/pci_stub.c, pcistub_probe",
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
        source: "Linux, drivers/vfio/pci/vfio_pci_config.c, vfio_cap_init, vfio_ecap_init and vfio_bar_restore",
        samples: &["kernel: vfio-pci 0000:4b:00.0: vfio_ecap_init: hiding ecap 0x19@0x1d0"],
    },
    Pattern {
        speaker: OTHERS,
        says: "^reset",
        means: |_| EventKind::sign(CODE, ""),
        source: "Linux, drivers/pci/pci.c, pci_dev_save_and_disable and pci_dev_restore, of a driver that has no handlers for it",
        samples: &["kernel: vfio-pci 0000:4b:00.0: resetting", "kernel: vfio-pci 0000:4b:00.0: reset done"],
    },
    Pattern {
        speaker: OTHERS,
        says: "ms after FLR",
        means: |_| EventKind::sign(CODE, ""),
        source: "Linux, drivers/pci/pci.c, pci_dev_wait",
        samples: &["kernel: vfio-pci 0000:4b:00.0: not ready 2047ms after FLR; waiting"],
    },
    Pattern {
        speaker: Speaker::Kernel,
        says: "^vfio_pci: add [{ids=word}",
        means: set_aside,
        source: "Linux, drivers/vfio/pci/vfio_pci.c, vfio_pci_fill_ids, for each of vfio-pci.ids=",
        samples: &["kernel: vfio_pci: add [15b3:101b[ffffffff:ffffffff]] class 0x000000/00000000"],
    },
    Pattern {
        speaker: Speaker::Kernel,
        says: "^pci-stub: add {ids=word} sub=",
        means: set_aside,
        source: "Linux, drivers/pci/pci-stub.c, pci_stub_init",
        samples: &["kernel: pci-stub: add 15B3:101B sub=FFFFFFFF:FFFFFFFF cls=00000000/00000000"],
    },
];

/// Reads vendor and device of the functions that such a driver is told to take.
fn set_aside(captures: &Captures<'_>) -> Option<EventKind> {
    EventKind::sign(SET_ASIDE, &captures.get("ids")?.get(..IDS_LENGTH)?.to_lowercase())
}

fn judge<'b>(port: &Port<'b>) -> Option<Finding<'b>> {
    let (signs, told) = (port.signs(CODE), told_to_take(port));
    let last = signs.last().or(told.last())?;
    if port.driver_overcame(last) {
        return None;
    }
    // Passing a function on is what it may be there for. A driver that was told to take it may have come too late.
    let confidence = match (port.is_wanted(), signs.is_empty()) {
        (true, false) => Confidence::Certain,
        (true, true) if port.driver_bound().is_none() => Confidence::Likely,
        (_, true) => return None,
        (false, false) => Confidence::Possible,
    };
    let mut finding = Finding::new(confidence)
        .shown_by(told)
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

/// Returns the words by which a driver that holds functions for others was told to take those like this port's.
fn told_to_take<'b>(port: &Port<'b>) -> Vec<&'b Event> {
    let Some(identity) = port.identity() else { return Vec::new() };
    let ids = format!("{:04x}:{:04x}", identity.vendor, identity.device);
    let mut told = port.signs(SET_ASIDE);
    told.retain(|sign| matches!(&sign.kind, EventKind::Sign { detail, .. } if **detail == *ids));
    told
}
