//! IB0106: there is no room for the BARs of virtual functions, which keeps no interface down.

use super::{Diagnosis, Nature};
use crate::event::EventKind;
use crate::finding::{Confidence, Finding, function_option};
use crate::port::Port;
use crate::recognize::{Pattern, Speaker};
use crate::template::Captures;

const CODE: &str = "IB0106";
/// Whoever speaks of the function or of the bridges above it.
const BUS: Speaker = Speaker::Driver(&["pci", "pcieport", "mlx5_core", "mlx4_core", "ib_mthca", "hfi1", "ib_qib", "vfio-pci"]);

pub(super) static DIAGNOSIS: Diagnosis = Diagnosis {
    code: CODE,
    name: "vf-bar-not-assigned",
    nature: Nature::Harmless,
    signs: SIGNS,
    judge,
    text: include_str!("vf_bar_not_assigned.md"),
};

/// Reads which BAR it is: those of virtual functions come after the six of the function and its ROM.
fn bar(captures: &Captures<'_>) -> Option<EventKind> {
    let bar: u8 = captures.parse("bar")?;
    if (7..=12).contains(&bar) { EventKind::sign(CODE, "") } else { None }
}

static SIGNS: &[Pattern] = &[
    Pattern {
        speaker: BUS,
        says: "^BAR {bar=number}: no space for [mem",
        means: bar,
        source: "Linux, drivers/pci/setup-res.c, _pci_assign_resource (up to 6.8)",
        samples: &["kernel: pci 0000:4b:00.0: BAR 7: no space for [mem size 0x02000000 64bit pref]"],
    },
    Pattern {
        speaker: BUS,
        says: "^BAR {bar=number}: failed to assign [mem",
        means: bar,
        source: "Linux, drivers/pci/setup-res.c, pci_assign_resource (up to 6.8)",
        samples: &["kernel: pci 0000:4b:00.0: BAR 7: failed to assign [mem size 0x02000000 64bit pref]"],
    },
    Pattern {
        speaker: BUS,
        says: "^VF BAR {number} [mem {any}]: can't assign; no space",
        means: |_| EventKind::sign(CODE, ""),
        source: "Linux, drivers/pci/setup-res.c, pci_assign_resource (since 6.9)",
        samples: &["kernel: pci 0000:4b:00.0: VF BAR 0 [mem size 0x02000000 64bit pref]: can't assign; no space"],
    },
    Pattern {
        speaker: BUS,
        says: "^VF BAR {number} [mem {any}]: failed to assign",
        means: |_| EventKind::sign(CODE, ""),
        source: "Linux, drivers/pci/setup-res.c, pci_assign_resource (since 6.9)",
        samples: &["kernel: pci 0000:4b:00.0: VF BAR 0 [mem size 0x02000000 64bit pref]: failed to assign"],
    },
];

fn judge<'b>(port: &Port<'b>) -> Option<Finding<'b>> {
    let signs: Vec<_> = port.signs(CODE).into_iter().filter(|sign| sign.subject.pci == port.pci).collect();
    signs.first()?;
    let finding = Finding::new(Confidence::Certain)
        .shown_by(signs)
        .check(format!("lspci -vv {}", function_option(port)));
    Some(finding)
}
