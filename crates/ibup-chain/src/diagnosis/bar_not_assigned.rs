//! IB0105: the first BAR of the function has no address.

use super::{Diagnosis, Nature};
use crate::event::EventKind;
use crate::finding::{Finding, function_option};
use crate::port::Port;
use crate::recognize::{HCA_DRIVERS, Pattern, Speaker};
use crate::template::Captures;

const CODE: &str = "IB0105";
/// Whoever speaks of the function or of the bridges above it.
const BUS: Speaker = Speaker::Driver(&["pci", "pcieport", "mlx5_core", "mlx4_core", "ib_mthca", "hfi1", "ib_qib", "vfio-pci"]);

pub(super) static DIAGNOSIS: Diagnosis = Diagnosis {
    code: CODE,
    name: "bar-not-assigned",
    nature: Nature::Root,
    signs: SIGNS,
    judge,
    text: include_str!("bar_not_assigned.md"),
};

/// Reads which BAR it is: registers are in the first, those of mlx4 in the third as well.
fn bar(captures: &Captures<'_>) -> Option<EventKind> {
    if matches!(captures.get("bar")?, "0" | "2") { EventKind::sign(CODE, "") } else { None }
}

static SIGNS: &[Pattern] = &[
    Pattern {
        speaker: Speaker::Driver(HCA_DRIVERS),
        says: "Missing registers BAR, aborting",
        means: |_| EventKind::sign(CODE, ""),
        source: "Linux, drivers/net/ethernet/mellanox/mlx5/core/main.c, request_bar",
        samples: &["kernel: mlx5_core 0000:4b:00.0: request_bar:374:(pid 871): Missing registers BAR, aborting"],
    },
    Pattern {
        speaker: Speaker::Driver(HCA_DRIVERS),
        says: "Couldn't get PCI resources, aborting",
        means: |_| EventKind::sign(CODE, ""),
        source: "Linux, drivers/net/ethernet/mellanox/mlx5/core/main.c, request_bar",
        samples: &["kernel: mlx5_core 0000:4b:00.0: Couldn't get PCI resources, aborting"],
    },
    Pattern {
        speaker: Speaker::Driver(HCA_DRIVERS),
        says: "error requesting BARs, aborting",
        means: |_| EventKind::sign(CODE, ""),
        source: "Linux, drivers/net/ethernet/mellanox/mlx5/core/main.c, mlx5_pci_init",
        samples: &["kernel: mlx5_core 0000:4b:00.0: mlx5_pci_init:1091:(pid 871): error requesting BARs, aborting"],
    },
    Pattern {
        speaker: Speaker::Driver(HCA_DRIVERS),
        says: "Failed mapping initialization segment, aborting",
        means: |_| EventKind::sign(CODE, ""),
        source: "Linux, drivers/net/ethernet/mellanox/mlx5/core/main.c, mlx5_pci_init",
        samples: &["kernel: mlx5_core 0000:4b:00.0: mlx5_pci_init:1112:(pid 871): Failed mapping initialization segment, aborting"],
    },
    Pattern {
        speaker: Speaker::Driver(HCA_DRIVERS),
        says: "^Missing {bar=word} aborting",
        means: |_| EventKind::sign(CODE, ""),
        source: "Linux, drivers/net/ethernet/mellanox/mlx4/main.c, __mlx4_init_one (DCS, UAR)",
        samples: &["kernel: mlx4_core 0000:03:00.0: Missing DCS, aborting"],
    },
    Pattern {
        speaker: BUS,
        says: "^BAR {bar=number}: no space for [mem",
        means: bar,
        source: "Linux, drivers/pci/setup-res.c, _pci_assign_resource (up to 6.8)",
        samples: &["kernel: pci 0000:4b:00.0: BAR 0: no space for [mem size 0x02000000 64bit pref]"],
    },
    Pattern {
        speaker: BUS,
        says: "^BAR {bar=number}: failed to assign [mem",
        means: bar,
        source: "Linux, drivers/pci/setup-res.c, pci_assign_resource (up to 6.8)",
        samples: &["kernel: pci 0000:4b:00.0: BAR 0: failed to assign [mem size 0x02000000 64bit pref]"],
    },
    Pattern {
        speaker: BUS,
        says: "^BAR {bar=number} [mem {any}]: can't assign; no space",
        means: bar,
        source: "Linux, drivers/pci/setup-res.c, pci_assign_resource (since 6.9)",
        samples: &["kernel: pci 0000:4b:00.0: BAR 0 [mem size 0x02000000 64bit pref]: can't assign; no space"],
    },
    Pattern {
        speaker: BUS,
        says: "^BAR {bar=number} [mem {any}]: failed to assign",
        means: bar,
        source: "Linux, drivers/pci/setup-res.c, pci_assign_resource (since 6.9)",
        samples: &["kernel: pci 0000:4b:00.0: BAR 0 [mem size 0x02000000 64bit pref]: failed to assign"],
    },
    Pattern {
        speaker: BUS,
        says: "an't enable device: BAR {bar=number} [mem {any}] not assigned",
        means: bar,
        source: "Linux, drivers/pci/setup-res.c, pci_enable_resources (up to 6.8)",
        samples: &["kernel: mlx5_core 0000:4b:00.0: can't enable device: BAR 0 [mem size 0x02000000 64bit pref] not assigned"],
    },
    Pattern {
        speaker: BUS,
        says: "^BAR {bar=number} [mem {any}]: not assigned; can't enable device",
        means: bar,
        source: "Linux, drivers/pci/setup-res.c, pci_enable_resources (since 6.9)",
        samples: &["kernel: mlx5_core 0000:4b:00.0: BAR 0 [mem size 0x02000000 64bit pref]: not assigned; can't enable device"],
    },
];

fn judge<'b>(port: &Port<'b>) -> Option<Finding<'b>> {
    let signs = port.signs(CODE);
    // Of a function whose driver speaks and does not fail, another BAR or another try was meant.
    if signs.iter().all(|sign| sign.subject.pci != port.pci) {
        return None;
    }
    let finding = Finding::of_function(port, signs)?
        .check(format!("lspci -vv {}", function_option(port)))
        .check("journalctl -k -b --no-pager | grep -E 'BAR [0-9]'");
    Some(finding)
}
