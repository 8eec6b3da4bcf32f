//! IB0115: the PCI function cannot be enabled.

use super::{Diagnosis, Nature};
use crate::event::EventKind;
use crate::finding::{Finding, function_option};
use crate::port::Port;
use crate::recognize::{HCA_DRIVERS, Pattern, Speaker};

const CODE: &str = "IB0115";

pub(super) static DIAGNOSIS: Diagnosis = Diagnosis {
    code: CODE,
    name: "pci-enable-failed",
    nature: Nature::Root,
    signs: SIGNS,
    judge,
    text: include_str!("pci_enable_failed.md"),
};

static SIGNS: &[Pattern] = &[
    Pattern {
        speaker: Speaker::Driver(HCA_DRIVERS),
        says: "Cannot enable PCI device, aborting",
        means: |_| EventKind::sign(CODE, ""),
        source: "Linux, drivers/net/ethernet/mellanox/mlx5/core/main.c, mlx5_pci_init",
        samples: &["kernel: mlx5_core 0000:4b:00.0: mlx5_pci_init:1085:(pid 871): Cannot enable PCI device, aborting", "kernel: mlx4_core 0000:03:00.0: Cannot enable PCI device, aborting"],
    },
    Pattern {
        speaker: Speaker::Driver(HCA_DRIVERS),
        says: "an't enable device: BAR {bar=number} [mem {any}] not claimed",
        means: |_| EventKind::sign(CODE, ""),
        source: "Linux, drivers/pci/setup-res.c, pci_enable_resources (up to 6.8): the address is another's",
        samples: &["kernel: mlx5_core 0000:4b:00.0: can't enable device: BAR 0 [mem 0x00000000-0x01ffffff 64bit pref] not claimed"],
    },
    Pattern {
        speaker: Speaker::Driver(HCA_DRIVERS),
        says: "^BAR {bar=number} [mem {any}]: not claimed; can't enable device",
        means: |_| EventKind::sign(CODE, ""),
        source: "Linux, drivers/pci/setup-res.c, pci_enable_resources (since 6.9)",
        samples: &["kernel: mlx5_core 0000:4b:00.0: BAR 0 [mem 0x00000000-0x01ffffff 64bit pref]: not claimed; can't enable device"],
    },
];

fn judge<'b>(port: &Port<'b>) -> Option<Finding<'b>> {
    // Why it cannot be enabled is another's to say, where the log tells.
    let is_told = ["IB0103", "IB0105"].iter().any(|code| !port.signs(code).is_empty());
    if is_told {
        return None;
    }
    let finding = Finding::of_function(port, port.signs(CODE))?
        .check(format!("lspci -vv {}", function_option(port)))
        .check("journalctl -k -b --no-pager | grep -E 'ACPI|power state'");
    Some(finding)
}
